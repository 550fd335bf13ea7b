import * as z from 'zod'
import { sendReasons, sendStatuses } from '../domain/statuses.ts'
import { Address, GmailId, Id, Instant, PartySchema } from './common.ts'

const recipients = z.array(PartySchema).max(100)

/**
 * When it goes. `at`: wall-clock time `YYYY-MM-DDTHH:MM` in an IANA zone (S-037). A time that clocks skip is refused
 * `time_skipped`; one that comes twice is refused `time_twice` unless `offset` (e.g. `+02:00`) chooses.
 */
export const When = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('now') }),
  z.object({
    kind: z.literal('at'),
    local: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/),
    zone: z.string().min(1).max(64),
    offset: z
      .string()
      .regex(/^[+-]\d{2}:\d{2}$/)
      .optional(),
  }),
])
export type When = z.infer<typeof When>

const content = {
  to: recipients,
  cc: recipients.default([]),
  bcc: recipients.default([]),
  subject: z
    .string()
    .max(998)
    .regex(/^[^\r\n]*$/, 'field_invalid')
    .default(''),
  /** Plain text; at most 500 kB. Not needed beside `html`, whose text is taken. */
  body: z.string().max(500_000).default(''),
  /** Formatted text; cleaned before it is stored. Absent: the mail is plain text. */
  html: z.string().max(500_000).optional(),
}

export const CreateSend = z.object({
  account: Address,
  recordId: Id.optional(),
  /** For an answer: the message it answers, in the rep's own mailbox. */
  replyTo: z.object({ threadId: GmailId, messageId: GmailId }).optional(),
  /** A verified alias of the account (S-071). */
  from: Address.optional(),
  ...content,
  when: When,
})
export type CreateSend = z.input<typeof CreateSend>

/** Edit and move (S-040). Only what is given changes. `version` as seen; stale answers 409. */
export const UpdateSend = z.object({
  version: z.number().int(),
  to: recipients.optional(),
  cc: recipients.optional(),
  bcc: recipients.optional(),
  subject: content.subject.unwrap().optional(),
  body: content.body.unwrap().optional(),
  html: content.html,
  quote: content.html,
  /** A verified alias; null: the account itself. */
  from: Address.nullable().optional(),
  when: When.optional(),
})
export type UpdateSend = z.input<typeof UpdateSend>

export const SendVersion = z.object({ version: z.number().int() })

/** One step of a send's receipt, shown to its author. */
const SendStep = z.object({
  at: Instant,
  step: z.enum([
    'created',
    'edited',
    'moved',
    'claimed',
    'draft_created',
    'draft_found',
    'handed_over',
    'accepted',
    'seen_in_sent',
    'uncertain',
    'refused',
    'returned',
    'held',
    'failed',
    'cancelled',
    'restored',
    'resumed',
    // A draft was sent off, at this version of it (detail).
    'submitted',
    // Its author went past a guard (detail: which), took it back in time, or some recipients were dropped.
    'overruled',
    'undone',
    'dropped',
    // The raw mail was built (detail: bytes), with the recipient's own fields; or a limit makes it wait (detail: which).
    'built',
    'waits',
  ]),
  detail: z.string(),
})

/** One file of an outgoing mail. */
export const SendFile = z.object({
  id: Id,
  source: z.enum(['computer', 'library', 'record', 'drive', 'gmail', 'inline']),
  name: z.string(),
  mimeType: z.string(),
  /** Bytes that count toward the cap. */
  size: z.number().int(),
  /** `ready` once its bytes are here. */
  state: z.enum(['waiting', 'fetching', 'ready', 'failed']),
  received: z.number().int(),
  reason: z.string().nullable(),
  /** Content-ID of an inline image. */
  cid: z.string().nullable(),
})
export type SendFile = z.infer<typeof SendFile>

export const Send = z.object({
  id: Id,
  version: z.number().int(),
  status: z.enum(sendStatuses),
  reason: z.enum(sendReasons).nullable(),
  account: z.string(),
  author: z.object({ id: Id, name: z.string() }),
  mine: z.boolean(),
  /** How much of it I see; of 'metadata' subject and text are empty. */
  level: z.enum(['metadata', 'full']),
  recordId: Id.nullable(),
  to: z.array(PartySchema),
  cc: z.array(PartySchema),
  /** Only for its author. */
  bcc: z.array(PartySchema),
  subject: z.string(),
  body: z.string(),
  /** '' for a mail in plain text. */
  html: z.string(),
  /** What is answered, folded below the text. */
  quote: z.string(),
  from: PartySchema,
  files: z.array(SendFile),
  /** Typed, but no address yet; only of my drafts. */
  pending: z.object({ to: z.string(), cc: z.string(), bcc: z.string() }),
  replyTo: z.object({ threadId: GmailId, messageId: GmailId }).nullable(),
  templateId: Id.nullable(),
  /** Until when it can be taken back with one click. */
  undoUntil: Instant.nullable(),
  massId: Id.nullable(),
  /** What becomes of it when some of its recipients may not be mailed. */
  partial: z.enum(['hold', 'drop']),
  dueAt: Instant,
  zone: z.string(),
  localTime: z.string(),
  notBefore: Instant.nullable(),
  claimedAt: Instant.nullable(),
  sentAt: Instant.nullable(),
  threadId: GmailId.nullable(),
  /** Gmail's Message-ID, once read back. */
  messageId: z.string().nullable(),
  steps: z.array(SendStep),
})
export type Send = z.infer<typeof Send>

export const SendList = z.object({ sends: z.array(Send) })
export type SendList = z.infer<typeof SendList>
