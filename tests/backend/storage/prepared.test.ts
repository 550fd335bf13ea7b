import { PGlite } from '@electric-sql/pglite'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database, OpenDatabase } from '../../../backend/storage/database.ts'
import { pgliteParsers, wrapPGlite } from '../../../backend/storage/embedded.ts'
import { plannedOnce } from '../../../backend/storage/prepared.ts'

let opened: OpenDatabase
let db: Database

beforeAll(async () => {
  opened = wrapPGlite(await PGlite.create({ parsers: pgliteParsers }))
  db = opened.db
  await sql`create table t (id int primary key, name text, tags text[], at timestamptz, raw bytea, more jsonb)`.execute(
    db,
  )
})
afterAll(() => opened.close())

/** Often enough that it is prepared on the way. */
const times = [1, 2, 3, 4, 5, 6]

test('a statement answers the same the first and the sixth time, whatever the types of its values', async () => {
  const at = new Date('2026-11-23T09:00:00.123Z')
  for (const id of times) {
    const { rows } =
      await sql`insert into t values (${id}, ${id % 2 ? 'Müller' : null}, ${['a,b', '"']}, ${at},
      ${Buffer.from([0, 255, id])}, ${JSON.stringify({ n: id })}) returning *`.execute(db)
    expect(rows).toEqual([
      {
        id,
        name: id % 2 ? 'Müller' : null,
        tags: ['a,b', '"'],
        at,
        raw: new Uint8Array([0, 255, id]),
        more: { n: id },
      },
    ])
  }
  for (const _ of times) {
    const { rows, numAffectedRows } =
      await sql`update t set name = ${'x'} where id = any(${[1, 2]}::int[])`.execute(db)
    expect([rows, numAffectedRows]).toEqual([[], 2n])
    expect((await sql`select count(*) as n from t where id > ${4}`.execute(db)).rows).toEqual([{ n: 2 }])
  }
})

test('a refused statement spoils neither the next one nor its own next run', async () => {
  for (const _ of times) {
    await expect(sql`insert into t (id) values (${1})`.execute(db)).rejects.toMatchObject({ code: '23505' })
    await expect(sql`select ${'no'}::int`.execute(db)).rejects.toMatchObject({ code: '22P02' })
    expect((await sql`select ${7}::int as n`.execute(db)).rows).toEqual([{ n: 7 }])
  }
})

test('a transaction is whole or nothing, and others wait for it', async () => {
  for (const n of times) {
    const work = db.transaction().execute(async (trx) => {
      await sql`insert into t (id) values (${100 + n})`.execute(trx)
      if (n % 2) throw new Error('undo')
    })
    const beside = sql<{ n: number }>`select count(*)::int as n from t where id = ${100 + n}`.execute(db)
    await work.catch(() => undefined)
    expect((await beside).rows).toEqual([{ n: n % 2 ? 0 : 1 }])
  }
})

test('a table that gained a column answers with it, and a table that was filled is planned anew', async () => {
  const all = () => plannedOnce(async () => (await sql`select * from s where id = ${1}`.execute(db)).rows)
  await sql`create table s (id int primary key)`.execute(db)
  await sql`insert into s values (1)`.execute(db)
  for (const _ of times) expect(await all()).toEqual([{ id: 1 }])
  await sql`alter table s add column name text default 'new'`.execute(db)
  for (const _ of times) expect(await all()).toEqual([{ id: 1, name: 'new' }])
})

test('more statements than are kept: each still answers', async () => {
  for (let round = 0; round < 4; round++)
    for (let n = 0; n < 320; n++)
      expect((await sql`${sql.raw(`select ${n} as n`)} where ${1}::int = 1`.execute(db)).rows).toEqual([
        { n },
      ])
})
