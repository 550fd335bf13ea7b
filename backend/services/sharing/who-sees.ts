import type { PreviewSharing, RecordName, WhoSees } from '../../../lib/contract/sharing.ts'
import type { Party } from '../../../lib/domain/addresses.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { readParties } from '../../../lib/domain/messages.ts'
import { modeInForce, type ShareLevel, shareLevels } from '../../../lib/domain/sharing.ts'
import { GoogleError, type GoogleMessage } from '../../google/gateway.ts'
import type { Queryable } from '../../storage/database.ts'
import { listMailboxes } from '../../storage/identity.ts'
import { type OwnPeople, ownAddresses } from '../../storage/mail/addresses.ts'
import type { MailboxRow } from '../../storage/mail/mailboxes.ts'
import { readMode } from '../../storage/mail/share-writes.ts'
import { partiesOf, sightingsOfThread } from '../../storage/mail/shares.ts'
import { requireRecord } from '../access.ts'
import type { Context } from '../context.ts'
import { allows } from '../scopes.ts'
import { readingClient } from '../sync/client.ts'
import { alikeKey, oneOfEach } from './alike.ts'
import { type FactPerson, loadFacts, type MailFact, type MailFacts, type Seen, sightOf } from './facts.ts'
import { type Supposition, suppose } from './suppose.ts'

const patienceMs = 8_000

type PartyKind = 'from' | 'to' | 'cc' | 'bcc'
/** Who has which mail in their own mailbox anyway, as far as my copy says. */
export type Havers = (mail: MailFact, personId: string) => PartyKind | undefined

/** @throws Refusal wrong_account when this is no connected mailbox of the actor's */
export async function requireOwnMailbox(ctx: Context, account: string): Promise<MailboxRow> {
  const mailboxes = await listMailboxes(ctx.db, ctx.actor.orgId, ctx.actor.userId)
  const mailbox = mailboxes.find((one) => one.email === account && one.status !== 'disconnected')
  if (mailbox === undefined) throw new Refusal('forbidden', 'wrong_account', { account })
  return mailbox
}

/** Who sees my thread, or one mail of it, now or would if … (design 05 A). */
export async function previewSharing(ctx: Context, input: PreviewSharing): Promise<WhoSees> {
  const mailbox = await requireOwnMailbox(ctx, input.account)
  const also = [input.recordId, input.dealId, input.switched?.recordId].flatMap((id) => id ?? [])
  for (const id of also) await requireRecord(ctx, id)
  const ids = await sightingsOfThread(ctx.db, mailbox.id, input.threadId, input.gmailId)
  const facts = await loadFacts(ctx, ctx.db, ids, also)
  const own = await ownAddresses(ctx.db, ctx.actor.orgId)
  const { recordId, dealId, level, switched } = input
  const what = { recordId, dealId, level, switched, now: ctx.clock.now() }
  if (ids.length > 0) {
    const havers = haversOf(await partiesOf(ctx.db, ids), own)
    return whoSees(ctx, { facts, what, havers, fileRecord: dealId ?? recordId })
  }
  const unread = await unstored(ctx, mailbox, input)
  return whoSees(ctx, {
    facts: { ...facts, mails: [unread.mail] },
    what,
    havers: haversOf(new Map([[unread.mail.id, unread.parties]]), own),
    fileRecord: dealId ?? recordId,
  })
}

/** Who sees these mails of the actor's now. */
export async function whoSeesNow(
  ctx: Context,
  q: Queryable,
  sightingIds: readonly string[],
): Promise<WhoSees> {
  const facts = await loadFacts(ctx, q, sightingIds)
  const own = await ownAddresses(q, ctx.actor.orgId)
  const havers = haversOf(await partiesOf(q, sightingIds), own)
  return whoSees(ctx, { facts, what: { now: ctx.clock.now() }, havers, fileRecord: undefined })
}

export interface Parties {
  from: Party
  to: Party[]
  cc: Party[]
  bcc: Party[]
}

/** By party of my own copy: what stands in a colleague's only (a Bcc above all) is not told. */
export function haversOf(parties: ReadonlyMap<string, Parties>, own: OwnPeople): Havers {
  const known = new Map<string, Map<string, PartyKind>>()
  for (const [id, one] of parties) {
    const kinds = new Map<string, PartyKind>()
    for (const [kind, all] of [
      ['from', [one.from]],
      ['to', one.to],
      ['cc', one.cc],
      ['bcc', one.bcc],
    ] as const)
      for (const { address } of all) {
        const person = own.owner(address)
        if (person !== undefined && !kinds.has(person.id)) kinds.set(person.id, kind)
      }
    known.set(id, kinds)
  }
  return (mail, personId) => known.get(mail.id)?.get(personId)
}

/** A thread nothing is stored of: as it would be once it is. */
async function unstored(
  ctx: Context,
  mailbox: MailboxRow,
  { threadId, gmailId }: PreviewSharing,
): Promise<{ mail: MailFact; parties: Parties }> {
  const messages = await glance(ctx, mailbox, threadId)
  const read = messages
    .filter((one) => gmailId === undefined || one.id === gmailId)
    .map((one) => readParties(one.headers))
  const mode = modeInForce(ctx.actor.policy, await readMode(ctx.db, ctx.actor.userId))
  return {
    mail: {
      ...{ id: threadId, messageId: '', mailboxId: mailbox.id, gmailId: '', threadId, paths: [] },
      shared: {
        ...{ ownerId: ctx.actor.userId, ownerIsActive: true, mailboxIsConnected: true, isListed: true },
        ...{ at: ctx.clock.now(), mode, share: undefined, grantedTo: new Set(), chosenDealId: undefined },
      },
    },
    parties: {
      from: read[0]?.from ?? { address: '', name: '' },
      to: read.flatMap((one) => one.to),
      cc: read.flatMap((one) => one.cc),
      bcc: read.flatMap((one) => one.bcc),
    },
  }
}

/** The thread as Gmail has it; nothing when Gmail cannot be asked now: who would see it can be told without. */
async function glance(ctx: Context, mailbox: MailboxRow, threadId: string): Promise<GoogleMessage[]> {
  if (!allows(mailbox.scopes, 'read')) return []
  try {
    const client = await readingClient(ctx, mailbox, 'person')
    return (await client.getThread(threadId, AbortSignal.timeout(patienceMs))).messages
  } catch (error) {
    if (error instanceof GoogleError) return []
    throw error
  }
}

interface Question {
  facts: MailFacts
  what: Supposition
  havers: Havers
  /** Where a file would be filed. */
  fileRecord: string | undefined
}

type Row = WhoSees['people'][number]

/** By name and with the rule that decides; admins and those who have it anyway are named even if they see nothing. */
function whoSees(ctx: Context, question: Question): WhoSees {
  const { facts, fileRecord } = question
  const after = suppose(facts, question.what)
  // Before and after must be alike, and who has it anyway.
  const key = (mail: MailFact) => {
    const was = facts.mails.find((one) => one.id === mail.id)
    return JSON.stringify([was && alikeKey(was), facts.people.map((one) => question.havers(mail, one.id))])
  }
  const which = oneOfEach(after.mails, key)
  const rows = facts.people.flatMap((person) => rowOf(ctx, question, { after, which }, person))
  const record = fileRecord === undefined ? undefined : facts.records.get(fileRecord)
  return {
    people: rows.toSorted((a, b) => order(a) - order(b) || a.name.localeCompare(b.name)),
    nobodyElse: facts.people.length - rows.length,
    fileReaders: record === undefined ? null : facts.people.filter((one) => facts.opens(one, record)).length,
  }
}

function order(row: Row): number {
  if (row.isMe) return 0
  return row.level === 'none' ? 2 : 1
}

function rowOf(
  ctx: Context,
  question: Question,
  { after, which }: { after: MailFacts; which: readonly number[] },
  person: FactPerson,
): Row[] {
  const { facts, havers } = question
  const isMe = person.id === ctx.actor.userId
  const { id, name, role } = person
  if (isMe)
    return [
      { id, name, role, level: 'full', reason: 'own', through: null, has: null, isNew: false, isMe: true },
    ]
  let best: Seen = { level: 'none', reason: 'no_record', through: undefined }
  let has: PartyKind | undefined
  let isNew = false
  for (const index of which) {
    const mail = after.mails[index]
    if (mail === undefined) continue
    const kind = havers(mail, id)
    has ??= kind
    const seen = sightOf(after, person, mail)
    if (isMore(seen.level, best.level) || best.reason === 'no_record') best = seen
    const was = facts.mails[index]
    // Only what they gain counts as new, and nothing they have anyway.
    if (isNew || seen.level === 'none' || kind !== undefined || was === undefined) continue
    isNew = isMore(seen.level, sightOf(facts, person, was).level)
  }
  if (best.level === 'none' && has === undefined && role !== 'admin') return []
  const through = best.level === 'none' ? null : nameFor(ctx, after, best.through)
  const theirs = has !== undefined && best.level !== 'full'
  const level: ShareLevel = theirs ? 'full' : best.level
  return [
    {
      ...{ id, name, role, level, isNew, isMe: false, has: has ?? null },
      ...(theirs ? { reason: 'own', through: null } : { reason: best.reason, through }),
    },
  ]
}

function isMore(level: ShareLevel, than: ShareLevel): boolean {
  return shareLevels.indexOf(level) > shareLevels.indexOf(than)
}

/** A record by name, if the actor may open it. */
export function nameFor(ctx: Context, facts: MailFacts, recordId: string | undefined): RecordName | null {
  const record = recordId === undefined ? undefined : facts.records.get(recordId)
  const me = facts.people.find((one) => one.id === ctx.actor.userId)
  return record !== undefined && me !== undefined && facts.opens(me, record) ? nameOf(facts, recordId) : null
}

/** A record by name, for whoever may open it. */
export function nameOf(facts: MailFacts, recordId: string | undefined): RecordName | null {
  const record = recordId === undefined ? undefined : facts.records.get(recordId)
  return record === undefined ? null : { id: record.id, module: record.module, name: record.name }
}
