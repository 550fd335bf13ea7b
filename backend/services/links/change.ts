import type { LedgerKind } from '../../../lib/domain/sharing.ts'
import type { Trx } from '../../storage/database.ts'
import { appendEvent } from '../../storage/events.ts'
import { lockSightings, writeLedger } from '../../storage/mail/share-writes.ts'
import type { Context } from '../context.ts'
import { gainsAndLosses, listsShowing, loadFacts, type MailFacts } from '../sharing/facts.ts'

/** What is about to be done to mails of one mailbox. */
export interface Change {
  kind: LedgerKind
  recordId: string | undefined
  /** The mails concerned, asked again afterwards: what is done may store more of them. */
  mails: () => Promise<readonly string[]>
}

/**
 * Does something to who sees mails, writes down for their owner who gained and who lost sight of each, and tells the lists
 * of everybody concerned; of mail they may not see nobody hears anything.
 */
export async function asChange(
  ctx: Context,
  trx: Trx,
  change: Change,
  work: () => Promise<void>,
): Promise<void> {
  const first = await change.mails()
  await lockSightings(trx, first)
  const before = await loadFacts(ctx, trx, first)
  await work()
  const after = await loadFacts(ctx, trx, await change.mails())
  const { orgId, userId } = ctx.actor
  const at = new Date(ctx.clock.now())
  const { kind, recordId } = change
  await writeLedger(trx, {
    orgId,
    newId: ctx.newId,
    at,
    lines: after.mails.map((mail) => {
      const was = before.mails.find((one) => one.id === mail.id)
      const moved = gainsAndLosses({ facts: before, mail: was }, { facts: after, mail })
      return {
        sightingId: mail.id,
        ownerId: mail.shared.ownerId,
        actorId: userId,
        kind,
        recordId,
        detail: someOf(moved),
      }
    }),
  })
  await tellLists(ctx, trx, [before, after])
}

function someOf({ gained, lost }: { gained: string[]; lost: string[] }): {
  gained?: string[]
  lost?: string[]
} {
  return { ...(gained.length > 0 && { gained }), ...(lost.length > 0 && { lost }) }
}

/** Tells the owner, and whoever sees a mail in one of these states, which records' lists they see it on. */
async function tellLists(ctx: Context, trx: Trx, states: readonly MailFacts[]): Promise<void> {
  const { orgId, userId } = ctx.actor
  const at = new Date(ctx.clock.now())
  const people = new Map(states.flatMap((facts) => facts.people.map((one) => [one.id, one] as const)))
  for (const person of people.values()) {
    const recordIds = [...new Set(states.flatMap((facts) => listsShowing(facts, person)))]
    if (recordIds.length > 0)
      await appendEvent(trx, { orgId, userId: person.id, payload: { type: 'emails', recordIds }, at })
    if (person.id === userId)
      await appendEvent(trx, { orgId, userId: person.id, payload: { type: 'sharing' }, at })
  }
}
