import type { Queryable } from '../../storage/database.ts'
import { appendEvent } from '../../storage/events.ts'
import type { ImportRow } from '../../storage/imports.ts'
import type { Deps } from '../context.ts'

/** Tells whoever started it how it stands. */
export async function tellImport(q: Queryable, deps: Pick<Deps, 'clock'>, row: ImportRow): Promise<void> {
  const { id, status, done, total } = row
  await appendEvent(q, {
    orgId: row.org_id,
    userId: row.user_id,
    payload: { type: 'import', id, status, done, total },
    at: new Date(deps.clock.now()),
  })
}

/** Tells everybody that a batch of it changed records: lists and cards on show ask again. Call it among the last. */
export async function tellRecords(q: Queryable, deps: Pick<Deps, 'clock'>, row: ImportRow): Promise<void> {
  const at = new Date(deps.clock.now())
  await appendEvent(q, { orgId: row.org_id, payload: { type: 'records' }, at })
}
