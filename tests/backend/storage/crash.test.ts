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
import { copyReadyFolder } from '../harness/ready.ts'

let dir = ''
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'inlay-crash-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const open = (dataDir: string) => openDatabase({ databaseUrl: undefined, dataDir })

/** A folder already started once, since the first start takes seconds. */
async function folder(name: string): Promise<string> {
  const dataDir = join(dir, name)
  await copyReadyFolder(join(dataDir, 'db'))
  return dataDir
}

test('kill -9 while writing, three times: no acknowledged commit is lost, each had its fsync', async () => {
  const dataDir = await folder('killed')
  for (const commits of [1, 40, 10]) {
    const round = await crashOnce(dataDir, commits)
    expect(round.acknowledged).toBeGreaterThanOrEqual(commits)
    expect(round.found).toBeGreaterThanOrEqual(round.acknowledged)
    expect(round.whole).toBe(true)
    expect(round.withoutFsync).toBe(0)
  }
}, 120_000)

test('a second process on the folder is refused at once, in words that name it', async () => {
  const dataDir = await folder('held')
  const opened = await open(dataDir)
  try {
    const second = startWriter(dataDir)
    const [said, [code]] = await Promise.all([text(second.stderr), once(second, 'exit')])
    expect(code).toBe(1)
    expect(said).toContain(`The database in ${join(dataDir, 'db')} is in use by another Inlay process`)
    await expect(open(dataDir)).rejects.toThrow('in use by another')
    await sql`select 1`.execute(opened.db)
  } finally {
    await opened.close()
  }
  const again = await open(dataDir)
  await again.close()
})

test('every commit is an fsync, no read is one', async () => {
  const opened = await open(await folder('counted'))
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
  const careless = openEmbedded(join(await folder('careless'), 'db'), PGlite.defaultStartParams)
  await expect(careless).rejects.toThrow('caused no fsync: a power cut would lose acknowledged mail')
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
  const opened = await open(dataDir)
  await opened.close()
})
