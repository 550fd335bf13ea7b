import { runAliases } from '../services/sync/client.ts'
import { runReading } from '../services/sync/reading.ts'
import { runSync } from '../services/sync/run.ts'
import { runBackfill } from '../services/sync/searching.ts'
import { runWatch } from '../services/sync/watch.ts'

/** Task kinds of synchronisation. Each answers when it wants to run again; undefined when it is done. */
export const syncJobs = {
  /** One mailbox's history; key: the mailbox. */
  sync: runSync,
  /** What a mailbox wants to be read; key: the mailbox. */
  messages: runReading,
  /** Looking for older mail of known addresses; key: the back-fill. */
  backfill: runBackfill,
  /** The mailbox's send-as addresses; key: the mailbox. */
  aliases: runAliases,
  /** Gmail's notifications of the mailbox, renewed daily; key: the mailbox. */
  watch: runWatch,
}
