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
  /**
   * Hears NOTIFY of this channel from any instance on the same database. Returns the unsubscriber.
   * `onGap`: the connection was lost and is back; what was notified between is unknown, so look for yourself.
   */
  listen(
    channel: string,
    listener: (payload: string) => void,
    onGap?: () => void,
  ): Promise<() => Promise<void>>
  /** Embedded: fsyncs counted since the start; server: undefined. */
  readonly fsyncs: (() => number) | undefined
  close(): Promise<void>
}

/** A database that cannot be used; the message is for the person who starts Inlay. */
export class CannotOpen extends Error {
  override readonly name = 'CannotOpen'
}

/** What a person sent, for a jsonb column, which takes neither NUL nor half of a surrogate pair. */
export function storedJson(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    typeof one === 'string' ? one.toWellFormed().replaceAll('\0', '') : one,
  )
}

/** How both drivers read int8 (bigint, count): a number, checked, since neither agrees with the other by itself. */
export function checkedInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError('A bigint of the database is above 2^53.')
  return value
}
