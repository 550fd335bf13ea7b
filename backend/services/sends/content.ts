import type { Party } from '../../../lib/domain/addresses.ts'
import type { SendReason } from '../../../lib/domain/statuses.ts'
import type { OutgoingMail } from '../../google/gateway.ts'
import type { OpenJob } from './job.ts'

/** What one mail says and to whom, as it stands when it is built. */
export interface MailContent extends Pick<OutgoingMail, 'unsubscribe'> {
  to: readonly Party[]
  cc: readonly Party[]
  bcc: readonly Party[]
  subject: string
  /** Plain text, the quote's included. */
  body: string
  /** Cleaned HTML; '' for a mail in plain text. */
  html: string
  quote: string
}

/** The content of a send, or why it cannot be had (decisions 13). */
export async function contentOf(job: OpenJob): Promise<MailContent | { hold: SendReason }> {
  const { row } = job
  return {
    to: row.to_parties,
    cc: row.cc_parties,
    bcc: row.bcc_parties,
    subject: row.subject,
    body: row.body,
    html: row.html,
    quote: row.quote,
    unsubscribe: undefined,
  }
}
