import type { SendFile } from '@/lib/contract/sends.ts'
import { goesAlong } from '@/lib/domain/mail-limits.ts'
import { draft } from '../../state.ts'
import { draftFiles, guards } from '../../state-compose.ts'
import { type Carried, carried, mailLimits, sources } from '../../state-files.ts'
import { serverDraft } from '../compose/save.ts'
import { attempt, link } from '../core.ts'

/** The open mail at the server, as far as it is there: a draft, or one in the queue that is changed. */
export function knownPlace(): string | undefined {
  return draft.value?.editing?.sendId ?? draft.value?.server?.id
}

/** The same, brought to the server first where it has to be; undefined when that is away. */
export async function filePlace(): Promise<string | undefined> {
  return knownPlace() ?? (await serverDraft())?.id
}

/** What this panel carries into the open mail. */
export function carriedHere(): readonly Carried[] {
  const one = draft.value
  if (one === undefined) return []
  const place = knownPlace()
  return carried.value.filter(
    ({ draftId, sendId }) => draftId === one.id || (sendId !== undefined && sendId === place),
  )
}

/** Of what is carried, what the server does not list yet. */
export function unlisted(): readonly Carried[] {
  const listed = new Set(draftFiles.value.map((file) => file.id))
  return carriedHere().filter((one) => one.id === undefined || !listed.has(one.id))
}

/** Bytes the open mail takes already, files on their way and the images of its text included. */
export function bytesUsed(): number {
  const text = `${draft.value?.html ?? ''}${draft.value?.quote ?? ''}`
  const sent = draftFiles.value.filter((file) => goesAlong(file, text))
  const size = (files: readonly { size: number }[]) => files.reduce((sum, file) => sum + file.size, 0)
  return size(sent) + size(unlisted())
}

/** The server's list of files of the open mail. */
export async function readFiles(): Promise<void> {
  const place = knownPlace()
  if (place === undefined) return
  const answer = await attempt(({ backend }) => backend.send(place))
  if (answer.ok && knownPlace() === place) draftFiles.value = answer.value.files
}

/** A file is in the open mail, or stands otherwise than before. */
export function putFile(sendId: string, file: SendFile): void {
  if (knownPlace() !== sendId) return
  const known = draftFiles.value.some((one) => one.id === file.id)
  draftFiles.value = known
    ? draftFiles.value.map((one) => (one.id === file.id ? file : one))
    : [...draftFiles.value, file]
  guards.value = undefined
}

export function dropFile(fileId: string): void {
  draftFiles.value = draftFiles.value.filter((file) => file.id !== fileId)
  const left = new Map(sources.value)
  left.delete(fileId)
  sources.value = left
  guards.value = undefined
}

let reading: ReturnType<typeof setTimeout> | undefined

/** The stream says that a file of a mail of mine came nearer. */
export function hearFile(event: { id: string; sendId: string; state: string; received: number }): void {
  if (knownPlace() !== event.sendId || carried.value.some((one) => one.id === event.id)) return
  const known = draftFiles.value.find((file) => file.id === event.id)
  if (known?.state === 'fetching' && event.state === 'fetching') {
    putFile(event.sendId, { ...known, received: event.received })
    return
  }
  // Several at once are read in one request.
  clearTimeout(reading)
  reading = setTimeout(() => void readFiles(), 60)
}

let asked: string | undefined

/** What one mail of this account may carry; asked once per account and again with every mail that is opened. */
export async function learnLimits(): Promise<void> {
  const account = link()?.account
  if (account !== asked) mailLimits.value = undefined
  asked = account
  const answer = await attempt((to) => to.backend.mailLimits(to.account))
  if (answer.ok) mailLimits.value = answer.value
}
