import { headerValue } from '../../../lib/domain/messages.ts'
import { GoogleError, type GoogleMessage } from '../../google/gateway.ts'
import type { OpenJob } from './job.ts'

/** More changes than this since the claim are not read one by one. */
const mostChanges = 60
/** How far down the sent mail is read when history is of no use. */
const newestSent = 25

/** Our mail among what the mailbox sent since before the draft existed, known by its X-Inlay-Send-Id. */
export async function findSentCopy(job: OpenJob): Promise<GoogleMessage | undefined> {
  const changed = await sentSince(job)
  const tried = new Set<string>()
  const ours = async (ids: readonly string[]): Promise<GoogleMessage | undefined> => {
    for (const id of ids) {
      if (tried.has(id)) continue
      tried.add(id)
      const message = await read(job, id)
      if (message !== undefined && isOurs(message, job.row.id)) return message
    }
    return undefined
  }
  const found = await ours(changed)
  if (found !== undefined) return found
  const { ids } = await job.client.listMessages({ labelIds: ['SENT'], max: newestSent }, job.signal)
  return ours(ids.map(({ id }) => id))
}

/** Newest first. History that Gmail no longer has, or that is too long, gives nothing. */
async function sentSince({ client, row, signal }: OpenJob): Promise<string[]> {
  if (row.history_before === null) return []
  const sent: string[] = []
  try {
    let pageToken: string | undefined
    do {
      const page = await client.listHistory(row.history_before, pageToken, signal)
      for (const { messageId, labelIds } of page.changed) if (labelIds.includes('SENT')) sent.push(messageId)
      pageToken = page.nextPageToken
    } while (pageToken !== undefined && sent.length <= mostChanges)
  } catch (error) {
    if (!(error instanceof GoogleError) || error.kind !== 'history_expired') throw error
  }
  return sent.toReversed().slice(0, mostChanges)
}

async function read({ client, signal }: OpenJob, id: string): Promise<GoogleMessage | undefined> {
  try {
    return await client.getMessage(id, 'metadata', signal)
  } catch (error) {
    if (error instanceof GoogleError && error.kind === 'not_found') return undefined
    throw error
  }
}

function isOurs(message: GoogleMessage, sendId: string): boolean {
  return (
    message.labelIds.includes('SENT') && headerValue(message.headers, 'X-Inlay-Send-Id')?.trim() === sendId
  )
}
