import * as z from 'zod'
import { normaliseEntry } from '../domain/addresses.ts'
import { permissions } from '../domain/permissions.ts'
import { Address, Id, Instant } from './common.ts'

/** Answered without a session: enough to know that an address is an Inlay server, and how far off our clock is. */
export const ServerInfo = z.object({
  product: z.literal('inlay'),
  version: z.string(),
  /** Empty until somebody has signed in once. */
  organisation: z.string(),
  now: Instant,
})
export type ServerInfo = z.infer<typeof ServerInfo>

/** `challenge` is base64url(SHA-256(secret)); only who holds the secret can redeem the pairing. */
export const StartPairing = z.object({
  challenge: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  /** The Gmail account in front of the person; Google preselects it. */
  account: Address.optional(),
  /** Shown in the list of sessions, e.g. `Chrome on Linux`. */
  device: z.string().max(100).default(''),
})
export const Pairing = z.object({ code: z.string(), url: z.url(), expiresAt: Instant })
export type Pairing = z.infer<typeof Pairing>

/**
 * `receipt` stands in the address of the page at which Google's tab ends (`/auth/done?receipt=…`). Only the browser that
 * really signed in can know it, so nobody can be talked into signing in for somebody else.
 */
export const RedeemPairing = z.object({
  code: z.string().max(100),
  secret: z.string().min(43).max(100),
  receipt: z.string().max(100),
})
/** Answered exactly once; a refusal has the reasons of `lib/domain/errors.ts`. */
export const RedeemedPairing = z.object({ session: z.string(), email: z.string(), name: z.string() })
export type RedeemedPairing = z.infer<typeof RedeemedPairing>

/** What the person may let Inlay do at Google, asked for in stages (decisions 17). */
export const Stage = z.enum(['send', 'read', 'drive'])
export type Stage = z.infer<typeof Stage>

/** `account`: the Gmail account that shall be connected or widened. */
export const StartConsent = z.object({ stages: z.array(Stage).min(1), account: Address })
export const Consent = z.object({ code: z.string(), url: z.url() })
export type Consent = z.infer<typeof Consent>
/** Sent by the panel once the tab has reached `/auth/done?receipt=…`; answers the connected mailbox. */
export const FinishConsent = z.object({ code: z.string().max(100), receipt: z.string().max(100) })

/** S-003: `none` until a mailbox is connected. */
const MailboxInfo = z.object({
  id: Id,
  email: z.string(),
  status: z.enum(['none', 'connected', 'reauth_required', 'disconnected']),
  canSend: z.boolean(),
  canRead: z.boolean(),
  canDrive: z.boolean(),
  syncedAt: Instant.nullable(),
  /** Whether its owner stopped synchronisation, or Google asks for a pause and until when. */
  sync: z.enum(['running', 'stopped', 'paused']),
  pausedUntil: Instant.nullable(),
  /** Sends that wait for their time. */
  scheduled: z.number().int(),
  /** Scheduled sends that wait for a reconnection or for their author. */
  held: z.number().int(),
})

export const Role = z.enum(['admin', 'rep', 'viewer'])
export type Role = z.infer<typeof Role>

export const Me = z.object({
  user: z.object({ id: Id, email: z.string(), name: z.string(), role: Role }),
  organisation: z.object({ id: Id, name: z.string() }),
  mailboxes: z.array(MailboxInfo),
  /** What the role may do under the organisation's policy; screens switch off the rest. */
  permissions: z.array(z.enum(permissions)),
  colleagues: z.array(z.object({ id: Id, email: z.string(), name: z.string() })),
  now: Instant,
})
export type Me = z.infer<typeof Me>

const SessionInfo = z.object({
  id: Id,
  device: z.string(),
  createdAt: Instant,
  lastSeenAt: Instant,
  current: z.boolean(),
})

export const Sessions = z.object({ sessions: z.array(SessionInfo) })
export type Sessions = z.infer<typeof Sessions>

/** Who may join without an invitation: people whose verified Google address is in one of these domains. */
export const JoinPolicy = z.object({
  domains: z
    .array(
      z
        .string()
        .overwrite(normaliseEntry)
        .regex(/^[^@\s\p{C}]+\.[^@\s\p{C}]+$/u),
    )
    .max(50),
})
export type JoinPolicy = z.infer<typeof JoinPolicy>
export const Invite = z.object({ email: Address, role: Role.default('rep') })
