import * as z from 'zod'
import { ledgerKinds, shareLevels, sharingModes, sharingReasons } from '../domain/sharing.ts'
import { Address, GmailId, Id, Instant } from './common.ts'
import { ModuleKeySchema } from './modules.ts'

export const Level = z.enum(shareLevels)
const Mode = z.enum(sharingModes)
const Person = z.object({ id: Id, name: z.string() })

/** A record as it stands beside a mail. */
export const RecordName = z.object({ id: Id, module: ModuleKeySchema, name: z.string() })
export type RecordName = z.infer<typeof RecordName>

/**
 * Who sees something, by name and with the rule that decides, before and after (design 05 A). `isNew`: would gain it.
 * People of whom nobody sees anything are counted in `nobodyElse`, admins are named: admin rights give no mail.
 */
export const WhoSees = z.object({
  people: z.array(
    Person.extend({
      role: z.enum(['admin', 'rep', 'viewer']),
      level: Level,
      reason: z.enum(sharingReasons),
      /** The record through which they see it. */
      through: RecordName.nullable(),
      /** They have the mail in their own mailbox anyway, and as what. */
      has: z.enum(['from', 'to', 'cc', 'bcc']).nullable(),
      isNew: z.boolean(),
      isMe: z.boolean(),
    }),
  ),
  nobodyElse: z.number().int(),
  /** How many people may open the record a file would be filed on (S-055); null without a record. */
  fileReaders: z.number().int().nullable(),
})
export type WhoSees = z.infer<typeof WhoSees>

/**
 * "Who would see this thread (or one mail of it) if …": put on this record, at this level. `level` 'default' means the
 * owner's mode. Nothing given: who sees it now.
 */
export const PreviewSharing = z.strictObject({
  account: Address,
  threadId: GmailId,
  /** One mail only. */
  gmailId: GmailId.optional(),
  recordId: Id.optional(),
  dealId: Id.optional(),
  level: z.enum(['default', ...shareLevels]).optional(),
  /** With this record's switch on or off. */
  switched: z.strictObject({ recordId: Id, on: z.boolean() }).optional(),
})
export type PreviewSharing = z.infer<typeof PreviewSharing>

/** "Who would see how much of my mail if I …": chose this mode, turned a record's switch on, agreed to its older mail. */
export const PreviewRule = z.union([
  z.strictObject({ mode: Mode }),
  z.strictObject({ switchedOn: Id }),
  z.strictObject({ older: z.strictObject({ recordId: Id, address: Address }) }),
])
export type PreviewRule = z.infer<typeof PreviewRule>

/**
 * The same of all mail a rule is about: whom it would show any of it, and of how many mails they would see more than now.
 * `more`: there are older ones that were not counted.
 */
export const RuleSeen = WhoSees.omit({ fileReaders: true }).extend({
  people: z.array(WhoSees.shape.people.element.extend({ gains: z.number().int() })),
  /** Mails of which somebody would see more than now. */
  mails: z.number().int(),
  more: z.boolean(),
})
export type RuleSeen = z.infer<typeof RuleSeen>

/** The owner's word on a thread or one mail of it; 'default' takes it back. */
export const ShareMail = z.strictObject({
  account: Address,
  threadId: GmailId,
  gmailId: GmailId.optional(),
  level: z.enum(['default', ...shareLevels]),
})
export type ShareMail = z.infer<typeof ShareMail>

/** What the owner of mails learns: who could see them since when and by what, and who opened one (design 05 C). */
export const Ledger = z.object({
  entries: z.array(
    z.object({
      id: Id,
      at: Instant,
      kind: z.enum(ledgerKinds),
      who: Person,
      isMe: z.boolean(),
      record: RecordName.nullable(),
      level: Level.nullable(),
      gained: z.array(Person),
      lost: z.array(Person),
      /** For a request, a grant or its end: whom it is about. */
      about: Person.nullable(),
    }),
  ),
  /** Colleagues who got the mail themselves; nothing takes that back. */
  received: z.array(Person.extend({ as: z.enum(['from', 'to', 'cc', 'bcc']), at: Instant })),
  /** Who sees it now besides me, and whether they have opened it. */
  now: z.array(Person.extend({ level: Level, opened: z.boolean(), granted: z.boolean() })),
})
export type Ledger = z.infer<typeof Ledger>

export const AccessRequest = z.object({
  id: Id,
  messageId: Id,
  askedBy: Person,
  owner: Person,
  askedAt: Instant,
  /** When the mail arrived or was sent. */
  at: Instant,
  status: z.enum(['open', 'granted', 'declined', 'revoked']),
  /** Only for the owner, and for who asked once it was granted. */
  subject: z.string().nullable(),
})
export type AccessRequest = z.infer<typeof AccessRequest>

/** Requests for my mail that wait for me, and those I made; the newest first. */
export const AccessRequests = z.object({ toMe: z.array(AccessRequest), byMe: z.array(AccessRequest) })
export type AccessRequests = z.infer<typeof AccessRequests>

/** My sharing (design 05 D). */
export const MySharing = z.object({
  mode: Mode,
  /** An admin decided for everybody: the choice is shown and cannot be changed. */
  forced: z.boolean(),
  switched: z.array(z.object({ record: RecordName, mails: z.number().int() })),
  /** Addresses that came onto a record after mail with them existed, and what I said to that; unanswered ones first. */
  older: z.array(
    z.object({
      record: RecordName,
      address: z.string(),
      addedBy: z.string(),
      addedAt: Instant,
      mails: z.number().int(),
      agreed: z.boolean().nullable(),
    }),
  ),
  requests: z.array(AccessRequest),
})
export type MySharing = z.infer<typeof MySharing>

/** How much mail with an address lies in my mailboxes, before I make a record from it; `more`: than was counted. */
export const CountOlder = z.strictObject({ address: Address })
export const OlderCount = z.object({ mails: z.number().int(), more: z.boolean() })
export type OlderCount = z.infer<typeof OlderCount>

export const SetMode = z.strictObject({ mode: Mode.nullable() })
export const SetSwitch = z.strictObject({ on: z.boolean() })
/** `agreed` null: not answered, as before. */
export const AnswerOlder = z.strictObject({ recordId: Id, address: Address, agreed: z.boolean().nullable() })
export type AnswerOlder = z.infer<typeof AnswerOlder>
export const AnswerRequest = z.strictObject({ answer: z.enum(['grant', 'decline']) })
