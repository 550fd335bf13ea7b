import { t } from '@/lib/extension/i18n.ts'
import type { Draft } from '@/lib/extension/mail-draft.ts'
import { draft, sheets } from '../../state.ts'
import { draftList, keptDrafts } from '../../state-compose.ts'
import { attempt, link, say } from '../core.ts'
import { problemSentence } from '../words.ts'
import { openDraft } from './open.ts'
import { changeDraft, forgetDraft, takeText } from './save.ts'

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
  keptDrafts.value = kept.filter((one) => one.editing === undefined && one.server === undefined)
  const answer = await attempt(({ backend }) => backend.drafts())
  draftList.value = answer.ok
    ? { rows: answer.value.drafts.filter(({ id }) => !leaving.has(id)), problem: undefined }
    : { rows: draftList.value?.rows ?? [], problem: answer.problem }
}

export function openKept(one: Draft): void {
  sheets.value = sheets.value.filter((sheet) => sheet.kind !== 'drafts')
  openDraft(one, 'kept')
}

/** Ms in which a draft that was thrown away can be brought back as it was, files and all: as long as its toast. */
const second = 10_000
const leaving = new Map<string, ReturnType<typeof setTimeout>>()

/** Throws the open draft away: at once for the eye, at the server when nobody has wanted it back. */
export function discardDraft(): void {
  takeText()
  const gone = draft.value
  if (gone === undefined) return
  const written = gone.unsaved || gone.server !== undefined
  forgetDraft()
  const { server } = gone
  if (server !== undefined)
    leaving.set(
      server.id,
      setTimeout(() => void discardRow(server.id, server.version), second),
    )
  if (written) say(t('compose.discarded'), { kind: 'reopen-draft', draft: gone })
}

/** Brings it back. */
export function reopenDraft(gone: Draft): void {
  const timer = leaving.get(gone.server?.id ?? '')
  clearTimeout(timer)
  leaving.delete(gone.server?.id ?? '')
  // Where the server has forgotten it, it becomes a new one.
  const still = timer !== undefined
  openDraft(still ? gone : { ...gone, server: undefined, attempt: crypto.randomUUID() }, 'kept')
  changeDraft({})
}

export async function discardRow(id: string, version: number): Promise<void> {
  leaving.delete(id)
  const answer = await attempt(({ backend }) => backend.discardDraft(id, version))
  if (!answer.ok) say(problemSentence(answer.problem))
  const kept =
    (await link()
      ?.cache?.readDrafts()
      .catch(() => [])) ?? []
  for (const one of kept.filter(({ server }) => server?.id === id)) void link()?.cache?.removeDraft(one.id)
  await readDrafts()
}
