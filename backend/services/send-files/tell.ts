import type { Queryable } from '../../storage/database.ts'
import { appendEvent } from '../../storage/events.ts'
import type { SendFileRow } from '../../storage/send-files.ts'
import type { Deps } from '../context.ts'

/** Tells a mail's author how one of its files stands. */
export async function tellSendFile(
  q: Queryable,
  deps: Deps,
  file: Pick<SendFileRow, 'id' | 'org_id' | 'send_id' | 'received_bytes'> & { state: string },
  authorId: string,
): Promise<void> {
  await appendEvent(q, {
    orgId: file.org_id,
    userId: authorId,
    payload: {
      type: 'send_file',
      id: file.id,
      sendId: file.send_id,
      state: file.state,
      received: file.received_bytes,
    },
    at: new Date(deps.clock.now()),
  })
}
