import type { RecordCard, RecordSummary } from '../../../lib/contract/records.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { plannedOnce } from '../../storage/prepared.ts'
import { contactsLink, linkedRecords } from '../../storage/record-links.ts'
import type { RecordRow } from '../../storage/records.ts'
import { accessTo, requireStanding, viewerOf } from '../access.ts'
import { attachmentSummaries } from '../attachments.ts'
import type { Context } from '../context.ts'
import { emailSummaries } from '../emails/summaries.ts'
import { modulesOf, shownValues } from '../modules.ts'
import { surroundingsOf } from '../surroundings.ts'

/**
 * Rows as they leave the server, in their order, with the names of what they name: one statement more, however many rows.
 * Records the viewer may not open keep their place without their name.
 */
export async function toSummaries(ctx: Context, rows: readonly RecordRow[]): Promise<RecordSummary[]> {
  if (rows.length === 0) return []
  const modules = await modulesOf(ctx)
  const links = await plannedOnce(() => linkedRecords(ctx.db, viewerOf(ctx), rows))
  return rows.map((row) => {
    const named = links.get(row.id) ?? []
    const refs = new Map(named.map(({ id, module, name }) => [id, { id, module, name }]))
    return {
      id: row.id,
      module: row.module,
      version: row.version,
      name: row.name,
      fields: shownValues(modules.get(row.module), row.fields),
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
  const emails = await emailSummaries(ctx, ids)
  const around = await surroundingsOf(ctx, rows)
  const all = await toSummaries(ctx, [...rows, ...around.rows])
  const summaries = new Map(all.map((record) => [record.id, record]))
  const attachmentsOf = await attachmentSummaries(ctx, ids)
  return all.slice(0, rows.length).map((record) => ({
    record,
    ...around.of(record, (id) => summaries.get(id)),
    ...emails.of(record.id),
    attachments: attachmentsOf(record.id),
  }))
}

/** The card of a record; of one that was merged or converted, the card of what it went into. */
export async function getRecord(ctx: Context, id: string): Promise<RecordCard> {
  const [card] = await plannedOnce(async () => cardsOf(ctx, [await requireStanding(ctx, id)]))
  if (card === undefined) throw new Refusal('not_found', 'record_missing')
  return card
}
