import { sql } from 'kysely'
import type { Database, Queryable } from './database.ts'

/**
 * The queue of everything in the background except sends. Our own, since every time in it comes from the
 * caller's clock: a library such as pg-boss asks the database's, which no test can move.
 */
export interface Task {
  id: string
  orgId: string
  kind: string
  key: string
  payload: Record<string, string>
  /** How often it was claimed, this time included, since it last went well. */
  attempts: number
}

export interface NewTask {
  /** A new UUID; not used when the task exists. */
  id: string
  orgId: string
  kind: string
  /** One task per kind and key, e.g. the mailbox's id. */
  key: string
  payload?: Record<string, string>
  dueAt: Date
  now: Date
}

/** Who holds a task; every change by a worker that lost its lease does nothing. */
export interface Held {
  id: string
  worker: string
}

/** NOTIFY on this channel, payload the kind: something may be due sooner than you think. */
export const taskChannel = 'inlay_tasks'

const firstRetryMs = 10_000
const longestRetryMs = 60 * 60 * 1000

/**
 * Asks for a task, inside the caller's transaction or alone. One that waits runs at the earlier time with the newer
 * payload; one that runs is run again afterwards (it may have read before the caller wrote).
 */
export async function enqueueTask(q: Queryable, task: NewTask): Promise<void> {
  await q
    .insertInto('tasks')
    .values({
      id: task.id,
      org_id: task.orgId,
      kind: task.kind,
      key: task.key,
      payload: JSON.stringify(task.payload ?? {}),
      due_at: task.dueAt,
      created_at: task.now,
    })
    .onConflict((conflict) =>
      conflict.columns(['kind', 'key']).doUpdateSet({
        payload: (eb) => eb.ref('excluded.payload'),
        // While it runs, due_at is free to hold the time of the next run.
        due_at: sql<Date>`case when tasks.worker is not null and not tasks.again then excluded.due_at
          else least(tasks.due_at, excluded.due_at) end`,
        again: sql<boolean>`tasks.worker is not null`,
      }),
    )
    .execute()
  await sql`select pg_notify(${taskChannel}, ${task.kind})`.execute(q)
}

/** What a task that waits or runs was asked to do. */
export async function taskPayload(
  q: Queryable,
  kind: string,
  key: string,
): Promise<Record<string, string> | undefined> {
  const row = await q
    .selectFrom('tasks')
    .select('payload')
    .where('kind', '=', kind)
    .where('key', '=', key)
    .executeTakeFirst()
  return row?.payload
}

/** Takes up to `limit` tasks that are due or whose worker let its lease lapse, earliest first. */
export async function claimTasks(
  db: Database,
  input: { worker: string; now: Date; kinds: readonly string[]; limit: number; leaseMs: number },
): Promise<Task[]> {
  const { worker, now, kinds, limit } = input
  const lease = new Date(now.getTime() + input.leaseMs)
  const rows = await db
    .with('due', (qb) =>
      qb
        .selectFrom('tasks')
        .select('id')
        .where('kind', 'in', [...kinds])
        .where((eb) =>
          eb.or([eb.and([eb('worker', 'is', null), eb('due_at', '<=', now)]), eb('lease_until', '<=', now)]),
        )
        .orderBy('due_at')
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .updateTable('tasks')
    .set((eb) => ({ worker, lease_until: lease, again: false, attempts: eb('attempts', '+', 1) }))
    .where('id', 'in', (eb) => eb.selectFrom('due').select('due.id'))
    .returning(['id', 'org_id as orgId', 'kind', 'key', 'payload', 'attempts'])
    .execute()
  return rows
}

/**
 * The task went well: it is gone, or waits until `next`, or runs again because somebody asked meanwhile.
 * False when the lease was lost; the other worker's run counts.
 */
export async function finishTask(q: Queryable, held: Held, next?: Date): Promise<boolean> {
  if (next === undefined) {
    const gone = await q
      .deleteFrom('tasks')
      .where('id', '=', held.id)
      .where('worker', '=', held.worker)
      .where('again', '=', false)
      .executeTakeFirst()
    if (gone.numDeletedRows > 0n) return true
  }
  const released = await q
    .updateTable('tasks')
    .set({
      worker: null,
      lease_until: null,
      attempts: 0,
      last_error: null,
      again: false,
      due_at: sql<Date>`case when again then least(due_at, ${next ?? null}::timestamptz)
        else ${next ?? null}::timestamptz end`,
    })
    .where('id', '=', held.id)
    .where('worker', '=', held.worker)
    .executeTakeFirst()
  return released.numUpdatedRows > 0n
}

/**
 * The task failed and waits: until `retryAt` when somebody said when, else 10 s doubling with each attempt to 1 h.
 * `error` is a short code, never text of a mail.
 */
export async function failTask(
  q: Queryable,
  held: Held,
  input: { now: Date; error: string; attempts: number; retryAt?: Date },
): Promise<boolean> {
  const wait = Math.min(firstRetryMs * 2 ** Math.max(0, input.attempts - 1), longestRetryMs)
  const released = await q
    .updateTable('tasks')
    .set({
      worker: null,
      lease_until: null,
      again: false,
      last_error: input.error.slice(0, 200),
      due_at: input.retryAt ?? new Date(input.now.getTime() + wait),
    })
    .where('id', '=', held.id)
    .where('worker', '=', held.worker)
    .executeTakeFirst()
  return released.numUpdatedRows > 0n
}

/** Keeps a long task; false when the lease was lost and another worker has it. */
export async function renewTask(q: Queryable, held: Held, leaseUntil: Date): Promise<boolean> {
  const renewed = await q
    .updateTable('tasks')
    .set({ lease_until: leaseUntil })
    .where('id', '=', held.id)
    .where('worker', '=', held.worker)
    .executeTakeFirst()
  return renewed.numUpdatedRows > 0n
}

/** When something of these kinds is next due or a lease lapses; undefined when there is nothing. */
export async function nextTaskAt(q: Queryable, kinds: readonly string[]): Promise<Date | undefined> {
  const row = await q
    .selectFrom('tasks')
    .select(sql<Date | null>`min(case when worker is null then due_at else lease_until end)`.as('at'))
    .where('kind', 'in', [...kinds])
    .executeTakeFirst()
  return row?.at ?? undefined
}
