import * as z from 'zod'
import { Address, GmailId, Id, Instant, PartySchema } from './common.ts'

/** One part that can be filed. Inline images, signature, calendar and report parts are left out (decisions 4). */
export const FileablePart = z.object({
  /** Gmail's `partId`, stable for the message (attachment ids are not). */
  partId: z.string(),
  /** The part's `X-Attachment-Id`, which the page shows as `realattid`. */
  realAttachmentId: z.string().nullable(),
  name: z.string(),
  mimeType: z.string(),
  size: z.number().int(),
  /** Where it already stands. */
  filed: z.array(
    z.object({ recordId: Id, recordName: z.string(), attachmentId: Id, by: z.string(), at: Instant }),
  ),
})
export type FileablePart = z.infer<typeof FileablePart>

export const ThreadMessage = z.object({
  id: GmailId,
  from: PartySchema.nullable(),
  to: z.array(PartySchema),
  cc: z.array(PartySchema),
  at: Instant,
  fromMe: z.boolean(),
  snippet: z.string(),
  parts: z.array(FileablePart),
})

/** Facts about the open thread, read from Gmail once per thread version. Addresses that do not parse are skipped and counted. */
export const ThreadFacts = z.object({
  id: GmailId,
  subject: z.string(),
  messages: z.array(ThreadMessage),
  people: z.array(PartySchema),
  malformed: z.number().int(),
})
export type ThreadFacts = z.infer<typeof ThreadFacts>

export const ThreadQuery = z.object({ account: Address })

/** How the page names a part: by its id where we know it, else by what the card shows. */
export const FileAttachment = z.object({
  account: Address,
  messageId: GmailId,
  part: z.object({
    partId: z.string().max(50).optional(),
    realAttachmentId: z.string().max(200).optional(),
    name: z.string().max(1000).optional(),
  }),
  recordId: Id,
})

const FilingStatus = z.enum(['waiting', 'running', 'done', 'already_filed', 'failed', 'cancelled'])

export const Filing = z.object({
  id: Id,
  status: FilingStatus,
  recordId: Id,
  recordName: z.string(),
  messageId: GmailId,
  partId: z.string(),
  /** As the request named it, so that the page finds its card again. */
  name: z.string(),
  size: z.number().int(),
  receivedBytes: z.number().int(),
  attachmentId: Id.nullable(),
  /** Set for already_filed and failed. */
  reason: z.string().nullable(),
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
})
export type Filing = z.infer<typeof Filing>

/** Where a file of the open mail may go, best first; one click when `sure`, else a question. */
export const TargetsQuery = z.object({
  account: Address,
  people: z.array(z.string().max(1000)).max(200),
  /** A deal whose name stands in it comes first, or a document whose number does. */
  subject: z.string().max(2000).default(''),
})
export const FilingTargets = z.object({
  sure: z.boolean(),
  targets: z.array(
    z.object({
      recordId: Id,
      name: z.string(),
      module: z.string(),
      detail: z.string(),
      why: z.enum(['named', 'sender', 'open_deal', 'open_document', 'in_thread']),
    }),
  ),
})
export type FilingTargets = z.infer<typeof FilingTargets>
