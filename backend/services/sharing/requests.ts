import type { AccessRequest, AccessRequests } from '../../../lib/contract/sharing.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import type { LedgerKind } from '../../../lib/domain/sharing.ts'
import type { Trx } from '../../storage/database.ts'
import {
  answerOpenRequest,
  findRequest,
  insertGrant,
  insertRequest,
  listRequests,
  lockRequest,
  type RequestRow,
  requestsFor,
} from '../../storage/mail/requests.ts'
import { lockSightings, writeLedger } from '../../storage/mail/share-writes.ts'
import type { Context } from '../context.ts'
import { loadSight } from '../messages/sight.ts'
import { loadFacts, sightOf } from './facts.ts'
import { tellSharing } from './tell.ts'
import { recordsOf } from './word.ts'

const maxRequests = 200

/** What waits for my answer, and what I granted. */
export async function openRequests(ctx: Context): Promise<AccessRequest[]> {
  const { orgId, userId } = ctx.actor
  const rows = await listRequests(ctx.db, { orgId, userId, as: 'owner', limit: maxRequests })
  return rows.map((row) => toRequest(row, true))
}

export async function allRequests(ctx: Context): Promise<AccessRequests> {
  const { orgId, userId } = ctx.actor
  const mine = await listRequests(ctx.db, { orgId, userId, as: 'asker', limit: maxRequests })
  const open = await mayRead(ctx, mine)
  return { toMe: await openRequests(ctx), byMe: mine.map((row) => toRequest(row, open.has(row.sightingId))) }
}

/** Those of the mails asked for whose text the actor may open now: what was granted may be hidden again since. */
async function mayRead(ctx: Context, rows: readonly RequestRow[]): Promise<Set<string>> {
  const granted = rows.filter((row) => row.status === 'granted').map((row) => row.sightingId)
  const facts = await loadFacts(ctx, ctx.db, granted)
  const me = facts.people.find((one) => one.id === ctx.actor.userId)
  const open = facts.mails.filter((mail) => me !== undefined && sightOf(facts, me, mail).level === 'full')
  return new Set(open.map((mail) => mail.id))
}

/** The subject is its owner's, and of who may read the mail. */
function toRequest(row: RequestRow, shown: boolean): AccessRequest {
  return {
    id: row.id,
    messageId: row.messageId,
    askedBy: { id: row.askedBy, name: row.askedByName },
    owner: { id: row.ownerId, name: row.ownerName },
    askedAt: row.askedAt.toISOString(),
    at: row.at.toISOString(),
    status: row.status,
    subject: shown ? row.subject : null,
  }
}

/**
 * Asks the owner for the text of a mail of which I see who and when; once: an open request is answered as it is.
 * @throws Refusal not_found `message_missing`; conflict `request_answered` when there is nothing to ask or no was said
 */
export async function askForAccess(ctx: Context, messageId: string): Promise<AccessRequest> {
  const { orgId, userId } = ctx.actor
  return ctx.db.transaction().execute(async (trx) => {
    const { best } = await loadSight(ctx, trx, messageId)
    if (best === undefined) throw new Refusal('not_found', 'message_missing')
    if (best.seen.level === 'full') throw new Refusal('conflict', 'request_answered')
    const { id: sightingId, shared } = best.mail
    await lockSightings(trx, [sightingId])
    const [last] = await requestsFor(trx, [sightingId], userId)
    if (last?.status === 'open') return toRequest(last, false)
    if (last?.status === 'declined') throw new Refusal('conflict', 'request_answered')
    const at = new Date(ctx.clock.now())
    const row = { id: ctx.newId(), orgId, sightingId, ownerId: shared.ownerId, askedBy: userId, at }
    await insertRequest(trx, row)
    await note(trx, ctx, { sightingId, ownerId: shared.ownerId, kind: 'requested', about: userId })
    await tellSharing(trx, ctx, { ownerId: shared.ownerId, whose: [], lists: 'none', also: [userId] })
    const [made] = await requestsFor(trx, [sightingId], userId)
    if (made === undefined) throw new Error('A request just written was not found.')
    return toRequest(made, false)
  })
}

/** A request of mine. @throws Refusal not_found `request_missing` */
export async function requestOf(ctx: Context, id: string): Promise<AccessRequest> {
  const row = await findRequest(ctx.db, ctx.actor.userId, id)
  if (row === undefined) throw new Refusal('not_found', 'request_missing')
  return toRequest(row, (await mayRead(ctx, [row])).has(row.sightingId))
}

/** The owner says yes or no. @throws Refusal not_found `request_missing`; conflict `request_answered` */
export async function answerRequest(
  ctx: Context,
  id: string,
  answer: 'grant' | 'decline',
): Promise<AccessRequest> {
  const { orgId, userId } = ctx.actor
  return ctx.db.transaction().execute(async (trx) => {
    const row = await lockRequest(trx, userId, id)
    if (row === undefined) throw new Refusal('not_found', 'request_missing')
    const { sightingId, askedBy } = row
    await lockSightings(trx, [sightingId])
    const before = await loadFacts(ctx, trx, [sightingId])
    const [mail] = before.mails
    if (mail === undefined || !mail.shared.mailboxIsConnected)
      throw new Refusal('not_found', 'request_missing')
    const at = new Date(ctx.clock.now())
    const status = answer === 'grant' ? 'granted' : 'declined'
    if (!(await answerOpenRequest(trx, id, status, at))) throw new Refusal('conflict', 'request_answered')
    if (answer === 'grant') await insertGrant(trx, { orgId, sightingId, userId: askedBy, at })
    const after = { ...mail, shared: { ...mail.shared, grantedTo: new Set([askedBy]) } }
    const person = before.people.find((one) => one.id === askedBy)
    const gains =
      answer === 'grant' && person !== undefined && sightOf(before, person, after).level === 'full'
    await note(trx, ctx, {
      ...{ sightingId, ownerId: userId, kind: status, about: askedBy },
      gained: gains ? [askedBy] : [],
    })
    const lists = { facts: before, recordIds: answer === 'grant' ? recordsOf([mail]) : [] }
    await tellSharing(trx, ctx, { ownerId: userId, whose: [askedBy], lists, also: [askedBy] })
    return toRequest({ ...row, status }, true)
  })
}

async function note(
  trx: Trx,
  ctx: Context,
  line: { sightingId: string; ownerId: string; kind: LedgerKind; about: string; gained?: string[] },
): Promise<void> {
  const { orgId, userId: actorId } = ctx.actor
  const { sightingId, ownerId, kind, about, gained = [] } = line
  const lines = [{ sightingId, ownerId, actorId, kind, detail: { userId: about, gained } }]
  await writeLedger(trx, { orgId, newId: ctx.newId, at: new Date(ctx.clock.now()), lines })
}
