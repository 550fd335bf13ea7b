import type { MassSend } from '@/lib/contract/mass.ts'
import type { When } from '@/lib/contract/sends.ts'
import { whenFull } from '@/lib/domain/format.ts'
import { now } from '@/lib/extension/clock.ts'
import { t } from '@/lib/extension/i18n.ts'
import type { Draft } from '@/lib/extension/mail-draft.ts'
import { draft, settings, sheetProblem, sheets, toast, view } from '../state.ts'
import type { Sending } from '../state-compose.ts'
import { massPlan, massPreview, massSends, massShown, massTopic } from '../state-templates.ts'
import { lists } from '../state-workspace.ts'
import { draftOf, openDraft } from './compose/open.ts'
import { changeDraft, forgetDraft } from './compose/save.ts'
import { attempt, once, say } from './core.ts'
import { newest } from './newest.ts'
import { problemSentence } from './words.ts'
import { selectNone } from './workspace/select.ts'

interface Selection {
  draftId: string
  recordIds: readonly string[]
}

/** Who would get a mail and who would not, and the first one as its recipient gets it. */
export async function planMass({ draftId, recordIds }: Selection, evenEmpty = false): Promise<void> {
  sheetProblem.value = undefined
  if (massPlan.value?.draftId !== draftId) massPlan.value = undefined
  massPreview.value = undefined
  const answer = await attempt(({ backend }) =>
    backend.planMass({ draftId, recordIds: [...recordIds], evenEmpty }),
  )
  if (!answer.ok) {
    sheetProblem.value = answer.problem
    return
  }
  massPlan.value = { draftId, plan: answer.value, evenEmpty }
  if (answer.value.willBeMailed > 0) await showNth({ draftId, recordIds }, 0)
}

export function showNth({ draftId, recordIds }: Selection, nth: number): Promise<void> {
  return once('mass-preview', async () => {
    const asked = { draftId, recordIds: [...recordIds], nth }
    const answer = await attempt(({ backend }) => backend.previewMass(asked))
    if (answer.ok) massPreview.value = answer.value
    else say(problemSentence(answer.problem))
  })
}

/** Sends one mail each, now or at a time; the number the person saw has to hold still. */
export function startMass(sheet: Selection & { version: number }, when: When): Promise<void> {
  return once('send', async () => {
    const { plan, evenEmpty = false } = massPlan.value ?? {}
    const { draftId, version, recordIds } = sheet
    if (plan === undefined) return
    const from = draft.value
    const key = from?.attempt ?? crypto.randomUUID()
    const undoSeconds = when.kind === 'now' ? (settings.value?.undoSeconds ?? 10) : 0
    // What is refused is said on the confirm.
    sheets.value = sheets.value.filter(({ kind }) => kind !== 'schedule')
    const answer = await attempt(({ backend }) =>
      backend.startMass(
        {
          ...{ draftId, version, recordIds: [...recordIds], topic: massTopic.value, when },
          ...{
            expected: plan.willBeMailed,
            overrule: evenEmpty ? ['unresolved_field' as const] : [],
            undoSeconds,
          },
        },
        key,
      ),
    )
    if (!answer.ok) {
      sheetProblem.value = answer.problem
      if (answer.problem.kind === 'refused' && answer.problem.reason === 'mass_changed')
        await planMass({ draftId, recordIds }, evenEmpty)
      return
    }
    forgetDraft()
    massPlan.value = undefined
    unselect(recordIds)
    openMassSend(answer.value)
    sayStarted(answer.value, { sendId: draftId, version, draft: from })
    await readMassSends()
  })
}

/** The same words and the same way back as of a single mail. */
function sayStarted(send: MassSend, of: Pick<Sending, 'sendId' | 'version' | 'draft'>): void {
  const until = send.undoUntil === null ? 0 : Date.parse(send.undoUntil)
  const first = send.startsAt === null ? '' : whenFull(Date.parse(send.startsAt), view.value)
  const words = until > 0 ? t('compose.sending') : t('mass.scheduled', { n: send.total, when: first })
  say(words, { kind: 'undo-send', sending: { ...of, massId: send.id, from: now(), until } })
}

/** What was sent is not selected for something else. */
function unselect(recordIds: readonly string[]): void {
  const sent = new Set(recordIds)
  for (const [module, { selected }] of lists.value)
    if (selected.kind === 'all' || [...selected.rows.keys()].some((id) => sent.has(id))) selectNone(module)
}

/** Takes all of it back while nothing has left; the composer opens as it was. */
export async function undoMass({ massId, sendId, draft: from }: Sending): Promise<void> {
  if (massId === undefined) return
  const answer = await attempt(({ backend }) => backend.undoMass(massId))
  // An answer may have been lost: what the server has is what is true.
  const there = answer.ok ? answer : await attempt(({ backend }) => backend.send(sendId))
  if (!answer.ok && !(there.ok && there.value.status === 'draft' && there.value.massId === null)) {
    say(problemSentence(answer.problem))
    return void readShown(massId)
  }
  if (!there.ok) return
  const { id, version } = there.value
  sheets.value = sheets.value.filter(({ kind }) => kind !== 'mass-progress')
  massShown.value = undefined
  const whole: Draft = from ?? draftOf(there.value)
  openDraft({ ...whole, server: { id, version }, unsaved: false, attempt: crypto.randomUUID() }, 'saved')
  changeDraft({})
  await readMassSends()
}

/** Opens the times over the confirm: one moment for all, from which on they go at their pace. */
export function scheduleMass(sheet: Selection & { version: number }): void {
  const count = massPlan.value?.plan.willBeMailed ?? 0
  const { draftId, version, recordIds } = sheet
  toast.value = undefined
  sheets.value = [
    ...sheets.value,
    { kind: 'schedule', any: false, purpose: { kind: 'mass', count, draftId, version, recordIds } },
  ]
}

export async function readMassSends(): Promise<void> {
  const answer = await newest('mass-sends', ({ backend }) => backend.massSends())
  if (answer?.ok) massSends.value = answer.value.sends
}

/** The page of one mass send, over whatever stands. */
export function openMassSend(send: MassSend): void {
  massShown.value = { send, rows: undefined }
  const open = { kind: 'mass-progress', massId: send.id } as const
  sheets.value = [...sheets.value.filter(({ kind }) => kind !== 'mass-progress'), open]
  void readShown(send.id)
}

async function readShown(id: string): Promise<void> {
  const answer = await newest(`mass:${id}`, async ({ backend }) => ({
    send: await backend.massSend(id),
    rows: await backend.massRows(id),
  }))
  if (answer?.ok && massShown.value?.send.id === id) massShown.value = answer.value
}

/** The stream says it went on. */
export function hearMass(id: string): void {
  if (massShown.value?.send.id === id) void readShown(id)
  if (massSends.value.length > 0) void readMassSends()
}

export function steerMass(kind: 'pause' | 'resume' | 'stop'): Promise<void> {
  return once(`mass:${kind}`, async () => {
    const send = massShown.value?.send
    if (send === undefined) return
    const { id, version } = send
    const answer = await attempt(({ backend }) =>
      kind === 'pause'
        ? backend.pauseMass(id, version)
        : kind === 'resume'
          ? backend.resumeMass(id, version)
          : backend.stopMass(id, version),
    )
    if (!answer.ok) say(problemSentence(answer.problem))
    await readShown(id)
  })
}
