import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { migrate, schemaVersion } from '../../../backend/storage/migrate.ts'
import { openServer } from '../../../backend/storage/server.ts'
import { emptyServerDatabase, testDatabase } from '../harness/database.ts'

const server = process.env['DATABASE_URL']

test('a migrated database is left alone, and one of a newer Inlay is refused in words', async () => {
  const { db } = await testDatabase()
  await migrate(db)
  const applied = sql<{ name: string }>`select name from kysely_migration order by name desc`
  expect((await applied.execute(db)).rows[0]?.name).toBe(schemaVersion)
  await sql`insert into kysely_migration (name, timestamp) values ('9999-future', '2030-01-01')`.execute(db)
  await expect(migrate(db)).rejects.toThrow('last used by a newer Inlay (9999-future)')
})

// On the embedded database a second process never gets so far (crash.test.ts).
if (server) {
  test('instances starting at once on an empty server migrate it once, and all start', async () => {
    const url = await emptyServerDatabase(server)
    const instances = await Promise.all([1, 2, 3, 4].map(() => openServer(url)))
    try {
      await Promise.all(instances.map((instance) => migrate(instance.db)))
      const [first] = instances
      if (!first) throw new Error('No instance.')
      const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(first.db)
      expect(rows.filter((row) => row.name === schemaVersion)).toHaveLength(1)
      expect(await first.db.selectFrom('organisations').select('id').execute()).toEqual([])
    } finally {
      for (const instance of instances) await instance.close()
    }
  })

  test('a lost LISTEN connection comes back by itself and says that something may have been missed', async () => {
    const url = await emptyServerDatabase(server)
    const opened = await openServer(url)
    try {
      const heard: string[] = []
      const back = Promise.withResolvers<void>()
      const arrived = Promise.withResolvers<void>()
      await opened.listen(
        'inlay_test',
        (payload) => {
          heard.push(payload)
          arrived.resolve()
        },
        back.resolve,
      )
      await sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and query like 'listen%'`.execute(opened.db)
      await back.promise
      await sql`select pg_notify('inlay_test', 'after')`.execute(opened.db)
      await arrived.promise
      expect(heard).toEqual(['after'])
    } finally {
      await opened.close()
    }
  })
}

test('a server that is not there is named without its password', async () => {
  const failing = openServer('postgres://me:hunter2@127.0.0.1:9/inlay')
  await expect(failing).rejects.toThrow('cannot be used (ECONNREFUSED)')
  await expect(failing).rejects.not.toThrow('hunter2')
})
