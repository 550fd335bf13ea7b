import type { CreateRecord, RecordCard } from '../../../lib/contract/records.ts'
import { insertRecord } from '../../storage/records.ts'
import { reindexRecords } from '../../storage/search.ts'
import { requirePermission } from '../access.ts'
import type { Context } from '../context.ts'
import { getRecord } from './read.ts'
import { requireContact, requireName, setAddresses, tellChanged } from './write.ts'

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
    await reindexRecords(trx, [id])
    await tellChanged(ctx, trx, [id, input.mainContactId])
  })
  return getRecord(ctx, id)
}
