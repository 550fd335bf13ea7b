import { callUnits } from '../../../lib/domain/sync.ts'
import { type GmailMailbox, GoogleError, type GoogleMessage } from '../../google/gateway.ts'
import { readRefusal } from './failures.ts'

/** Gmail answers 429 "too many concurrent requests" well below its quota; four leave room for the person. */
const concurrency = 4

/** What came of reading some messages. */
export interface ReadMessages {
  messages: GoogleMessage[]
  /** Those Gmail no longer (or not yet) has. */
  missing: string[]
  /** Those Gmail would not give while it gave others, with the reason as a word. */
  failed: Map<string, string>
}

/**
 * Reads messages with their parts. One that Gmail refuses or never answers for is told apart from a Gmail that is down: then,
 * and for anything about the whole mailbox, @throws GoogleError
 */
export async function readMessages(
  client: GmailMailbox,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<ReadMessages> {
  const read: ReadMessages = { messages: [], missing: [], failed: new Map() }
  const queue = [...ids]
  let failures = 0
  let last: GoogleError | undefined
  const isDown = () => failures >= concurrency && read.messages.length + read.missing.length === 0
  const work = async () => {
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
      try {
        read.messages.push(await client.getMessage(id, 'full', signal))
      } catch (error) {
        if (error instanceof GoogleError && error.kind === 'not_found') read.missing.push(id)
        else if (error instanceof GoogleError && !signal.aborted && isOfOneMessage(error)) {
          failures += 1
          last = error
          read.failed.set(id, readRefusal(error).reason)
        } else {
          queue.length = 0
          throw error
        }
      }
      if (isDown()) queue.length = 0
    }
  }
  const results = await Promise.allSettled(Array.from({ length: concurrency }, work))
  for (const result of results) if (result.status === 'rejected') throw result.reason
  if (last !== undefined && read.messages.length + read.missing.length === 0) {
    if (isDown()) throw last
    // A few, and nothing to compare with: whoever answers this is not down.
    await client.getProfile(signal)
  }
  return read
}

function isOfOneMessage({ kind }: GoogleError): boolean {
  return kind === 'refused' || kind === 'uncertain'
}

/** The same mailbox, with the units of its reading added up. */
export function counting(client: GmailMailbox): GmailMailbox & { spent(): number } {
  let units = 0
  const pay = (call: keyof typeof callUnits): void => {
    units += callUnits[call]
  }
  return {
    ...client,
    spent: () => units,
    getProfile(...given) {
      pay('getProfile')
      return client.getProfile(...given)
    },
    listHistory(...given) {
      pay('listHistory')
      return client.listHistory(...given)
    },
    listMessages(...given) {
      pay('listMessages')
      return client.listMessages(...given)
    },
    getMessage(...given) {
      pay('getMessage')
      return client.getMessage(...given)
    },
    getThread(...given) {
      pay('getThread')
      return client.getThread(...given)
    },
    listSendAs(...given) {
      pay('listSendAs')
      return client.listSendAs(...given)
    },
  }
}
