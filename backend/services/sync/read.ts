import { type GmailMailbox, GoogleError, type GoogleMessage } from '../../google/gateway.ts'

/** Gmail answers 429 "too many concurrent requests" well below its quota; four leave room for the person. */
const concurrency = 4

/** Reads messages with their parts; `missing` are those Gmail no longer (or not yet) has. @throws GoogleError for anything else */
export async function readMessages(
  client: GmailMailbox,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<{ messages: GoogleMessage[]; missing: string[] }> {
  const messages: GoogleMessage[] = []
  const missing: string[] = []
  const queue = [...ids]
  const work = async () => {
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
      try {
        messages.push(await client.getMessage(id, 'full', signal))
      } catch (error) {
        if (!(error instanceof GoogleError) || error.kind !== 'not_found') {
          queue.length = 0
          throw error
        }
        missing.push(id)
      }
    }
  }
  const results = await Promise.allSettled(Array.from({ length: concurrency }, work))
  for (const result of results) if (result.status === 'rejected') throw result.reason
  return { messages, missing }
}
