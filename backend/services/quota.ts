import { type QuotaUse, quota, quotaUses } from '../../lib/domain/sync.ts'
import { sentSince, unitsSpent } from '../storage/mail/quota.ts'
import type { Deps } from './context.ts'

const dayMs = 24 * 60 * 60_000

/** What a mailbox used of Gmail's allowance. */
export interface QuotaUsed {
  /** Units of the last minute, over all instances. */
  unitsThisMinute: number
  byUse: Record<QuotaUse, number>
  perMinute: number
  reserve: number
  /** Our mails of the last 24 hours, as Gmail counts its limit. */
  sentToday: number
}

/** For the Trust page: how much of the mailbox's allowance is used just now. */
export async function quotaUsed(deps: Deps, mailboxId: string): Promise<QuotaUsed> {
  const now = deps.clock.now()
  const spent = await unitsSpent(deps.db, mailboxId, new Date(now))
  const byUse = { background: 0, person: 0, send: 0, ...spent }
  return {
    unitsThisMinute: quotaUses.reduce((sum, use) => sum + byUse[use], 0),
    byUse,
    perMinute: quota.unitsPerMinute,
    reserve: quota.reserve,
    sentToday: await sentSince(deps.db, mailboxId, new Date(now - dayMs)),
  }
}
