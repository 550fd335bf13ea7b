import type { Pairing, RedeemedPairing, Stage } from '../../lib/contract/identity.ts'
import { domainOf, normaliseAddress, normaliseEntry } from '../../lib/domain/addresses.ts'
import { Refusal } from '../../lib/domain/errors.ts'
import { GoogleError, type OAuthGrant } from '../google/gateway.ts'
import type { Trx } from '../storage/database.ts'
import { appendEvent } from '../storage/events.ts'
import {
  anyOrganisation,
  deleteOldSignIns,
  findOrganisationFor,
  findSignInByCode,
  findSignInByState,
  findUserBySub,
  insertFirstOrganisation,
  insertSession,
  insertSignIn,
  insertUser,
  lockJoining,
  moveSignIn,
  type SignIn,
  updateUserName,
  upsertMailbox,
} from '../storage/identity.ts'
import type { Context, Deps } from './context.ts'
import { randomToken, sameText, sha256 } from './crypto.ts'
import { identityScopes, scopesFor } from './scopes.ts'

const pairingMs = 15 * 60_000
const sessionMs = 90 * 24 * 3_600_000

/** Begins a sign-in. The extension keeps the secret of `challenge` and opens `url` in a tab. */
export async function startPairing(
  deps: Deps,
  base: string,
  input: { challenge: string; account?: string | undefined; device: string },
): Promise<Pairing> {
  const code = randomToken()
  const expiresAt = new Date(deps.clock.now() + pairingMs)
  // A grant nobody claimed is thrown away with its sign-in.
  await deleteOldSignIns(deps.db, new Date(deps.clock.now()))
  await insertSignIn(deps.db, {
    ...newSignIn(deps, code, expiresAt),
    kind: 'pairing',
    challenge: input.challenge,
    account: input.account ?? null,
    device: input.device,
    scopes: identityScopes,
  })
  return { code, url: `${base}/auth/google/start?code=${code}`, expiresAt: expiresAt.toISOString() }
}

/** Begins the consent for more of Google (decisions 17), for an account of the signed-in person. */
export async function startConsent(
  ctx: Context,
  base: string,
  input: { stages: Stage[]; account: string },
): Promise<{ code: string; url: string }> {
  const code = randomToken()
  await insertSignIn(ctx.db, {
    ...newSignIn(ctx, code, new Date(ctx.clock.now() + pairingMs)),
    kind: 'consent',
    account: input.account,
    scopes: [...identityScopes, ...scopesFor(input.stages)],
    org_id: ctx.actor.orgId,
    user_id: ctx.actor.userId,
  })
  return { code, url: `${base}/auth/google/start?code=${code}` }
}

function newSignIn(deps: Deps, code: string, expiresAt: Date) {
  return {
    code,
    challenge: null,
    account: null,
    device: '',
    // The state is derived from the code when the tab opens; its hash is known from the start.
    state_hash: sha256(`state:${code}`),
    code_verifier: randomToken(),
    nonce: randomToken(),
    status: 'pending' as const,
    reason: null,
    receipt_hash: null,
    sealed_grant: null,
    org_id: null,
    user_id: null,
    created_at: new Date(deps.clock.now()),
    expires_at: expiresAt,
  }
}

/** Where the opened tab is sent on: Google's consent page. */
export async function consentUrl(deps: Deps, code: string): Promise<string> {
  const signIn = await findSignInByCode(deps.db, code)
  if (signIn?.status !== 'pending') throw new Refusal('not_found', 'pairing_unknown')
  if (signIn.expires_at.getTime() < deps.clock.now()) throw new Refusal('not_found', 'pairing_expired')
  return deps.google.consentUrl({
    state: `state:${code}`,
    codeChallenge: sha256(signIn.code_verifier),
    nonce: signIn.nonce,
    scopes: signIn.scopes,
    loginHint: signIn.account ?? undefined,
    askOffline: signIn.kind === 'consent',
  })
}

export type CallbackResult =
  | { ok: true; receipt: string }
  | { ok: false; reason: 'pairing_unknown' | 'pairing_expired' }

/**
 * Google's redirect. The grant is only sealed away here; it takes effect when the extension of the very browser that
 * reached the last page brings the receipt, so a link sent to a stranger signs nobody in and connects nothing.
 */
export async function finishGoogle(
  deps: Deps,
  input: { state: string; code: string | undefined; error: string | undefined },
): Promise<CallbackResult> {
  const signIn = await findSignInByState(deps.db, sha256(input.state))
  if (signIn?.status !== 'pending') return { ok: false, reason: 'pairing_unknown' }
  if (signIn.expires_at.getTime() < deps.clock.now()) return { ok: false, reason: 'pairing_expired' }
  const receipt = randomToken()
  const refuse = async (reason: string): Promise<CallbackResult> => {
    await moveSignIn(deps.db, signIn.code, 'pending', {
      status: 'refused',
      reason,
      receipt_hash: sha256(receipt),
    })
    return { ok: true, receipt }
  }
  if (input.code === undefined)
    return refuse(input.error === 'access_denied' ? 'consent_denied' : 'google_refused')
  try {
    const grant = await deps.google.exchangeCode({
      code: input.code,
      codeVerifier: signIn.code_verifier,
      nonce: signIn.nonce,
    })
    const sealed = deps.tokens.seal(JSON.stringify(grant), `sign-in:${signIn.code}`)
    await moveSignIn(deps.db, signIn.code, 'pending', {
      status: 'granted',
      sealed_grant: sealed,
      receipt_hash: sha256(receipt),
    })
    return { ok: true, receipt }
  } catch (error) {
    if (!(error instanceof GoogleError)) throw error
    return refuse(error.kind === 'refused' || error.kind === 'reauth' ? 'google_refused' : 'google_slow')
  }
}

/** The sealed grant, once, for whoever brings code and receipt. */
async function claimGrant(
  deps: Deps,
  trx: Trx,
  signIn: SignIn | undefined,
  receipt: string,
): Promise<OAuthGrant> {
  if (!signIn?.receipt_hash || !sameText(sha256(receipt), signIn.receipt_hash))
    throw new Refusal('not_found', 'pairing_unknown')
  if (signIn.status === 'refused') throw new Refusal('forbidden', refusalReason(signIn.reason))
  if (signIn.expires_at.getTime() < deps.clock.now()) throw new Refusal('not_found', 'pairing_expired')
  const sealed = signIn.sealed_grant
  const moved = await moveSignIn(trx, signIn.code, 'granted', { status: 'redeemed', sealed_grant: null })
  if (sealed === null || !moved) throw new Refusal('not_found', 'pairing_unknown')
  return JSON.parse(deps.tokens.open(sealed, `sign-in:${signIn.code}`)) as OAuthGrant
}

function refusalReason(reason: string | null): 'consent_denied' | 'google_slow' | 'google_refused' {
  return reason === 'consent_denied' || reason === 'google_slow' ? reason : 'google_refused'
}

/** Hands out the session exactly once, to whoever holds both the challenge's secret and the receipt. */
export async function redeemPairing(
  deps: Deps,
  input: { code: string; secret: string; receipt: string },
): Promise<RedeemedPairing> {
  const signIn = await findSignInByCode(deps.db, input.code)
  if (
    signIn?.kind !== 'pairing' ||
    signIn.challenge === null ||
    !sameText(sha256(input.secret), signIn.challenge)
  )
    throw new Refusal('not_found', 'pairing_unknown')
  return deps.db.transaction().execute(async (trx) => {
    const grant = await claimGrant(deps, trx, signIn, input.receipt)
    const user = await enter(deps, trx, grant)
    const token = randomToken()
    const now = new Date(deps.clock.now())
    await insertSession(trx, {
      id: deps.newId(),
      org_id: user.orgId,
      user_id: user.id,
      token_hash: sha256(token),
      device: signIn.device,
      created_at: now,
      last_seen_at: now,
      expires_at: new Date(now.getTime() + sessionMs),
    })
    return { session: token, email: user.email, name: user.name }
  })
}

interface Entered {
  id: string
  orgId: string
  email: string
  name: string
}

/** Finds or makes the user of a verified Google identity; throws `join_refused` for strangers and deactivated users. */
async function enter(deps: Deps, trx: Trx, grant: OAuthGrant): Promise<Entered> {
  const email = normaliseAddress(grant.person.email)
  if (email === undefined) throw new Refusal('invalid', 'address_invalid')
  const name = grant.person.name || email
  const known = await findUserBySub(trx, grant.person.sub)
  if (known) {
    if (known.status !== 'active') throw new Refusal('forbidden', 'join_refused')
    await updateUserName(trx, known.id, email, name)
    return { id: known.id, orgId: known.org_id, email, name }
  }
  const now = new Date(deps.clock.now())
  await lockJoining(trx)
  const first = (await anyOrganisation(trx)) === undefined
  const seat = first
    ? await foundOrganisation(deps, trx, grant, email, now)
    : await findOrganisationFor(trx, email, domainOf(email))
  if (!seat) throw new Refusal('forbidden', 'join_refused')
  const id = deps.newId()
  await insertUser(trx, {
    id,
    org_id: seat.orgId,
    google_sub: grant.person.sub,
    email,
    name,
    role: seat.role,
    created_at: now,
  })
  return { id, orgId: seat.orgId, email, name }
}

/** The first person of an installation becomes its admin. */
async function foundOrganisation(deps: Deps, trx: Trx, grant: OAuthGrant, email: string, now: Date) {
  const orgId = deps.newId()
  const hosted = grant.person.hostedDomain
  await insertFirstOrganisation(trx, {
    id: orgId,
    name: hosted ?? domainOf(email),
    created_at: now,
    // A Workspace domain may join from the start; a public mail domain never does by itself.
    join_domains: hosted === undefined ? [] : [normaliseEntry(hosted)],
  })
  return { orgId, role: 'admin' as const }
}

/** Connects the mailbox, or widens what Inlay may do there. Only the person who asked can finish. Returns its id. */
export async function finishConsent(ctx: Context, input: { code: string; receipt: string }): Promise<string> {
  const signIn = await findSignInByCode(ctx.db, input.code)
  if (signIn?.kind !== 'consent' || signIn.user_id !== ctx.actor.userId)
    throw new Refusal('not_found', 'pairing_unknown')
  return ctx.db.transaction().execute(async (trx) => {
    const grant = await claimGrant(ctx, trx, signIn, input.receipt)
    const email = normaliseAddress(grant.person.email)
    if (email === undefined || (signIn.account !== null && signIn.account !== email))
      throw new Refusal('forbidden', 'wrong_account', { account: grant.person.email })
    const aad = `mailbox:${ctx.actor.orgId}:${email}`
    const mailbox = await upsertMailbox(trx, {
      id: ctx.newId(),
      org_id: ctx.actor.orgId,
      user_id: ctx.actor.userId,
      email,
      status: 'connected',
      scopes: [...grant.scopes],
      refresh_token: grant.refreshToken === undefined ? null : ctx.tokens.seal(grant.refreshToken, aad),
      aliases: [],
      created_at: new Date(ctx.clock.now()),
      history_id: null,
      synced_at: null,
      sync_error: null,
      paused_until: null,
      sends_paused_until: null,
    })
    if (!mailbox) throw new Refusal('forbidden', 'wrong_account', { account: email })
    if (mailbox.refresh_token === null) throw new Refusal('forbidden', 'google_refused')
    const { orgId, userId } = ctx.actor
    const at = new Date(ctx.clock.now())
    const payload = { type: 'mailbox' as const, id: mailbox.id, status: mailbox.status }
    await appendEvent(trx, { orgId, userId, payload, at })
    // Mail hidden while it was disconnected is back, for colleagues too (S-066).
    await appendEvent(trx, { orgId, payload: { type: 'records' }, at })
    return mailbox.id
  })
}
