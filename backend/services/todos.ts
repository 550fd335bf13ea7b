import type * as z from 'zod'
import type { CreateTodo, TodosPage, TodosQuery, UpdateTodo } from '../../lib/contract/history.ts'
import type { Todo } from '../../lib/contract/records.ts'
import { Refusal } from '../../lib/domain/errors.ts'
import { readCursor, writeCursor } from '../../lib/domain/list-cursor.ts'
import type { Trx } from '../storage/database.ts'
import { appendEvent } from '../storage/events.ts'
import { findRecord } from '../storage/records.ts'
import {
  changeTodo,
  countTodos,
  findActivePerson,
  findTodo,
  insertTodo,
  listDoneTodos,
  listOpenTodos,
  type TodoChange,
  type TodoCursor,
  type TodoRow,
  type TodoViewer,
} from '../storage/todos.ts'
import { accessTo, requirePermission, requireRecord, viewerOf } from './access.ts'
import type { Context } from './context.ts'
import { plainText, tellRecord } from './on-record.ts'

const pageSize = 50

function todoViewer(ctx: Context): TodoViewer {
  return { ...viewerOf(ctx), seesAll: ctx.actor.role === 'admin' }
}

/** Tasks of records the actor sees and their own without a record: open ones due first, done ones newest first. */
export async function listTodos(ctx: Context, query: z.output<typeof TodosQuery>): Promise<TodosPage> {
  if (query.recordId !== undefined) await requireRecord(ctx, query.recordId)
  const viewer = todoViewer(ctx)
  const done = query.done === 'done'
  const filter = {
    assigneeId: query.scope === 'mine' ? ctx.actor.userId : undefined,
    recordId: query.recordId,
  }
  const page = { ...filter, limit: pageSize + 1 }
  const rows = done
    ? await listDoneTodos(ctx.db, viewer, { ...page, cursor: readCursor(query.cursor) })
    : await listOpenTodos(ctx.db, viewer, { ...page, cursor: readOpenCursor(query.cursor) })
  const last = rows.length > pageSize ? rows[pageSize - 1] : undefined
  return {
    rows: rows.slice(0, pageSize).map(toTodo),
    total: await countTodos(ctx.db, viewer, { ...filter, done }),
    nextCursor: last === undefined ? null : cursorAfter(last),
  }
}

function cursorAfter(row: TodoRow): string {
  if (row.doneAt !== null) return writeCursor({ at: row.doneAt, key: row.id })
  return `${row.dueOn ?? '-'}.${writeCursor({ at: row.createdAt, key: row.id })}`
}

/** @throws Refusal invalid for anything {@link cursorAfter} did not write for an open task */
function readOpenCursor(text: string | undefined): TodoCursor | undefined {
  if (text === undefined) return undefined
  const [, due, rest] = /^(-|\d{4}-\d\d-\d\d)\.(.+)$/.exec(text) ?? []
  const made = readCursor(rest ?? text)
  const isDate = due === '-' || (due !== undefined && due >= '1000' && !Number.isNaN(Date.parse(due)))
  if (made === undefined || !isDate)
    throw new Refusal('invalid', 'field_invalid', {}, [{ field: 'cursor', reason: 'field_invalid' }])
  return { dueOn: due === '-' ? null : due, createdAt: made.at, id: made.key }
}

/** @throws Refusal not_found `todo_missing`, also for a task on a record the actor may not see */
export async function getTodo(ctx: Context, id: string): Promise<Todo> {
  return toTodo(await requireTodo(ctx, id))
}

/** A task for oneself or for somebody who sees the record too. Its id is the first id asked for. */
export async function createTodo(ctx: Context, input: z.output<typeof CreateTodo>): Promise<Todo> {
  requirePermission(ctx, 'records.write')
  const id = ctx.newId()
  const { orgId, userId } = ctx.actor
  if (input.recordId !== null) await requireRecord(ctx, input.recordId)
  const assigneeId = await requireAssignee(ctx, input.assigneeId ?? userId, input.recordId)
  const now = new Date(ctx.clock.now())
  const title = plainText('title', input.title)
  await ctx.db.transaction().execute(async (trx) => {
    await insertTodo(trx, {
      id,
      org_id: orgId,
      record_id: input.recordId,
      assignee_id: assigneeId,
      created_by: userId,
      title,
      due_on: input.dueOn,
      created_at: now,
      updated_at: now,
    })
    await tell(ctx, trx, { id, recordId: input.recordId, people: [assigneeId] })
  })
  return getTodo(ctx, id)
}

/**
 * Changes what is given, done and not done among it. May be done by its assignee, who made it, whoever may edit the record,
 * and admins. @throws Refusal conflict `version_stale` when somebody saved first
 */
export async function updateTodo(ctx: Context, id: string, input: UpdateTodo): Promise<Todo> {
  const before = await requireChangeable(ctx, id)
  const set: TodoChange = {}
  if (input.title !== undefined) set.title = plainText('title', input.title)
  if (input.dueOn !== undefined) set.due_on = input.dueOn
  if (input.assigneeId !== undefined && input.assigneeId !== before.assigneeId)
    set.assignee_id = await requireAssignee(ctx, input.assigneeId, before.recordId)
  if (input.done !== undefined && input.done !== (before.doneAt !== null)) {
    set.done_at = input.done ? new Date(ctx.clock.now()) : null
    set.done_by = input.done ? ctx.actor.userId : null
  }
  return change(ctx, before, { version: input.version, from: 'standing', set })
}

/** {@link restoreTodo} brings it back. */
export async function deleteTodo(ctx: Context, id: string, input: { version: number }): Promise<void> {
  const before = await requireChangeable(ctx, id)
  const set = { deleted_at: new Date(ctx.clock.now()) }
  await change(ctx, before, { version: input.version, from: 'standing', set })
}

/** Undo of {@link deleteTodo}; a repetition finds the task standing. */
export async function restoreTodo(ctx: Context, id: string): Promise<Todo> {
  const before = await requireChangeable(ctx, id, 'any')
  if (before.deletedAt === null) return toTodo(before)
  return change(ctx, before, { version: before.version, from: 'deleted', set: { deleted_at: null } })
}

async function change(
  ctx: Context,
  before: TodoRow,
  input: { version: number; from: 'standing' | 'deleted'; set: TodoChange },
): Promise<Todo> {
  const { id, recordId } = before
  const now = new Date(ctx.clock.now())
  const people = [before.assigneeId, input.set.assignee_id ?? before.assigneeId]
  await ctx.db.transaction().execute(async (trx) => {
    const target = { orgId: ctx.actor.orgId, id, version: input.version, from: input.from, now }
    if (!(await changeTodo(trx, target, input.set)))
      throw new Refusal('conflict', 'version_stale', { version: before.version })
    await tell(ctx, trx, { id, recordId, people })
  })
  // One of no record that was given away is still answered to whoever gave it.
  const row = await findTodo(ctx.db, { ...todoViewer(ctx), seesAll: true }, id)
  if (row === undefined) throw new Refusal('not_found', 'todo_missing')
  return toTodo(row)
}

async function requireTodo(ctx: Context, id: string, state: 'standing' | 'any' = 'standing') {
  const row = await findTodo(ctx.db, todoViewer(ctx), id)
  if (row === undefined || (row.deletedAt !== null && state === 'standing'))
    throw new Refusal('not_found', 'todo_missing')
  return row
}

async function requireChangeable(ctx: Context, id: string, state?: 'standing' | 'any'): Promise<TodoRow> {
  requirePermission(ctx, 'records.write')
  const row = await requireTodo(ctx, id, state)
  const { userId, role } = ctx.actor
  if (role === 'admin' || userId === row.assigneeId || userId === row.createdBy) return row
  if (row.recordId !== null && accessTo(ctx, await requireRecord(ctx, row.recordId)) === 'edit') return row
  throw new Refusal('forbidden', 'not_yours', { author: row.assigneeName })
}

/** Somebody active who may see the record, so that nobody is given what they cannot open. */
async function requireAssignee(ctx: Context, id: string, recordId: string | null): Promise<string> {
  if (id === ctx.actor.userId) return id
  const person = await findActivePerson(ctx.db, ctx.actor.orgId, id)
  const seen =
    person !== undefined &&
    (recordId === null || (await findRecord(ctx.db, viewerOf(as(ctx, person)), recordId)) !== undefined)
  if (seen) return id
  throw new Refusal('invalid', 'person_missing', {}, [{ field: 'assigneeId', reason: 'person_missing' }])
}

function as(ctx: Context, person: { id: string; role: Context['actor']['role'] }): Context {
  return { ...ctx, actor: { ...ctx.actor, userId: person.id, role: person.role } }
}

/** The record's open cards, and the lists of whoever has or had the task. */
async function tell(
  ctx: Context,
  trx: Trx,
  what: { id: string; recordId: string | null; people: string[] },
): Promise<void> {
  const at = new Date(ctx.clock.now())
  const { orgId } = ctx.actor
  for (const userId of new Set(what.people))
    await appendEvent(trx, { orgId, userId, payload: { type: 'todo', id: what.id }, at })
  if (what.recordId !== null) await tellRecord(ctx, trx, what.recordId)
}

export function toTodo(row: Omit<TodoRow, 'createdBy' | 'deletedAt'>): Todo {
  const { recordId, recordModule, recordName } = row
  return {
    id: row.id,
    version: row.version,
    record:
      recordId === null || recordModule === null
        ? null
        : { id: recordId, module: recordModule, name: recordName ?? '' },
    title: row.title,
    dueOn: row.dueOn,
    assignee: { id: row.assigneeId, name: row.assigneeName },
    doneAt: row.doneAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  }
}
