import type { MassSend } from '@/lib/contract/mass.ts'
import type { When } from '@/lib/contract/sends.ts'
import { t } from '@/lib/extension/i18n.ts'
import { draft, sheetProblem, sheets } from '../state.ts'
import { massPlan, massPreview, massSends, massShown } from '../state-templates.ts'
import { forgetDraft } from './compose/save.ts'
import { attempt, once, say } from './core.ts'
import { problemSentence } from './words.ts'

interface Selection {
  draftId: string
  recordIds: readonly string[]
}

/** Who would get a mail and who would not, and the first one as its recipient gets it. */
export async function planMass({ draftId, recordIds }: Selection): Promise<void> {
  sheetProblem.value = undefined
  if (massPlan.value?.draftId !== draftId) massPlan.value = undefined
  massPreview.value = undefined
  const answer = await attempt(({ backend }) => backend.planMass({ draftId, recordIds: [...recordIds] }))
  if (!answer.ok) {
    sheetProblem.value = answer.problem
    return
  }
  massPlan.value = { draftId, plan: answer.value }
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
export function startMass(sheet: Selection & { version: number; topic: string; when: When }): Promise<void> {
  return once('send', async () => {
    const plan = massPlan.value?.plan
    const { draftId, version, recordIds, topic, when } = sheet
    if (plan === undefined) return
    const key = draft.value?.attempt ?? crypto.randomUUID()
    const answer = await attempt(({ backend }) =>
      backend.startMass(
        {
          ...{ draftId, version, recordIds: [...recordIds], topic, when },
          ...{ expected: plan.willBeMailed, overrule: [] },
        },
        key,
      ),
    )
    if (!answer.ok) {
      sheetProblem.value = answer.problem
      if (answer.problem.kind === 'refused' && answer.problem.reason === 'mass_changed')
        await planMass({ draftId, recordIds })
      return
    }
    forgetDraft()
    massPlan.value = undefined
    say(t('mass.started', { n: answer.value.total }))
    openMassSend(answer.value)
    await readMassSends()
  })
}

export async function readMassSends(): Promise<void> {
  const answer = await attempt(({ backend }) => backend.massSends())
  if (answer.ok) massSends.value = answer.value.sends
}

/** The page of one mass send, over whatever stands. */
export function openMassSend(send: MassSend): void {
  massShown.value = { send, rows: undefined }
  const open = { kind: 'mass-progress', massId: send.id } as const
  sheets.value = [...sheets.value.filter(({ kind }) => kind !== 'mass-progress'), open]
  void readShown(send.id)
}

async function readShown(id: string): Promise<void> {
  const answer = await attempt(async ({ backend }) => ({
    send: await backend.massSend(id),
    rows: await backend.massRows(id),
  }))
  if (answer.ok && massShown.value?.send.id === id) massShown.value = answer.value
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
