import type { CreateRecord, RecordCard } from '../../../lib/contract/records.ts'
import { domainKey } from '../../../lib/domain/duplicate-keys.ts'
import { type FieldProblem, Refusal } from '../../../lib/domain/errors.ts'
import { readValues, withDefaults } from '../../../lib/domain/field-values.ts'
import { columnKeys } from '../../../lib/domain/fields.ts'
import { isDocumentModule, type ModuleDescription } from '../../../lib/domain/modules.ts'
import { companyFromDomain } from '../../../lib/domain/people.ts'
import { sortName } from '../../../lib/domain/search-text.ts'
import { cleanText } from '../../../lib/domain/text.ts'
import type { Trx } from '../../storage/database.ts'
import { findAccount, takeTurn } from '../../storage/record-writes.ts'
import { findRecord } from '../../storage/records.ts'
import { requirePermission, viewerOf } from '../access.ts'
import type { Context } from '../context.ts'
import { modulesOf } from '../modules.ts'
import { answerOlderIn } from '../sharing/mine.ts'
import { checkRecord } from './check.ts'
import { joinIds, type Values } from './values.ts'
import { insertNew } from './write.ts'
import { writtenRecord } from './written.ts'

/**
 * Makes a record. Its id is the first id asked for, so that a repeated request finds what it made. Every fault is named by
 * its field (`fields.<key>`, or the key of a column).
 */
export async function createRecord(ctx: Context, input: CreateRecord): Promise<RecordCard> {
  requirePermission(ctx, 'records.write')
  const id = ctx.newId()
  const module = await requireModule(ctx, input.module)
  const { values, problems } = readNew(ctx, module, input)
  const account = input.newAccount && readNewAccount(module, input, problems)
  refuse(problems)
  const accounts = await requireModule(ctx, 'accounts')
  await ctx.db.transaction().execute(async (trx) => {
    const withParents = await inherit(trx, ctx, module, values)
    const accountId = account && (await accountFor(trx, ctx, accounts, account))
    const after = settle(module, { ...withParents, ...(accountId && { accountId }) })
    refuse(await checkRecord(trx, ctx, module, { id, before: {}, after }))
    await insertNew(trx, ctx, { id, module, values: after })
    await answerForOlder(trx, ctx, { id, values: after, showOlder: input.showOlder })
  })
  return writtenRecord(ctx, id)
}

/** What whoever makes a record from their own mail said to mail from before (decisions 6). */
async function answerForOlder(
  trx: Trx,
  ctx: Context,
  { id, values, showOlder }: { id: string; values: Values; showOlder: boolean | undefined },
): Promise<void> {
  if (showOlder === undefined) return
  const addresses = new Set([values['primaryAddress'] ?? '', values['secondaryAddress'] ?? ''])
  for (const address of addresses)
    if (address !== '') await answerOlderIn(trx, ctx, { recordId: id, address, agreed: showOlder })
}

/** @throws Refusal invalid `module_unknown` */
export async function requireModule(ctx: Context, key: ModuleDescription['key']): Promise<ModuleDescription> {
  const module = (await modulesOf(ctx)).get(key)
  if (module) return module
  throw new Refusal('invalid', 'module_unknown', {}, [{ field: 'module', reason: 'module_unknown' }])
}

/** @throws Refusal invalid, when there is any problem */
export function refuse(problems: readonly FieldProblem[]): void {
  const [first] = problems
  if (first) throw new Refusal('invalid', 'field_invalid', {}, problems.slice(0, 50))
}

/** What must hold of every record: a company is text only while there is no account. */
export function settle(module: ModuleDescription, values: Values): Values {
  const hasBoth = module.fields.some((field) => field.key === 'company') && values['accountId']
  return hasBoth ? { ...values, company: '' } : values
}

/** The columns of a request, as values; null is ''. */
export function columnValues(
  input: Partial<Record<(typeof columnKeys)[number], string | null | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    columnKeys.flatMap((key) => (input[key] === undefined ? [] : [[key, input[key] ?? '']])),
  )
}

function readNew(ctx: Context, module: ModuleDescription, input: CreateRecord) {
  const own = readValues(module, input.fields, { all: true })
  const columns = readValues(module, columnValues(input), { columns: true })
  const problems = [...own.problems, ...columns.problems]
  if (input.contactIds !== undefined && module.key !== 'deals')
    problems.push({ field: 'contactIds', reason: 'field_unknown' })
  const values: Values = {
    ...withDefaults(module, own.values),
    ...columns.values,
    ownerId: columns.values['ownerId'] || ctx.actor.userId,
    contactIds: joinIds(input.contactIds ?? []),
  }
  return { values, problems }
}

function readNewAccount(module: ModuleDescription, input: CreateRecord, problems: FieldProblem[]) {
  const { name = '', domain = '' } = input.newAccount ?? {}
  if (!module.fields.some((field) => field.key === 'accountId'))
    problems.push({ field: 'newAccount', reason: 'field_unknown' })
  if (input.accountId !== undefined) problems.push({ field: 'newAccount', reason: 'field_invalid' })
  const accountName = cleanText(name).replace(/\s+/g, ' ').trim()
  if (accountName === '') problems.push({ field: 'newAccount.name', reason: 'field_required' })
  const key = domainKey(domain)
  if (domain.trim() !== '' && key === undefined)
    problems.push({ field: 'newAccount.domain', reason: 'field_invalid' })
  // Whoever writes from a free mail service is no company.
  const ofCompany = key !== undefined && companyFromDomain(`x@${key}`) !== undefined
  return { accountName, domain: ofCompany ? key : '' }
}

/** The account that stands already, by domain or name, else a new one of the actor's. */
async function accountFor(
  trx: Trx,
  ctx: Context,
  accounts: ModuleDescription,
  { accountName, domain }: { accountName: string; domain: string },
): Promise<string> {
  // Two people who add the first contacts of a company at once make one account.
  await takeTurn(trx, ctx.actor.orgId, 'accounts')
  const found = await findAccount(trx, viewerOf(ctx), { domain, sortName: sortName(accountName) })
  if (found !== undefined) return found
  const id = ctx.newId()
  const values = { accountName, domain, ownerId: ctx.actor.userId }
  await insertNew(trx, ctx, { id, module: accounts, values })
  return id
}

/** A document takes contact and account of its deal, a deal or document the account of its contact, unless given. */
async function inherit(trx: Trx, ctx: Context, module: ModuleDescription, values: Values): Promise<Values> {
  const viewer = viewerOf(ctx)
  const taken: Record<string, string> = { ...values }
  const deal =
    isDocumentModule(module.key) && values['dealId']
      ? await findRecord(trx, viewer, values['dealId'])
      : undefined
  if (deal?.module === 'deals') {
    taken['mainContactId'] ||= deal.main_contact_id ?? ''
    taken['accountId'] ||= deal.account_id ?? ''
  }
  const reachesBoth = isDocumentModule(module.key) || module.key === 'deals'
  const contactId = reachesBoth && !taken['accountId'] ? taken['mainContactId'] : ''
  const contact = contactId ? await findRecord(trx, viewer, contactId) : undefined
  if (contact?.module === 'contacts') taken['accountId'] ||= contact.account_id ?? ''
  return taken
}
