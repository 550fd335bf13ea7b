import * as z from 'zod'
import { duplicateReasons } from '../domain/duplicates.ts'
import { Id, Instant } from './common.ts'
import { CreateRecord, RecordSummary } from './records.ts'

/** Asked while a form is filled, and of a record that stands: who is like this already. */
export const DuplicatesQuery = CreateRecord.pick({
  module: true,
  fields: true,
  primaryAddress: true,
  secondaryAddress: true,
  accountId: true,
})
  .partial({ fields: true })
  .extend({
    primaryAddress: z.string().max(320).optional(),
    secondaryAddress: z.string().max(320).optional(),
    /** The record itself where it stands already; it is not named as its own duplicate. */
    recordId: Id.optional(),
  })
export type DuplicatesQuery = z.infer<typeof DuplicatesQuery>

export const DuplicateReason = z.enum(duplicateReasons)

/** Best first. */
export const Duplicates = z.object({
  matches: z.array(
    z.object({ record: RecordSummary, company: z.string(), reasons: z.array(DuplicateReason) }),
  ),
})
export type Duplicates = z.infer<typeof Duplicates>

export const MergePreviewQuery = z.object({ winnerId: Id, loserId: Id })

/**
 * Field by field what stands on both sides and what would be kept; equal fields are left out. A currency goes with its
 * amount and stands by itself only where the amounts are equal.
 */
export const MergePreview = z.object({
  winner: RecordSummary,
  loser: RecordSummary,
  fields: z.array(
    z.object({ field: z.string(), winner: z.string(), loser: z.string(), take: z.enum(['winner', 'loser']) }),
  ),
  /** Addresses that find no room beside the winner's two if the proposal is kept; mail to them is no longer shown. */
  lostAddresses: z.array(z.string()),
  /** What moves to the winner. */
  moves: z.object({
    emails: z.number().int(),
    attachments: z.number().int(),
    notes: z.number().int(),
    todos: z.number().int(),
    related: z.number().int(),
    sends: z.number().int(),
  }),
})
export type MergePreview = z.infer<typeof MergePreview>

/**
 * `take` says for each differing field whose value is kept; where nothing is said the winner's, or the loser's where the
 * winner has none.
 */
export const StartMerge = z.strictObject({
  winnerId: Id,
  loserId: Id,
  winnerVersion: z.number().int(),
  loserVersion: z.number().int(),
  take: z.record(z.string(), z.enum(['winner', 'loser'])).default({}),
})
export type StartMerge = z.input<typeof StartMerge>

export const Merge = z.object({
  id: Id,
  winnerId: Id,
  loserId: Id,
  loserName: z.string(),
  at: Instant,
  /** Until then it can be undone. */
  undoUntil: Instant,
  undoneAt: Instant.nullable(),
})
export type Merge = z.infer<typeof Merge>

/** Merges into this record, newest first. */
export const Merges = z.object({ merges: z.array(Merge) })
export type Merges = z.infer<typeof Merges>

/** `kept` names the winner's fields that were changed after the merge and therefore stay as they are. */
export const UndoneMerge = Merge.extend({ kept: z.array(z.string()) })
export type UndoneMerge = z.infer<typeof UndoneMerge>

/** What converting a lead would make or use; the account is found by domain or name. */
export const ConversionPreview = z.object({
  account: RecordSummary.nullable(),
  accountName: z.string(),
  contact: RecordSummary.nullable(),
  dealName: z.string(),
})
export type ConversionPreview = z.infer<typeof ConversionPreview>

export const ConvertLead = z.strictObject({
  version: z.number().int(),
  /** An account that stands, a new one, or none. */
  account: z
    .union([z.strictObject({ id: Id }), z.strictObject({ name: z.string().trim().min(1).max(200) })])
    .nullable(),
  /** A contact that stands takes the lead in; null makes a new one. */
  contactId: Id.nullable().default(null),
  deal: z
    .strictObject({
      dealName: z.string().trim().min(1).max(500),
      amount: z.string().max(40).default(''),
      currency: z.string().max(3).default(''),
      closingOn: z.string().max(10).default(''),
      stage: z.string().max(60).optional(),
    })
    .nullable(),
})
export type ConvertLead = z.input<typeof ConvertLead>
export const Conversion = z.object({ contactId: Id, accountId: Id.nullable(), dealId: Id.nullable() })
export type Conversion = z.infer<typeof Conversion>
