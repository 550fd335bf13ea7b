import { headerValue, readParties } from '../../../lib/domain/messages.ts'
import type { FileableNode } from '../../../lib/domain/parts.ts'
import { policyNumber } from '../../../lib/domain/policy.ts'
import { cleanText } from '../../../lib/domain/text.ts'
import type { GoogleMessage } from '../../google/gateway.ts'
import { findSameContent, insertAttachment } from '../../storage/attachments.ts'
import type { Trx } from '../../storage/database.ts'
import { hasFile, insertFile, lockFiles, needsBytes, usedBytes } from '../../storage/file-rows.ts'
import { type FilingView, loadFiling, moveFiling } from '../../storage/filings.ts'
import { everything, findRecord } from '../../storage/records.ts'
import type { Deps } from '../context.ts'
import { tellRecords } from '../records/tell.ts'
import { tellFiling } from './tell.ts'

/** A part as the mail has it now. */
export interface FoundPart {
  part: FileableNode
  message: GoogleMessage
  attachmentId: string | undefined
  data: string | undefined
}

/**
 * The last step: content, attachment and filing in one transaction. Whoever keeps or forgets bytes in the organisation
 * waits here, so that concurrent saves cannot overrun its quota (S-057). Cancelled meanwhile: nothing happens.
 */
export async function keep(
  deps: Deps,
  begun: FilingView,
  found: FoundPart,
  stored: { sha256: string; size: number },
): Promise<void> {
  const { org_id: orgId } = begun
  await deps.db.transaction().execute(async (trx) => {
    const quota = policyNumber(await lockFiles(trx, orgId), 'fileQuotaBytes')
    // Its record may have been merged into another since it began.
    const filing = (await loadFiling(trx, begun.id)) ?? begun
    const outcome = await decide(trx, deps, filing, stored, quota)
    // A sweep may have taken the bytes between our put and this lock; the queue runs us again.
    if (outcome?.status === 'done' && !(await deps.files.has(orgId, stored.sha256)))
      throw new Error('The bytes were swept away; they are fetched again.')
    if (outcome !== undefined) await finish(trx, deps, filing, { found, stored, outcome })
    if (!(await needsBytes(trx, orgId, stored.sha256))) await deps.files.delete(orgId, stored.sha256)
  })
}

interface Outcome {
  status: 'done' | 'already_filed' | 'failed'
  reason: string | null
  facts: Record<string, string | number>
  attachment_id: string | null
}

/** How the filing ends; undefined when it was cancelled. Holds the filing's row from here on. */
async function decide(
  trx: Trx,
  deps: Deps,
  filing: FilingView,
  stored: { sha256: string; size: number },
  quotaBytes: number,
): Promise<Outcome | undefined> {
  const now = new Date(deps.clock.now())
  if (!(await moveFiling(trx, filing.id, ['running'], { received_bytes: stored.size }, now))) return undefined
  const failed = { status: 'failed' as const, attachment_id: null }
  if ((await findRecord(trx, everything(filing.org_id), filing.record_id)) === undefined)
    return { ...failed, reason: 'record_missing', facts: {} }
  const there = await findSameContent(trx, filing.org_id, filing.record_id, stored.sha256)
  if (there !== undefined) {
    const facts = { by: there.filedBy, at: there.filedAt.toISOString(), name: there.name }
    return { status: 'already_filed', reason: 'already_filed', facts, attachment_id: there.id }
  }
  const used = await usedBytes(trx, filing.org_id)
  if (!(await hasFile(trx, filing.org_id, stored.sha256)) && used + stored.size > quotaBytes)
    return { ...failed, reason: 'quota_full', facts: { quotaBytes, usedBytes: used, size: stored.size } }
  return { status: 'done', reason: null, facts: {}, attachment_id: deps.newId() }
}

async function finish(
  trx: Trx,
  deps: Deps,
  filing: FilingView,
  {
    found,
    stored,
    outcome,
  }: { found: FoundPart; stored: { sha256: string; size: number }; outcome: Outcome },
): Promise<void> {
  const { part, message } = found
  const { org_id: orgId, record_id: recordId } = filing
  const at = new Date(deps.clock.now())
  if (outcome.status === 'done' && outcome.attachment_id !== null) {
    await insertFile(trx, { org_id: orgId, ...stored, created_at: at })
    await insertAttachment(trx, {
      id: outcome.attachment_id,
      org_id: orgId,
      record_id: recordId,
      sha256: stored.sha256,
      name: part.name,
      mime_type: part.mimeType,
      size: stored.size,
      mailbox_id: filing.mailbox_id,
      gmail_message_id: filing.gmail_message_id,
      part_id: part.partId,
      from_name: senderOf(message),
      filed_by: filing.user_id,
      filed_at: at,
      deleted_at: null,
    })
    await tellRecords(trx, { orgId, at, ids: [recordId] })
  }
  const change = { ...outcome, part_id: part.partId, mime_type: part.mimeType, size: stored.size }
  await moveFiling(trx, filing.id, ['running'], change, at)
  await tellFiling(trx, deps, { ...filing, status: outcome.status })
}

/** Who a mail is from, for the list of attachments. */
function senderOf(message: GoogleMessage): string {
  const { from } = readParties(message.headers)
  return from?.name || from?.address || cleanText(headerValue(message.headers, 'From') ?? '').slice(0, 200)
}
