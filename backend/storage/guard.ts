import { AsyncLocalStorage } from 'node:async_hooks'
import type { Database, Trx } from './database.ts'

/** A transaction under way. */
export interface Running {
  open: boolean
  /** Done one after the other when its work is done, before the commit. */
  readonly last: ((trx: Trx) => Promise<void>)[]
}

const running = new AsyncLocalStorage<Running>()

/** What sends a query or asks for a connection. */
const doors = new Set<string | symbol>([
  'selectFrom',
  'selectNoFrom',
  'insertInto',
  'updateTable',
  'deleteFrom',
  'mergeInto',
  'with',
  'withRecursive',
  'transaction',
  'connection',
  'getExecutor',
])

/**
 * Refuses `db` where `trx` was meant: inside a transaction's callback. PGlite has one connection and would wait
 * for ever; a server would answer from outside the transaction, unseen.
 */
export function guardDatabase(db: Database): Database {
  return new Proxy(db, {
    get(target, key) {
      if (doors.has(key) && running.getStore()?.open)
        throw new Error('The database was used inside a transaction; use the trx it was given.')
      if (key === 'transaction') return () => guardTransaction(target.transaction())
      return bound(target, key)
    },
  })
}

type Builder = ReturnType<Database['transaction']>

function guardTransaction(builder: Builder): Builder {
  return new Proxy(builder, {
    get(target, key) {
      if (key === 'execute') return <T>(work: (trx: Trx) => Promise<T>) => target.execute(inside(work))
      if (key === 'setIsolationLevel')
        return (level: Parameters<Builder['setIsolationLevel']>[0]) =>
          guardTransaction(target.setIsolationLevel(level))
      if (key === 'setAccessMode')
        return (mode: Parameters<Builder['setAccessMode']>[0]) => guardTransaction(target.setAccessMode(mode))
      return bound(target, key)
    },
  })
}

/** The transaction this is called in; undefined outside of one. */
export function runningTransaction(): Running | undefined {
  const state = running.getStore()
  return state?.open ? state : undefined
}

/** Work that was started inside but goes on after the end is outside again. */
function inside<T>(work: (trx: Trx) => Promise<T>): (trx: Trx) => Promise<T> {
  return (trx) => {
    const state: Running = { open: true, last: [] }
    return running.run(state, async () => {
      try {
        const done = await work(trx)
        for (const one of state.last) await one(trx)
        return done
      } finally {
        state.open = false
      }
    })
  }
}

/** Kysely's objects have private fields, so methods must run on the object itself, not on the proxy. */
function bound(target: object, key: string | symbol): unknown {
  const value: unknown = Reflect.get(target, key, target)
  return typeof value === 'function' ? value.bind(target) : value
}
