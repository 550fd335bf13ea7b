import { batch } from '@preact/signals'
import type { Send, When } from '@/lib/contract/sends.ts'
import type { GuardCode } from '@/lib/domain/guards.ts'
import type { ApiProblem } from '@/lib/extension/api-core.ts'
import { now } from '@/lib/extension/clock.ts'
import { t } from '@/lib/extension/i18n.ts'
import type { Draft } from '@/lib/extension/mail-draft.ts'
import { draft, settings, sheetProblem, sheets, toast, undoable } from '../../state.ts'
import { draftClash, guards, type Sending } from '../../state-compose.ts'
import { attempt, once, say } from '../core.ts'
import { goesOut, saidSaved, took } from '../sends.ts'
import { problemSentence } from '../words.ts'
import { doubtAbout } from './doubt.ts'
import { draftOf, openDraft } from './open.ts'
import { recipientsOf } from './parties.ts'
import { changeDraft, forgetDraft, saveDraft, takeShown } from './save.ts'

/** What was wanted when a guard came between; its "Send anyway" goes on with it. */
let wanted: When | undefined

/** Sends the open draft now, or at a time; or saves the change of a mail that stands in the queue. */
export function sendDraft(when: When | undefined, overrule: readonly GuardCode[] = []): Promise<void> {
  return once('send', async () => {
    takeShown()
    const open = draft.value
    const recipients = open && recipientsOf(open)
    if (open === undefined || recipients === undefined) return
    sheetProblem.value = undefined
    if (open.editing !== undefined) return saveEdit(open, recipients, when)
    if (open.pending.to + open.pending.cc + open.pending.bcc !== '')
      changeDraft({ ...recipients, pending: { to: '', cc: '', bcc: '' } })
    await submit(when ?? { kind: 'now' }, overrule)
  })
}

/** The author has read the warnings and goes past them; the server writes them down. */
export function sendAnyway(): void {
  const open = guards.value
  if (open === undefined || open.some((guard) => guard.hard)) return
  void sendDraft(wanted, [...new Set(open.map((guard) => guard.code))])
}

/** Saved, checked, handed over. Never shown as done before the server has said so. */
async function submit(when: When, overrule: readonly GuardCode[]): Promise<void> {
  const one = draft.value
  if (one?.server === undefined && one !== undefined) draft.value = { ...one, unsaved: true }
  for (let turn = 0; turn < 3 && draft.value?.unsaved; turn++) {
    const problem = await saveDraft()
    if (problem !== undefined) return failed(problem)
  }
  const saved = draft.value
  if (saved?.server === undefined || saved.unsaved) return
  const { id, version } = saved.server
  if (overrule.length === 0 && (await stopped(id, when))) return
  const undoSeconds = when.kind === 'now' ? (settings.value?.undoSeconds ?? 10) : 0
  const answer = await attempt(({ backend }) =>
    backend.submitDraft(id, { version, when, undoSeconds, overrule: [...overrule] }),
  )
  if (draft.value?.server?.id !== id) return
  if (answer.ok) return accepted(answer.value, draft.value)
  // An answer that was lost, or another tab that was faster: what the server has is what is true.
  const { problem } = answer
  if (problem.kind !== 'refused' || problem.code === 'conflict') {
    if (await settled(id)) return
    if (problem.kind === 'refused' && problem.reason === 'guards_open' && (await stopped(id, when))) return
  }
  if (problem.kind !== 'refused') doubtAbout(id, () => settled(id))
  failed(problem)
}

/** True where the server has it as handed over, or the mail is not the open one any more. */
async function settled(id: string): Promise<boolean> {
  const there = await attempt(({ backend }) => backend.send(id))
  if (draft.value?.server?.id !== id) return true
  if (!there.ok || there.value.status === 'draft') return false
  accepted(there.value, draft.value)
  return true
}

/** True where something stands against sending; it is shown, and nothing has gone. */
async function stopped(id: string, when: When): Promise<boolean> {
  const answer = await attempt(({ backend }) => backend.checkDraft(id))
  if (draft.value?.server?.id !== id) return true
  if (!answer.ok) {
    const { problem } = answer
    const isDone = problem.kind === 'refused' && ['conflict', 'not_found'].includes(problem.code)
    if (!isDone || !(await settled(id))) failed(problem)
    return true
  }
  if (answer.value.guards.length === 0) return false
  wanted = when
  batch(() => {
    closeSchedule()
    // What is to be pressed must not lie under a word about something else.
    toast.value = undefined
    guards.value = answer.value.guards
  })
  return true
}

function failed(problem: ApiProblem): void {
  batch(() => {
    closeSchedule()
    sheetProblem.value = problem
  })
}

function accepted(sent: Send, from: Draft): void {
  batch(() => {
    forgetDraft()
    took(sent)
    const until = sent.undoUntil === null ? 0 : Date.parse(sent.undoUntil)
    const sending: Sending = { sendId: sent.id, version: sent.version, from: now(), until, draft: from }
    say(until > 0 ? t('compose.sending') : goesOut(sent), { kind: 'undo-send', sending })
  })
}

async function saveEdit(
  open: Draft,
  recipients: Pick<Draft, 'to' | 'cc' | 'bcc'>,
  when: When | undefined,
): Promise<void> {
  const { editing } = open
  if (editing === undefined) return
  const { subject, html, quote, from } = open
  const answer = await attempt(({ backend }) =>
    backend.updateSend(editing.sendId, {
      ...{ version: editing.version, ...recipients, subject, html, quote, from: from ?? null },
      ...(when === undefined ? {} : { when }),
    }),
  )
  if (!answer.ok) {
    const { problem } = answer
    if (problem.kind === 'refused' && problem.reason === 'version_stale') draftClash.value = 'edited'
    return failed(problem)
  }
  batch(() => {
    forgetDraft()
    took(answer.value)
    say(when === undefined ? saidSaved(answer.value) : goesOut(answer.value))
  })
}

/** Takes the mail back before it goes; the composer opens as it was. */
export async function undoSending(sending: Sending): Promise<void> {
  const { sendId, version } = sending
  const answer = await attempt(({ backend }) => backend.undoSend(sendId, version))
  if (!answer.ok) {
    say(problemSentence(answer.problem))
    const there = await attempt(({ backend }) => backend.send(sendId))
    if (there.ok) took(there.value)
    return
  }
  const back = answer.value
  took(back)
  const server = { id: back.id, version: back.version }
  openDraft(
    sending.draft === undefined ? draftOf(back) : { ...sending.draft, server, unsaved: false },
    'saved',
  )
  changeDraft({})
}

/** The undo time is over, or the person does not want to wait for it. */
export function closeSending(sendId: string): void {
  const isIts = (undo: typeof toast.value) =>
    undo?.undo?.kind === 'undo-send' && undo.undo.sending.sendId === sendId
  if (isIts(toast.value)) toast.value = undefined
  if (undoable.value?.undo.kind === 'undo-send' && undoable.value.undo.sending.sendId === sendId)
    undoable.value = undefined
}

function closeSchedule(): void {
  sheets.value = sheets.value.filter((sheet) => sheet.kind !== 'schedule')
}
