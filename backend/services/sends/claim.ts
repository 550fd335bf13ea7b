import type { Database } from '../../storage/database.ts'
import { claimSends, holdDueMailboxes, nextSendAt, renewSend } from '../../storage/send-queue.ts'
import { type SendRow, sendChannel } from '../../storage/sends.ts'
import type { Deps } from '../context.ts'
import { noteChange } from './notes.ts'
import { keepWaiting, roomsOf } from './room.ts'

export { sendChannel }

/** How long a claim lasts without renewal (stack, 4). */
export const leaseMs = 2 * 60_000
/** Mails of one mailbox on their way at the same time. */
const perMailbox = 3

/** A claimed send and the name under which it is held. */
export interface ClaimedSend {
  row: SendRow
  worker: string
}

/**
 * Takes up to `limit` sends that are due, or whose worker is gone, and commits before anybody touches the network.
 * Each call claims under a name of its own. What a mailbox has no room for by the organisation's limits waits until it has.
 */
export async function claimDueSends(
  deps: Pick<Deps, 'db' | 'clock' | 'newId'>,
  input: { worker: string; limit: number },
): Promise<ClaimedSend[]> {
  const worker = `${input.worker}#${deps.newId()}`
  const now = new Date(deps.clock.now())
  const { limit } = input
  const rows = await deps.db.transaction().execute(async (trx) => {
    const rooms = await roomsOf(trx, await holdDueMailboxes(trx, now), now)
    if (rooms.length === 0) return []
    const taken = await claimSends(trx, { worker, now, limit, perMailbox, leaseMs, mailboxes: rooms })
    const waiting = await keepWaiting(trx, rooms, taken, now)
    const claimed = taken.map((row) => ({
      row,
      steps: row.claimed_at?.getTime() === now.getTime() ? [{ step: 'claimed' as const }] : [],
    }))
    for (const { row, steps } of [...claimed, ...waiting]) await noteChange(trx, row, steps, now)
    return taken
  })
  return rows.map((row) => ({ row, worker }))
}

/** Epoch ms of the next send or lapsing lease. */
export async function nextSendDue(db: Database): Promise<number | undefined> {
  return (await nextSendAt(db))?.getTime()
}

/**
 * Renews the lease, three times in its length, until the returned function is called. `onLost` is called when another
 * worker has it by then.
 */
export function keepLease(
  deps: Pick<Deps, 'db' | 'clock' | 'log'>,
  claimed: ClaimedSend,
  onLost: () => void,
): () => Promise<void> {
  const end = new AbortController()
  const loop = async (): Promise<void> => {
    for (;;) {
      await deps.clock.sleepUntil(deps.clock.now() + leaseMs / 3, end.signal)
      if (end.signal.aborted) return
      try {
        const until = new Date(deps.clock.now() + leaseMs)
        if (await renewSend(deps.db, { id: claimed.row.id, worker: claimed.worker }, until)) continue
        onLost()
        return
      } catch {
        // The database is away for a moment; a lapsed lease is noticed by the next write.
        deps.log.warn('send.lease_not_renewed', { send: claimed.row.id })
      }
    }
  }
  const running = loop()
  return () => {
    end.abort()
    return running
  }
}
