import type { Me, ServerInfo } from '../../lib/contract/identity.ts'
import { Refusal } from '../../lib/domain/errors.ts'
import { permissionsOf } from '../../lib/domain/policy.ts'
import {
  anyOrganisation,
  countWaiting,
  deleteSession,
  findSession,
  listMailboxes,
  listPeople,
  listSessions,
  type Mailbox,
  requireOrganisation,
  sessionIsGood,
  touchSession,
} from '../storage/identity.ts'
import { plannedOnce } from '../storage/prepared.ts'
import type { Actor, Context, Deps } from './context.ts'
import { sha256 } from './crypto.ts'
import { allows } from './scopes.ts'

const sessionMs = 90 * 24 * 3_600_000
const touchEveryMs = 5 * 60_000

/** Who holds this session token. Sliding expiry: 90 days after the last use. */
export async function authenticate(deps: Deps, token: string): Promise<{ actor: Actor; sessionId: string }> {
  const now = new Date(deps.clock.now())
  const found = await plannedOnce(() => findSession(deps.db, sha256(token), now))
  if (!found) throw new Refusal('unauthenticated', 'session_expired')
  if (now.getTime() - found.lastSeenAt.getTime() > touchEveryMs)
    await touchSession(deps.db, found.sessionId, now, new Date(now.getTime() + sessionMs))
  const { sessionId, lastSeenAt: _, ...actor } = found
  return { actor, sessionId }
}

/** Whether the session a long connection came in with still opens anything. */
export function sessionStands(deps: Deps, sessionId: string): Promise<boolean> {
  return sessionIsGood(deps.db, sessionId, new Date(deps.clock.now()))
}

/** Told to anybody: enough to recognise an Inlay server and to set the panel's clock. */
export async function serverInfo(deps: Deps, version: string): Promise<ServerInfo> {
  const organisation = await anyOrganisation(deps.db)
  return {
    product: 'inlay',
    version,
    organisation: organisation?.name ?? '',
    now: new Date(deps.clock.now()).toISOString(),
  }
}

/** S-003: who am I, and what may Inlay do for each of my mailboxes. */
export async function getMe(ctx: Context): Promise<Me> {
  const { orgId, userId } = ctx.actor
  const organisation = await requireOrganisation(ctx.db, orgId)
  const [mailboxes, waiting, people] = [
    await listMailboxes(ctx.db, orgId, userId),
    await countWaiting(ctx.db, orgId, userId),
    await listPeople(ctx.db, orgId),
  ]
  return {
    user: { id: userId, email: ctx.actor.email, name: ctx.actor.name, role: ctx.actor.role },
    organisation,
    permissions: permissionsOf(ctx.actor.policy, ctx.actor.role),
    mailboxes: mailboxes.map((mailbox) => mailboxInfo(mailbox, waiting.get(mailbox.id), ctx.clock.now())),
    colleagues: people
      .filter((person) => person.id !== userId && person.status === 'active')
      .map(({ id, email, name }) => ({ id, email, name })),
    now: new Date(ctx.clock.now()).toISOString(),
  }
}

function mailboxInfo(
  mailbox: Mailbox,
  waiting: { held: number; scheduled: number } | undefined,
  now: number,
): Me['mailboxes'][number] {
  const paused = (mailbox.paused_until?.getTime() ?? 0) > now ? mailbox.paused_until : null
  // A grant that died is asked for again as it was; what it allowed is not taken back.
  const granted = mailbox.status !== 'disconnected'
  return {
    id: mailbox.id,
    email: mailbox.email,
    status: mailbox.status,
    canSend: granted && allows(mailbox.scopes, 'send'),
    canRead: granted && allows(mailbox.scopes, 'read'),
    canDrive: granted && allows(mailbox.scopes, 'drive'),
    syncedAt: mailbox.synced_at?.toISOString() ?? null,
    sync: mailbox.sync_stopped_at !== null ? 'stopped' : paused !== null ? 'paused' : 'running',
    pausedUntil: paused?.toISOString() ?? null,
    scheduled: waiting?.scheduled ?? 0,
    held: waiting?.held ?? 0,
  }
}

export async function mySessions(ctx: Context, current: string) {
  const rows = await listSessions(ctx.db, ctx.actor.orgId, ctx.actor.userId, new Date(ctx.clock.now()))
  return rows.map((row) => ({
    id: row.id,
    device: row.device,
    createdAt: row.created_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
    current: row.id === current,
  }))
}

/** Ends one of my own sessions, at once. */
export async function endSession(ctx: Context, id: string): Promise<void> {
  if (!(await deleteSession(ctx.db, ctx.actor.orgId, ctx.actor.userId, id)))
    throw new Refusal('not_found', 'session_missing')
}
