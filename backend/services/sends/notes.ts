import type { Send } from '../../../lib/contract/sends.ts'
import type { Trx } from '../../storage/database.ts'
import { appendEvent } from '../../storage/events.ts'
import { addStep, recordsOfSend, type SendRow } from '../../storage/sends.ts'

type StepName = Send['steps'][number]['step']

/** One line of a send's receipt; `detail` is a code or a number. */
export interface Step {
  step: StepName
  detail?: string
}

/** After a change, in its transaction: the receipt's lines and the event that makes every open list fetch again. */
export async function noteChange(trx: Trx, send: SendRow, steps: readonly Step[], at: Date): Promise<void> {
  for (const { step, detail = '' } of steps)
    await addStep(trx, { sendId: send.id, orgId: send.org_id, at, step, detail })
  const recordIds = await recordsOfSend(trx, send)
  const { id, status, version } = send
  await appendEvent(trx, {
    orgId: send.org_id,
    payload: { type: 'send', id, status, version, recordIds },
    at,
  })
}
