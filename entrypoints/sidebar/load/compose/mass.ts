import { now } from '@/lib/extension/clock.ts'
import { emptyDraft } from '@/lib/extension/mail-draft.ts'
import { draft, sheetProblem, sheets } from '../../state.ts'
import { massTopic } from '../../state-templates.ts'
import { once } from '../core.ts'
import { openOrResume } from './open.ts'
import { saveDraft, takeShown } from './save.ts'

/** One mail each to these records: the composer without recipients, then the confirm (decisions 13). */
export function composeMass(recordIds: readonly string[]): Promise<void> {
  const key = [...recordIds].sort().join(' ')
  return openOrResume({ ...emptyDraft(`mass:${key}`, now()), mass: { recordIds } })
}

/** The text is saved, and the sheet says who gets it and who does not. */
export function openMass(): Promise<void> {
  return once('send', async () => {
    takeShown()
    const one = draft.value
    if (one?.mass === undefined) return
    if (one.server === undefined) draft.value = { ...one, unsaved: true }
    for (let turn = 0; turn < 3 && draft.value?.unsaved; turn++) {
      const problem = await saveDraft()
      if (problem === undefined) continue
      sheetProblem.value = problem
      return
    }
    const server = draft.value?.server
    if (server === undefined || draft.value?.id !== one.id) return
    const { recordIds } = one.mass
    massTopic.value = ''
    sheets.value = [...sheets.value, { kind: 'mass', draftId: server.id, version: server.version, recordIds }]
  })
}
