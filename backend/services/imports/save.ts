import type { Trx } from '../../storage/database.ts'
import {
  type BatchRow,
  batchNames,
  insertBatch,
  noteBatch,
  putBatchAddresses,
  putBatchLinks,
  updateBatch,
} from '../../storage/record-batch.ts'
import type { ChangeKind } from '../../storage/record-changes.ts'
import { contactsLink } from '../../storage/record-links.ts'
import { reindexRecords } from '../../storage/search.ts'
import type { Context } from '../context.ts'
import { changesBetween, columnsOf, lookupKeys, splitIds } from '../records/values.ts'
import { companyRenamed } from '../search-index.ts'
import type { Draft } from './decide.ts'

/** How the lines of history are marked. */
export interface Mark {
  kind: ChangeKind
  importId: string
  facts: (draft: Draft) => Record<string, string | number>
}

/** Writes what differs, all drafts in the same few statements; those that stand are held by the transaction. */
export async function saveDrafts(
  trx: Trx,
  ctx: Context,
  drafts: readonly Draft[],
  mark: Mark,
): Promise<void> {
  const { orgId, userId } = ctx.actor
  const now = new Date(ctx.clock.now())
  const touched = drafts
    .map((draft) => ({ draft, changes: changesBetween(draft.before, draft.values) }))
    .filter(({ draft, changes }) => draft.row === undefined || changes.length > 0)
  const companies = await companiesOf(
    trx,
    orgId,
    touched.map(({ draft }) => draft),
  )
  const rows = (isNew: boolean) =>
    touched
      .filter(({ draft }) => (draft.row === undefined) === isNew)
      .map(({ draft }) => toRow(draft, companies))
  await insertBatch(trx, { orgId, by: userId, now, importId: mark.importId }, rows(true))
  const updates = rows(false)
  await updateBatch(trx, { orgId, now }, updates)
  await putBatchAddresses(
    trx,
    { orgId, now },
    touched
      .filter(
        ({ draft, changes }) =>
          draft.row && changes.some(({ field }) => /^(primary|secondary)Address$/.test(field)),
      )
      .map(({ draft: { id, values } }) => ({
        recordId: id,
        primary: values['primaryAddress'] ?? '',
        secondary: values['secondaryAddress'] ?? '',
      })),
  )
  await putBatchLinks(
    trx,
    orgId,
    touched.flatMap(({ draft, changes }) => linksOf(draft, changes)),
  )
  await noteBatch(
    trx,
    touched.map(({ draft, changes }) => ({
      id: ctx.newId(),
      orgId,
      recordId: draft.id,
      at: now,
      by: userId,
      kind: mark.kind,
      changes,
      facts: mark.facts(draft),
      importId: mark.importId,
    })),
  )
  await reindexRecords(
    trx,
    updates.map((row) => row.id),
  )
  await tellContactsOfRenamed(
    trx,
    ctx,
    touched.map(({ draft }) => draft),
  )
}

/** Names of the accounts the drafts stand under; an account made in the same batch has been written before. */
async function companiesOf(trx: Trx, orgId: string, drafts: readonly Draft[]): Promise<Map<string, string>> {
  const ids = drafts.flatMap(({ values }) => values['accountId'] || [])
  return batchNames(trx, orgId, [...new Set(ids)])
}

function toRow({ id, module, values }: Draft, companies: ReadonlyMap<string, string>): BatchRow {
  return {
    id,
    module: module.key,
    columns: columnsOf(module, values),
    primary: values['primaryAddress'] ?? '',
    secondary: values['secondaryAddress'] ?? '',
    company: companies.get(values['accountId'] ?? '') ?? '',
  }
}

function linksOf({ id, module, values }: Draft, changes: readonly { field: string }[]) {
  const touched = new Set(changes.map((change) => change.field))
  const keys = lookupKeys(module).map((key) => ({ key, field: key }))
  return [...keys, { key: 'contactIds', field: contactsLink }]
    .filter(({ key }) => touched.has(key))
    .map(({ key, field }) => ({ recordId: id, field, targets: splitIds(values[key]) }))
}

async function tellContactsOfRenamed(trx: Trx, ctx: Context, drafts: readonly Draft[]): Promise<void> {
  for (const { id, module, row, values } of drafts)
    if (module.key === 'accounts' && row && row.name !== values['accountName'])
      await companyRenamed(trx, ctx, ctx.actor.orgId, id)
}
