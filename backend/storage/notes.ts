import { type Insertable, sql } from 'kysely'
import type { ListCursor } from '../../lib/domain/list-cursor.ts'
import type { Queryable, Trx } from './database.ts'
import type { Tables } from './tables.ts'

export interface NoteRow {
  id: string
  recordId: string
  version: number
  text: string
  authorId: string
  authorName: string
  createdAt: Date
  updatedAt: Date
  deletedAt: Date | null
}

function selectNotes(q: Queryable, orgId: string) {
  return q
    .selectFrom('notes as n')
    .innerJoin('users as u', 'u.id', 'n.author_id')
    .select([
      'n.id',
      'n.record_id as recordId',
      'n.version',
      'n.text',
      'n.author_id as authorId',
      'u.name as authorName',
      'n.created_at as createdAt',
      'n.updated_at as updatedAt',
      'n.deleted_at as deletedAt',
    ])
    .where('n.org_id', '=', orgId)
}

/** A note, deleted ones included; whoever asks must be allowed to see its record. */
export async function findNote(q: Queryable, orgId: string, id: string): Promise<NoteRow | undefined> {
  return selectNotes(q, orgId).where('n.id', '=', id).executeTakeFirst()
}

/** A record's notes, newest first, strictly after the cursor. */
export async function listNotes(
  q: Queryable,
  input: { orgId: string; recordId: string; cursor: ListCursor | undefined; limit: number },
): Promise<NoteRow[]> {
  const { orgId, recordId, cursor, limit } = input
  let query = selectNotes(q, orgId).where('n.record_id', '=', recordId).where('n.deleted_at', 'is', null)
  if (cursor !== undefined)
    query = query.where((eb) =>
      eb.or([
        eb('n.created_at', '<', cursor.at),
        eb.and([eb('n.created_at', '=', cursor.at), eb('n.id', '<', cursor.key)]),
      ]),
    )
  return query.orderBy('n.created_at', 'desc').orderBy('n.id', 'desc').limit(limit).execute()
}

export async function countNotes(q: Queryable, orgId: string, recordId: string): Promise<number> {
  const row = await q
    .selectFrom('notes')
    .select(sql<number>`count(*)::int`.as('total'))
    .where('org_id', '=', orgId)
    .where('record_id', '=', recordId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return row?.total ?? 0
}

export async function insertNote(trx: Trx, row: Insertable<Tables['notes']>): Promise<void> {
  await trx.insertInto('notes').values(row).execute()
}

/** Writes only over the version the person saw, and only between standing and deleted as told; false otherwise. */
export async function changeNote(
  trx: Trx,
  input: { orgId: string; id: string; version: number; from: 'standing' | 'deleted'; now: Date },
  set: { text?: string; deleted_at?: Date | null },
): Promise<boolean> {
  const row = await trx
    .updateTable('notes')
    .set((eb) => ({ ...set, updated_at: input.now, version: eb('version', '+', 1) }))
    .where('org_id', '=', input.orgId)
    .where('id', '=', input.id)
    .where('version', '=', input.version)
    .where('deleted_at', input.from === 'standing' ? 'is' : 'is not', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}
