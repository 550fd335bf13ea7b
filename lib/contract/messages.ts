import * as z from 'zod'
import { sharingReasons } from '../domain/sharing.ts'
import { skipReasons } from '../domain/sync.ts'
import { Address, GmailId, Id, Instant, PartySchema } from './common.ts'
import { Level, RecordName } from './sharing.ts'

const Person = z.object({ id: Id, name: z.string() })

/**
 * Why a mail stands on a record: by a party's address, on the record itself or on the contact it resolves to, or by hand.
 */
export const Standing = z.object({
  record: RecordName,
  /** Stage or status of a deal or document, as its field's value; '' for others. */
  stage: z.string(),
  by: z.enum(['address', 'contact', 'hand']),
  /** The address that decides and what its party is in the mail; '' by hand. */
  address: z.string(),
  party: z.enum(['from', 'to', 'cc', 'bcc']).nullable(),
  /** The contact through whom it stands there. */
  through: RecordName.nullable(),
  madeBy: Person.nullable(),
  madeAt: Instant.nullable(),
  wholeThread: z.boolean(),
  /** The deal this thread is about. */
  chosen: z.boolean(),
})
export type Standing = z.infer<typeof Standing>

/** A party by whom a mail does not stand on a record, and why not. */
export const NotLinked = z.object({
  party: PartySchema,
  why: z.enum(['me', 'colleague', 'robot', 'never_link', 'no_record', 'may_not_open', 'taken_off']),
})
export type NotLinked = z.infer<typeof NotLinked>

/**
 * The open thread of my own mailbox: on which records it stands and why, by whom it does not and why not, whether a deal
 * has to be chosen, and who sees it (design 03 C, 05 B).
 */
export const ThreadStanding = z.object({
  threadId: GmailId,
  standings: z.array(Standing),
  notLinked: z.array(NotLinked),
  /** Open deals of the thread's people, best guess first; asked once (decisions 5). */
  deals: z.array(
    z.object({
      record: RecordName,
      stage: z.string(),
      amount: z.string(),
      currency: z.string(),
      closesOn: z.string(),
      lastMailAt: Instant.nullable(),
      why: z.enum(['named', 'number', 'last_mail', 'only']).nullable(),
      /** Who besides me would see the thread through it. */
      alsoSeenBy: z.array(Person),
    }),
  ),
  question: z.enum(['open', 'answered', 'none_of_these', 'not_needed']),
  chosenDealId: Id.nullable(),
  /** My word on the thread; 'mixed' when its mails differ. */
  share: z.enum(['default', 'none', 'metadata', 'full', 'mixed']),
  /** What the mode in force lets others see of it, without my word. */
  byDefault: Level,
  /** Who besides me sees any of it through Inlay, and who has it in Gmail anyway. */
  seenBy: z.array(Person.extend({ level: Level, reason: z.enum(sharingReasons) })),
  alsoHaveIt: z.array(Person),
  /** Records whose switch I may turn here, and how they stand. */
  switches: z.array(z.object({ record: RecordName, on: z.boolean() })),
  /** How many people opened it through Inlay. */
  openedBy: z.number().int(),
  /** Its newest mail in my mailbox, whose ledger tells more; null when none is stored. */
  newestMessageId: Id.nullable(),
  /** Mails of the thread that wait for my yes, being older than the address on its record. */
  older: z.array(z.object({ record: RecordName, address: z.string(), mails: z.number().int() })),
})
export type ThreadStanding = z.infer<typeof ThreadStanding>

/** Puts the thread (or one mail of it) on a record by hand, or takes it off. `level` 'full' shares it in the same step. */
export const LinkThread = z.strictObject({
  account: Address,
  recordId: Id,
  gmailId: GmailId.optional(),
  share: z.enum(['default', 'none', 'metadata', 'full']).optional(),
})
export type LinkThread = z.infer<typeof LinkThread>

/** Which deal the thread is about; null: none of these. `ask`: forget the answer. */
export const ChooseDeal = z.strictObject({
  account: Address,
  dealId: Id.nullable(),
  ask: z.boolean().optional(),
})
export type ChooseDeal = z.infer<typeof ChooseDeal>

/** One chip a row of Gmail's list: the record a thread stands on, the most telling one. */
export const ChipsQuery = z.strictObject({ account: Address, threadIds: z.array(GmailId).max(100) })
export const Chips = z.object({
  chips: z.array(z.object({ threadId: GmailId, record: RecordName, stage: z.string() })),
})
export type Chips = z.infer<typeof Chips>

/** One mail, as far as I may see it (design 04 C). Of a mail that shows who and when only, the rest is empty. */
export const MessageDetail = z.object({
  id: Id,
  level: z.enum(['metadata', 'full']),
  direction: z.enum(['received', 'sent']),
  status: z.string(),
  reason: z.string().nullable(),
  subject: z.string(),
  snippet: z.string(),
  from: PartySchema,
  to: z.array(PartySchema),
  cc: z.array(PartySchema),
  /** Only out of my own mailbox. */
  bcc: z.array(PartySchema),
  at: Instant,
  archived: z.boolean(),
  parts: z.array(
    z.object({ partId: z.string(), name: z.string(), mimeType: z.string(), size: z.number().int() }),
  ),
  /** In whose mailboxes, as far as I may know; mine first. */
  mailboxes: z.array(Person.extend({ isMine: z.boolean(), level: z.enum(['metadata', 'full']) })),
  standings: z.array(Standing),
  /** Why I see it. */
  sight: z.enum(sharingReasons),
  /** What others see of my mail; null when it is not mine. `whoAndWhen`: how many of `seenBy` see no more than that. */
  share: z
    .object({
      word: z.enum(['default', 'none', 'metadata', 'full']),
      seenBy: z.number().int(),
      whoAndWhen: z.number().int(),
    })
    .nullable(),
  /** My open or answered request for a mail of which I see who and when only. */
  request: z.enum(['open', 'granted', 'declined', 'revoked']).nullable(),
  /** To jump to it in Gmail, if it is mine. */
  gmail: z
    .object({
      account: z.string(),
      threadId: GmailId,
      messageId: GmailId,
      /** What Gmail's search finds it by for certain. */
      messageIdHeader: z.string().nullable(),
    })
    .nullable(),
  /** The send it came from, when I wrote it. */
  sendId: Id.nullable(),
})
export type MessageDetail = z.infer<typeof MessageDetail>

/**
 * The text, fetched from the mailbox and made harmless: no scripts, forms, remote images, styles that cover. Nothing of it
 * is stored.
 */
export const MessageBody = z.object({
  /** Safe HTML; '' when there is only text. */
  html: z.string(),
  text: z.string(),
  /** What was left out. */
  removed: z.object({ images: z.number().int(), active: z.number().int(), forms: z.number().int() }),
  /** Cut after a megabyte. */
  isCut: z.boolean(),
  /** Whose mailbox it came from. */
  from: Person.extend({ isMine: z.boolean() }),
})
export type MessageBody = z.infer<typeof MessageBody>

/** "Why is this mail not here?", asked of my own mailbox (Trust page). */
export const Asked = z.object({
  mails: z.array(
    z.object({
      gmailId: GmailId,
      threadId: GmailId,
      subject: z.string(),
      from: PartySchema.nullable(),
      at: Instant,
      taken: z.boolean(),
      /** Why it was forgotten; null when it is taken or is about to be. */
      why: z.enum(skipReasons).nullable(),
      records: z.array(RecordName),
    }),
  ),
})
export type Asked = z.infer<typeof Asked>
