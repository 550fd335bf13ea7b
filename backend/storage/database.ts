import type { Kysely, Transaction } from 'kysely'
import type { Tables } from './tables.ts'

/** The query builder over whichever database is open. Inside a transaction use only `trx`: on PGlite `db` would wait for ever. */
export type Database = Kysely<Tables>
export type Trx = Transaction<Tables>
/** Functions that read or write in or out of a transaction take this. */
export type Queryable = Database | Trx

export interface OpenDatabase {
  readonly kind: 'embedded' | 'server'
  readonly db: Database
  /** Hears NOTIFY of this channel from any instance on the same database. Returns the unsubscriber. */
  listen(channel: string, listener: (payload: string) => void): Promise<() => Promise<void>>
  /** Embedded: fsyncs counted since the start; server: undefined. */
  readonly fsyncs: (() => number) | undefined
  close(): Promise<void>
}
