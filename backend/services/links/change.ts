import type { LedgerKind, ShareLevel } from '../../../lib/domain/sharing.ts'
import { shareLevels } from '../../../lib/domain/sharing.ts'
import type { Trx } from '../../storage/database.ts'
import { appendEvent } from '../../storage/events.ts'
import {
  endGrants,
  lockSightings,
  writeLedger,
  writeShares,
  writeThreadWord,
} from '../../storage/mail/share-writes.ts'
import type { Context } from '../context.ts'
import { type FactPerson, gainsAndLosses, loadFacts, type MailFacts, sightOf } from '../sharing/facts.ts'
import type { OwnThread } from './take.ts'

/** What is about to be done to mails of one mailbox. */
export interface Change {
  kind: LedgerKind
  recordId: string | undefined
  level?: ShareLevel
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
  const { kind, recordId, level } = change
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
        detail: { ...(level && { level }), ...someOf(moved) },
      }
    }),
  })
  await tellLists(ctx, trx, [before, after])
}

/** The owner's word on these mails, in the transaction of whatever else is done to them (design 05 A: link and share). */
export async function giveWord(
  ctx: Context,
  trx: Trx,
  level: 'default' | ShareLevel,
  { mailbox, threadId, gmailId }: OwnThread,
  mails: Change['mails'],
): Promise<void> {
  const { orgId } = ctx.actor
  const kind = level === 'metadata' || level === 'full' ? 'shared' : 'stopped'
  const change = { kind, recordId: undefined, mails, ...(level !== 'default' && { level }) } as const
  await asChange(ctx, trx, change, async () => {
    const at = new Date(ctx.clock.now())
    const { mails: facts } = await loadFacts(ctx, trx, await mails())
    const rows = facts.map(({ id, mailboxId }) => ({ sightingId: id, mailboxId }))
    await writeShares(trx, { orgId, rows, level, at })
    if (gmailId === undefined)
      await writeThreadWord(trx, { orgId, mailboxId: mailbox.id, threadId, level, at })
    if (kind === 'stopped')
      await endGrants(
        trx,
        rows.map((row) => row.sightingId),
        undefined,
        at,
      )
  })
}

function someOf({ gained, lost }: { gained: string[]; lost: string[] }): {
  gained?: string[]
  lost?: string[]
} {
  return { ...(gained.length > 0 && { gained }), ...(lost.length > 0 && { lost }) }
}

/** Tells the owner, and whoever sees a mail in one of these states, which of the records they may open have other lists. */
async function tellLists(ctx: Context, trx: Trx, states: readonly MailFacts[]): Promise<void> {
  const { orgId, userId } = ctx.actor
  const at = new Date(ctx.clock.now())
  const people = new Map(states.flatMap((facts) => facts.people.map((one) => [one.id, one] as const)))
  for (const person of people.values()) {
    const recordIds = [...new Set(states.flatMap((facts) => listsOf(facts, person)))]
    if (recordIds.length > 0)
      await appendEvent(trx, { orgId, userId: person.id, payload: { type: 'emails', recordIds }, at })
    if (recordIds.length > 0 || person.id === userId)
      await appendEvent(trx, { orgId, userId: person.id, payload: { type: 'sharing' }, at })
  }
}

function listsOf(facts: MailFacts, person: FactPerson): string[] {
  const seen = facts.mails.filter(
    (mail) =>
      shareLevels.indexOf(sightOf(facts, person, mail).level) > 0 || person.id === mail.shared.ownerId,
  )
  const ids = new Set(seen.flatMap((mail) => mail.paths.map((path) => path.recordId)))
  return [...ids].filter((id) => {
    const record = facts.records.get(id)
    return record !== undefined && facts.opens(person, record)
  })
}
