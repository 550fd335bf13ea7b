import type { Selectable } from 'kysely'
import type { Queryable } from './database.ts'
import type { Tables } from './tables.ts'

export type SendFileRow = Selectable<Tables['send_files']>

/** The files of these mails, in the order their authors gave them. */
export async function listSendFiles(q: Queryable, sendIds: readonly string[]): Promise<SendFileRow[]> {
  if (sendIds.length === 0) return []
  return q
    .selectFrom('send_files')
    .selectAll()
    .where('send_id', 'in', [...sendIds])
    .orderBy('send_id')
    .orderBy('position')
    .orderBy('id')
    .execute()
}
