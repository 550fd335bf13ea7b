import type { ConversionPreview } from '../../../lib/contract/duplicates.ts'
import { companyOfLead, domainOfLead } from '../../../lib/domain/conversion.ts'
import { duplicateKeys } from '../../../lib/domain/duplicate-keys.ts'
import { findAlike, listByIds } from '../../storage/duplicates.ts'
import type { RecordRow } from '../../storage/records.ts'
import { viewerOf } from '../access.ts'
import type { Context } from '../context.ts'
import { toSummaries } from '../records/read.ts'
import { type Values, valuesOf } from '../records/values.ts'
import { requireLead } from './lead.ts'

/** What converting a lead would use: the account of its domain, else of its company's name, and the contact of its address. */
export async function previewConversion(ctx: Context, id: string): Promise<ConversionPreview> {
  const lead = await requireLead(ctx, id)
  const values = valuesOf(lead, [])
  const account = await findAccount(ctx, values)
  const contact = await findContact(ctx, values)
  const summaries = await toSummaries(
    ctx,
    [account, contact].filter((row) => row !== undefined),
  )
  const accountName = account?.name ?? companyOfLead(values)
  return {
    account: summaries.find((one) => one.id === account?.id) ?? null,
    accountName,
    contact: summaries.find((one) => one.id === contact?.id) ?? null,
    dealName: accountName || lead.name,
  }
}

async function findAccount(ctx: Context, values: Values): Promise<RecordRow | undefined> {
  const domain = domainOfLead(values) ?? ''
  const name = companyOfLead(values)
  const keys = duplicateKeys({ module: 'accounts', name, fields: { domain }, addresses: [], company: '' })
  const search = { modules: ['accounts'] as const, addresses: [], keys, exceptId: undefined }
  const found = await findAlike(ctx.db, viewerOf(ctx), search)
  const byDomain = found.filter((one) => one.reason === 'domain')
  const ids = (byDomain.length > 0 ? byDomain : found).map((one) => one.id)
  return (await listByIds(ctx.db, viewerOf(ctx), ids))[0]
}

async function findContact(ctx: Context, values: Values): Promise<RecordRow | undefined> {
  const addresses = [values['primaryAddress'], values['secondaryAddress']].filter((one) => !!one) as string[]
  const search = { modules: ['contacts'] as const, addresses, keys: [], exceptId: undefined }
  const found = await findAlike(ctx.db, viewerOf(ctx), search)
  const rows = await listByIds(
    ctx.db,
    viewerOf(ctx),
    found.map((one) => one.id),
  )
  return rows.find((row) => row.module === 'contacts')
}
