import type * as z from 'zod'
import type { FilingTargets, TargetsQuery } from '../../../lib/contract/threads.ts'
import { isRobot, normaliseAddress } from '../../../lib/domain/addresses.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { isOpenStage } from '../../../lib/domain/modules.ts'
import { listMailboxes } from '../../storage/identity.ts'
import { ownAddresses } from '../../storage/mail/addresses.ts'
import { findDealsOf, findRecordsByAddress, type RecordRow } from '../../storage/records.ts'
import { viewerOf } from '../access.ts'
import type { Context } from '../context.ts'

type Target = FilingTargets['targets'][number]

const maxTargets = 20

/**
 * Where a file of the open mail may go, best first. `people` as the page lists them, the sender first. Sure (one click)
 * when the people have exactly one open deal and it is the sender's, or no open deal and exactly one record.
 */
export async function filingTargets(
  ctx: Context,
  input: z.output<typeof TargetsQuery>,
): Promise<FilingTargets> {
  const { orgId, userId } = ctx.actor
  const viewer = viewerOf(ctx)
  const mailboxes = await listMailboxes(ctx.db, orgId, userId)
  if (!mailboxes.some((one) => one.email === input.account))
    throw new Refusal('forbidden', 'wrong_account', { account: input.account })
  const people = await strangers(ctx, input.people)
  const records = await findRecordsByAddress(ctx.db, viewer, people)
  const ids = [...new Set(records.map((row) => row.id))]
  const deals = (await findDealsOf(ctx.db, viewer, ids)).filter(isOpen)
  const sender = new Set(records.filter((row) => row.matched === people[0]).map((row) => row.id))
  const bySender = (deal: RecordRow) => deal.main_contact_id !== null && sender.has(deal.main_contact_id)
  const distinct = [...new Map(records.map((row) => [row.id, row])).values()]
  const named = deals.filter((deal) => standsIn(deal.name, input.subject))
  const targets = [
    ...named.map((deal) => toTarget(deal, 'named', distinct)),
    ...deals.filter(bySender).map((deal) => toTarget(deal, 'open_deal', distinct)),
    ...distinct.filter((row) => sender.has(row.id)).map((row) => toTarget(row, 'sender', distinct)),
    ...deals.filter((deal) => !bySender(deal)).map((deal) => toTarget(deal, 'in_thread', distinct)),
    ...distinct.filter((row) => !sender.has(row.id)).map((row) => toTarget(row, 'in_thread', distinct)),
  ]
  const once = [
    ...new Map(targets.toReversed().map((target) => [target.recordId, target])).values(),
  ].toReversed()
  const sure = deals.length > 0 ? deals.length === 1 && deals.every(bySender) : distinct.length === 1
  return { sure, targets: once.slice(0, maxTargets) }
}

/** Whether the name stands in the text, whatever its case and width; very short names prove nothing. */
function standsIn(name: string, text: string): boolean {
  const fold = (one: string) => one.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()
  return fold(name).length >= 3 && fold(text).includes(fold(name))
}

/** Addresses in the order given, without the organisation's own people and robots. */
async function strangers(ctx: Context, people: readonly string[]): Promise<string[]> {
  const own = await ownAddresses(ctx.db, ctx.actor.orgId)
  const addresses = people.flatMap((text) => normaliseAddress(text) ?? [])
  return [...new Set(addresses)].filter((address) => !own.has(address) && !isRobot(address))
}

function isOpen(row: RecordRow): boolean {
  return isOpenStage(row.fields['stage'])
}

/** A deal is told apart by its contact, a person by company or address. */
function toTarget(row: RecordRow, why: Target['why'], people: readonly RecordRow[]): Target {
  const contact = people.find((one) => one.id === row.main_contact_id)
  const detail = row.fields['company'] || (contact?.name ?? row.primaryAddress ?? '')
  return { recordId: row.id, name: row.name, module: row.module, detail, why }
}
