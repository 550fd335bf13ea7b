import type { Context as HonoContext } from 'hono'
import { createMiddleware } from 'hono/factory'
import { Refusal } from '../../lib/domain/errors.ts'
import type { Context } from '../services/context.ts'
import { derivedId } from '../services/crypto.ts'
import { authenticate, sessionStands } from '../services/identity.ts'
import { authenticateToken, isAccessToken, tokenStands } from '../services/tokens.ts'
import { marksOfRequest } from './describe.ts'
import type { Env, House } from './house.ts'

/**
 * Puts the actor of the bearer on the request, a session's or a personal access token's; without a good one nothing behind
 * it runs. What the route is marked with decides how far a token gets.
 */
export function requireSession(house: House) {
  return createMiddleware<Env>(async (c, next) => {
    const bearer = /^Bearer ([A-Za-z0-9_-]{20,100})$/.exec(c.req.header('authorization') ?? '')?.[1]
    if (bearer === undefined) throw new Refusal('unauthenticated', 'session_missing')
    const { actor, sessionId, stillIn } = isAccessToken(bearer)
      ? await byToken(house, bearer, c)
      : await bySession(house, bearer)
    const { db, files, mails, google, clock, tokens, newId, log, watchTopic, publicUrl } = house
    c.set('ctx', { db, files, mails, google, clock, tokens, newId, log, watchTopic, publicUrl, actor })
    c.set('sessionId', sessionId)
    c.set('stillIn', stillIn)
    return next()
  })
}

async function bySession(house: House, bearer: string) {
  const { actor, sessionId } = await authenticate(house, bearer)
  return { actor, sessionId, stillIn: () => sessionStands(house, sessionId) }
}

/** @throws Refusal forbidden `token_not_enough` where people sign in themselves, `token_read_only` where it would write */
async function byToken(house: House, bearer: string, c: HonoContext<Env>) {
  const { actor, tokenId, readOnly } = await authenticateToken(house, bearer)
  const marks = marksOfRequest(c)
  if (marks.sessionOnly) throw new Refusal('forbidden', 'token_not_enough')
  const reads = marks.reads === true || c.req.method === 'GET' || c.req.method === 'HEAD'
  if (readOnly && !reads) throw new Refusal('forbidden', 'token_read_only')
  return { actor, sessionId: '', stillIn: () => tokenStands(house, tokenId) }
}

/**
 * Runs a creating call at most once per `Idempotency-Key`: the ids it makes are derived from the key, so a repetition,
 * also after a crash in between, finds what the first one made instead of making another.
 */
export async function createOnce<T>(
  c: HonoContext<Env>,
  create: (ctx: Context) => Promise<T>,
  load: (ctx: Context, id: string) => Promise<T>,
): Promise<T> {
  const ctx = c.get('ctx')
  const key = c.req.header('idempotency-key')
  if (key === undefined || !/^[\x21-\x7e]{8,200}$/.test(key)) return create(ctx)
  let made = 0
  const idOf = (n: number) => derivedId(ctx.actor.userId, c.req.routePath, key, String(n))
  const existing = () => load(ctx, idOf(0))
  try {
    return await existing()
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'not_found') throw error
  }
  try {
    return await create({ ...ctx, newId: () => idOf(made++) })
  } catch (error) {
    // 23505: the same key arrived twice at once and the other one was faster.
    if (isUniqueViolation(error)) return existing()
    throw error
  }
}

function isUniqueViolation(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === '23505'
}
