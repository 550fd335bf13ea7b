import type { Send } from '../../../lib/contract/sends.ts'
import type { Trx } from '../../storage/database.ts'
import { appendEvent } from '../../storage/events.ts'
import { addStep, recordsOfSend, type SendRow } from '../../storage/sends.ts'
import { heardByOthers } from '../links/hear.ts'

type StepName = Send['steps'][number]['step']

/** One line of a send's receipt; `detail` is a code or a number. */
export interface Step {
  step: StepName
  detail?: string
}

/**
 * After a change, in its transaction: the receipt's lines and the event that makes open lists fetch again. `stood`: it stood
 * in lists before the change, although it is a draft now.
 */
export async function noteChange(
  trx: Trx,
  send: SendRow,
  steps: readonly Step[],
  at: Date,
  stood = send.status !== 'draft',
): Promise<void> {
  for (const { step, detail = '' } of steps)
    await addStep(trx, { sendId: send.id, orgId: send.org_id, at, step, detail })
  const recordIds = await recordsOfSend(trx, send)
  const { id, status, version, org_id: orgId, author_id: userId } = send
  // Colleagues hear of it as far as its author shares mail with them, and nobody of a draft (S-042, decisions 7).
  const others = stood ? await heardByOthers(trx, { org_id: orgId, user_id: userId }, recordIds) : []
  for (const one of [{ userId, recordIds }, ...others]) {
    const payload = { type: 'send' as const, id, status, version, recordIds: one.recordIds }
    await appendEvent(trx, { orgId, userId: one.userId, payload, at })
  }
  // Begun is no news for its progress; ended is.
  if (send.mass_id !== null && send.mass_place !== null && status !== 'sending')
    await appendEvent(trx, {
      orgId,
      userId,
      payload: { type: 'mass', id: send.mass_id, status: 'running' },
      at,
    })
}

/** Of a draft only its author's other screens hear; no list changes with it. */
export async function noteDraft(trx: Trx, draft: SendRow, at: Date): Promise<void> {
  const { id, version, org_id: orgId, author_id: userId } = draft
  const payload = { type: 'send' as const, id, status: 'draft', version, recordIds: [] }
  await appendEvent(trx, { orgId, userId, payload, at })
}
