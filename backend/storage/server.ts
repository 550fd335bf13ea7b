import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { CannotOpen, checkedInteger, type OpenDatabase } from './database.ts'
import { guardDatabase } from './guard.ts'
import type { Tables } from './tables.ts'

const oldestVersion = 15
const reconnectMs = 500

/** PostgreSQL >= 15 behind a connection string. @throws CannotOpen in words, never with the password */
export async function openServer(url: string): Promise<OpenDatabase> {
  const pool = new pg.Pool({ ...settings(url), max: 10, onConnect: prepare })
  // An idle connection that breaks must not end the process; the next query gets a new one.
  pool.on('error', () => undefined)
  try {
    await checkVersion(pool)
  } catch (error) {
    await pool.end()
    throw error
  }
  const db = guardDatabase(new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }))
  const ears = new Ears(url)
  return {
    kind: 'server',
    db,
    fsyncs: undefined,
    listen: (channel, listener, onGap) => ears.add({ channel, listener, onGap }),
    async close() {
      await ears.close()
      await db.destroy()
    },
  }
}

/** Compiling the statement of an Emails list takes the server half a second, running it a few milliseconds. */
async function prepare(client: pg.ClientBase): Promise<void> {
  // One that is lent out breaks between two statements: the next one fails, and nobody else need hear of it.
  client.on('error', () => undefined)
  await client.query('set jit = off')
}

function settings(url: string): pg.ClientConfig {
  const getTypeParser: typeof pg.types.getTypeParser = (id: number, format?: 'text' | 'binary') =>
    id === pg.types.builtins.INT8 ? checkedInteger : pg.types.getTypeParser(id, format as 'text')
  return {
    connectionString: url,
    application_name: 'inlay',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    types: { getTypeParser },
  }
}

async function checkVersion(pool: pg.Pool): Promise<void> {
  let found: number
  try {
    const answer = await pool.query<{ version: string }>(
      `select current_setting('server_version_num') as version`,
    )
    found = Math.floor(Number(answer.rows[0]?.version) / 10_000)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no answer'
    throw new CannotOpen(
      `The PostgreSQL server of DATABASE_URL cannot be used (${code}). Is it running, and are name and password right?`,
    )
  }
  if (!(found >= oldestVersion))
    throw new CannotOpen(
      `The PostgreSQL server of DATABASE_URL is version ${found}; Inlay needs ${oldestVersion} or newer.`,
    )
}

interface Ear {
  channel: string
  listener: (payload: string) => void
  onGap: (() => void) | undefined
}

/** LISTEN needs a connection of its own, which comes back by itself. */
class Ears {
  readonly #url: string
  #ears = new Set<Ear>()
  #client: pg.Client | undefined
  #connecting: Promise<pg.Client> | undefined
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(url: string) {
    this.#url = url
  }

  async add(ear: Ear): Promise<() => Promise<void>> {
    this.#ears.add(ear)
    try {
      const client = await this.#connected()
      await client.query(`listen ${pg.escapeIdentifier(ear.channel)}`)
    } catch (error) {
      this.#ears.delete(ear)
      throw error
    }
    return async () => {
      this.#ears.delete(ear)
      const others = [...this.#ears].some((other) => other.channel === ear.channel)
      if (!others && !this.#closed)
        await this.#client?.query(`unlisten ${pg.escapeIdentifier(ear.channel)}`).catch(() => undefined)
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#connecting?.catch(() => undefined)
    await this.#client?.end().catch(() => undefined)
  }

  #connected(): Promise<pg.Client> {
    if (this.#client) return Promise.resolve(this.#client)
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined
    })
    return this.#connecting
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client(settings(this.#url))
    const lost = (): void => {
      if (this.#client !== client) return
      this.#client = undefined
      this.#reconnectSoon()
    }
    client.on('error', lost)
    client.on('end', lost)
    client.on('notification', ({ channel, payload }) => {
      for (const ear of this.#ears) if (ear.channel === channel) ear.listener(payload ?? '')
    })
    try {
      await client.connect()
      for (const channel of new Set([...this.#ears].map((ear) => ear.channel)))
        await client.query(`listen ${pg.escapeIdentifier(channel)}`)
    } catch (error) {
      await client.end().catch(() => undefined)
      throw error
    }
    this.#client = client
    return client
  }

  #reconnectSoon(): void {
    if (this.#closed) return
    this.#timer = setTimeout(() => {
      this.#connected().then(
        () => {
          for (const ear of this.#ears) ear.onGap?.()
        },
        () => this.#reconnectSoon(),
      )
    }, reconnectMs)
  }
}
