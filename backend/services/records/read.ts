import type { RecordCard, RecordSummary } from '../../../lib/contract/records.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { isOpenStage } from '../../../lib/domain/modules.ts'
import { contactsLink, linkedRecords } from '../../storage/record-links.ts'
import { findDealsOf, type RecordRow } from '../../storage/records.ts'
import { accessTo, requireRecord, viewerOf } from '../access.ts'
import { attachmentSummaries } from '../attachments.ts'
import type { Context } from '../context.ts'
import { emailSummaries } from '../emails.ts'

/**
 * Rows as they leave the server, in their order, with the names of what they name: one statement more, however many rows.
 * Records the viewer may not open keep their place without their name.
 */
export async function toSummaries(ctx: Context, rows: readonly RecordRow[]): Promise<RecordSummary[]> {
  if (rows.length === 0) return []
  const links = await linkedRecords(ctx.db, viewerOf(ctx), rows)
  return rows.map((row) => {
    const named = links.get(row.id) ?? []
    const refs = new Map(named.map(({ id, module, name }) => [id, { id, module, name }]))
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
      contactIds: named.filter((one) => one.field === contactsLink).map((one) => one.id),
      refs: [...refs.values()],
      access: accessTo(ctx, row),
      createdAt: row.created_at.toISOString(),
      updatedAt: row.updated_at.toISOString(),
      deletedAt: row.deleted_at?.toISOString() ?? null,
    }
  })
}

/** What the sidebar shows of these records, in the same few statements for many as for one. */
export async function cardsOf(ctx: Context, rows: readonly RecordRow[]): Promise<RecordCard[]> {
  const ids = [...new Set(rows.map((row) => row.id))]
  if (ids.length === 0) return []
  const dealRows = await findDealsOf(ctx.db, viewerOf(ctx), ids)
  const [summaries, deals] = await summariesOf(ctx, rows, dealRows)
  const emailsOf = await emailSummaries(ctx, ids)
  const attachmentsOf = await attachmentSummaries(ctx, ids)
  return summaries.map((record) => {
    const { lastContact, ...emails } = emailsOf(record.id)
    return {
      record,
      company: record.fields['company'] ?? '',
      lastContact,
      nextStep: null,
      overdue: null,
      related: [],
      people: [],
      colleagues: [],
      todos: [],
      notes: { total: 0, rows: [] },
      deals: deals.filter((deal) => deal.mainContactId === record.id && isOpenStage(deal.fields['stage'])),
      emails,
      attachments: attachmentsOf(record.id),
    }
  })
}

async function summariesOf(ctx: Context, rows: readonly RecordRow[], deals: readonly RecordRow[]) {
  const all = await toSummaries(ctx, [...rows, ...deals])
  return [all.slice(0, rows.length), all.slice(rows.length)] as const
}

export async function getRecord(ctx: Context, id: string): Promise<RecordCard> {
  const [card] = await cardsOf(ctx, [await requireRecord(ctx, id)])
  if (card === undefined) throw new Refusal('not_found', 'record_missing')
  return card
}
