import { headerValue } from '../../../lib/domain/messages.ts'
import type { SendReason } from '../../../lib/domain/statuses.ts'
import { GoogleError } from '../../google/gateway.ts'
import type { SendSurroundings } from '../../storage/send-queue.ts'
import { mailboxClient } from '../mailboxes.ts'
import { advance, type Job, type OpenJob } from './job.ts'
import { builtMark, rawMail, threadToJoin } from './mail.ts'

const tries = 3
/** How many of the newest drafts are looked through for ours. */
const looked = 10

/**
 * Makes the Gmail draft of a prepared mail and stores its id. `mayExist`: an earlier try may have made it. A draft twice
 * is harmless, nothing is sent by it, but the second look keeps the rep's drafts clean. Returns why it cannot be made.
 */
export async function makeDraft(
  job: OpenJob,
  around: SendSurroundings,
  mayExist: boolean,
): Promise<SendReason | undefined> {
  let look = mayExist
  for (let nth = 1; ; nth++) {
    const found = look ? await findDraft(job) : undefined
    if (found !== undefined) {
      await advance(job, { draft_id: found, phase: 'drafted' }, { step: 'draft_found', detail: found })
      return undefined
    }
    const mail = await rawMail(job, around)
    if (typeof mail === 'string') return mail
    try {
      const threadId = await threadToJoin(job.row, mail)
      const { draftId } = await job.client.createDraft(mail, threadId, job.signal)
      await advance(job, { draft_id: draftId, phase: 'drafted' }, { step: 'draft_created', detail: draftId })
      return undefined
    } catch (error) {
      if (!(error instanceof GoogleError) || error.kind !== 'uncertain' || nth >= tries) throw error
      look = true
    }
  }
}

/** Our draft among the newest. One of an earlier content of this send is deleted on the way. */
async function findDraft({ client, row, signal }: OpenJob): Promise<string | undefined> {
  const mark = builtMark(row)
  for (const { draftId } of await client.listDrafts(looked, signal)) {
    try {
      const { labelIds, headers } = await client.getDraft(draftId, signal)
      if (headerValue(headers, 'X-Inlay-Send-Id')?.trim() !== row.id || !isDraft(labelIds)) continue
      if (headerValue(headers, 'X-Inlay-Mark')?.trim() === mark) return draftId
      await client.deleteDraft(draftId, signal)
    } catch (error) {
      // Sent or deleted by hand between the list and the look.
      if (!(error instanceof GoogleError) || error.kind !== 'not_found') throw error
    }
  }
  return undefined
}

/** A sent draft can keep its wrapper; its message's labels tell (gmail-api, B5). */
export function isDraft(labelIds: readonly string[]): boolean {
  return labelIds.includes('DRAFT') && !labelIds.includes('SENT')
}

/**
 * Deletes the send's draft, so that nothing of it can go out. `gone`: it was not there any more, somebody sent or deleted
 * it; `kept`: Gmail would not let us now, and the next claim does it first.
 */
export async function discardDraft(job: Job): Promise<'discarded' | 'gone' | 'kept'> {
  const { draft_id: draftId, mailbox_id: mailboxId } = job.row
  if (draftId === null) return 'discarded'
  try {
    const client = await mailboxClient(job.deps, mailboxId, 'send')
    await client.deleteDraft(draftId, job.signal)
    return 'discarded'
  } catch (error) {
    if (!(error instanceof GoogleError)) throw error
    return error.kind === 'not_found' ? 'gone' : 'kept'
  }
}
