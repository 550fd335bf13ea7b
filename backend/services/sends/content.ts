import type { Party } from '../../../lib/domain/addresses.ts'
import type { SendReason } from '../../../lib/domain/statuses.ts'
import type { OutgoingMail } from '../../google/gateway.ts'
import type { Queryable } from '../../storage/database.ts'
import { massOf } from '../../storage/mass.ts'
import { listSendFiles, type SendFileRow } from '../../storage/send-files.ts'
import type { SendSurroundings } from '../../storage/send-queue.ts'
import type { SendRow } from '../../storage/sends.ts'
import { unsubscribeFoot, unsubscribeLinks } from '../mass/unsubscribe.ts'
import { allows } from '../scopes.ts'
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

/** The content of a send, or why it cannot be had. A mail of a mass send says how to get no more of them (decisions 13). */
export async function contentOf(
  job: OpenJob,
  { mailbox }: SendSurroundings,
): Promise<MailContent | { hold: SendReason }> {
  const { row, deps } = job
  const written = {
    to: row.to_parties,
    cc: row.cc_parties,
    bcc: row.bcc_parties,
    subject: row.subject,
    body: row.body,
    html: row.html,
    quote: row.quote,
  }
  if (row.mass_id === null) return { ...written, unsubscribe: undefined }
  const asked = { sendId: row.id, account: mailbox.email, reads: allows(mailbox.scopes, 'read') }
  const unsubscribe = unsubscribeLinks(deps, asked)
  const [link] = unsubscribe?.links ?? []
  // The permission to read was taken back since it was started.
  if (unsubscribe === undefined || link === undefined) return { hold: 'permission_withdrawn' }
  const foot = unsubscribeFoot(`${row.subject}${row.body}`, link)
  return {
    ...written,
    body: `${row.body}${foot.text}`,
    html: row.html === '' ? '' : `${row.html}${foot.html}`,
    unsubscribe,
  }
}

/** Its files; those of a mass send are its model's, stored and counted once. */
export async function filesOf(q: Queryable, send: Pick<SendRow, 'id' | 'mass_id'>): Promise<SendFileRow[]> {
  const mass = send.mass_id === null ? undefined : await massOf(q, send.mass_id)
  return listSendFiles(q, [mass?.model_id ?? send.id])
}
