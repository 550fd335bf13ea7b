import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { systemClock } from '../../../backend/clock.ts'
import type { Trx } from '../../../backend/storage/database.ts'
import { appendEvent } from '../../../backend/storage/events.ts'
import { newOrganisation, testDatabase } from '../harness/database.ts'

const database = await testDatabase()
const { db } = database

test('values read the same on both databases', async () => {
  const { orgId } = await newOrganisation(db, systemClock())
  const at = new Date('2026-03-08T01:30:00.123Z')
  const row = { org_id: orgId, sha256: 'a'.repeat(64), size: 2 ** 40, created_at: at }
  await db.insertInto('files').values(row).execute()
  expect(await db.selectFrom('files').selectAll().where('org_id', '=', orgId).execute()).toEqual([row])
  const counted = await db
    .selectFrom('users')
    .select((eb) => eb.fn.countAll().as('n'))
    .where('org_id', '=', orgId)
    .executeTakeFirstOrThrow()
  expect(counted.n).toBe(2)
  const policy = await db
    .selectFrom('organisations')
    .select(['policy', 'join_domains'])
    .where('id', '=', orgId)
    .execute()
  expect(policy).toEqual([{ policy: {}, join_domains: [] }])
  await expect(sql`select 9007199254740993::int8`.execute(db)).rejects.toThrow('2^53')
})

test('a failed transaction leaves nothing, and its error has a code', async () => {
  const id = randomUUID()
  const made = db.transaction().execute(async (trx) => {
    const values = { id, name: 'Twice', created_at: new Date(0) }
    await trx.insertInto('organisations').values(values).execute()
    await trx.insertInto('organisations').values(values).execute()
  })
  await expect(made).rejects.toMatchObject({ code: '23505', constraint: 'organisations_pkey' })
  expect(await db.selectFrom('organisations').select('id').where('id', '=', id).execute()).toEqual([])
})

test('db inside a transaction is refused at once instead of hanging or running outside it', async () => {
  const late = Promise.withResolvers<void>()
  const wrong = db.transaction().execute(async () => {
    await db.selectFrom('users').select('id').execute()
  })
  await expect(wrong).rejects.toThrow('use the trx it was given')
  const raw = db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async () => {
      await sql`select 1`.execute(db)
    })
  await expect(raw).rejects.toThrow('use the trx it was given')
  const started = await db.transaction().execute(async (trx) => {
    await trx.selectFrom('users').select('id').limit(1).execute()
    return { later: late.promise.then(() => db.selectFrom('users').select('id').limit(1).execute()) }
  })
  late.resolve()
  await started.later
})

test('a notification is heard when its transaction commits, by every listener until it leaves', async () => {
  const heard: string[] = []
  const first = Promise.withResolvers<void>()
  const last = Promise.withResolvers<void>()
  const leave = await database.listen('inlay_test', (payload) => {
    heard.push(payload)
    first.resolve()
  })
  const stay = await database.listen('inlay_test', (payload) => {
    if (payload === 'two') last.resolve()
  })
  await db.transaction().execute(async (trx) => {
    await sql`select pg_notify('inlay_test', 'one')`.execute(trx)
  })
  await first.promise
  await leave()
  await sql`select pg_notify('inlay_test', 'two')`.execute(db)
  await last.promise
  expect(heard).toEqual(['one'])
  await stay()
})

test('events are told at the end of their transaction, in their order, and not at all when it fails', async () => {
  const organisations = [randomUUID(), randomUUID()].sort()
  const [first = '', second = ''] = organisations
  const at = new Date(0)
  const payloads = async () => {
    const rows = await db
      .selectFrom('events')
      .select('payload')
      .where('org_id', 'in', organisations)
      .orderBy('seq')
      .execute()
    return rows.map(({ payload }) => payload.type)
  }
  const work = async (trx: Trx, types: readonly ('policy' | 'records' | 'library')[]) => {
    for (const id of organisations)
      await trx.insertInto('organisations').values({ id, name: 'Told', created_at: at }).execute()
    for (const [nth, type] of types.entries())
      await appendEvent(trx, { orgId: nth === 0 ? second : first, payload: { type }, at })
    return trx.selectFrom('events').select('seq').where('org_id', 'in', organisations).execute()
  }
  const failed = db.transaction().execute(async (trx) => {
    await work(trx, ['policy'])
    throw new Error('No.')
  })
  await expect(failed).rejects.toThrow('No.')
  expect(await payloads()).toEqual([])
  expect(await db.transaction().execute((trx) => work(trx, ['policy', 'records', 'library']))).toEqual([])
  expect(await payloads()).toEqual(['records', 'library', 'policy'])
  await appendEvent(db, { orgId: first, payload: { type: 'modules' }, at })
  expect(await payloads()).toEqual(['records', 'library', 'policy', 'modules'])
})

test.runIf(database.kind === 'server')(
  'who has told something and then waits for a row waits for nobody who is about to tell something',
  async () => {
    const orgId = randomUUID()
    const at = new Date(0)
    await db.insertInto('organisations').values({ id: orgId, name: 'Two', created_at: at }).execute()
    const tell = (trx: Trx) => appendEvent(trx, { orgId, payload: { type: 'policy' }, at })
    const write = (trx: Trx, name: string) =>
      trx.updateTable('organisations').set({ name }).where('id', '=', orgId).execute()
    const told = Promise.withResolvers<void>()
    const written = Promise.withResolvers<void>()
    await Promise.all([
      db.transaction().execute(async (trx) => {
        await tell(trx)
        told.resolve()
        await written.promise
        await write(trx, 'Told first')
      }),
      db.transaction().execute(async (trx) => {
        await told.promise
        await write(trx, 'Written first')
        written.resolve()
        await tell(trx)
      }),
    ])
    const events = await db.selectFrom('events').select('seq').where('org_id', '=', orgId).execute()
    expect(events).toHaveLength(2)
  },
)
