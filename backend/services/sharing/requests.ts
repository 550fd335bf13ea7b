import type { AccessRequest, AccessRequests } from '../../../lib/contract/sharing.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import type { LedgerKind } from '../../../lib/domain/sharing.ts'
import type { Trx } from '../../storage/database.ts'
import {
  answerOpenRequest,
  findRequest,
  findRequestTo,
  insertGrant,
  insertRequest,
  listRequests,
  lockRequest,
  type RequestRow,
  requestsFor,
  withdrawRequests,
} from '../../storage/mail/requests.ts'
import { lockSightings, writeLedger } from '../../storage/mail/share-writes.ts'
import { sightingsOfMessage } from '../../storage/mail/shares.ts'
import type { Context } from '../context.ts'
import { loadSight } from '../messages/sight.ts'
import { loadFacts, type MailFact, sightOf } from './facts.ts'
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
 * Asks for the text of a mail of which I see who and when: each owner whose copy I see so, since each of them could give it;
 * of a copy that is hidden from me nobody is asked. Once: an open request is answered as it is.
 * @throws Refusal not_found `message_missing`; conflict `request_answered` when there is nothing to ask or no was said
 */
export async function askForAccess(ctx: Context, messageId: string): Promise<AccessRequest> {
  const { userId } = ctx.actor
  return ctx.db.transaction().execute(async (trx) => {
    const { best, copies, facts } = await loadSight(ctx, trx, messageId)
    if (best === undefined) throw new Refusal('not_found', 'message_missing')
    if (best.seen.level === 'full') throw new Refusal('conflict', 'request_answered')
    await lockSightings(trx, idsOf(facts.mails))
    const visible = copies.map((copy) => copy.mail)
    const [last] = await requestsFor(trx, idsOf(visible), userId)
    if (last?.status === 'open') return toRequest(last, false)
    if (last?.status === 'declined') throw new Refusal('conflict', 'request_answered')
    // One copy of each owner; the best one, which is answered with, before the others.
    const perOwner = [...new Map(visible.toReversed().map((mail) => [mail.shared.ownerId, mail])).values()]
    const asked = perOwner.toSorted((a, b) => visible.indexOf(a) - visible.indexOf(b))
    for (const mail of asked) await askOwner(ctx, trx, mail)
    const owners = asked.map((mail) => mail.shared.ownerId)
    const [ownerId = userId] = owners
    await tellSharing(trx, ctx, { ownerId, whose: [], lists: 'none', also: [...owners, userId] })
    const [made] = await requestsFor(trx, [best.mail.id], userId)
    if (made === undefined) throw new Error('A request just written was not found.')
    return toRequest(made, false)
  })
}

function idsOf(mails: readonly MailFact[]): string[] {
  return mails.map((mail) => mail.id)
}

async function askOwner(ctx: Context, trx: Trx, { id: sightingId, shared }: MailFact): Promise<void> {
  const { orgId, userId } = ctx.actor
  const { ownerId } = shared
  const at = new Date(ctx.clock.now())
  await insertRequest(trx, { id: ctx.newId(), orgId, sightingId, ownerId, askedBy: userId, at })
  await note(trx, ctx, { sightingId, ownerId, kind: 'requested', about: userId })
}

/** A request of mine. @throws Refusal not_found `request_missing` */
export async function requestOf(ctx: Context, id: string): Promise<AccessRequest> {
  const row = await findRequest(ctx.db, ctx.actor.userId, id)
  if (row === undefined) throw new Refusal('not_found', 'request_missing')
  return toRequest(row, (await mayRead(ctx, [row])).has(row.sightingId))
}

/**
 * An owner says yes or no. The first answer settles it for who asked: others who were asked for their copies need not answer
 * any more. A yes that shows nothing, the mail standing where they may not look, leaves the others asked.
 * @throws Refusal not_found `request_missing`; conflict `request_answered`
 */
export async function answerRequest(
  ctx: Context,
  id: string,
  answer: 'grant' | 'decline',
): Promise<AccessRequest> {
  const { orgId, userId } = ctx.actor
  return ctx.db.transaction().execute(async (trx) => {
    const row = await findRequestTo(trx, userId, id)
    if (row === undefined) throw new Refusal('not_found', 'request_missing')
    const { sightingId, askedBy } = row
    // All copies before the request: owners who answer at the same time, and who takes back a share, come one by one.
    const copies = await sightingsOfMessage(trx, orgId, row.messageId)
    await lockSightings(trx, copies)
    if ((await lockRequest(trx, userId, id)) === undefined) throw new Refusal('conflict', 'request_answered')
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
    const isSettled = gains || answer === 'decline'
    const others = isSettled
      ? await withdrawRequests(trx, { sightingIds: copies, askedBy, exceptId: id })
      : []
    const lists = { facts: before, recordIds: answer === 'grant' ? recordsOf([mail]) : [] }
    await tellSharing(trx, ctx, { ownerId: userId, whose: [askedBy], lists, also: [askedBy, ...others] })
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
