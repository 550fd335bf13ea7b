import type { Queryable } from '../../storage/database.ts'
import { appendEvent } from '../../storage/events.ts'
import type { FilingRow } from '../../storage/filings.ts'
import type { Deps } from '../context.ts'

/** Tells its user how a filing stands; `percent` of its bytes. */
export async function tellFiling(
  q: Queryable,
  deps: Deps,
  filing: Pick<FilingRow, 'id' | 'org_id' | 'user_id' | 'record_id' | 'status'>,
  percent = filing.status === 'done' || filing.status === 'already_filed' ? 100 : 0,
): Promise<void> {
  await appendEvent(q, {
    orgId: filing.org_id,
    userId: filing.user_id,
    payload: {
      type: 'filing',
      id: filing.id,
      status: filing.status,
      recordId: filing.record_id,
      percent,
    },
    at: new Date(deps.clock.now()),
  })
}
