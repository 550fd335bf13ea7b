import type { RecordCard } from '../../../lib/contract/records.ts'
import { countedUpTo, countMessageEmails } from '../../storage/emails/counts.ts'
import { everyEmail } from '../../storage/emails/filter.ts'
import { listMessageEmails } from '../../storage/emails/messages.ts'
import { countSendEmails, listSendEmails } from '../../storage/emails/sends.ts'
import type { Context } from '../context.ts'
import { emptyReason } from './list.ts'
import { withMarks } from './marks.ts'
import { toRows } from './rows.ts'
import { emailsScope } from './scope.ts'

const summarySize = 3
const colleaguesEach = 5

type EmailSummary = Pick<RecordCard, 'emails' | 'lastContact' | 'colleagues'>

/**
 * What cards show of their lists as far as the actor may see them: the three newest rows, how many there are, when one last
 * came or went, and which colleagues write with the same person. As many statements for many records as for one.
 */
export async function emailSummaries(
  ctx: Context,
  recordIds: readonly string[],
): Promise<{ of: (recordId: string) => EmailSummary }> {
  const scope = await emailsScope(ctx, recordIds)
  const { sight } = scope
  const input = { filter: everyEmail, search: undefined, cursor: undefined, limit: summarySize, own: true }
  const messages = Map.groupBy(await listMessageEmails(ctx.db, sight, input), (row) => row.recordId)
  const sends = Map.groupBy(await listSendEmails(ctx.db, sight, input), (row) => row.recordId)
  const counted = await countMessageEmails(ctx.db, sight, everyEmail)
  const sent = await countSendEmails(ctx.db, sight, input, countedUpTo)
  const records = new Map(scope.records.map((record) => [record.id, record]))
  const names = new Map(scope.mailboxes.map((one) => [one.userId, one.userName]))
  const rows = recordIds.flatMap((id) =>
    toRows(ctx, messages.get(id) ?? [], sends.get(id) ?? [])
      .slice(0, summarySize)
      .map((row) => ({ ...row, recordId: id })),
  )
  const marked = Map.groupBy(await withMarks(ctx, rows), (row) => row.recordId)
  const summary = (recordId: string): EmailSummary => {
    const { total: mails = 0, people = [] } = counted.get(recordId) ?? {}
    const { total: outgoing = 0, lastSentAt = null } = sent.get(recordId) ?? {}
    const total = Math.min(countedUpTo, mails + outgoing)
    const seen = messages.get(recordId) ?? []
    return {
      emails: {
        total,
        rows: (marked.get(recordId) ?? []).map(({ recordId: _, ...row }) => row),
        emptyReason: emptyReason(total, { scope, record: records.get(recordId), isFiltered: false }),
      },
      lastContact: lastContact(seen[0], lastSentAt),
      colleagues: people
        .filter((one) => one.userId !== ctx.actor.userId)
        .slice(0, colleaguesEach)
        .map(({ userId, at }) => ({
          id: userId,
          name: names.get(userId) ?? '',
          at: new Date(at).toISOString(),
        })),
    }
  }
  return { of: summary }
}

function lastContact(
  newest: { at: Date; direction: 'received' | 'sent' } | undefined,
  sentAt: Date | null,
): RecordCard['lastContact'] {
  if (newest !== undefined && (sentAt === null || newest.at >= sentAt))
    return { direction: newest.direction, at: newest.at.toISOString() }
  return sentAt === null ? null : { direction: 'sent', at: sentAt.toISOString() }
}
