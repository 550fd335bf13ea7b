import { Refusal } from '../../../lib/domain/errors.ts'
import type { ModuleDescription } from '../../../lib/domain/modules.ts'
import type { Trx } from '../../storage/database.ts'
import { putAddresses } from '../../storage/record-addresses.ts'
import { type ChangeKind, noteChanges } from '../../storage/record-changes.ts'
import { contactIdsOf, contactsLink, putLinks } from '../../storage/record-links.ts'
import type { StoredChange } from '../../storage/record-tables.ts'
import {
  insertRecord,
  lockRecords,
  nameOf as storedName,
  updateRecordRow,
} from '../../storage/record-writes.ts'
import { findRecord, type RecordRow } from '../../storage/records.ts'
import { indexRecord } from '../../storage/search.ts'
import { accessTo, requirePermission, viewerOf } from '../access.ts'
import type { Context } from '../context.ts'
import { companyRenamed } from '../search-index.ts'
import { addressAdded } from '../sync/backfill.ts'
import { tellRecords } from './tell.ts'
import { changesBetween, columnsOf, lookupKeys, splitIds, type Values, valuesOf } from './values.ts'

/** How a change goes into the history. */
export interface HowNoted {
  kind: ChangeKind
  facts?: Readonly<Record<string, string | number>>
  importId?: string
  /** Since when addresses stood on records this one takes in (decisions 6). */
  moments?: ReadonlyMap<string, Date>
}

/** A record held for writing, with everything on it. */
export interface HeldRecord {
  row: RecordRow
  values: Values
}

/**
 * The record, held until the transaction ends, if this person may change it.
 * @throws Refusal `record_missing`, `record_read_only`, or for a missing permission
 */
export async function holdRecord(trx: Trx, ctx: Context, id: string): Promise<HeldRecord> {
  requirePermission(ctx, 'records.write')
  await lockRecords(trx, ctx.actor.orgId, [id])
  const row = await findRecord(trx, viewerOf(ctx), id)
  if (!row) throw new Refusal('not_found', 'record_missing')
  if (accessTo(ctx, row) !== 'edit')
    throw new Refusal('forbidden', 'record_read_only', { owner: row.ownerName })
  return { row, values: valuesOf(row, await contactIdsOf(trx, id)) }
}

/** Writes a new record with all that hangs on it. `values` are checked (`checkRecord`); they name its owner. */
export async function insertNew(
  trx: Trx,
  ctx: Context,
  record: { id: string; module: ModuleDescription; values: Values },
  how: HowNoted = { kind: 'created' },
): Promise<void> {
  const { id, module, values } = record
  const now = new Date(ctx.clock.now())
  await insertRecord(trx, {
    ...columnsOf(module, values),
    id,
    org_id: ctx.actor.orgId,
    module: module.key,
    created_by: ctx.actor.userId,
    created_at: now,
    updated_at: now,
    import_id: how.importId ?? null,
  })
  await writeAround(trx, ctx, record, { before: {}, how })
}

/**
 * Writes what differs from the record held; nothing at all when nothing does. Answers whether something did. `how.kind` is
 * 'changed' unless told.
 */
export async function changeRecord(
  trx: Trx,
  ctx: Context,
  held: HeldRecord,
  record: { module: ModuleDescription; values: Values },
  how: HowNoted = { kind: 'changed' },
): Promise<boolean> {
  const { id, version } = held.row
  const { module, values } = record
  if (changesBetween(held.values, values).length === 0) return false
  const columns = columnsOf(module, values)
  const input = { orgId: ctx.actor.orgId, id, version, columns, now: new Date(ctx.clock.now()) }
  if (!(await updateRecordRow(trx, input))) throw new Refusal('conflict', 'version_stale')
  // Before the events: it waits for contacts that somebody else holds who may wait for the events' turn.
  if (module.key === 'accounts' && columns.name !== held.row.name)
    await companyRenamed(trx, ctx, ctx.actor.orgId, id)
  await writeAround(trx, ctx, { id, module, values }, { before: held.values, how })
  return true
}

/** Addresses, links, history, search and events of a row just written. */
async function writeAround(
  trx: Trx,
  ctx: Context,
  { id, module, values }: { id: string; module: ModuleDescription; values: Values },
  { before, how }: { before: Values; how: HowNoted },
): Promise<void> {
  const { orgId } = ctx.actor
  const now = new Date(ctx.clock.now())
  const changes = changesBetween(before, values)
  const touched = new Set(changes.map((change) => change.field))
  const [primary = '', secondary = ''] = [values['primaryAddress'], values['secondaryAddress']]
  if (touched.has('primaryAddress') || touched.has('secondaryAddress')) {
    const { moments } = how
    const put = { orgId, recordId: id, primary, secondary, now, ...(moments && { moments }) }
    for (const address of await putAddresses(trx, put)) await addressAdded(trx, ctx, orgId, address)
  }
  for (const field of lookupKeys(module))
    if (touched.has(field))
      await putLinks(trx, { orgId, recordId: id, field, targets: splitIds(values[field]) })
  if (touched.has('contactIds'))
    await putLinks(trx, { orgId, recordId: id, field: contactsLink, targets: splitIds(values['contactIds']) })
  await note(trx, ctx, id, changes, how)
  const addresses = [primary, secondary].filter((address) => address !== '')
  await index(trx, ctx, { ...columnsOf(module, values), id, module: module.key, addresses })
  const shownBy = (one: Values) => [one['mainContactId'], one['accountId'], one['dealId']]
  const also = before['ownerId'] === undefined ? [] : [before['ownerId']]
  await tellChanged(ctx, trx, [id, ...shownBy(before), ...shownBy(values)], also)
}

/** Makes a record findable as it is now. */
export async function index(
  trx: Trx,
  ctx: Context,
  record: Pick<RecordRow, 'id' | 'module' | 'name' | 'fields' | 'account_id'> & { addresses: string[] },
): Promise<void> {
  const { orgId } = ctx.actor
  const { id, module, name, fields, account_id, addresses } = record
  const company = account_id === null ? '' : await storedName(trx, orgId, account_id)
  await indexRecord(trx, { orgId, id, module, name, fields, addresses, company })
}

/** One line of the record's history, by the actor. */
export async function note(
  trx: Trx,
  ctx: Context,
  recordId: string,
  changes: readonly StoredChange[],
  how: HowNoted,
): Promise<void> {
  const { orgId, userId } = ctx.actor
  const { kind, facts = {}, importId = null } = how
  const at = new Date(ctx.clock.now())
  await noteChanges(trx, [
    { id: ctx.newId(), orgId, recordId, at, by: userId, kind, changes, facts, importId },
  ])
}

/** The record's listeners, who owned it before, and those of the records whose cards show it. */
export async function tellChanged(
  ctx: Context,
  trx: Trx,
  ids: readonly (string | null | undefined)[],
  also: readonly string[] = [],
): Promise<void> {
  if (ctx.quiet) return
  const at = new Date(ctx.clock.now())
  const told = ids.flatMap((id) => (id ? [id] : []))
  await tellRecords(trx, { orgId: ctx.actor.orgId, at, ids: told, also })
}
