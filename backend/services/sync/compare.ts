import { isListed } from '../../../lib/domain/messages.ts'
import { type GmailMailbox, GoogleError } from '../../google/gateway.ts'
import { storedCopies } from '../../storage/mail/sightings.ts'
import { nextThreadsByHand } from '../../storage/mail/thread-marks.ts'
import { type Search, type Seen, want } from './search-step.ts'

const perPage = 500
const threadsAtOnce = 50
const wantedAtOnce = 5_000

/** Notes which of a search's mails lie in the inbox. */
export async function lookIntoInbox(
  client: GmailMailbox,
  q: string,
  inbox: Set<string>,
  signal: AbortSignal,
): Promise<void> {
  let pageToken: string | undefined
  do {
    const query = { q, labelIds: ['INBOX'], max: perPage, ...(pageToken && { pageToken }) }
    const page = await client.listMessages(query, signal)
    for (const { id } of page.ids) inbox.add(id)
    pageToken = page.nextPageToken
  } while (pageToken !== undefined)
}

/**
 * Whatever is stored and stands otherwise at Gmail is read again: not found, found though it was in the trash, archived or
 * taken back into the inbox. Threads linked by hand are looked through too: search does not find their unknown parties.
 */
export async function compareStored(work: Search, seen: Seen): Promise<void> {
  await lookThroughThreads(work, seen)
  const stored = await storedCopies(work.deps.db, work.mailbox.id)
  const doubtful = stored.filter(({ gmail_id, label_ids }) => {
    if (!seen.all.has(gmail_id)) return true
    return !isListed(label_ids) || label_ids.includes('INBOX') !== seen.inbox.has(gmail_id)
  })
  const ids = doubtful.map((one) => one.gmail_id)
  for (let from = 0; from < ids.length; from += wantedAtOnce)
    await want(work, ids.slice(from, from + wantedAtOnce), { isLast: true })
}

async function lookThroughThreads(work: Search, seen: Seen): Promise<void> {
  const { deps, mailbox, client, signal } = work
  let after = ''
  for (;;) {
    const threads = await nextThreadsByHand(deps.db, mailbox.id, after, threadsAtOnce)
    for (const id of threads) {
      const thread = await client.getThread(id, signal).catch(orGone)
      const there = (thread?.messages ?? []).filter((one) => isListed(one.labelIds))
      for (const { id: gmailId, labelIds } of there) {
        seen.all.add(gmailId)
        if (labelIds.includes('INBOX')) seen.inbox.add(gmailId)
      }
      await want(
        work,
        there.map((one) => one.id),
      )
    }
    const last = threads.at(-1)
    if (last === undefined) return
    after = last
  }
}

function orGone(error: unknown): undefined {
  if (error instanceof GoogleError && error.kind === 'not_found') return undefined
  throw error
}
