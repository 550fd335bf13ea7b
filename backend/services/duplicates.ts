import type { Duplicates, DuplicatesQuery } from '../../lib/contract/duplicates.ts'
import type { RecordSummary } from '../../lib/contract/records.ts'
import { domainOf, normaliseAddress } from '../../lib/domain/addresses.ts'
import { duplicateKeys } from '../../lib/domain/duplicate-keys.ts'
import {
  comparedModules,
  type DuplicateReason,
  nameOrders,
  rankDuplicates,
  sameNumber,
} from '../../lib/domain/duplicates.ts'
import { isDocumentModule, type ModuleKey } from '../../lib/domain/modules.ts'
import { type FieldValues, recordName } from '../../lib/domain/records.ts'
import { findAlike, listByIds } from '../storage/duplicates.ts'
import { findRecord, type RecordRow } from '../storage/records.ts'
import { requireRecord, viewerOf } from './access.ts'
import type { Context } from './context.ts'
import { toSummaries } from './records/read.ts'

const maxMatches = 5

/** What is known of the record in question, from a form or from the store. */
interface Subject {
  module: ModuleKey
  fields: FieldValues
  addresses: string[]
  name: string
  company: string
}

/**
 * Who is like this already, best first: by address (of anyone), phone, name with company, domain of an account, else by name
 * alone within the module, or beyond it when they write from the same domain. Only what the viewer may see.
 */
export async function findDuplicates(ctx: Context, query: DuplicatesQuery): Promise<Duplicates> {
  const subject = await subjectOf(ctx, query)
  const keys = nameOrders(subject.name).flatMap((name) => duplicateKeys({ ...subject, name }))
  const found = await findAlike(ctx.db, viewerOf(ctx), {
    modules: comparedModules(subject.module),
    addresses: subject.addresses,
    keys,
    exceptId: query.recordId,
  })
  const rows = await listByIds(
    ctx.db,
    viewerOf(ctx),
    found.map((one) => one.id),
  )
  const newestFirst = rows.flatMap((row) => found.filter((one) => one.id === row.id))
  const byId = new Map(rows.map((row) => [row.id, row]))
  const kept = rankDuplicates(newestFirst)
    .flatMap(({ id, reasons }) => {
      const row = byId.get(id)
      return row !== undefined && isLikely(subject, row, reasons) ? [{ row, reasons }] : []
    })
    .slice(0, maxMatches)
  const summaries = await toSummaries(
    ctx,
    kept.map(({ row }) => row),
  )
  return {
    matches: summaries.map((record, nth) => ({
      record,
      company: companyOf(record),
      reasons: kept[nth]?.reasons ?? [],
    })),
  }
}

async function subjectOf(ctx: Context, query: DuplicatesQuery): Promise<Subject> {
  const stored =
    query.recordId !== undefined && query.fields === undefined
      ? await requireRecord(ctx, query.recordId)
      : undefined
  const module = stored?.module ?? query.module
  const fields = stored?.fields ?? query.fields ?? {}
  const given = stored
    ? [stored.primaryAddress, stored.secondaryAddress]
    : [query.primaryAddress, query.secondaryAddress].map((text) => normaliseAddress(text ?? ''))
  const addresses = given.filter((address) => typeof address === 'string')
  const accountId = stored ? (stored.account_id ?? undefined) : query.accountId
  const account = accountId === undefined ? undefined : await findRecord(ctx.db, viewerOf(ctx), accountId)
  const name = recordName(module, fields, addresses[0] ?? null)
  return { module, fields, addresses, name, company: account?.name ?? '' }
}

/** A name alone says little: it counts within the module, or beyond it from the same mail domain. */
function isLikely(subject: Subject, row: RecordRow, reasons: readonly DuplicateReason[]): boolean {
  if (reasons.some((reason) => reason !== 'name')) return true
  if (isDocumentModule(subject.module)) return sameNumber(subject.name, row.name)
  if (row.module === subject.module) return true
  const domains = new Set(subject.addresses.map(domainOf))
  return [row.primaryAddress, row.secondaryAddress].some(
    (address) => address !== null && domains.has(domainOf(address)),
  )
}

/** The account's name, else the company as typed. */
function companyOf(record: RecordSummary): string {
  const account = record.refs.find((ref) => ref.id === record.accountId)?.name
  return account || (record.fields['company'] ?? '')
}
