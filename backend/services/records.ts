import type {
  CreateRecord,
  Found,
  RecordCard,
  RecordSummary,
  UpdateRecord,
} from '../../lib/contract/records.ts'
import { Refusal } from '../../lib/domain/errors.ts'
import type { ModuleKey } from '../../lib/domain/modules.ts'
import { isOpenStage } from '../../lib/domain/modules.ts'
import { recordName } from '../../lib/domain/records.ts'
import type { Trx } from '../storage/database.ts'
import { appendEvent } from '../storage/events.ts'
import {
  findDealsOf,
  findRecord,
  insertRecord,
  putAddress,
  type RecordRow,
  searchRecords,
  softDeleteRecord,
  updateRecordRow,
} from '../storage/records.ts'
import { accessTo, requireEditable, requirePermission, requireRecord, viewerOf } from './access.ts'
import { attachmentSummaries } from './attachments.ts'
import type { Context } from './context.ts'
import { emailSummaries } from './emails.ts'
import { addressAdded } from './sync/backfill.ts'

function toSummary(ctx: Context, row: RecordRow): RecordSummary {
  return {
    id: row.id,
    module: row.module,
    version: row.version,
    name: row.name,
    fields: row.fields,
    primaryAddress: row.primaryAddress,
    secondaryAddress: row.secondaryAddress,
    owner: { id: row.owner_id, name: row.ownerName },
    accountId: row.account_id,
    mainContactId: row.main_contact_id,
    dealId: row.deal_id,
    contactIds: [],
    refs: [],
    access: accessTo(ctx, row),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    deletedAt: row.deleted_at?.toISOString() ?? null,
  }
}

/** What the sidebar shows of these records, in the same few statements for many as for one. */
export async function cardsOf(ctx: Context, rows: readonly RecordRow[]): Promise<RecordCard[]> {
  const ids = [...new Set(rows.map((row) => row.id))]
  if (ids.length === 0) return []
  const deals = Map.groupBy(await findDealsOf(ctx.db, viewerOf(ctx), ids), (deal) => deal.main_contact_id)
  const emailsOf = await emailSummaries(ctx, ids)
  const attachmentsOf = await attachmentSummaries(ctx, ids)
  return rows.map((row) => {
    const { lastContact, ...emails } = emailsOf(row.id)
    return {
      record: toSummary(ctx, row),
      company: row.fields['company'] ?? '',
      lastContact,
      nextStep: null,
      overdue: null,
      related: [],
      people: [],
      colleagues: [],
      todos: [],
      notes: { total: 0, rows: [] },
      deals: (deals.get(row.id) ?? [])
        .map((deal) => toSummary(ctx, deal))
        .filter((deal) => isOpenStage(deal.fields['stage'])),
      emails,
      attachments: attachmentsOf(row.id),
    }
  })
}

export async function getRecord(ctx: Context, id: string): Promise<RecordCard> {
  const [card] = await cardsOf(ctx, [await requireRecord(ctx, id)])
  if (card === undefined) throw new Refusal('not_found', 'record_missing')
  return card
}

export async function listRecords(
  ctx: Context,
  input: { q: string; module?: ModuleKey | undefined },
): Promise<Found['records']> {
  const rows = await searchRecords(ctx.db, viewerOf(ctx), { q: input.q, module: input.module })
  return rows.map((row) => ({ ...toSummary(ctx, row), matched: 'name' as const }))
}

/** The record's id is the first id asked for, so that a repeated request finds what it made. */
export async function createRecord(ctx: Context, input: CreateRecord): Promise<RecordCard> {
  requirePermission(ctx, 'records.write')
  const id = ctx.newId()
  const now = new Date(ctx.clock.now())
  const fields = input.fields
  const name = requireName(input.module, fields, input.primaryAddress ?? null)
  if (input.mainContactId !== undefined) await requireContact(ctx, input.mainContactId)
  await ctx.db.transaction().execute(async (trx) => {
    await insertRecord(trx, {
      id,
      org_id: ctx.actor.orgId,
      module: input.module,
      owner_id: ctx.actor.userId,
      name,
      fields: JSON.stringify(fields),
      main_contact_id: input.mainContactId ?? null,
      created_by: ctx.actor.userId,
      created_at: now,
      updated_at: now,
      deleted_at: null,
    })
    await setAddresses(ctx, trx, id, {
      primary: input.primaryAddress ?? undefined,
      secondary: input.secondaryAddress ?? undefined,
    })
    await tellChanged(ctx, trx, [id, input.mainContactId])
  })
  return getRecord(ctx, id)
}

/** The record's listeners, and those of the contacts whose cards show it. */
async function tellChanged(ctx: Context, trx: Trx, ids: (string | null | undefined)[]): Promise<void> {
  const at = new Date(ctx.clock.now())
  for (const id of new Set(ids))
    if (id) await appendEvent(trx, { orgId: ctx.actor.orgId, payload: { type: 'record', id }, at })
}

function requireName(module: ModuleKey, fields: Record<string, string>, address: string | null): string {
  const name = recordName(module, fields, address)
  if (name === '')
    throw new Refusal('invalid', 'field_invalid', {}, [
      { field: module === 'deals' ? 'fields.dealName' : 'fields.lastName', reason: 'field_invalid' },
    ])
  return name
}

async function requireContact(ctx: Context, id: string): Promise<void> {
  const contact = await findRecord(ctx.db, viewerOf(ctx), id)
  if (!contact || contact.module === 'deals')
    throw new Refusal('invalid', 'record_missing', {}, [{ field: 'mainContactId', reason: 'record_missing' }])
}

async function setAddresses(
  ctx: Context,
  trx: Trx,
  recordId: string,
  change: { primary: string | null | undefined; secondary: string | null | undefined },
): Promise<void> {
  const now = new Date(ctx.clock.now())
  for (const kind of ['primary', 'secondary'] as const) {
    const address = change[kind]
    if (address === undefined) continue
    const added = await putAddress(trx, { orgId: ctx.actor.orgId, recordId, kind, address, now })
    if (added && address !== null) await addressAdded(trx, ctx, ctx.actor.orgId, address)
  }
}

/** Changes what is given. Somebody who saved first is never overwritten: 409 `version_stale`. */
export async function updateRecord(ctx: Context, id: string, input: UpdateRecord): Promise<RecordCard> {
  requirePermission(ctx, 'records.write')
  const before = await requireEditable(ctx, id)
  const fields = { ...before.fields, ...input.fields }
  const primary = input.primaryAddress === undefined ? before.primaryAddress : input.primaryAddress
  if (input.mainContactId) await requireContact(ctx, input.mainContactId)
  const now = new Date(ctx.clock.now())
  await ctx.db.transaction().execute(async (trx) => {
    const written = await updateRecordRow(trx, {
      orgId: ctx.actor.orgId,
      id,
      version: input.version,
      name: requireName(before.module, fields, primary),
      fields,
      mainContactId: input.mainContactId === undefined ? before.main_contact_id : input.mainContactId,
      now,
    })
    if (!written) throw new Refusal('conflict', 'version_stale', { version: before.version })
    await setAddresses(ctx, trx, id, { primary: input.primaryAddress, secondary: input.secondaryAddress })
    await tellChanged(ctx, trx, [id, before.main_contact_id, input.mainContactId])
  })
  return getRecord(ctx, id)
}

/** Undo of a creation: the row is kept, the addresses no longer match anything. */
export async function deleteRecord(ctx: Context, id: string): Promise<void> {
  requirePermission(ctx, 'records.write')
  const before = await requireEditable(ctx, id)
  const now = new Date(ctx.clock.now())
  await ctx.db.transaction().execute(async (trx) => {
    if (!(await softDeleteRecord(trx, ctx.actor.orgId, id, now)))
      throw new Refusal('not_found', 'record_missing')
    await tellChanged(ctx, trx, [id, before.main_contact_id])
  })
}
