import { now } from '@/lib/extension/clock.ts'
import { t } from '@/lib/extension/i18n.ts'
import type { Draft } from '@/lib/extension/mail-draft.ts'
import { draft, sheets } from '../../state.ts'
import { draftList, keptDrafts } from '../../state-compose.ts'
import { attempt, link, say } from '../core.ts'
import { newest } from '../newest.ts'
import { problemSentence } from '../words.ts'
import { markDiscarded, markOf, unmark } from './discard.ts'
import { openDraft } from './open.ts'
import { changeDraft, forgetDraft, saved, takeText } from './save.ts'

/** Opens the list of my unsent mails. */
export function openDrafts(): void {
  if (!sheets.value.some((sheet) => sheet.kind === 'drafts'))
    sheets.value = [...sheets.value.filter((sheet) => sheet.kind !== 'compose'), { kind: 'drafts' }]
  void readDrafts()
}

/** What the server keeps, and what only this browser has yet. */
export async function readDrafts(): Promise<void> {
  const kept =
    (await link()
      ?.cache?.readDrafts()
      .catch(() => [])) ?? []
  keptDrafts.value = kept.filter(
    (one) => one.editing === undefined && one.server === undefined && !one.discarded,
  )
  const answer = await newest('drafts', ({ backend }) => backend.drafts())
  if (answer === undefined) return
  if (answer.ok) void dropDone(kept, new Set(answer.value.drafts.map(({ id }) => id)))
  const gone = new Set(kept.filter((one) => one.discarded).map(({ server }) => server?.id))
  draftList.value = answer.ok
    ? { rows: answer.value.drafts.filter(({ id }) => !gone.has(id)), problem: undefined }
    : { rows: draftList.value?.rows ?? [], problem: answer.problem }
}

/** Ms after the last news of a draft until the list is read. */
const newsRest = 300
let reading: ReturnType<typeof setTimeout> | undefined

/** The line on a card says what waits: read when a mail is closed, sent or discarded. */
export function startDrafts(): void {
  let was = draft.value
  draft.subscribe((now) => {
    const isClosed = was !== undefined && now === undefined
    was = now
    if (isClosed && link() !== undefined) void saved().then(readSoon)
  })
}

/** A draft of mine was begun, changed or sent, here or elsewhere. */
export function hearDrafts({ id, status }: { id: string; status: string }): void {
  const isKnown = draftList.value?.rows.some((row) => row.id === id)
  if ((status === 'draft' || isKnown) && draft.value === undefined) readSoon()
}

function readSoon(): void {
  clearTimeout(reading)
  reading = setTimeout(() => void (link() && readDrafts()), newsRest)
}

/** Ms in which a save of this browser may be younger than the list. */
const young = 60_000

/** This browser's copies of what was sent or discarded elsewhere; nothing stands in them that was not saved. */
async function dropDone(kept: readonly Draft[], there: ReadonlySet<string>): Promise<void> {
  for (const { id, server, unsaved, editing, discarded, at } of kept) {
    if (server === undefined || unsaved || editing !== undefined || discarded !== undefined) continue
    if (there.has(server.id) || at > now() - young || draft.value?.id === id) continue
    await link()
      ?.cache?.removeDraft(id)
      .catch(() => undefined)
  }
}

export function openKept(one: Draft): void {
  sheets.value = sheets.value.filter((sheet) => sheet.kind !== 'drafts')
  openDraft(one, 'kept')
}

/** Throws the open draft away: at once and for good in this browser, at the server when nobody has wanted it back. */
export function discardDraft(): void {
  takeText()
  const gone = draft.value
  if (gone === undefined) return
  const written = gone.unsaved || gone.server !== undefined
  if (written && gone.editing === undefined) void markDiscarded(gone)
  forgetDraft()
  if (written) say(t('compose.discarded'), { kind: 'reopen-draft', draft: gone })
}

/** Brings it back. */
export async function reopenDraft(gone: Draft): Promise<void> {
  const mark = await markOf(gone)
  await unmark(gone)
  // Where the server has forgotten it, it becomes a new one.
  const back = mark ?? { server: undefined, attempt: crypto.randomUUID() }
  openDraft({ ...gone, server: back.server, attempt: back.attempt }, 'kept')
  changeDraft({})
}

export async function discardRow(id: string, version: number): Promise<void> {
  const answer = await attempt(({ backend }) => backend.discardDraft(id, version))
  if (!answer.ok) say(problemSentence(answer.problem))
  const kept =
    (await link()
      ?.cache?.readDrafts()
      .catch(() => [])) ?? []
  for (const one of kept.filter(({ server }) => server?.id === id)) void link()?.cache?.removeDraft(one.id)
  await readDrafts()
}
