import type * as z from 'zod'
import type { Conversion, ConvertLead } from '../../../lib/contract/duplicates.ts'
import { carriedValues, domainOfLead } from '../../../lib/domain/conversion.ts'
import { mergeAddresses } from '../../../lib/domain/duplicates.ts'
import { type FieldProblem, Refusal } from '../../../lib/domain/errors.ts'
import { readValues, withDefaults } from '../../../lib/domain/field-values.ts'
import type { ModuleDescription, StandardModule } from '../../../lib/domain/modules.ts'
import { cleanText } from '../../../lib/domain/text.ts'
import { holdBelongings, moveBelongings } from '../../storage/belongings.ts'
import type { Trx } from '../../storage/database.ts'
import { lockFiles } from '../../storage/file-rows.ts'
import {
  addressesOf,
  carryMoments,
  findConversionFacts,
  lockWhole,
  replaceAddresses,
  retireRecord,
  type StoredAddress,
} from '../../storage/merges.ts'
import { noteChanges } from '../../storage/record-changes.ts'
import { findTargets, updateRecordRow } from '../../storage/record-writes.ts'
import { requireEditable, requireRecord, viewerOf } from '../access.ts'
import type { Context } from '../context.ts'
import { addressValues, maxTold, toPair } from '../merges/memory.ts'
import { noteRenamed } from '../merges/tell.ts'
import { checkRecord } from '../records/check.ts'
import { refuse, requireModule, settle } from '../records/create.ts'
import { changesBetween, columnsOf, type Values } from '../records/values.ts'
import { changeRecord, type HeldRecord, holdRecord, insertNew, note, tellChanged } from '../records/write.ts'
import { requireLead } from './lead.ts'

type Input = z.output<typeof ConvertLead>

interface Conversing {
  lead: HeldRecord
  addresses: StoredAddress[]
  input: Input
  modules: Record<'leads' | 'contacts' | 'accounts' | 'deals', ModuleDescription>
  /** In the histories of what is made of it. */
  facts: Record<string, string>
}

/**
 * Makes contact, account and deal of a lead, or uses those that stand, in one transaction: the addresses with their mail and
 * since when they stood (decisions 6), files, notes, tasks and sends go to the contact; the lead is kept out of sight and
 * leads to it. A repeated call with the same Idempotency-Key finds what the first one made.
 */
export async function convertLead(ctx: Context, id: string, input: Input): Promise<Conversion> {
  const changeId = ctx.newId()
  await requireLead(ctx, id)
  await requireUsable(ctx, input)
  const modules = {
    leads: await requireModule(ctx, 'leads'),
    contacts: await requireModule(ctx, 'contacts'),
    accounts: await requireModule(ctx, 'accounts'),
    deals: await requireModule(ctx, 'deals'),
  }
  const { orgId } = ctx.actor
  return ctx.db.transaction().execute(async (trx) => {
    await lockFiles(trx, orgId)
    await lockWhole(trx, orgId, [id, ...idsOf(input)])
    await holdBelongings(trx, id)
    const lead = await holdRecord(trx, ctx, id)
    if (lead.row.version !== input.version)
      throw new Refusal('conflict', 'version_stale', { version: lead.row.version })
    const addresses = await addressesOf(trx, id)
    const facts = { from: id, name: lead.row.name }
    const one: Conversing = { lead, addresses, input, modules, facts }
    await replaceAddresses(trx, orgId, id, [])
    const accountId = await accountFor(ctx, trx, one)
    const contactId = await contactFor(ctx, trx, one, accountId)
    const dealId = await dealFor(ctx, trx, one, { accountId, contactId })
    const made = { contactId, accountId: accountId || null, dealId: dealId || null }
    await retireLead(ctx, trx, one, { changeId, made })
    return made
  })
}

/** What an earlier call of this person made. @throws Refusal not_found */
export async function findConversion(ctx: Context, changeId: string): Promise<Conversion> {
  const facts = await findConversionFacts(ctx.db, ctx.actor, changeId)
  if (facts === undefined) throw new Refusal('not_found', 'record_missing')
  const idOf = (key: string) => (facts[key] ? String(facts[key]) : null)
  return { contactId: String(facts['contactId']), accountId: idOf('accountId'), dealId: idOf('dealId') }
}

/** The account and contact named must be there, of their module, and the contact the actor's to change. */
async function requireUsable(ctx: Context, { account, contactId }: Input): Promise<void> {
  if (account !== null && 'id' in account)
    await requireModuleOf(await requireRecord(ctx, account.id), 'accounts', 'account.id')
  if (contactId !== null)
    await requireModuleOf(await requireEditable(ctx, contactId), 'contacts', 'contactId')
}

/** What the conversion uses besides the lead. */
function idsOf({ account, contactId }: Input): string[] {
  const ids = [contactId, account !== null && 'id' in account ? account.id : null]
  return ids.filter((id) => id !== null)
}

function requireModuleOf(row: { module: string } | undefined, module: StandardModule, field: string): void {
  if (row?.module !== module)
    throw new Refusal('invalid', 'field_invalid', {}, [{ field, reason: 'lookup_missing' }])
}

/** Its id; '' when there is to be none. */
async function accountFor(ctx: Context, trx: Trx, one: Conversing): Promise<string> {
  const { account } = one.input
  if (account === null) return ''
  if ('id' in account) {
    const found = await findTargets(trx, viewerOf(ctx), [account.id])
    requireModuleOf(found.get(account.id), 'accounts', 'account.id')
    return account.id
  }
  const module = one.modules.accounts
  const accountName = cleanText(account.name).replace(/\s+/g, ' ').trim()
  const values = {
    ...carriedValues(one.modules.leads, one.lead.values, module),
    accountName,
    domain: domainOfLead({ ...one.lead.values, ...addressValues(one.addresses) }) ?? '',
    ownerId: one.lead.row.owner_id,
  }
  return insert(ctx, trx, one, { module, values, path: 'account' })
}

async function contactFor(ctx: Context, trx: Trx, one: Conversing, accountId: string): Promise<string> {
  const module = one.modules.contacts
  const carried = carriedValues(one.modules.leads, one.lead.values, module)
  if (one.input.contactId === null) {
    const moments = new Map(one.addresses.map(({ address, since }) => [address, since]))
    const values = settle(module, {
      ...carried,
      ...addressValues(one.addresses),
      accountId,
      ownerId: one.lead.row.owner_id,
    })
    return insert(ctx, trx, one, { module, values, path: '', moments })
  }
  const contact = await holdRecord(trx, ctx, one.input.contactId)
  const held = await addressesOf(trx, contact.row.id)
  const pair = mergeAddresses(toPair(held), toPair(one.addresses), {})
  const given = Object.fromEntries(Object.entries(contact.values).filter(([, value]) => value !== ''))
  const values = settle(module, {
    ...carried,
    accountId,
    ...given,
    primaryAddress: pair.primary ?? '',
    secondaryAddress: pair.secondary ?? '',
  })
  const how = { kind: 'converted' as const, facts: one.facts }
  if (!(await changeRecord(trx, ctx, contact, { module, values }, how)))
    await note(trx, ctx, contact.row.id, [], how)
  await carryMoments(trx, ctx.actor.orgId, contact.row.id, one.addresses)
  return contact.row.id
}

/** Its id; '' when there is to be none. */
async function dealFor(
  ctx: Context,
  trx: Trx,
  one: Conversing,
  { accountId, contactId }: { accountId: string; contactId: string },
): Promise<string> {
  const { deal } = one.input
  if (deal === null) return ''
  const module = one.modules.deals
  const { stage = '', ...typed } = deal
  const read = readValues(module, { ...typed, stage })
  refuse(read.problems.map((problem) => ({ ...problem, field: problem.field.replace(/^fields/, 'deal') })))
  const values = settle(module, {
    ...carriedValues(one.modules.leads, one.lead.values, module),
    ...withDefaults(module, read.values),
    mainContactId: contactId,
    accountId,
    ownerId: one.lead.row.owner_id,
  })
  return insert(ctx, trx, one, { module, values, path: 'deal' })
}

async function insert(
  ctx: Context,
  trx: Trx,
  one: Conversing,
  made: { module: ModuleDescription; values: Values; path: string; moments?: ReadonlyMap<string, Date> },
): Promise<string> {
  const { module, values, path, moments } = made
  const id = ctx.newId()
  // The lead's owner stays one, whatever has become of them since.
  const before = { ownerId: one.lead.row.owner_id }
  const problems = await checkRecord(trx, ctx, module, { id, before, after: values })
  refuse(problems.map((problem): FieldProblem => ({ ...problem, field: underPath(path, problem.field) })))
  const how = { kind: 'created' as const, facts: one.facts, ...(moments && { moments }) }
  await insertNew(trx, ctx, { id, module, values }, how)
  return id
}

function underPath(path: string, field: string): string {
  return path === '' ? field : `${path}.${field.replace(/^fields\./, '')}`
}

/** Everything on the lead goes to the contact, and the lead out of all lists, telling where to. */
async function retireLead(
  ctx: Context,
  trx: Trx,
  { lead, addresses, modules, input }: Conversing,
  { changeId, made }: { changeId: string; made: Conversion },
): Promise<void> {
  const { orgId, userId } = ctx.actor
  const { id } = lead.row
  const at = new Date(ctx.clock.now())
  const came = addresses.map((one) => one.address)
  const road = { from: id, to: made.contactId, now: at, came }
  // An admin's own lookups of leads stay: they lead to what the lead became.
  const rows = await moveBelongings(trx, road, false)
  const named = await noteRenamed(ctx, trx, { renamed: rows, road, undone: false, facts: { leadId: id } })
  const values = { ...lead.values, ...addressValues([]), status: 'converted' }
  const columns = columnsOf(modules.leads, values)
  const set = { ...columns, name: lead.row.name }
  if (!(await updateRecordRow(trx, { orgId, id, version: input.version, columns: set, now: at })))
    throw new Refusal('conflict', 'version_stale')
  await retireRecord(trx, id, { converted: made.contactId }, { userId, at })
  const facts = {
    contactId: made.contactId,
    accountId: made.accountId ?? '',
    dealId: made.dealId ?? '',
  }
  const changes = changesBetween(lead.values, values)
  await noteChanges(trx, [
    { id: changeId, orgId, recordId: id, at, by: userId, kind: 'converted', changes, facts },
  ])
  await tellChanged(ctx, trx, [id, made.contactId, ...named.slice(0, maxTold)])
}
