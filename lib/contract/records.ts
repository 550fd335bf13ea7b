import * as z from 'zod'
import { emptyReasons } from '../domain/messages.ts'
import { Address, Id, Instant } from './common.ts'
import { EmailRow } from './emails.ts'
import { FieldKey, ModuleKeySchema } from './modules.ts'

/**
 * Values by field key in the canonical form of the field's type (`lib/domain/fields.ts`), '' for none. What the module
 * does not have is refused by name (`field_unknown`), never dropped.
 */
const Values = z.record(FieldKey, z.string().max(100_000))

/** Values of a record as it leaves the server: only fields that have one. */
export const RecordFields = z.record(z.string(), z.string())

const relations = {
  primaryAddress: Address,
  secondaryAddress: Address,
  accountId: Id,
  /** The contact through whom a deal or document is reached (S-061). */
  mainContactId: Id,
  dealId: Id,
}

/** `id` may be given by the caller through the Idempotency-Key only. */
export const CreateRecord = z.strictObject({
  module: ModuleKeySchema,
  fields: Values,
  ...z.object(relations).partial().shape,
  /** A deal's further contacts. */
  contactIds: z.array(Id).max(100).optional(),
  ownerId: Id.optional(),
  /** Instead of `accountId`: an account made in the same step. */
  newAccount: z
    .strictObject({ name: z.string().trim().min(1).max(200), domain: z.string().max(253).default('') })
    .optional(),
  /** Whether others may see my mail with its addresses from before (decisions 6); not given: I was not asked. */
  showOlder: z.boolean().optional(),
})
export type CreateRecord = z.infer<typeof CreateRecord>

/**
 * A change: only what is given; null clears. `version` is what the person saw. Somebody who saved first is never
 * overwritten: when the version has moved on, the change is taken only if every touched field still has its value in
 * `seen`; else 409 `version_stale` names the fields that differ.
 */
export const UpdateRecord = z.strictObject({
  version: z.number().int(),
  seen: Values.optional(),
  fields: Values.optional(),
  primaryAddress: Address.nullable().optional(),
  secondaryAddress: Address.nullable().optional(),
  accountId: Id.nullable().optional(),
  mainContactId: Id.nullable().optional(),
  dealId: Id.nullable().optional(),
  contactIds: z.array(Id).max(100).optional(),
  ownerId: Id.optional(),
})
export type UpdateRecord = z.infer<typeof UpdateRecord>

/** A record that another one names: enough to show and open it. `name` is empty when the viewer may not open it. */
const RecordRef = z.object({ id: Id, module: ModuleKeySchema, name: z.string() })
export type RecordRef = z.infer<typeof RecordRef>
export const RecordRefs = z.array(RecordRef)

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
  accountId: Id.nullable(),
  mainContactId: Id.nullable(),
  dealId: Id.nullable(),
  contactIds: z.array(Id),
  /** Every record this one names, by relation or lookup. */
  refs: z.array(RecordRef),
  /** What the viewer may do with it (policy per module). */
  access: z.enum(['read', 'edit']),
  createdAt: Instant,
  updatedAt: Instant,
  /** Set while it is in the bin. */
  deletedAt: Instant.nullable(),
})
export type RecordSummary = z.infer<typeof RecordSummary>

export const BinQuery = z.object({
  module: ModuleKeySchema.optional(),
  cursor: z.string().max(200).optional(),
})
export type BinQuery = z.infer<typeof BinQuery>

/** What lies in the bin, the last deleted first; `record.deletedAt` says when, `record.access` whether I may restore it. */
export const BinPage = z.object({
  rows: z.array(
    z.object({ record: RecordSummary, deletedBy: z.object({ id: Id, name: z.string() }).nullable() }),
  ),
  total: z.number().int(),
  nextCursor: z.string().nullable(),
})
export type BinPage = z.infer<typeof BinPage>

/** Something to be done about a record, with a due date or without. */
export const Todo = z.object({
  id: Id,
  version: z.number().int(),
  record: RecordRef.nullable(),
  title: z.string(),
  /** ISO date. */
  dueOn: z.string().nullable(),
  assignee: z.object({ id: Id, name: z.string() }),
  doneAt: Instant.nullable(),
  createdAt: Instant,
})
export type Todo = z.infer<typeof Todo>

export const Note = z.object({
  id: Id,
  version: z.number().int(),
  text: z.string(),
  author: z.object({ id: Id, name: z.string() }),
  createdAt: Instant,
  updatedAt: Instant,
})
export type Note = z.infer<typeof Note>

export const AttachmentRow = z.object({
  id: Id,
  name: z.string(),
  mimeType: z.string(),
  /** Bytes. */
  size: z.number().int(),
  /** The deal or document it stands on, when a contact's list shows it; null on the record's own files. */
  deal: z.object({ id: Id, name: z.string() }).nullable(),
  filedBy: z.string(),
  filedAt: Instant,
  from: z.string(),
  gmailMessageId: z.string().nullable(),
})
export type AttachmentRow = z.infer<typeof AttachmentRow>

/** A record with what its card shows: newest rows of its lists, what is due, what belongs to it. */
export const RecordCard = z.object({
  record: RecordSummary,
  /** The account's name, else the company as typed. */
  company: z.string(),
  lastContact: z.object({ direction: z.enum(['received', 'sent']), at: Instant }).nullable(),
  /** The open task that is due first. */
  nextStep: Todo.nullable(),
  /** Open deals of a person or an account. */
  deals: z.array(RecordSummary),
  /** An invoice that should have been paid, the oldest. */
  overdue: RecordSummary.nullable(),
  /** How many related records there are of each module, and the newest three. */
  related: z.array(
    z.object({ module: ModuleKeySchema, total: z.number().int(), rows: z.array(RecordSummary) }),
  ),
  /** Contacts of a deal or an account, main contact first. */
  people: z.array(RecordSummary),
  /** Who else of the organisation exchanged mail with the same person, newest first; never what was written. */
  colleagues: z.array(z.object({ id: Id, name: z.string(), at: Instant })),
  todos: z.array(Todo),
  notes: z.object({ total: z.number().int(), rows: z.array(Note) }),
  emails: z.object({
    total: z.number().int(),
    rows: z.array(EmailRow),
    emptyReason: z.enum(emptyReasons).nullable(),
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
  /** Of several records the one this person chose for the address (remembered until changed). */
  pickedId: Id.nullable(),
  /** Unknown person: what is close to them, by domain or name, so that no second account is made. */
  near: z.array(z.object({ record: RecordRef, why: z.enum(['same_domain', 'similar_name', 'same_phone']) })),
  /** How many records of this address the viewer may not open. */
  hidden: z.number().int(),
  /** On the never-link list: nothing of theirs comes to a record by itself. */
  neverLinked: z.boolean().optional(),
})
export type LookedUpPerson = z.infer<typeof LookedUpPerson>

export const LookupAnswer = z.object({ people: z.array(LookedUpPerson), asOf: Instant })
export type LookupAnswer = z.infer<typeof LookupAnswer>

/** Whom an address stands for, for me; null asks again. */
export const PickRecord = z.strictObject({ address: Address, recordId: Id.nullable() })

/** As-you-type: any module, by name, company, address, phone, number. */
export const SearchRecords = z.object({
  q: z.string().max(200).default(''),
  module: ModuleKeySchema.optional(),
})

/** `at` says what matched, for the row's second line. */
export const Found = z.object({
  records: z.array(
    RecordSummary.extend({
      matched: z.enum(['name', 'company', 'address', 'phone', 'number', 'similar', 'recent']),
    }),
  ),
})
export type Found = z.infer<typeof Found>

export const AttachmentsPage = z.object({
  total: z.number().int(),
  rows: z.array(AttachmentRow),
  nextCursor: z.string().nullable(),
})
export type AttachmentsPage = z.infer<typeof AttachmentsPage>
