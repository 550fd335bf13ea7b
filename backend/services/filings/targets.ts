import type * as z from 'zod'
import type { FilingTargets, TargetsQuery } from '../../../lib/contract/threads.ts'
import { isRobot, normaliseAddress } from '../../../lib/domain/addresses.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { isOpenStage, isOpenStatus } from '../../../lib/domain/modules.ts'
import { standsAlone, standsIn } from '../../../lib/domain/named-in.ts'
import { listMailboxes } from '../../storage/identity.ts'
import { ownAddresses } from '../../storage/mail/addresses.ts'
import { findRecordsByAddress, type RecordRow } from '../../storage/records.ts'
import { recordsReaching } from '../../storage/surroundings.ts'
import { viewerOf } from '../access.ts'
import type { Context } from '../context.ts'

type Target = FilingTargets['targets'][number]

const maxTargets = 20

/**
 * Where a file of the open mail may go, best first. `people` as the page lists them, the sender first. Sure (one click)
 * when the people have exactly one open deal and it is the sender's, or no open deal and exactly one record; the sender's open
 * documents are offered beside that.
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
  const reaching = await recordsReaching(ctx.db, viewer, ids)
  const deals = reaching.filter((row) => row.module === 'deals' && isOpenStage(row.fields['stage']))
  const documents = reaching.filter((row) => row.module !== 'deals' && isOpenStatus(row.fields['status']))
  const sender = new Set(records.filter((row) => row.matched === people[0]).map((row) => row.id))
  const bySender = (row: RecordRow) => sender.has(contactOf(row, reaching) ?? '')
  const distinct = [...new Map(records.map((row) => [row.id, row])).values()]
  const target = (why: Target['why']) => (row: RecordRow) =>
    toTarget(row, why, { people: distinct, reaching })
  const targets = [
    ...deals.filter((deal) => standsIn(deal.name, input.subject)).map(target('named')),
    ...documents.filter((one) => standsAlone(one.name, input.subject)).map(target('named')),
    ...deals.filter(bySender).map(target('open_deal')),
    ...documents.filter(bySender).map(target('open_document')),
    ...distinct.filter((row) => sender.has(row.id)).map(target('sender')),
    ...deals.filter((deal) => !bySender(deal)).map(target('in_thread')),
    ...distinct.filter((row) => !sender.has(row.id)).map(target('in_thread')),
  ]
  const seen = new Set<string>()
  const once = targets.filter((one) => !seen.has(one.recordId) && seen.add(one.recordId))
  const sure = deals.length > 0 ? deals.length === 1 && deals.every(bySender) : distinct.length === 1
  return { sure, targets: once.slice(0, maxTargets) }
}

/** Addresses in the order given, without the organisation's own people and robots. */
async function strangers(ctx: Context, people: readonly string[]): Promise<string[]> {
  const own = await ownAddresses(ctx.db, ctx.actor.orgId)
  const addresses = people.flatMap((text) => normaliseAddress(text) ?? [])
  return [...new Set(addresses)].filter(
    (address) => !own.has(address) && !own.isNever(address) && !isRobot(address),
  )
}

/** The contact a deal or document is reached through. */
function contactOf(row: RecordRow, reaching: readonly RecordRow[]): string | null {
  if (row.main_contact_id !== null || row.deal_id === null) return row.main_contact_id
  return reaching.find((one) => one.id === row.deal_id)?.main_contact_id ?? null
}

/** A deal or document is told apart by company, subject or contact, a person by company or address. */
function toTarget(
  row: RecordRow,
  why: Target['why'],
  { people, reaching }: { people: readonly RecordRow[]; reaching: readonly RecordRow[] },
): Target {
  const contact = people.find((one) => one.id === contactOf(row, reaching))
  const detail = row.fields['company'] || row.fields['subject'] || (contact?.name ?? row.primaryAddress ?? '')
  return { recordId: row.id, name: row.name, module: row.module, detail, why }
}
