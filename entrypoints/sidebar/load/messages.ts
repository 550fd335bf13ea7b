import { places } from '../state.ts'
import { type ListedEmail, type OpenMessage, openMessage } from '../state-emails.ts'
import { attempt, once, say } from './core.ts'
import { newest } from './newest.ts'
import { problemSentence } from './words.ts'

/** Opens a mail in its place; what its row knows stands there at once. */
export function openMail(row: ListedEmail, recordId: string | undefined): void {
  places.value = [...places.value, { kind: 'mail', row, recordId }]
}

/** Reads a mail as far as I may see it; my own at once with its text. */
export async function readMessage(id: string): Promise<void> {
  const known = openMessage.value
  if (known?.id !== id) openMessage.value = { id, detail: undefined, problem: undefined, text: 'not_asked' }
  const answer = await newest(`message:${id}`, ({ backend }) => backend.message(id))
  const here = openMessage.value
  if (answer === undefined || here?.id !== id) return
  if (!answer.ok) {
    const { problem } = answer
    // What was withdrawn must not stay on the screen; a server that does not answer takes nothing away.
    const isGone = problem.kind === 'refused' && problem.reason === 'message_missing'
    const rest = isGone
      ? { detail: undefined, text: 'not_asked' as const, wasMine: here.wasMine ?? isMine(here.detail) }
      : {}
    openMessage.value = { ...here, ...rest, problem }
    return
  }
  const detail = answer.value
  // What is no longer shown to me must not stay on the screen either.
  const text = detail.level === 'metadata' ? 'not_asked' : here.text
  openMessage.value = { id, detail, problem: undefined, text }
  if (detail.gmail !== null && text === 'not_asked') await readText(id)
}

function isMine(detail: OpenMessage['detail']): boolean | undefined {
  return detail === undefined ? undefined : detail.share !== null
}

/** Fetches the text from the mailbox it lies in. Of a colleague's mailbox the colleague sees that it was opened. */
export async function readText(id: string): Promise<void> {
  setText(id, 'asking')
  const answer = await attempt(({ backend }) => backend.messageBody(id))
  setText(id, answer.ok ? { body: answer.value } : { problem: answer.problem })
}

/** Asks the owner of a mail, of which I see who and when only, for its text. */
export function askForText(id: string): Promise<void> {
  return once(`ask:${id}`, async () => {
    const answer = await attempt(({ backend }) => backend.requestMail(id, crypto.randomUUID()))
    if (!answer.ok) say(problemSentence(answer.problem))
    await readMessage(id)
  }) as Promise<void>
}

/** The page is left: nothing of the text stays in memory. */
export function closeMessage(id: string): void {
  if (openMessage.value?.id === id) openMessage.value = undefined
}

/** Something about mail changed at the server; the open one is read again. */
export function refreshMessage(): void {
  if (openMessage.value !== undefined) void readMessage(openMessage.value.id)
}

/** An answer may come after the mail was withdrawn. */
function setText(id: string, text: OpenMessage['text']): void {
  const here = openMessage.value
  if (here?.id !== id) return
  if (here.problem === undefined || here.detail !== undefined) openMessage.value = { ...here, text }
}
