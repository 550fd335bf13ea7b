import type { BinPage, BinQuery, RecordCard } from '../../../lib/contract/records.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { readCursor, writeCursor } from '../../../lib/domain/list-cursor.ts'
import type { Trx } from '../../storage/database.ts'
import { binAddresses, unbinAddresses } from '../../storage/record-addresses.ts'
import { countBinned, findBinned, listBinned, markDeleted, markRestored } from '../../storage/record-bin.ts'
import { lockRecords } from '../../storage/record-writes.ts'
import { findRecord, type RecordRow } from '../../storage/records.ts'
import { accessTo, requirePermission, viewerOf } from '../access.ts'
import type { Context } from '../context.ts'
import { addressAdded } from '../sync/backfill.ts'
import { toSummaries } from './read.ts'
import { holdRecord, index, note, tellChanged } from './write.ts'
import { writtenRecord } from './written.ts'

const pageSize = 50

/** Puts a record into the bin: it is found nowhere and its addresses match nothing until it is restored. */
export async function deleteRecord(ctx: Context, id: string): Promise<void> {
  await ctx.db.transaction().execute((trx) => binRecord(trx, ctx, id))
}

/** The same within a transaction. @throws Refusal as `holdRecord` does */
export async function binRecord(trx: Trx, ctx: Context, id: string): Promise<void> {
  const { row } = await holdRecord(trx, ctx, id)
  const { orgId, userId } = ctx.actor
  const now = new Date(ctx.clock.now())
  if (!(await markDeleted(trx, { orgId, id, by: userId, now }))) return
  await binAddresses(trx, [id])
  await note(trx, ctx, id, [], { kind: 'deleted' })
  await tellChanged(ctx, trx, whoShows(row))
}

/** Takes a record out of the bin, whatever has become of the records it names. One that stands stays as it is. */
export async function restoreRecord(ctx: Context, id: string): Promise<RecordCard> {
  await ctx.db.transaction().execute((trx) => unbinRecord(trx, ctx, id))
  return writtenRecord(ctx, id)
}

/**
 * The same within a transaction; answers whether it was in the bin.
 * @throws Refusal `record_missing`, `record_read_only`, or for a missing permission
 */
export async function unbinRecord(trx: Trx, ctx: Context, id: string): Promise<boolean> {
  requirePermission(ctx, 'records.write')
  const { orgId } = ctx.actor
  const viewer = viewerOf(ctx)
  await lockRecords(trx, orgId, [id])
  const binned = await findBinned(trx, viewer, id)
  if (!binned) {
    if (await findRecord(trx, viewer, id)) return false
    throw new Refusal('not_found', 'record_missing')
  }
  if (accessTo(ctx, binned) !== 'edit')
    throw new Refusal('forbidden', 'record_read_only', { owner: binned.ownerName })
  if (!(await markRestored(trx, { orgId, id, now: new Date(ctx.clock.now()) }))) return false
  // Mail that came meanwhile was nobody's, so it is looked for.
  const addresses = await unbinAddresses(trx, [id])
  for (const address of addresses) await addressAdded(trx, ctx, orgId, address)
  await note(trx, ctx, id, [], { kind: 'restored' })
  await index(trx, ctx, { ...binned, addresses })
  await tellChanged(ctx, trx, whoShows(binned))
  return true
}

function whoShows(row: RecordRow): (string | null)[] {
  return [row.id, row.main_contact_id, row.account_id, row.deal_id]
}

/** What lies in the bin and the actor may see, the last deleted first. */
export async function listBin(ctx: Context, query: BinQuery): Promise<BinPage> {
  const viewer = viewerOf(ctx)
  const cursor = readCursor(query.cursor)
  const found = await listBinned(ctx.db, viewer, { module: query.module, cursor, limit: pageSize + 1 })
  const rows = found.slice(0, pageSize)
  const last = found.length > pageSize ? rows.at(-1) : undefined
  const records = await toSummaries(ctx, rows)
  const deleters = rows.map(({ deletedById: id, deletedByName: name }) =>
    id === null ? null : { id, name: name ?? '' },
  )
  return {
    total: await countBinned(ctx.db, viewer, query.module),
    rows: records.map((record, nth) => ({ record, deletedBy: deleters[nth] ?? null })),
    nextCursor: last === undefined ? null : writeCursor({ at: last.deleted_at, key: last.id }),
  }
}
