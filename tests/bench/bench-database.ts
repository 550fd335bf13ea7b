import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'
import pg from 'pg'
import type { OpenDatabase } from '../../backend/storage/database.ts'
import { pgliteParsers, wrapPGlite } from '../../backend/storage/embedded.ts'
import { migrate } from '../../backend/storage/migrate.ts'
import { openServer } from '../../backend/storage/server.ts'

interface Statement {
  sql: string
  parameters: unknown[]
}

export interface BenchDatabase extends Pick<OpenDatabase, 'db' | 'kind' | 'close'> {
  /** The statements that some work sent. */
  recording(work: () => Promise<void>): Promise<Statement[]>
  /** Straight to the driver, without anything of ours. */
  send(statement: Statement): Promise<void>
}

/** The database of a bench, migrated, with its driver's own door beside ours. Its data need not survive a power cut. */
export async function openBench(url: string | undefined, folder: string): Promise<BenchDatabase> {
  const opened = url === undefined ? await embedded(folder) : await server(url)
  await migrate(opened.db)
  return opened
}

async function embedded(folder: string): Promise<BenchDatabase> {
  mkdirSync(dirname(folder), { recursive: true })
  const pglite = await PGlite.create({ fs: new NodeFS(folder), parsers: pgliteParsers })
  const record = recorder()
  const { db, close } = wrapPGlite(pglite, {
    onQuery: ({ sql, parameters }) => record.note(sql, [...parameters]),
  })
  return {
    ...record,
    db,
    close,
    kind: 'embedded',
    async send({ sql, parameters }) {
      await pglite.query(sql, parameters)
    },
  }
}

async function server(url: string): Promise<BenchDatabase> {
  const opened = await openServer(url)
  const client = new pg.Client(url)
  await client.connect()
  const record = recorder()
  const query = pg.Client.prototype.query
  pg.Client.prototype.query = function noted(this: pg.Client, ...args: Parameters<typeof query>) {
    if (this !== client && typeof args[0] === 'string') record.note(args[0], args[1] as unknown[] | undefined)
    return Reflect.apply(query, this, args)
  } as typeof query
  return {
    ...record,
    db: opened.db,
    kind: 'server',
    async send({ sql, parameters }) {
      await client.query(sql, parameters)
    },
    async close() {
      pg.Client.prototype.query = query
      await client.end()
      await opened.close()
    },
  }
}

function recorder() {
  let noted: Statement[] | undefined
  return {
    note(sql: string, parameters: unknown[] = []): void {
      noted?.push({ sql, parameters })
    },
    async recording(work: () => Promise<void>): Promise<Statement[]> {
      const statements: Statement[] = []
      noted = statements
      await work().finally(() => {
        noted = undefined
      })
      return statements
    },
  }
}
