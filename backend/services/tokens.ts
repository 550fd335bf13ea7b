import type * as z from 'zod'
import type {
  AccessToken,
  AccessTokens,
  CreateAccessToken,
  NewAccessToken,
} from '../../lib/contract/people.ts'
import { Refusal } from '../../lib/domain/errors.ts'
import {
  type AccessTokenRow,
  accessTokenStands,
  findAccessToken,
  hasAccessToken,
  insertAccessToken,
  listAccessTokens,
  replaceSecret,
  revokeAccessToken,
  touchAccessToken,
} from '../storage/access-tokens.ts'
import type { Actor, Context, Deps } from './context.ts'
import { randomToken, sha256 } from './crypto.ts'

const prefix = 'inlay_pat_'
const touchEveryMs = 5 * 60_000
const dayMs = 24 * 60 * 60_000
const mostTokens = 50

/** True for the form of a personal access token; a session's is shorter and has no prefix. */
export function isAccessToken(text: string): boolean {
  return /^inlay_pat_[A-Za-z0-9_-]{43}$/.test(text)
}

/** Who holds this token, and whether it only reads. @throws Refusal unauthenticated `session_expired` */
export async function authenticateToken(
  deps: Deps,
  token: string,
): Promise<{ actor: Actor; tokenId: string; readOnly: boolean }> {
  const now = new Date(deps.clock.now())
  const found = await findAccessToken(deps.db, sha256(token), now)
  if (!found) throw new Refusal('unauthenticated', 'session_expired')
  const { tokenId, readOnly, lastUsedAt, ...actor } = found
  if (lastUsedAt === null || now.getTime() - lastUsedAt.getTime() > touchEveryMs)
    await touchAccessToken(deps.db, tokenId, now)
  return { actor, tokenId, readOnly }
}

/** Whether the token a long connection came in with still opens anything. */
export function tokenStands(deps: Deps, tokenId: string): Promise<boolean> {
  return accessTokenStands(deps.db, tokenId, new Date(deps.clock.now()))
}

/** My own tokens that still open something. */
export async function myTokens(ctx: Context): Promise<AccessTokens> {
  const { orgId, userId } = ctx.actor
  const rows = await listAccessTokens(ctx.db, { orgId, userId, now: new Date(ctx.clock.now()) })
  return { tokens: rows.map(toInfo) }
}

/** A token of my own, answered this once: only its SHA-256 is kept. @throws Refusal invalid `too_many` */
export async function createToken(
  ctx: Context,
  input: z.output<typeof CreateAccessToken>,
): Promise<NewAccessToken> {
  const { orgId, userId } = ctx.actor
  const now = new Date(ctx.clock.now())
  if ((await listAccessTokens(ctx.db, { orgId, userId, now })).length >= mostTokens)
    throw new Refusal('invalid', 'too_many', { most: mostTokens })
  const { token, ...secret } = newSecret()
  const days = input.expiresInDays
  const row: AccessTokenRow = {
    id: ctx.newId(),
    org_id: orgId,
    user_id: userId,
    name: input.name,
    ...secret,
    read_only: input.readOnly,
    created_at: now,
    last_used_at: null,
    expires_at: days === null ? null : new Date(now.getTime() + days * dayMs),
    revoked_at: null,
  }
  await insertAccessToken(ctx.db, row)
  return { token, info: toInfo(row) }
}

/**
 * The answer to a repeated creation. The first secret was never kept, so the same token gets another one and the first,
 * which nobody has used, opens nothing any more.
 */
export async function createTokenAgain(ctx: Context, id: string): Promise<NewAccessToken> {
  const { orgId, userId } = ctx.actor
  const { token, token_hash: tokenHash, hint } = newSecret()
  const row = await replaceSecret(ctx.db, { orgId, userId, id, tokenHash, hint })
  if (row !== undefined) return { token, info: toInfo(row) }
  if (await hasAccessToken(ctx.db, userId, id)) throw new Refusal('conflict', 'changed_meanwhile')
  throw new Refusal('not_found', 'token_missing')
}

/** Ends one of my own tokens at once. */
export async function revokeToken(ctx: Context, id: string): Promise<void> {
  const { orgId, userId } = ctx.actor
  if (!(await revokeAccessToken(ctx.db, { orgId, userId, id, now: new Date(ctx.clock.now()) })))
    throw new Refusal('not_found', 'token_missing')
}

function newSecret(): { token: string; token_hash: string; hint: string } {
  const token = `${prefix}${randomToken()}`
  return { token, token_hash: sha256(token), hint: token.slice(-4) }
}

function toInfo(row: AccessTokenRow): z.output<typeof AccessToken> {
  return {
    id: row.id,
    name: row.name,
    hint: row.hint,
    readOnly: row.read_only,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    expiresAt: row.expires_at?.toISOString() ?? null,
  }
}
