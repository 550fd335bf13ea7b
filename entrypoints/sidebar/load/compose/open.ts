import { batch } from '@preact/signals'
import type { RecordCard } from '@/lib/contract/records.ts'
import type { Send } from '@/lib/contract/sends.ts'
import { now } from '@/lib/extension/clock.ts'
import { t } from '@/lib/extension/i18n.ts'
import { type Draft, emptyDraft, htmlOf } from '@/lib/extension/mail-draft.ts'
import { busy, cards, draft, draftState, sheetProblem, sheets, toast } from '../../state.ts'
import { checked, draftClash, draftFiles, guards, textTurn } from '../../state-compose.ts'
import { attempt, link, once, say } from '../core.ts'
import { problemSentence } from '../words.ts'
import { settleDoubt } from './doubt.ts'
import { loadEditor } from './editor.ts'
import { checkSoon } from './recipients.ts'
import { changeDraft, forgetDraft, saved, takeText } from './save.ts'
import { learnSender } from './senders.ts'

/** A mail to whom a card reaches; to nobody yet without one. A deal or document is written to through its contact. */
export function newMail(card: RecordCard | undefined): Draft {
  const record = card?.record
  const contact = record?.mainContactId ? cards.value.get(record.mainContactId)?.record : undefined
  const reached = record?.primaryAddress ? record : contact
  const address = reached?.primaryAddress
  return {
    ...emptyDraft(newId(), now()),
    recordId: record?.id,
    to: address ? [{ address, name: reached?.name ?? '' }] : [],
  }
}

/** Every new mail is one of its own; only answers have an id by which they are found again. */
export function newId(): string {
  return `new:${crypto.randomUUID()}`
}

/** Opens the answer or mass mail that was begun before, else this. */
export async function openOrResume(fresh: Draft): Promise<void> {
  void loadEditor()
  const kept = await link()
    ?.cache?.readDraft(fresh.id)
    .catch(() => undefined)
  openDraft(kept ?? fresh, kept === undefined ? 'clean' : kept.unsaved ? 'kept' : 'saved')
  if (kept?.server !== undefined) void verify(kept)
}

/** Shows a draft in the composer. */
export function openDraft(one: Draft, state: 'clean' | 'kept' | 'saved'): void {
  batch(() => {
    draft.value = one
    draftState.value = state
    sheetProblem.value = undefined
    draftClash.value = undefined
    guards.value = undefined
    draftFiles.value = []
    textTurn.value += 1
    if (toast.value?.undo === undefined) toast.value = undefined
    checked.value = new Map()
    if (!sheets.value.some((sheet) => sheet.kind === 'compose'))
      sheets.value = [...sheets.value, { kind: 'compose' }]
  })
  void loadEditor()
  void learnSender()
  checkSoon()
}

/** What the server keeps of a mail, as a draft: an unsent one, or one in the queue that is changed. */
export function draftOf(send: Send, id?: string): Draft {
  const isDraft = send.status === 'draft'
  const { to, cc, bcc, subject, quote, pending, partial } = send
  return {
    ...emptyDraft(id ?? (isDraft ? `draft:${send.id}` : `send:${send.id}`), now()),
    ...{ to, cc, bcc, subject, quote, partial },
    recordId: send.recordId ?? undefined,
    replyTo: send.replyTo ?? undefined,
    templateId: send.templateId ?? undefined,
    from: send.from.address === send.account ? undefined : send.from.address,
    html: send.html === '' ? htmlOf(send.body) : send.html,
    ...(isDraft && { pending }),
    server: isDraft ? { id: send.id, version: send.version } : undefined,
    editing: isDraft ? undefined : { sendId: send.id, version: send.version, ...dueOf(send) },
  }
}

function dueOf({ status, dueAt, zone }: Send): { due?: { at: string; zone: string } } {
  return status === 'scheduled' ? { due: { at: dueAt, zone } } : {}
}

/** Edit (S-040), or an unsent mail of the list: the whole of it is fetched, because a row shows only its head. */
export function openSent(sendId: string): Promise<void> {
  return once(`edit:${sendId}`, async () => {
    void loadEditor()
    const answer = await attempt(({ backend }) => backend.send(sendId))
    if (!answer.ok) return say(problemSentence(answer.problem))
    const kept = await keptOf(sendId)
    if (kept?.unsaved) openKeptOver(kept, answer.value)
    else openDraft(draftOf(answer.value, kept?.id), answer.value.status === 'draft' ? 'saved' : 'clean')
    draftFiles.value = answer.value.files
  })
}

/** What was written here and never reached the server, over what that has now; nothing of either is lost. */
function openKeptOver(kept: Draft, there: Send): void {
  const { id, status, version } = there
  const isDraft = status === 'draft'
  const mine = kept.server?.version ?? kept.editing?.version
  // An edit whose mail was taken back meanwhile is the text of that draft.
  const server = isDraft ? { id, version: mine ?? version } : kept.server
  const editing = kept.editing && { sendId: id, version: kept.editing.version, ...dueOf(there) }
  openDraft({ ...kept, server, editing: isDraft ? undefined : editing }, 'kept')
  const changeable = isDraft || status === 'scheduled' || status === 'held'
  if (!changeable) draftClash.value = 'gone'
  else if (mine !== version) draftClash.value = isDraft ? 'changed' : 'edited'
}

/** This browser's copy of a mail of the server's, under whatever it was begun as. */
async function keptOf(sendId: string): Promise<Draft | undefined> {
  const kept =
    (await link()
      ?.cache?.readDrafts()
      .catch(() => [])) ?? []
  const its = kept.filter(
    (one) => !one.discarded && (one.server?.id === sendId || one.editing?.sendId === sendId),
  )
  return its.find((one) => one.unsaved) ?? its[0]
}

/** Another tab or computer may have gone on with it, sent it or thrown it away. */
async function verify(kept: Draft): Promise<void> {
  const { server } = kept
  if (server === undefined) return
  const files = draftFiles.value
  const answer = await attempt(({ backend }) => backend.send(server.id))
  // What was saved from here meanwhile is no news from elsewhere.
  await saved()
  takeText()
  const here = draft.value
  if (here?.id !== kept.id || here.server?.id !== server.id || busy.value.has('send')) return
  const untouched = here === kept && !kept.unsaved
  const isGone = answer.ok ? answer.value.status !== 'draft' : isMissing(answer.problem)
  if (!answer.ok && !isGone) return
  if (isGone && untouched) {
    // It is done with: what was begun anew here is a new mail.
    forgetDraft()
    return openDraft({ ...freshLike(kept), id: kept.id }, 'clean')
  }
  if (isGone) draftClash.value = 'gone'
  if (!answer.ok || isGone) return
  if (draftFiles.value === files) draftFiles.value = answer.value.files
  if (answer.value.version <= here.server.version) return
  if (!untouched) {
    draftClash.value = 'changed'
    return
  }
  openDraft(draftOf(answer.value, kept.id), 'saved')
  draftFiles.value = answer.value.files
}

function isMissing(problem: Parameters<typeof problemSentence>[0]): boolean {
  return problem.kind === 'refused' && problem.code === 'not_found'
}

function freshLike({ id, recordId, replyTo, to, cc, subject, quote }: Draft): Draft {
  const isAnswer = replyTo !== undefined
  const card = recordId === undefined ? undefined : cards.value.get(recordId)
  const fresh = emptyDraft(id, now())
  return isAnswer
    ? { ...fresh, recordId, replyTo, to, cc, subject, quote }
    : { ...newMail(card), id, recordId }
}

/** Another tab or computer has saved it; what was not written in here follows by itself. */
export function hearDraft(event: { id: string; status: string; version: number }): void {
  void saved().then(() => {
    const { server } = draft.value ?? {}
    if (server?.id !== event.id || event.version <= server.version || draftClash.value !== undefined) return
    // My own sending says so itself.
    if (busy.value.has('send')) return
    if (event.status !== 'draft' && settleDoubt(event.id)) return
    if (event.status !== 'draft') draftClash.value = 'gone'
    else if (draft.value?.unsaved || draftState.value === 'dirty') draftClash.value = 'changed'
    else void takeNewer()
  })
}

/** The clash is settled: the newer text is taken, or this one becomes a mail of its own. */
export async function takeNewer(): Promise<void> {
  const one = draft.value
  const id = one?.server?.id ?? one?.editing?.sendId
  if (one === undefined || id === undefined) return
  const wasAsked = draftClash.value !== undefined
  const answer = await attempt(({ backend }) => backend.send(id))
  await saved()
  takeText()
  const here = draft.value
  // Closed meanwhile, or another mail was opened: it is not opened again.
  if (here?.id !== one.id || (here.server?.id ?? here.editing?.sendId) !== id) return
  if (!answer.ok) return say(problemSentence(answer.problem))
  if (!wasAsked && here.server !== undefined && here.server.version >= answer.value.version) return
  if (!wasAsked && here.unsaved) {
    // Written in while the newer text was on its way.
    draftClash.value = 'changed'
    return
  }
  if (one.editing === undefined && answer.value.status !== 'draft') {
    draftClash.value = 'gone'
    return
  }
  if (one.editing !== undefined) forgetDraft()
  openDraft(draftOf(answer.value, one.id), one.editing === undefined ? 'saved' : 'clean')
  draftFiles.value = answer.value.files
}

/** The mail in the queue was changed elsewhere; Save puts this text over that one. */
export async function keepMyEdit(): Promise<void> {
  const one = draft.value
  if (one?.editing === undefined) return
  const { sendId } = one.editing
  const answer = await attempt(({ backend }) => backend.send(sendId))
  if (!answer.ok) return say(problemSentence(answer.problem))
  if (draft.value?.editing?.sendId !== sendId) return
  draftClash.value = undefined
  changeDraft({ editing: { sendId, version: answer.value.version, ...dueOf(answer.value) } })
}

export function keepMineAsCopy(): void {
  takeText()
  const one = draft.value
  if (one === undefined) return
  const { key } = { key: crypto.randomUUID() }
  openDraft({ ...one, id: `copy:${key}`, server: undefined, editing: undefined, attempt: key }, 'kept')
  changeDraft({})
  say(t('compose.copied'))
}
