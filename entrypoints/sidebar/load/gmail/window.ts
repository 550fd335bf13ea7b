import type { ComposeAct, ComposeMail, PanelToPage } from '@/lib/extension/messages.ts'
import { toPage } from '../host.ts'

/** A window that has not answered by then (ms) is gone, or its page is. */
const patience = 5_000

type Answer = { name: 'mail'; mail: ComposeMail | undefined } | { name: ComposeAct; ok: boolean }

let waiting: { window: string; name: Answer['name']; hear: (answer: Answer) => void }[] = []

/** A window of Gmail's composer has answered. */
export function hearWindow(window: string, answer: Answer): void {
  const heard = waiting.filter((one) => one.window === window && one.name === answer.name)
  waiting = waiting.filter((one) => !heard.includes(one))
  for (const one of heard) one.hear(answer)
}

function answerOf(window: string, name: Answer['name'], ms = patience): Promise<Answer | undefined> {
  const { promise, resolve } = Promise.withResolvers<Answer | undefined>()
  const one = { window, name, hear: resolve }
  waiting.push(one)
  setTimeout(() => {
    waiting = waiting.filter((other) => other !== one)
    resolve(undefined)
  }, ms)
  return promise
}

/** What the window shows now; undefined when it is gone. */
export async function lookAtWindow(window: string): Promise<ComposeMail | undefined> {
  const answer = answerOf(window, 'mail')
  toPage('panel.compose-look', { window })
  const said = await answer
  return said?.name === 'mail' ? said.mail : undefined
}

/** Puts something into the window; false when it is gone, or takes it no more. */
export function putInto(said: PanelToPage['panel.compose-put']): Promise<boolean> {
  const answer = answerOf(said.window, 'put')
  toPage('panel.compose-put', said)
  return isDone(answer)
}

/** Throws the window away; false when it stays, with the line that says whose the mail is. */
export function closeWindow(said: PanelToPage['panel.compose-close']): Promise<boolean> {
  const answer = answerOf(said.window, 'close')
  toPage('panel.compose-close', said)
  return isDone(answer)
}

/** Bytes of a file in one notice; it grows by a third on the way. */
const pieceBytes = 384 * 1024

/** Gives a file to Gmail's own attachments, piece by piece. */
export async function giveFile(window: string, name: string, file: Blob): Promise<boolean> {
  const id = crypto.randomUUID()
  const answer = answerOf(window, 'file', 60_000)
  const { type } = file
  for (let at = 0; at === 0 || at < file.size; at += pieceBytes) {
    const piece = await base64Of(file.slice(at, at + pieceBytes))
    toPage('panel.compose-file', { ...{ window, id, name, type, piece }, last: at + pieceBytes >= file.size })
  }
  return isDone(answer)
}

async function isDone(answer: Promise<Answer | undefined>): Promise<boolean> {
  const said = await answer
  return said !== undefined && said.name !== 'mail' && said.ok
}

function base64Of(piece: Blob): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const reader = new FileReader()
  reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''))
  reader.readAsDataURL(piece)
  return promise
}
