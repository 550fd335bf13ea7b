import * as z from 'zod'
import type { NumberedEvent } from '../domain/events.ts'
import { Id, Instant } from './common.ts'

/** Told by the stream itself, never stored. */
type OwnLines =
  | { type: 'hello'; seq: number; reset: boolean; now: string }
  | { type: 'clock'; seq: number; now: string }

/**
 * What a sidebar hears, one event per line of its stream. `seq` resumes it (`Last-Event-ID`).
 * Events name what changed; the listener fetches it. No mail content travels here. Checked against what is stored.
 */
export const StreamEvent = z.discriminatedUnion('type', [
  /** First line. `reset`: events were missed for good, fetch everything shown. `clock`: the backend's time now. */
  z.object({ type: z.literal('hello'), seq: z.number().int(), reset: z.boolean(), now: Instant }),
  z.object({ type: z.literal('clock'), seq: z.number().int(), now: Instant }),
  z.object({
    type: z.literal('send'),
    seq: z.number().int(),
    id: Id,
    status: z.string(),
    version: z.number().int(),
    recordIds: z.array(Id),
  }),
  z.object({ type: z.literal('emails'), seq: z.number().int(), recordIds: z.array(Id) }),
  z.object({
    type: z.literal('send_file'),
    seq: z.number().int(),
    id: Id,
    sendId: Id,
    state: z.string(),
    received: z.number().int(),
  }),
  z.object({ type: z.literal('mass'), seq: z.number().int(), id: Id, status: z.string() }),
  z.object({ type: z.literal('templates'), seq: z.number().int() }),
  z.object({ type: z.literal('library'), seq: z.number().int() }),
  z.object({ type: z.literal('record'), seq: z.number().int(), id: Id }),
  z.object({ type: z.literal('records'), seq: z.number().int() }),
  z.object({ type: z.literal('todo'), seq: z.number().int(), id: Id }),
  z.object({
    type: z.literal('filing'),
    seq: z.number().int(),
    id: Id,
    status: z.string(),
    recordId: Id,
    percent: z.number().int(),
  }),
  z.object({ type: z.literal('mailbox'), seq: z.number().int(), id: Id, status: z.string() }),
  z.object({
    type: z.literal('sync'),
    seq: z.number().int(),
    mailboxId: Id,
    found: z.number().int(),
    done: z.number().int(),
  }),
  z.object({ type: z.literal('sharing'), seq: z.number().int() }),
  z.object({
    type: z.literal('import'),
    seq: z.number().int(),
    id: Id,
    status: z.string(),
    done: z.number().int(),
    total: z.number().int(),
  }),
  z.object({ type: z.literal('modules'), seq: z.number().int() }),
  z.object({ type: z.literal('policy'), seq: z.number().int() }),
]) satisfies z.ZodType<NumberedEvent | OwnLines>
export type StreamEvent = z.infer<typeof StreamEvent>
