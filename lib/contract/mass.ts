import * as z from 'zod'
import { guardCodes } from '../domain/guards.ts'
import { leftOutReasons } from '../domain/mass.ts'
import { Id, Instant } from './common.ts'
import { When } from './sends.ts'

const recordIds = z.array(Id).min(1).max(1000)

/** One mail each to the records of a selection, from a draft (decisions 13). Nothing is sent by this. */
export const PlanMass = z.object({
  draftId: Id,
  recordIds,
  /** Those of whom a field is empty are mailed too: nothing stands in its place. */
  evenEmpty: z.boolean().default(false),
})
export const MassPlan = z.object({
  willBeMailed: z.number().int(),
  leftOut: z.array(
    z.object({
      recordId: Id,
      name: z.string(),
      reason: z.enum(leftOutReasons),
      address: z.string(),
      /** When the reason arose, e.g. of an unsubscription. */
      at: Instant.nullable(),
      /** Which fields are empty, as `contact.title`. */
      fields: z.array(z.string()),
    }),
  ),
  perMinute: z.number().int(),
  minutes: z.number().int(),
  usedToday: z.number().int(),
  perDay: z.number().int(),
  /** How recipients can unsubscribe; null: they can't, and no mass mail goes out. */
  unsubscribe: z.enum(['one_click', 'mailto']).nullable(),
})
export type MassPlan = z.infer<typeof MassPlan>

/** The nth mail of the plan as its recipient gets it, with the line to unsubscribe; `nth` counts from 0. */
export const MassPreviewQuery = z.object({ draftId: Id, recordIds, nth: z.number().int().min(0) })
export const MassPreview = z.object({
  nth: z.number().int(),
  of: z.number().int(),
  recordId: Id,
  name: z.string(),
  address: z.string(),
  subject: z.string(),
  html: z.string(),
  unresolved: z.array(z.string()),
})
export type MassPreview = z.infer<typeof MassPreview>

/**
 * `expected`: how many the confirm showed; another number now is answered 409 and nothing is sent. `undoSeconds`: how long
 * the whole may be taken back with one click before the first goes; the server holds 3 s longer. To overrule
 * `unresolved_field` mails those too of whom a field is empty.
 */
export const StartMass = z.object({
  draftId: Id,
  version: z.number().int(),
  recordIds,
  expected: z.number().int(),
  when: When,
  topic: z.string().max(100).default(''),
  undoSeconds: z.number().int().min(0).max(30).default(0),
  overrule: z.array(z.enum(guardCodes)).default([]),
})
export type StartMass = z.input<typeof StartMass>

export const MassSend = z.object({
  id: Id,
  version: z.number().int(),
  status: z.enum(['running', 'paused', 'stopped', 'done']),
  subject: z.string(),
  author: z.object({ id: Id, name: z.string() }),
  mine: z.boolean(),
  total: z.number().int(),
  waiting: z.number().int(),
  sent: z.number().int(),
  held: z.number().int(),
  failed: z.number().int(),
  cancelled: z.number().int(),
  leftOut: z.number().int(),
  perMinute: z.number().int(),
  /** Until when the whole is offered to be taken back with one click. */
  undoUntil: Instant.nullable(),
  /** When the next one goes; null when nothing waits. */
  startsAt: Instant.nullable(),
  /** When the last one goes at this pace; null when nothing waits. */
  endsAt: Instant.nullable(),
  createdAt: Instant,
})
export type MassSend = z.infer<typeof MassSend>
export const MassSendList = z.object({ sends: z.array(MassSend) })
/** Its mails, in order; and who was left out. */
export const MassRows = z.object({
  rows: z.array(
    z.object({
      sendId: Id,
      recordId: Id.nullable(),
      name: z.string(),
      address: z.string(),
      status: z.string(),
      reason: z.string().nullable(),
      at: Instant,
    }),
  ),
  leftOut: MassPlan.shape.leftOut,
})
export type MassRows = z.infer<typeof MassRows>
