import * as z from 'zod'
import { dealStages, moduleKeys } from '../domain/modules.ts'
import { Address, GmailId, Id, Instant, PartySchema } from './common.ts'

const ModuleKeySchema = z.enum(moduleKeys)

const text = z.string().trim().max(500)

const fieldShape = {
  firstName: text,
  lastName: text,
  company: text,
  title: text,
  phone: text,
  source: text,
  /** IANA zone of the person, when known. */
  zone: z.string().max(64),
  /** Deals only. */
  dealName: text,
  stage: z.enum(dealStages),
  amount: z.string().regex(/^(?:\d{1,15}(?:\.\d{1,4})?)?$/),
  currency: z.string().regex(/^(?:[A-Z]{3})?$/),
  /** ISO date. */
  closingOn: z.string().regex(/^(?:\d{4}-\d{2}-\d{2})?$/),
}

/** Fields of this stage. Empty string = no value. Money in the currency's main unit, as a decimal string. */
export const RecordFields = z.object({
  ...fieldShape,
  firstName: text.default(''),
  lastName: text.default(''),
  company: text.default(''),
  title: text.default(''),
  phone: text.default(''),
  source: text.default(''),
  zone: fieldShape.zone.default(''),
  dealName: text.default(''),
  stage: fieldShape.stage.default('qualification'),
  amount: fieldShape.amount.default(''),
  currency: fieldShape.currency.default(''),
  closingOn: fieldShape.closingOn.default(''),
})
export type RecordFields = z.infer<typeof RecordFields>

/** A change: only what is given. No defaults in here, or an edit of one field would empty the others. */
const SomeFields = z.strictObject(fieldShape).partial()

export const CreateRecord = z.object({
  module: ModuleKeySchema,
  fields: SomeFields,
  primaryAddress: Address.optional(),
  secondaryAddress: Address.optional(),
  /** A deal's main contact. */
  mainContactId: Id.optional(),
})
export type CreateRecord = z.infer<typeof CreateRecord>

/** `version` is what the person saw; a newer one in the store answers 409 `version_stale`. */
export const UpdateRecord = z.object({
  version: z.number().int(),
  fields: SomeFields.optional(),
  primaryAddress: Address.nullable().optional(),
  secondaryAddress: Address.nullable().optional(),
  mainContactId: Id.nullable().optional(),
})

export type UpdateRecord = z.infer<typeof UpdateRecord>

/** What a card or a row needs to recognise a record. */
export const RecordSummary = z.object({
  id: Id,
  module: ModuleKeySchema,
  version: z.number().int(),
  /** "Elena Brandt", "Line 4 retrofit". */
  name: z.string(),
  fields: RecordFields,
  primaryAddress: z.string().nullable(),
  secondaryAddress: z.string().nullable(),
  owner: z.object({ id: Id, name: z.string() }),
  mainContactId: Id.nullable(),
  updatedAt: Instant,
})
export type RecordSummary = z.infer<typeof RecordSummary>

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
    })
    .nullable(),
  /** For "Open in Gmail", only when the mail is in my mailbox. */
  gmailThreadId: GmailId.nullable(),
})
export type EmailRow = z.infer<typeof EmailRow>

export const AttachmentRow = z.object({
  id: Id,
  name: z.string(),
  mimeType: z.string(),
  /** Bytes. */
  size: z.number().int(),
  /** The deal it stands on, when a contact's list shows it; null on the record's own files. */
  deal: z.object({ id: Id, name: z.string() }).nullable(),
  filedBy: z.string(),
  filedAt: Instant,
  from: z.string(),
  gmailMessageId: z.string().nullable(),
})
export type AttachmentRow = z.infer<typeof AttachmentRow>

/** A record with what its card shows: newest rows of its lists, and for a person their open deals. */
export const RecordCard = z.object({
  record: RecordSummary,
  company: z.string(),
  lastContact: z.object({ direction: z.enum(['received', 'sent']), at: Instant }).nullable(),
  deals: z.array(RecordSummary),
  emails: z.object({
    total: z.number().int(),
    rows: z.array(EmailRow),
    emptyReason: z.enum(['no_address', 'no_mail', 'no_read']).nullable(),
  }),
  attachments: z.object({ total: z.number().int(), rows: z.array(AttachmentRow) }),
})
export type RecordCard = z.infer<typeof RecordCard>

/** S-001: who is in the open thread. At most 200 people are looked up at once. */
export const Lookup = z.object({
  account: Address,
  people: z
    .array(z.object({ address: z.string().max(1000), name: z.string().max(500).default('') }))
    .max(200),
})

const PersonKind = z.enum(['known', 'several', 'unknown', 'me', 'colleague', 'robot', 'malformed'])

export const LookedUpPerson = z.object({
  address: z.string(),
  name: z.string(),
  kind: PersonKind,
  cards: z.array(RecordCard),
})
export type LookedUpPerson = z.infer<typeof LookedUpPerson>

export const LookupAnswer = z.object({ people: z.array(LookedUpPerson), asOf: Instant })
export type LookupAnswer = z.infer<typeof LookupAnswer>

export const SearchRecords = z.object({
  q: z.string().max(200).default(''),
  module: ModuleKeySchema.optional(),
})

export const EmailsQuery = z.object({
  filter: z.enum(['all', 'received', 'sent', 'scheduled']).default('all'),
  cursor: z.string().max(200).optional(),
})
export const EmailsPage = z.object({
  total: z.number().int(),
  rows: z.array(EmailRow),
  emptyReason: z.enum(['no_address', 'no_mail', 'no_read']).nullable(),
  nextCursor: z.string().nullable(),
})
export type EmailsPage = z.infer<typeof EmailsPage>
export const AttachmentsPage = z.object({
  total: z.number().int(),
  rows: z.array(AttachmentRow),
  nextCursor: z.string().nullable(),
})
export type AttachmentsPage = z.infer<typeof AttachmentsPage>
