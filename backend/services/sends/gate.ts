import { policyNumber, roleMay } from '../../../lib/domain/policy.ts'
import type { SendReason } from '../../../lib/domain/statuses.ts'
import { type SendSurroundings, surroundingsOf } from '../../storage/send-queue.ts'
import type { SendRow } from '../../storage/sends.ts'
import { mayStillSendAs } from '../compose/senders.ts'
import { allows } from '../scopes.ts'
import type { Job } from './job.ts'

const minute = 60_000

/** What the gate says: nothing stands against it, or what does. `drop`: these recipients may not be mailed, the others may. */
export type Gate = { around: SendSurroundings } & (
  | { kind: 'open' }
  | { kind: 'hold'; reason: SendReason }
  | { kind: 'cancelled' }
  | { kind: 'drop'; addresses: ReadonlySet<string> }
)

/** The send's surroundings now, and why it may not go out at all, or not to all (decisions 10, S-028). */
export async function askGate(job: Job): Promise<Gate> {
  const { row, deps } = job
  const around = await surroundingsOf(deps.db, row)
  if (around.mass?.status === 'stopped') return { around, kind: 'cancelled' }
  const reason = reasonToHold(row, around, deps.clock.now())
  if (reason !== undefined) return { around, kind: 'hold', reason }
  if (!(await mayStillSendAs(deps, row, around))) return { around, kind: 'hold', reason: 'alias_gone' }
  const { suppressed } = around
  if (suppressed.size === 0) return { around, kind: 'open' }
  const all = [...row.to_parties, ...row.cc_parties, ...row.bcc_parties]
  const nobodyLeft = all.every((party) => suppressed.has(party.address))
  if (nobodyLeft || row.partial === 'hold') return { around, kind: 'hold', reason: 'suppressed' }
  return { around, kind: 'drop', addresses: suppressed }
}

function reasonToHold(
  send: SendRow,
  { author, mailbox, policy, mass }: SendSurroundings,
  now: number,
): SendReason | undefined {
  if (author.status !== 'active') return 'author_deactivated'
  if (!roleMay(policy, author.role, 'mail.send')) return 'permission_withdrawn'
  if (send.planned && !roleMay(policy, author.role, 'mail.schedule')) return 'permission_withdrawn'
  if (mailbox.status === 'disconnected' || mailbox.user_id !== author.id) return 'mailbox_disconnected'
  if (mailbox.status !== 'connected' || mailbox.refresh_token === null) return 'mailbox_reauth'
  if (!allows(mailbox.scopes, 'send')) return 'permission_withdrawn'
  if (mass?.status === 'paused') return 'paused'
  // Later than this it waits for its author instead of going out at a wrong time.
  const lateMs = policyNumber(policy, 'sends.lateMinutes') * minute
  return now - wanted(send) > lateMs ? 'overdue' : undefined
}

const imposed: readonly (SendReason | null)[] = ['rate_limited', 'day_limit', 'minute_limit']

/** A wait that Google or a limit imposed is no lateness: the author was told, and could have moved the mail. */
function wanted(send: SendRow): number {
  const due = send.due_at.getTime()
  const waited = imposed.includes(send.reason) ? (send.not_before?.getTime() ?? due) : due
  return Math.max(due, waited)
}
