import { Refusal } from '../../../lib/domain/errors.ts'
import type { ModuleKey } from '../../../lib/domain/modules.ts'
import { recordName } from '../../../lib/domain/records.ts'
import type { Trx } from '../../storage/database.ts'
import { appendEvent } from '../../storage/events.ts'
import { findRecord, putAddress } from '../../storage/records.ts'
import { viewerOf } from '../access.ts'
import type { Context } from '../context.ts'
import { addressAdded } from '../sync/backfill.ts'

/** The record's listeners, and those of the contacts whose cards show it. */
export async function tellChanged(ctx: Context, trx: Trx, ids: (string | null | undefined)[]): Promise<void> {
  const at = new Date(ctx.clock.now())
  for (const id of new Set(ids))
    if (id) await appendEvent(trx, { orgId: ctx.actor.orgId, payload: { type: 'record', id }, at })
}

export function requireName(
  module: ModuleKey,
  fields: Record<string, string>,
  address: string | null,
): string {
  const name = recordName(module, fields, address)
  if (name === '')
    throw new Refusal('invalid', 'field_invalid', {}, [
      { field: module === 'deals' ? 'fields.dealName' : 'fields.lastName', reason: 'field_invalid' },
    ])
  return name
}

export async function requireContact(ctx: Context, id: string): Promise<void> {
  const contact = await findRecord(ctx.db, viewerOf(ctx), id)
  if (!contact || contact.module === 'deals')
    throw new Refusal('invalid', 'record_missing', {}, [{ field: 'mainContactId', reason: 'record_missing' }])
}

export async function setAddresses(
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
