import type { NotesPage } from '../../lib/contract/history.ts'
import type { Note } from '../../lib/contract/records.ts'
import { Refusal } from '../../lib/domain/errors.ts'
import { readCursor, writeCursor } from '../../lib/domain/list-cursor.ts'
import { changeNote, countNotes, findNote, insertNote, listNotes, type NoteRow } from '../storage/notes.ts'
import { requireEditable, requirePermission, requireRecord } from './access.ts'
import type { Context } from './context.ts'
import { hideMissing, plainText, tellRecord } from './on-record.ts'

const pageSize = 50

/** A record's notes, newest first. Whoever sees the record reads them. */
export async function notesOf(
  ctx: Context,
  recordId: string,
  query: { cursor?: string | undefined },
): Promise<NotesPage> {
  const { orgId } = ctx.actor
  await requireRecord(ctx, recordId)
  const cursor = readCursor(query.cursor)
  const rows = await listNotes(ctx.db, { orgId, recordId, cursor, limit: pageSize + 1 })
  const last = rows.length > pageSize ? rows[pageSize - 1] : undefined
  return {
    rows: rows.slice(0, pageSize).map(toNote),
    total: await countNotes(ctx.db, orgId, recordId),
    nextCursor: last === undefined ? null : writeCursor({ at: last.createdAt, key: last.id }),
  }
}

/** Puts a note on a record the actor may edit. Its id is the first id asked for. */
export async function createNote(ctx: Context, recordId: string, input: { text: string }): Promise<Note> {
  const id = ctx.newId()
  await requireEditable(ctx, recordId)
  const { orgId, userId } = ctx.actor
  const now = new Date(ctx.clock.now())
  const text = plainText('text', input.text)
  await ctx.db.transaction().execute(async (trx) => {
    await insertNote(trx, {
      id,
      org_id: orgId,
      record_id: recordId,
      author_id: userId,
      text,
      created_at: now,
      updated_at: now,
    })
    await tellRecord(ctx, trx, recordId)
  })
  return getNote(ctx, id)
}

/** @throws Refusal not_found `note_missing`, also for a note on a record the actor may not see */
export async function getNote(ctx: Context, id: string): Promise<Note> {
  return toNote(await requireNote(ctx, id, 'standing'))
}

/** @throws Refusal forbidden `not_yours`, conflict `version_stale` with the version that stands */
export async function updateNote(
  ctx: Context,
  id: string,
  input: { version: number; text: string },
): Promise<Note> {
  const text = plainText('text', input.text)
  return change(ctx, id, { version: input.version, from: 'standing', set: { text } })
}

/** Its author or an admin; {@link restoreNote} brings it back. */
export async function deleteNote(ctx: Context, id: string, input: { version: number }): Promise<void> {
  const set = { deleted_at: new Date(ctx.clock.now()) }
  await change(ctx, id, { version: input.version, from: 'standing', set })
}

/** Undo of {@link deleteNote}; a repetition finds the note standing. */
export async function restoreNote(ctx: Context, id: string): Promise<Note> {
  const before = await requireNote(ctx, id, 'any')
  if (before.deletedAt === null) return toNote(before)
  return change(ctx, id, { version: before.version, from: 'deleted', set: { deleted_at: null } })
}

async function change(
  ctx: Context,
  id: string,
  input: {
    version: number
    from: 'standing' | 'deleted'
    set: { text?: string; deleted_at?: Date | null }
  },
): Promise<Note> {
  requirePermission(ctx, 'records.write')
  const before = await requireNote(ctx, id, input.from)
  const { orgId, userId, role } = ctx.actor
  if (before.authorId !== userId && role !== 'admin')
    throw new Refusal('forbidden', 'not_yours', { author: before.authorName })
  const now = new Date(ctx.clock.now())
  await ctx.db.transaction().execute(async (trx) => {
    const target = { orgId, id, version: input.version, from: input.from, now }
    if (!(await changeNote(trx, target, input.set)))
      throw new Refusal('conflict', 'version_stale', { version: before.version })
    await tellRecord(ctx, trx, before.recordId)
  })
  return toNote(await requireNote(ctx, id, 'any'))
}

async function requireNote(
  ctx: Context,
  id: string,
  state: 'standing' | 'deleted' | 'any',
): Promise<NoteRow> {
  const row = await findNote(ctx.db, ctx.actor.orgId, id)
  if (row === undefined || (row.deletedAt !== null && state === 'standing'))
    throw new Refusal('not_found', 'note_missing')
  await hideMissing(requireRecord(ctx, row.recordId), 'note_missing')
  return row
}

export function toNote(row: Omit<NoteRow, 'recordId' | 'deletedAt'>): Note {
  return {
    id: row.id,
    version: row.version,
    text: row.text,
    author: { id: row.authorId, name: row.authorName },
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}
