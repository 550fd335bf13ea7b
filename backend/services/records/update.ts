import type { RecordCard, UpdateRecord } from '../../../lib/contract/records.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { updateRecordRow } from '../../storage/records.ts'
import { reindexRecords } from '../../storage/search.ts'
import { requireEditable, requirePermission } from '../access.ts'
import type { Context } from '../context.ts'
import { getRecord } from './read.ts'
import { requireContact, requireName, setAddresses, tellChanged } from './write.ts'

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
    await reindexRecords(trx, [id])
    await tellChanged(ctx, trx, [id, before.main_contact_id, input.mainContactId])
  })
  return getRecord(ctx, id)
}
