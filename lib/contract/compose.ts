import * as z from 'zod'
import { guardCodes } from '../domain/guards.ts'
import { Address, GmailId, Id, Instant, PartySchema } from './common.ts'
import { ModuleKeySchema } from './modules.ts'
import { When } from './sends.ts'

/** Formatted text as the editor made it; cleaned by the server before it is stored. At most 500 kB. */
const MailHtml = z.string().max(500_000)

const typed = z.object({
  to: z.string().max(2000).default(''),
  cc: z.string().max(2000).default(''),
  bcc: z.string().max(2000).default(''),
})

/**
 * A mail being written, as the composer saves it: everything, each time. Recipients that are not addresses yet stay in
 * `pending`. `version` as last seen; another tab's newer one is answered 409 `version_stale`, and nothing is overwritten.
 */
export const SaveDraft = z.object({
  account: Address,
  recordId: Id.nullable().default(null),
  replyTo: z.object({ threadId: GmailId, messageId: GmailId }).nullable().default(null),
  /** A verified alias (S-071); null: the account itself. */
  from: Address.nullable().default(null),
  to: z.array(PartySchema).max(500).default([]),
  cc: z.array(PartySchema).max(500).default([]),
  bcc: z.array(PartySchema).max(500).default([]),
  pending: typed.default({ to: '', cc: '', bcc: '' }),
  subject: z
    .string()
    .max(998)
    .regex(/^[^\r\n]*$/, 'field_invalid')
    .default(''),
  html: MailHtml.default(''),
  quote: MailHtml.default(''),
  templateId: Id.nullable().default(null),
  partial: z.enum(['hold', 'drop']).default('hold'),
})
export type SaveDraft = z.input<typeof SaveDraft>

export const UpdateDraft = SaveDraft.omit({ account: true, replyTo: true }).extend({
  version: z.number().int(),
})
export type UpdateDraft = z.input<typeof UpdateDraft>

/** The answer of a save; small, because it comes with every pause in typing. */
export const DraftSaved = z.object({ id: Id, version: z.number().int(), savedAt: Instant })
export type DraftSaved = z.infer<typeof DraftSaved>

/** My unsent mails, newest first. */
export const DraftList = z.object({
  drafts: z.array(
    z.object({
      id: Id,
      version: z.number().int(),
      recordId: Id.nullable(),
      recordName: z.string(),
      /** The thread it answers, in the account it goes from. */
      threadId: z.string().nullable(),
      to: z.array(PartySchema),
      subject: z.string(),
      snippet: z.string(),
      updatedAt: Instant,
    }),
  ),
})
export type DraftList = z.infer<typeof DraftList>

/**
 * Sends a draft, at once or at a time. `undoSeconds`: how long it may be taken back; the server holds 3 s longer.
 * `overrule`: the guards its author has read and goes past; each is written down. A guard not named is answered 409
 * `guards_open`, and nothing is sent.
 */
export const SubmitDraft = z.object({
  version: z.number().int(),
  when: When,
  undoSeconds: z.number().int().min(0).max(30).default(0),
  overrule: z.array(z.enum(guardCodes)).default([]),
})
export type SubmitDraft = z.input<typeof SubmitDraft>

/** What stands against sending, worst first. `hard`: cannot be overruled here. */
export const Guard = z.object({
  code: z.enum(guardCodes),
  hard: z.boolean(),
  /** The recipient or file it is about; '' for the whole mail. */
  about: z.string(),
  fileId: Id.nullable(),
  address: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
})
export type Guard = z.infer<typeof Guard>
export const GuardList = z.object({ guards: z.array(Guard) })
export type GuardList = z.infer<typeof GuardList>

/** From whom this account may send: itself and its verified aliases (S-071). */
export const SenderList = z.object({
  senders: z.array(
    z.object({
      address: z.string(),
      name: z.string(),
      /** Cleaned HTML; '' for none. */
      signature: z.string(),
      isDefault: z.boolean(),
      /** The organisation's shared address. */
      isShared: z.boolean(),
    }),
  ),
  /** False without permission to read: then there is only the account itself and no signature. */
  known: z.boolean(),
})
export type SenderList = z.infer<typeof SenderList>

/** What the clock and the limits leave (policy, gmail-api B4). */
export const Allowance = z.object({
  perDay: z.number().int(),
  /** Mails of the last 24 hours, by Inlay and by hand. */
  usedToday: z.number().int(),
  byHand: z.number().int(),
  perMinute: z.number().int(),
  /** When the next one may go, if none may now. */
  nextAt: Instant.nullable(),
  /** False: without permission to read, mail sent by hand is not counted. */
  countsByHand: z.boolean(),
})
export type Allowance = z.infer<typeof Allowance>

/** Whom a typed text may mean (S-016), best first. A deal offers its contacts; without an address it is shown, not insertable. */
export const RecipientQuery = z.object({
  q: z.string().max(200).default(''),
  recordId: Id.optional(),
})
const AddressChoice = z.object({
  address: z.string(),
  kind: z.enum(['primary', 'secondary']),
  /** What is known of the address: it last answered, or why it may not be mailed. */
  note: z.enum(['none', 'answered', 'suppressed']),
  at: Instant.nullable(),
})
export const RecipientRows = z.object({
  rows: z.array(
    z.object({
      record: z.object({ id: Id, module: ModuleKeySchema, name: z.string() }),
      /** Of a deal or document: the contact through whom it is reached. */
      through: z.string(),
      /** The name the mail is addressed to. */
      name: z.string(),
      company: z.string(),
      /** Empty: no address. */
      addresses: z.array(AddressChoice),
    }),
  ),
})
export type RecipientRows = z.infer<typeof RecipientRows>

/** What is known of the addresses of a mail being written. */
export const CheckRecipients = z.object({
  addresses: z.array(z.string().max(320)).max(500),
  recordId: Id.optional(),
})
export const CheckedRecipients = z.object({
  rows: z.array(
    z.object({
      address: z.string(),
      kind: z.enum(['record', 'colleague', 'unknown', 'malformed']),
      record: z.object({ id: Id, module: ModuleKeySchema, name: z.string(), company: z.string() }).nullable(),
      /** Both addresses of that record, when it has two (S-010). */
      choices: z.array(AddressChoice),
      suppressed: z.object({ reason: z.string(), since: Instant }).nullable(),
      /** It belongs to another account than the record the mail is written from. */
      otherAccount: z.string(),
      /** A known domain it may be a slip of, e.g. `gmail.com`; '' when none. */
      meant: z.string(),
    }),
  ),
})
export type CheckedRecipients = z.infer<typeof CheckedRecipients>

/**
 * What an answer starts from: everybody it goes to, its subject, and the quoted text. `lang` and `zone` are for the line
 * above the quote; without them it names neither weekday nor month by a word.
 */
export const AnswerQuery = z.object({
  account: Address,
  messageId: GmailId,
  lang: z.enum(['en', 'ja']).optional(),
  zone: z.string().min(1).max(64).optional(),
})
export const AnswerSource = z.object({
  threadId: GmailId,
  messageId: GmailId,
  from: PartySchema.nullable(),
  at: Instant,
  /** Reply-To if the mail names one, else From; of my own mail its recipients. */
  reply: z.object({ to: z.array(PartySchema) }),
  replyAll: z.object({ to: z.array(PartySchema), cc: z.array(PartySchema) }),
  subject: z.string(),
  /** Cleaned HTML with its line of attribution. */
  quote: z.string(),
})
export type AnswerSource = z.infer<typeof AnswerSource>

/** A window of Gmail's own composer, as it shows now; taken over only when Gmail's draft says the same. */
export const TakeOver = z.object({
  account: Address,
  draftId: z.string().regex(/^r-?\d{1,20}$/),
  shows: z.object({
    to: z.array(z.string().max(320)).max(500),
    cc: z.array(z.string().max(320)).max(500),
    bcc: z.array(z.string().max(320)).max(500),
    subject: z.string().max(2000),
    /** Text of the body as drawn, white space folded. */
    text: z.string().max(500_000),
    files: z.array(z.string().max(1000)).max(100),
  }),
})
export type TakeOver = z.infer<typeof TakeOver>

export const DraftFile = z.discriminatedUnion('source', [
  z.object({ source: z.literal('record'), attachmentId: Id }),
  z.object({ source: z.literal('library'), versionId: Id }),
  /** `exportAs`: a MIME type, needed for a Google document. */
  z.object({
    source: z.literal('drive'),
    driveId: z.string().max(200),
    exportAs: z.string().max(200).optional(),
  }),
])
export type DraftFile = z.infer<typeof DraftFile>
