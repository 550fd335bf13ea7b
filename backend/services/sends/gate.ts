import { policyNumber, roleMay } from '../../../lib/domain/policy.ts'
import type { SendReason } from '../../../lib/domain/statuses.ts'
import { type SendSurroundings, surroundingsOf } from '../../storage/send-queue.ts'
import type { SendRow } from '../../storage/sends.ts'
import { mayStillSendAs } from '../compose/senders.ts'
import { allows } from '../scopes.ts'
import type { Job } from './job.ts'

const minute = 60_000

/** The send's surroundings now, and why it may not go out at all (decisions 10); undefined when it may. */
export async function askGate(job: Job): Promise<{ around: SendSurroundings; hold: SendReason | undefined }> {
  const around = await surroundingsOf(job.deps.db, job.row)
  const hold = reasonToHold(job.row, around, job.deps.clock.now())
  if (hold !== undefined) return { around, hold }
  return { around, hold: (await mayStillSendAs(job.deps, job.row, around)) ? undefined : 'alias_gone' }
}

function reasonToHold(
  send: SendRow,
  { author, mailbox, policy }: SendSurroundings,
  now: number,
): SendReason | undefined {
  if (author.status !== 'active') return 'author_deactivated'
  if (!roleMay(policy, author.role, 'mail.send')) return 'permission_withdrawn'
  if (send.planned && !roleMay(policy, author.role, 'mail.schedule')) return 'permission_withdrawn'
  if (mailbox.status === 'disconnected' || mailbox.user_id !== author.id) return 'mailbox_disconnected'
  if (mailbox.status !== 'connected' || mailbox.refresh_token === null) return 'mailbox_reauth'
  if (!allows(mailbox.scopes, 'send')) return 'permission_withdrawn'
  // Later than this it waits for its author instead of going out at a wrong time.
  const lateMs = policyNumber(policy, 'sends.lateMinutes') * minute
  return now - wanted(send) > lateMs ? 'overdue' : undefined
}

/** A wait that Google imposed is no lateness: the author was told, and could have moved the mail. */
function wanted(send: SendRow): number {
  const due = send.due_at.getTime()
  const waited = send.reason === 'rate_limited' ? (send.not_before?.getTime() ?? due) : due
  return Math.max(due, waited)
}
