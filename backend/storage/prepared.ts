import { AsyncLocalStorage } from 'node:async_hooks'
import { type PGlite, parse, protocol } from '@electric-sql/pglite'
import type { PGliteDialectConfig } from 'kysely'

type DialectPGlite = Exclude<PGliteDialectConfig['pglite'], (...args: never) => unknown>
type Answered = ReturnType<typeof parse.parseResults>[number]
type Message = Awaited<ReturnType<PGlite['execProtocol']>>['messages'][number]

interface Prepared {
  name: string
  /** Type of each parameter. */
  types: number[]
  /** Columns of the answer; absent where there is none. */
  columns: Message | undefined
}

/** A statement is prepared when it comes again and again. */
const worthPreparing = 3
const mostPrepared = 300
/** Plans are made anew after so many statements: the tables may have grown. */
const plansKept = 1000

const steady = new AsyncLocalStorage<true>()

/**
 * Runs work whose statements find their rows by id, address or another narrow key, whatever their parameters: planned once
 * and not for each run. On the embedded database planning is five sixths of a look-up's time (measured 2026-11: 25.7 against
 * 3.5 ms for its twelve statements). A server plans fast enough; there it changes nothing.
 */
export function plannedOnce<T>(work: () => Promise<T>): Promise<T> {
  return steady.run(true, work)
}

/**
 * PGlite as Kysely needs it, which parses a statement once instead of at every run. Otherwise like PGlite's own `query`; it
 * rests on PGlite's protocol doors, so PGlite is pinned exactly.
 */
export function withPrepared(pglite: PGlite): DialectPGlite {
  const statements = new Statements(pglite)
  return {
    get closed() {
      return pglite.closed
    },
    get ready() {
      return pglite.ready
    },
    waitReady: pglite.waitReady,
    close: () => pglite.close(),
    query: <T>(sql: string, parameters: unknown[] = []) =>
      pglite._runExclusiveTransaction(() => statements.query<T>(sql, parameters, false)),
    transaction: (work) =>
      pglite.transaction((tx) =>
        work({
          query: <T>(sql: string, parameters: unknown[] = []) => statements.query<T>(sql, parameters, true),
          rollback: () => tx.rollback(),
        }),
      ),
  }
}

class Statements {
  readonly #pglite: PGlite
  readonly #seen = new Map<string, number>()
  readonly #prepared = new Map<string, Prepared>()
  #count = 0
  #sincePlanned = 0
  #mode = 'auto'

  constructor(pglite: PGlite) {
    this.#pglite = pglite
  }

  /** One statement at a time, whoever else talks to this PGlite. */
  query<T>(sql: string, parameters: unknown[], inTransaction: boolean) {
    return this.#pglite._runExclusiveQuery(async () => {
      if (!inTransaction) await this.#choosePlans()
      const known = this.#prepared.get(sql)
      const statement = known ?? (this.#isWorthPreparing(sql) ? await this.#prepare(sql) : undefined)
      const [answer] = await (statement === undefined
        ? this.#once(sql, parameters)
        : this.#run(statement, parameters).catch((error: unknown) => {
            this.#prepared.delete(sql)
            if (inTransaction || !isOutdated(error)) throw error
            return this.#once(sql, parameters)
          }))
      return answer as Answered & { rows: T[] }
    })
  }

  /** A setting made inside a transaction may be rolled back with it, so plans are chosen outside. */
  async #choosePlans(): Promise<void> {
    const mode = steady.getStore() ? 'force_generic_plan' : 'auto'
    if (++this.#sincePlanned > plansKept) {
      this.#sincePlanned = 0
      await this.#pglite.execProtocol(protocol.serialize.query('discard plans'))
    }
    if (mode === this.#mode) return
    await this.#pglite.execProtocol(protocol.serialize.query(`set plan_cache_mode = ${mode}`))
    this.#mode = mode
  }

  #isWorthPreparing(sql: string): boolean {
    if (!/^\s*(?:select|with|insert|update|delete)\b/i.test(sql)) return false
    const times = (this.#seen.get(sql) ?? 0) + 1
    if (this.#seen.size > 2 * mostPrepared) this.#seen.clear()
    this.#seen.set(sql, times)
    return times >= worthPreparing
  }

  async #prepare(sql: string): Promise<Prepared> {
    const { serialize } = protocol
    const name = `inlay_${this.#count++}`
    const messages = await this.#send(
      serialize.parse({ name, text: sql }),
      serialize.describe({ type: 'S', name }),
    )
    const types = parse.parseDescribeStatementResults(messages)
    const columns = messages.find((message) => message.name === 'rowDescription')
    const statement = { name, types, columns }
    const [oldest] = this.#prepared
    if (oldest !== undefined && this.#prepared.size >= mostPrepared) {
      this.#prepared.delete(oldest[0])
      await this.#send(serialize.close({ type: 'S', name: oldest[1].name }))
    }
    this.#prepared.set(sql, statement)
    return statement
  }

  async #run({ name, types, columns }: Prepared, parameters: unknown[]): Promise<Answered[]> {
    const { serialize } = protocol
    const values = this.#values(types, parameters)
    const messages = await this.#send(serialize.bind({ statement: name, values }), serialize.execute())
    return this.#read(columns === undefined ? messages : [columns, ...messages])
  }

  async #once(sql: string, parameters: unknown[]): Promise<Answered[]> {
    const { serialize } = protocol
    const described = await this.#send(serialize.parse({ text: sql }), serialize.describe({ type: 'S' }))
    const values = this.#values(parse.parseDescribeStatementResults(described), parameters)
    return this.#read([
      ...described.filter((message) => message.name === 'rowDescription'),
      ...(await this.#send(serialize.bind({ values }), serialize.execute())),
    ])
  }

  #values(types: readonly number[], parameters: readonly unknown[]): (string | null)[] {
    const { serializers } = this.#pglite
    return parameters.map((value, n) => {
      if (value === null || value === undefined) return null
      return serializers[types[n] ?? 0]?.(value) ?? String(value)
    })
  }

  #read(messages: Message[]): Answered[] {
    return parse.parseResults(messages, this.#pglite.parsers, { rowMode: 'object' })
  }

  /** One crossing for all; the sync ends them, also after an error. */
  async #send(...parts: Uint8Array[]): Promise<Message[]> {
    const all = Buffer.concat([...parts, protocol.serialize.sync()])
    return (await this.#pglite.execProtocol(all, { syncToFs: false })).messages
  }
}

/** 0A000: the statement's answer has other columns by now (a migration ran); 26000: it is not prepared any more. */
function isOutdated(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  return code === '0A000' || code === '26000'
}
