import * as z from 'zod'
import { emptyReasons } from '../domain/messages.ts'
import { GmailId, Id, Instant, PartySchema } from './common.ts'
import { RecordName } from './sharing.ts'

/** S-039, S-059: one line of an Emails list. */
export const EmailRow = z.object({
  /** Stable across refreshes: the send's id for our own mail, else the message's. */
  key: z.string(),
  kind: z.enum(['message', 'send']),
  direction: z.enum(['received', 'sent']),
  status: z.string(),
  reason: z.string().nullable(),
  subject: z.string(),
  snippet: z.string(),
  from: PartySchema,
  to: z.array(PartySchema),
  cc: z.array(PartySchema),
  /** When it was or will be sent, or arrived. */
  at: Instant,
  hasAttachments: z.boolean(),
  /** Present on sends of this author (S-042): what they may still do. */
  send: z
    .object({
      id: Id,
      version: z.number().int(),
      mine: z.boolean(),
      authorName: z.string(),
      zone: z.string(),
      localTime: z.string(),
      claimedAt: Instant.nullable(),
      /** Until when its author may take it back: it goes out a little later. Null for everybody else. */
      undoUntil: Instant.nullable(),
    })
    .nullable(),
  /** For "Open in Gmail", only when the mail is in my mailbox. */
  gmailThreadId: GmailId.nullable(),
  /** To open it in place; null for a send that nobody has seen in a mailbox yet. */
  messageId: Id.nullable(),
  /** How much of it I see; of 'metadata' subject, snippet and files are empty. */
  level: z.enum(['metadata', 'full']),
  /** What others see of mine; of a colleague's mail what I see. */
  mark: z.enum(['only_me', 'who_and_when', 'shared']),
  /** Whose mailbox it is shown from. */
  mailbox: z.object({ userId: Id, name: z.string(), isMine: z.boolean() }),
  archived: z.boolean(),
  /** Why it stands here. */
  why: z.object({ by: z.enum(['address', 'contact', 'hand', 'send']), address: z.string() }),
})
export type EmailRow = z.infer<typeof EmailRow>

/** Comma-separated in the address of the request. */
const Several = (max: number) =>
  z
    .string()
    .max(max)
    .default('')
    .transform((text) => text.split(',').filter((one) => one !== ''))

export const EmailsQuery = z.object({
  filter: z.enum(['all', 'received', 'sent', 'scheduled']).default('all'),
  cursor: z.string().max(200).optional(),
  statuses: Several(300),
  /** Ids of people whose mailboxes count; none means all I may see. */
  people: Several(4000),
  withFiles: z.stringbool().default(false),
  /** Archived in Gmail too (S-068). */
  archived: z.stringbool().default(true),
  byHand: z.stringbool().default(false),
  /** Gmail's own search through the owner's mailbox, only over mail whose text I may open (decisions 7). */
  q: z.string().trim().max(200).default(''),
})
export type EmailsQuery = z.infer<typeof EmailsQuery>
export const EmailsPage = z.object({
  /** Counted up to 1,000. */
  total: z.number().int(),
  /**
   * Whose mail stands here as far as I may see it, counted among the newest; told with the first page. 'none': who owns the
   * record and shows me nothing, whether they have mail or not.
   */
  people: z.array(
    z.object({
      userId: Id,
      name: z.string(),
      isMine: z.boolean(),
      mails: z.number().int(),
      level: z.enum(['metadata', 'full', 'none']),
    }),
  ),
  /** Set after a search: mailboxes that could not be asked, and why. */
  notSearched: z.array(z.object({ name: z.string(), reason: z.string() })),
  rows: z.array(EmailRow),
  emptyReason: z.enum(emptyReasons).nullable(),
  nextCursor: z.string().nullable(),
})
export type EmailsPage = z.infer<typeof EmailsPage>

/** The mail tab (S-011): mail of my own mailboxes that stands on records, each row with those I may open. */
export const MailTabPage = EmailsPage.extend({
  rows: z.array(EmailRow.extend({ records: z.array(RecordName) })),
})
export type MailTabPage = z.infer<typeof MailTabPage>
