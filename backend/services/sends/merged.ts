import type { SendReason } from '../../../lib/domain/statuses.ts'
import { oneLine } from '../../../lib/domain/text.ts'
import { plainText } from '../compose/plain-text.ts'
import { mergeFor } from '../templates/merge.ts'
import { advance, type OpenJob } from './job.ts'

/**
 * A mail of a mass send gets its recipient's own words when it goes (decisions 13), once: what a field said may look like
 * a field itself. Returns why it cannot.
 */
export async function mergeMail(job: OpenJob): Promise<SendReason | undefined> {
  const { row, deps } = job
  if (row.mass_id === null || row.merged) return undefined
  const who = { orgId: row.org_id, userId: row.author_id }
  const address = row.to_parties[0]?.address ?? ''
  const text = { subject: row.subject, html: row.html, recordId: row.record_id, address }
  const merged = await mergeFor(deps.db, who, text, deps.clock.now())
  const mayBeEmpty = merged.unresolved.length === 0 || row.overruled.includes('unresolved_field')
  if (merged.broken !== null || merged.deals.length > 1 || !mayBeEmpty) return 'not_merged'
  const { html } = merged
  const body = html === '' ? row.body : plainText(html)
  await advance(job, { subject: oneLine(merged.subject), html, body, merged: true })
  return undefined
}
