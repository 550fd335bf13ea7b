import { type Insertable, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { ModuleKey } from '../../lib/domain/modules.ts'
import type { Database, Queryable, Trx } from './database.ts'
import { type Viewer, visibleTo } from './records.ts'
import type { Tables } from './tables.ts'

export interface TodoRow {
  id: string
  version: number
  title: string
  /** ISO date. */
  dueOn: string | null
  recordId: string | null
  recordModule: ModuleKey | null
  recordName: string | null
  assigneeId: string
  assigneeName: string
  createdBy: string
  createdAt: Date
  doneAt: Date | null
  deletedAt: Date | null
}

/** Where a list of open tasks went on: by due date, those without one last, then by when they were made. */
export interface TodoCursor {
  dueOn: string | null
  createdAt: Date
  id: string
}

/** Whose eyes; `sees` every task that stands on no record, as admins do. */
export interface TodoViewer extends Viewer {
  seesAll: boolean
}

/** The date as text, whatever the driver makes of dates. */
const dueOn = sql<string | null>`to_char(t.due_on, 'YYYY-MM-DD')`

/** Tasks the viewer may see: those of records they see, and those of no record that are theirs. */
function selectTodos(q: Queryable, viewer: TodoViewer) {
  return q
    .selectFrom('todos as t')
    .innerJoin('users as u', 'u.id', 't.assignee_id')
    .leftJoin('records as r', 'r.id', 't.record_id')
    .select([
      't.id',
      't.version',
      't.title',
      dueOn.as('dueOn'),
      't.record_id as recordId',
      'r.module as recordModule',
      'r.name as recordName',
      't.assignee_id as assigneeId',
      'u.name as assigneeName',
      't.created_by as createdBy',
      't.created_at as createdAt',
      't.done_at as doneAt',
      't.deleted_at as deletedAt',
    ])
    .where('t.org_id', '=', viewer.orgId)
    .where(mayBeSeen(viewer))
}

/** Condition on `todos t` left joined to `records r`. */
function mayBeSeen(viewer: TodoViewer): RawBuilder<SqlBool> {
  return sql<SqlBool>`case when t.record_id is null
    then ${viewer.seesAll}::boolean or ${viewer.userId}::uuid in (t.assignee_id, t.created_by)
    else r.deleted_at is null and ${visibleTo(viewer, 'r')} end`
}

/** A task, deleted ones included. */
export async function findTodo(q: Queryable, viewer: TodoViewer, id: string): Promise<TodoRow | undefined> {
  return selectTodos(q, viewer).where('t.id', '=', id).executeTakeFirst()
}

interface TodoFilter {
  /** undefined: everybody's. */
  assigneeId: string | undefined
  recordId: string | undefined
}

/** Open tasks, due first, strictly after the cursor. */
export async function listOpenTodos(
  q: Queryable,
  viewer: TodoViewer,
  input: TodoFilter & { cursor: TodoCursor | undefined; limit: number },
): Promise<TodoRow[]> {
  const { cursor } = input
  let query = selectTodos(q, viewer).where(filtered(input)).where('t.done_at', 'is', null)
  if (cursor !== undefined)
    query = query.where(sql<SqlBool>`(coalesce(t.due_on, 'infinity'::date), t.created_at, t.id)
      > (coalesce(${cursor.dueOn}::date, 'infinity'::date), ${cursor.createdAt}::timestamptz, ${cursor.id}::uuid)`)
  return query
    .orderBy(sql`coalesce(t.due_on, 'infinity'::date)`)
    .orderBy('t.created_at')
    .orderBy('t.id')
    .limit(input.limit)
    .execute()
}

/** Tasks that are done, the last done first, strictly after the cursor. */
export async function listDoneTodos(
  q: Queryable,
  viewer: TodoViewer,
  input: TodoFilter & { cursor: { at: Date; key: string } | undefined; limit: number },
): Promise<TodoRow[]> {
  const { cursor } = input
  let query = selectTodos(q, viewer).where(filtered(input)).where('t.done_at', 'is not', null)
  if (cursor !== undefined)
    query = query.where(sql<SqlBool>`(t.done_at, t.id) < (${cursor.at}::timestamptz, ${cursor.key}::uuid)`)
  return query.orderBy('t.done_at', 'desc').orderBy('t.id', 'desc').limit(input.limit).execute()
}

export async function countTodos(
  q: Database,
  viewer: TodoViewer,
  input: TodoFilter & { done: boolean },
): Promise<number> {
  const row = await q
    .selectFrom('todos as t')
    .leftJoin('records as r', 'r.id', 't.record_id')
    .select(sql<number>`count(*)::int`.as('total'))
    .where('t.org_id', '=', viewer.orgId)
    .where(mayBeSeen(viewer))
    .where(filtered(input))
    .where('t.done_at', input.done ? 'is not' : 'is', null)
    .executeTakeFirst()
  return row?.total ?? 0
}

function filtered({ assigneeId, recordId }: TodoFilter): RawBuilder<SqlBool> {
  const mine = assigneeId === undefined ? sql`` : sql`and t.assignee_id = ${assigneeId}`
  const here = recordId === undefined ? sql`` : sql`and t.record_id = ${recordId}`
  return sql<SqlBool>`t.deleted_at is null ${mine} ${here}`
}

export async function insertTodo(trx: Trx, row: Insertable<Tables['todos']>): Promise<void> {
  await trx.insertInto('todos').values(row).execute()
}

export interface TodoChange {
  title?: string
  due_on?: string | null
  assignee_id?: string
  done_at?: Date | null
  done_by?: string | null
  deleted_at?: Date | null
}

/** Writes only over the version the person saw, and only between standing and deleted as told; false otherwise. */
export async function changeTodo(
  trx: Trx,
  input: { orgId: string; id: string; version: number; from: 'standing' | 'deleted'; now: Date },
  set: TodoChange,
): Promise<boolean> {
  const row = await trx
    .updateTable('todos')
    .set((eb) => ({ ...set, updated_at: input.now, version: eb('version', '+', 1) }))
    .where('org_id', '=', input.orgId)
    .where('id', '=', input.id)
    .where('version', '=', input.version)
    .where('deleted_at', input.from === 'standing' ? 'is' : 'is not', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Somebody active of the organisation. */
export async function findActivePerson(q: Queryable, orgId: string, userId: string) {
  return q
    .selectFrom('users')
    .select(['id', 'role'])
    .where('org_id', '=', orgId)
    .where('id', '=', userId)
    .where('status', '=', 'active')
    .executeTakeFirst()
}
