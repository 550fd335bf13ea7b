import { randomUUID } from 'node:crypto'
import type { SendFileSource } from '../../../backend/storage/compose-tables.ts'
import type { Send } from '../../../lib/contract/sends.ts'
import type { TestHouse } from './house.ts'

export interface TestSendFile {
  name: string
  bytes: Buffer
  mimeType?: string
  cid?: string
  state?: 'waiting' | 'ready'
  source?: SendFileSource
}

/** Gives a mail that waits its HTML and files, as its composer does. */
export async function dress(town: TestHouse, send: Send, html: string, files: TestSendFile[]): Promise<void> {
  const { db } = town.house
  const { org_id } = await db
    .updateTable('sends')
    .set({ html })
    .where('id', '=', send.id)
    .returning('org_id')
    .executeTakeFirstOrThrow()
  for (const [position, file] of files.entries()) {
    const source = (async function* () {
      yield file.bytes
    })()
    const { sha256, size } = await town.house.files.put(org_id, source, {
      maxBytes: 1e9,
      signal: new AbortController().signal,
    })
    await db
      .insertInto('send_files')
      .values({
        id: randomUUID(),
        org_id,
        send_id: send.id,
        position,
        source: file.source ?? (file.cid === undefined ? 'computer' : 'inline'),
        name: file.name,
        mime_type: file.mimeType ?? 'application/pdf',
        size,
        sha256,
        state: file.state ?? 'ready',
        cid: file.cid ?? null,
        created_at: new Date(town.house.clock.now()),
      })
      .execute()
  }
}
