import { once } from 'node:events'
import { watch } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { PGlite } from '@electric-sql/pglite'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openEmbedded } from '../../../backend/storage/embedded.ts'
import { openDatabase } from '../../../backend/storage/open.ts'
import { crashOnce, startWriter } from '../harness/crash.ts'

let dir = ''
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'inlay-crash-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const open = (name: string) => openDatabase({ databaseUrl: undefined, dataDir: join(dir, name) })

test('kill -9 while writing, five times: no acknowledged commit is lost, each had its fsync', async () => {
  for (const commits of [40, 1, 133, 17, 80]) {
    const round = await crashOnce(join(dir, 'killed'), commits)
    expect(round.acknowledged).toBeGreaterThanOrEqual(commits)
    expect(round.found).toBeGreaterThanOrEqual(round.acknowledged)
    expect(round.whole).toBe(true)
    expect(round.withoutFsync).toBe(0)
  }
})

test('a second process on the folder is refused at once, in words that name it', async () => {
  const opened = await open('held')
  try {
    const second = startWriter(join(dir, 'held'))
    const [said, [code]] = await Promise.all([text(second.stderr), once(second, 'exit')])
    expect(code).toBe(1)
    expect(said).toContain(`The database in ${join(dir, 'held', 'db')} is in use by another Inlay process`)
    await expect(open('held')).rejects.toThrow('in use by another')
    await sql`select 1`.execute(opened.db)
  } finally {
    await opened.close()
  }
  const again = await open('held')
  await again.close()
})

test('every commit is an fsync, no read is one', async () => {
  const opened = await open('counted')
  try {
    const count = opened.fsyncs ?? (() => Number.NaN)
    await sql`create table counted (n integer)`.execute(opened.db)
    const start = count()
    for (let n = 0; n < 20; n++) await sql`insert into counted values (${n})`.execute(opened.db)
    const written = count()
    expect(written - start).toBeGreaterThanOrEqual(20)
    for (let n = 0; n < 20; n++) await sql`select count(*) from counted`.execute(opened.db)
    expect(count()).toBe(written)
  } finally {
    await opened.close()
  }
})

test('a PGlite that does not reach the disk is refused at start, in words', async () => {
  const started = openEmbedded(join(dir, 'careless', 'db'), PGlite.defaultStartParams)
  await expect(started).rejects.toThrow('caused no fsync: a power cut would lose acknowledged mail')
})

test('killed during the very first start, the folder is made anew by the next', async () => {
  const dataDir = join(dir, 'first')
  const born = Promise.withResolvers<void>()
  const watcher = watch(dir, { recursive: true }, (_, name) => {
    if (name?.startsWith(join('first', 'db.new', 'base'))) born.resolve()
  })
  const writer = startWriter(dataDir)
  await born.promise
  watcher.close()
  writer.kill('SIGKILL')
  await once(writer, 'exit')
  expect(await readdir(dataDir)).not.toContain('db')
  const opened = await open('first')
  await opened.close()
})
