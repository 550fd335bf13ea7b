import * as z from 'zod'
import { skipReasons } from '../domain/sync.ts'
import { Address, GmailId, Id, Instant } from './common.ts'

const Run = z.object({
  id: Id,
  kind: z.enum(['history', 'resync', 'backfill', 'manual']),
  startedAt: Instant,
  endedAt: Instant.nullable(),
  lookedAt: z.number().int(),
  stored: z.number().int(),
  changed: z.number().int(),
  skipped: z.number().int(),
  units: z.number().int(),
  error: z.string().nullable(),
})

/** Earlier mail being looked for (design 12 C: "Finding earlier mail, 120 so far"). */
const Backfill = z.object({
  /** '' for all addresses on records. */
  address: z.string(),
  status: z.enum(['waiting', 'searching', 'reading', 'done', 'failed']),
  found: z.number().int(),
  lookedAt: z.number().int(),
  stored: z.number().int(),
  /** Gmail has more than are taken of one search. */
  capped: z.boolean(),
})

/** What synchronisation did with one of my mailboxes (design 12 E). */
export const MailboxTrust = z.object({
  id: Id,
  email: z.string(),
  state: z.enum(['running', 'stopped', 'paused_by_google', 'reauth_required', 'no_read', 'disconnected']),
  pausedUntil: Instant.nullable(),
  syncedAt: Instant.nullable(),
  /** Reason of the last failure; null after a good run. */
  error: z.string().nullable(),
  /** Gmail's notifications; null where the server has none. */
  watch: z
    .object({ until: Instant.nullable(), error: z.string().nullable(), lastAt: Instant.nullable() })
    .nullable(),
  stored: z.number().int(),
  lookedAt: z.number().int(),
  files: z.object({ count: z.number().int(), bytes: z.number().int() }),
  /** How many colleagues see any of it. */
  seenBy: z.array(z.object({ id: Id, name: z.string() })),
  skipped: z.array(z.object({ reason: z.enum(skipReasons), count: z.number().int() })),
  setAside: z.array(z.object({ gmailId: GmailId, reason: z.string(), at: Instant, tries: z.number().int() })),
  runs: z.number().int(),
  lastRun: Run.nullable(),
  backfills: z.array(Backfill),
  quota: z.object({
    unitsThisMinute: z.number().int(),
    byUse: z.object({ background: z.number().int(), person: z.number().int(), send: z.number().int() }),
    perMinute: z.number().int(),
    reserve: z.number().int(),
    sentToday: z.number().int(),
  }),
  scopes: z.array(z.enum(['send', 'read'])),
})
export type MailboxTrust = z.infer<typeof MailboxTrust>

export const Trust = z.object({
  mailboxes: z.array(MailboxTrust),
  /** Bodies are never stored (S-072). */
  storeBodies: z.literal('never'),
})
export type Trust = z.infer<typeof Trust>

export const Runs = z.object({ runs: z.array(Run), nextCursor: z.string().nullable() })
export type Runs = z.infer<typeof Runs>

/** Which of my mailboxes. */
export const OfAccount = z.strictObject({ account: Address })
export const StopSync = z.strictObject({ account: Address, stopped: z.boolean() })
/** `erase`: everything taken from the mailbox goes; else it is hidden and comes back with the mailbox (S-066). */
export const Disconnect = z.strictObject({ account: Address, erase: z.boolean() })
/** "Why is this mail not here?", asked of my own mailbox. */
export const AskMailbox = z.strictObject({ account: Address, q: z.string().trim().min(1).max(200) })
/** All mails set aside, or one of them. */
export const RetryAside = z.strictObject({ account: Address, gmailId: GmailId.optional() })
export const RunsQuery = z.object({ account: Address, cursor: z.string().max(200).optional() })
export const Erased = z.object({ mails: z.number().int(), held: z.number().int() })
