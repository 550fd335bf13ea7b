import { runBackfill } from '../services/sync/backfill.ts'
import { runBatch } from '../services/sync/batches.ts'
import { runAliases } from '../services/sync/client.ts'
import { runSync } from '../services/sync/run.ts'

/** Task kinds of synchronisation. Each answers when it wants to run again; undefined when it is done. */
export const syncJobs = {
  /** One mailbox's history; key: the mailbox. */
  sync: runSync,
  /** Some messages to read. */
  messages: runBatch,
  /** Older mail of known addresses. */
  backfill: runBackfill,
  /** The mailbox's send-as addresses; key: the mailbox. */
  aliases: runAliases,
}
