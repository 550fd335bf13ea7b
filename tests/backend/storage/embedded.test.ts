import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../../backend/clock.ts'
import { deleteOutdated, vacuum } from '../../../backend/storage/housekeeping.ts'
import { openDatabase } from '../../../backend/storage/open.ts'
import { claimTasks, enqueueTask, nextTaskAt } from '../../../backend/storage/tasks.ts'
import { newOrganisation, testDatabase } from '../harness/database.ts'
import { copyReadyFolder } from '../harness/ready.ts'

const { db } = await testDatabase()

// Of the embedded database alone: a server keeps what another instance claimed.
const onServer = Boolean(process.env['DATABASE_URL'])

test.skipIf(onServer)(
  'after a crash, work of the dead process is claimable at once when the embedded database starts',
  async () => {
    const dir = await mkdtemp(join(tmpdir(), 'inlay-embedded-'))
    onTestFinished(() => rm(dir, { recursive: true, force: true }))
    await copyReadyFolder(join(dir, 'db'))
    const place = { databaseUrl: undefined, dataDir: dir }
    const now = new Date('2026-11-23T09:00:00Z')
    const task = { kind: 'sync', key: 'm1', dueAt: now, now }
    const claim = { kinds: ['sync'], limit: 10, leaseMs: 120_000, now }
    const before = await openDatabase(place)
    const { orgId } = await newOrganisation(before.db, systemClock())
    await enqueueTask(before.db, { ...task, id: randomUUID(), orgId })
    expect(await claimTasks(before.db, { ...claim, worker: 'dead' })).toHaveLength(1)
    expect(await claimTasks(before.db, { ...claim, worker: 'new' })).toHaveLength(0)
    await before.close()
    const after = await openDatabase(place)
    try {
      const [again] = await claimTasks(after.db, { ...claim, worker: 'new' })
      expect(again).toMatchObject({ key: 'm1', attempts: 2 })
      expect(await nextTaskAt(after.db, ['sync'])).toEqual(new Date(now.getTime() + 120_000))
    } finally {
      await after.close()
    }
  },
)

test('the hourly vacuum leaves no table out, so that the planner knows each', async () => {
  const unknown = async () => {
    const { rows } = await sql<{ name: string }>`select relname as name from pg_class
      where relkind = 'r' and relnamespace = 'public'::regnamespace and reltuples < 0`.execute(db)
    return rows.map((row) => row.name)
  }
  expect(await unknown()).toEqual(expect.arrayContaining(['hand_links', 'sighting_shares', 'thread_deals']))
  await vacuum(db)
  expect(await unknown()).toEqual([])
})

test('the hourly vacuum keeps a table small that is updated again and again', async () => {
  const { orgId } = await newOrganisation(db, systemClock())
  const now = new Date('2026-11-23T09:00:00Z')
  for (let i = 0; i < 50; i++)
    await enqueueTask(db, { id: randomUUID(), orgId, kind: 'busy', key: `${i}`, dueAt: now, now })
  const size = async (): Promise<number> => {
    const { rows } = await sql<{ size: number }>`select pg_relation_size('tasks') as size`.execute(db)
    return rows[0]?.size ?? 0
  }
  const churn = async (rounds: number): Promise<void> => {
    for (let i = 0; i < rounds; i++)
      await sql`update tasks set due_at = due_at + interval '1 second', payload = jsonb_build_object('x', repeat('y', 300), 'i', ${i}::int)`.execute(
        db,
      )
  }
  await churn(30)
  await vacuum(db)
  const settled = await size()
  for (let hour = 0; hour < 5; hour++) {
    await churn(30)
    await vacuum(db)
  }
  expect(await size()).toBeLessThanOrEqual(settled * 1.5)
})

test('events go when nobody can ask for them any more', async () => {
  const { orgId } = await newOrganisation(db, systemClock())
  const now = new Date('2026-11-23T09:00:00Z')
  const daysAgo = (days: number) => new Date(now.getTime() - days * 24 * 60 * 60 * 1000)
  const payload = JSON.stringify({ type: 'record', id: randomUUID() })
  const event = { org_id: orgId, user_id: null, payload }
  const events = [
    { ...event, at: daysAgo(15) },
    { ...event, at: daysAgo(13) },
  ]
  await db.insertInto('events').values(events).execute()
  await deleteOutdated(db, now)
  const left = await db.selectFrom('events').select('at').where('org_id', '=', orgId).execute()
  expect(left).toEqual([{ at: daysAgo(13) }])
})
