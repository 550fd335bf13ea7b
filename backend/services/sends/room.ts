import { dayMs, minuteMs, roomNow, type SendLimits, slotsAfter } from '../../../lib/domain/allowance.ts'
import type { Trx } from '../../storage/database.ts'
import { type DueMailbox, leftBehind, waitUntil } from '../../storage/send-queue.ts'
import type { SendRow } from '../../storage/sends.ts'
import { onTheirWay, sentCounts } from '../../storage/sent-marks.ts'
import { limitsOf, usedTimes } from './allowance.ts'
import type { Step } from './notes.ts'

/** Mails of one mailbox told in one turn that they wait; the others are told in the next. */
const toldAtOnce = 50

/** What a mailbox may begin now by its organisation's limits. */
export interface Room {
  id: string
  room: number
  limits: SendLimits
}

/** For mailboxes this transaction holds. What is on its way counts as sent: its answer may be lost. */
export async function roomsOf(trx: Trx, mailboxes: readonly DueMailbox[], now: Date): Promise<Room[]> {
  const ids = mailboxes.map((one) => one.id)
  const counts = await sentCounts(trx, ids, {
    day: new Date(now.getTime() - dayMs),
    minute: new Date(now.getTime() - minuteMs),
  })
  const underway = await onTheirWay(trx, ids)
  return mailboxes.map(({ id, policy }) => {
    const { day, minute } = counts.get(id) ?? { day: 0, minute: 0 }
    const more = underway.get(id) ?? 0
    const limits = limitsOf(policy)
    return { id, limits, room: roomNow({ day: day + more, minute: minute + more }, limits) }
  })
}

/** Those that are due and for which there is no room wait until there is; they never fail by it (gmail-api, B4). */
export async function keepWaiting(
  trx: Trx,
  rooms: readonly Room[],
  taken: readonly SendRow[],
  now: Date,
): Promise<{ row: SendRow; steps: Step[] }[]> {
  const told: { row: SendRow; steps: Step[] }[] = []
  for (const { id, room, limits } of rooms) {
    const begun = taken.filter((row) => row.mailbox_id === id && row.claimed_at?.getTime() === now.getTime())
    if (begun.length < room) continue
    const rows = await leftBehind(trx, id, { now, limit: toldAtOnce })
    const own = rows.filter((row) => row.mass_id === null)
    const mass = rows.filter((row) => row.mass_id !== null)
    for (const group of [own, mass]) {
      if (group.length === 0) continue
      const taken = await usedTimes(trx, id, now.getTime(), { mass: group === mass })
      const slots = slotsAfter(taken, limits, { now: now.getTime(), count: group.length })
      for (const [nth, row] of group.entries()) {
        const { at = now.getTime() + minuteMs, reason = 'minute_limit' } = slots[nth] ?? {}
        const waits = await waitUntil(trx, row.id, { at: new Date(at), reason, now })
        told.push({ row: waits, steps: row.reason === reason ? [] : [{ step: 'waits', detail: reason }] })
      }
    }
  }
  return told
}
