import type { Standing, ThreadStanding } from '../../../lib/contract/messages.ts'
import type { RecordName } from '../../../lib/contract/sharing.ts'
import { bestSight, type ShareLevel, sightThrough } from '../../../lib/domain/sharing.ts'
import { findThreadDeal, openedBy, threadSightings } from '../../storage/mail/links.ts'
import type { Context } from '../context.ts'
import {
  bestOf,
  type FactPath,
  type FactPerson,
  loadFacts,
  type MailFact,
  type MailFacts,
} from '../sharing/facts.ts'
import { suppose } from '../sharing/suppose.ts'
import { nameOf, requireOwnMailbox } from '../sharing/who-sees.ts'
import { threadFacts } from '../threads.ts'
import { dealsAsked } from './deals.ts'
import { haversAmong, notLinkedOf, type PartyKind, partiesOfThread, type ThreadParty } from './parties.ts'

/**
 * Why a thread of the actor's own mailbox stands where it does, by whom it does not, and who sees it: from what is stored,
 * and from Gmail only where nothing of it is (design 03 C, 05 B).
 */
export async function threadStanding(
  ctx: Context,
  threadId: string,
  account: string,
): Promise<ThreadStanding> {
  const mailbox = await requireOwnMailbox(ctx, account)
  let mails = await threadSightings(ctx.db, mailbox.id, threadId)
  let parties = partiesOfThread(mails)
  if (mails.length === 0) {
    const { people } = await threadFacts(ctx, { account, threadId })
    // Reading it may have stored what has known people.
    mails = await threadSightings(ctx.db, mailbox.id, threadId)
    parties = mails.length > 0 ? partiesOfThread(mails) : people.map((party) => ({ party, kind: null }))
  }
  const answer = await findThreadDeal(ctx.db, mailbox.id, threadId)
  const ids = mails.map((one) => one.id)
  const facts = await loadFacts(ctx, ctx.db, ids)
  const me = meIn(ctx, facts)
  const chosenDealId = (answer?.stands && answer.dealId) || null
  const deals = await dealsAsked(ctx, { facts, me, mailboxId: mailbox.id, subject: mails[0]?.subject ?? '' })
  const { notLinked, alsoHaveIt } = {
    notLinked: await notLinkedOf(ctx, { facts, me, parties }),
    alsoHaveIt: await haversAmong(ctx, parties, facts.people),
  }
  return {
    threadId,
    standings: standingsOf(facts, me, parties, chosenDealId),
    notLinked,
    deals,
    question: questionOf(answer, deals.length),
    chosenDealId: chosenDealId !== null && mayOpen(facts, me, chosenDealId) ? chosenDealId : null,
    share: wordOf(facts.mails),
    byDefault: levelByDefault(ctx, facts),
    seenBy: seenByOthers(facts, me),
    alsoHaveIt,
    switches: switchesOf(facts, me),
    openedBy: await openedBy(ctx.db, ids),
    newestMessageId: mails[0]?.message_id ?? null,
    older: olderOf(facts, me),
  }
}

function meIn({ actor }: Context, { people }: MailFacts): FactPerson {
  const { userId: id, name, role } = actor
  return people.find((one) => one.id === id) ?? { id, name, role }
}

function mayOpen(facts: MailFacts, person: FactPerson, recordId: string): boolean {
  const record = facts.records.get(recordId)
  return record !== undefined && facts.opens(person, record)
}

/** One line a record the viewer may open; by hand comes before by address, the deal it is about before all. */
export function standingsOf(
  facts: MailFacts,
  me: FactPerson,
  parties: readonly ThreadParty[],
  chosenDealId: string | null,
): Standing[] {
  const paths = facts.mails.flatMap((mail) => mail.paths.filter((path) => !path.takenOff))
  const byRecord = Map.groupBy(paths, (path) => path.recordId)
  const lines = [...byRecord].flatMap(([recordId, some]): Standing[] => {
    const record = facts.records.get(recordId)
    if (record === undefined || !facts.opens(me, record)) return []
    return [
      {
        record: { id: record.id, module: record.module, name: record.name },
        stage: record.stage,
        ...whyOf(facts, me, some, parties),
        chosen: recordId === chosenDealId,
      },
    ]
  })
  return lines.toSorted((a, b) => place(a) - place(b) || a.record.name.localeCompare(b.record.name))
}

function place(line: Standing): number {
  if (line.chosen) return 0
  return line.by === 'hand' ? 1 : line.by === 'address' ? 2 : 3
}

const partyOrder: readonly PartyKind[] = ['from', 'to', 'cc', 'bcc']

function whyOf(
  facts: MailFacts,
  me: FactPerson,
  paths: readonly FactPath[],
  parties: readonly ThreadParty[],
): Omit<Standing, 'record' | 'stage' | 'chosen'> {
  const hand = paths.find((path) => path.hand !== undefined)?.hand
  const none = { address: '', party: null, through: null, madeBy: null, madeAt: null, wholeThread: false }
  if (hand !== undefined)
    return {
      ...none,
      by: 'hand',
      madeBy: { id: hand.madeBy, name: hand.madeByName },
      madeAt: hand.madeAt.toISOString(),
      wholeThread: paths.some((path) => path.hand?.wholeThread === true),
    }
  const kindOf = (path: FactPath) =>
    parties.find((one) => one.party.address === path.address)?.kind ?? undefined
  const rank = (path: FactPath) =>
    (path.heldId === path.recordId ? 0 : 10) + partyOrder.indexOf(kindOf(path) ?? 'bcc')
  const [path] = paths.toSorted((a, b) => rank(a) - rank(b))
  if (path === undefined) return { ...none, by: 'address' }
  const own = path.heldId === path.recordId
  return {
    ...none,
    by: own ? 'address' : 'contact',
    address: path.address,
    party: kindOf(path) ?? null,
    through: own ? null : holderOf(facts, me, path.heldId),
  }
}

function holderOf(facts: MailFacts, me: FactPerson, heldId: string): RecordName | null {
  return mayOpen(facts, me, heldId) ? nameOf(facts, heldId) : null
}

function questionOf(
  answer: { dealId: string | null; stands: boolean } | undefined,
  deals: number,
): ThreadStanding['question'] {
  if (answer?.stands) return answer.dealId === null ? 'none_of_these' : 'answered'
  return deals > 1 ? 'open' : 'not_needed'
}

function wordOf(mails: readonly MailFact[]): ThreadStanding['share'] {
  const [first, ...others] = new Set(mails.map((mail) => mail.shared.share?.level ?? 'default'))
  return others.length > 0 ? 'mixed' : (first ?? 'default')
}

/** What anybody else would see through some record it stands on, had its owner said nothing. */
function levelByDefault(ctx: Context, facts: MailFacts): ShareLevel {
  const { mails } = suppose(facts, { level: 'default', now: ctx.clock.now() })
  const sights = mails.flatMap((mail) =>
    mail.paths.map((path) =>
      sightThrough('', mail.shared, path, (id) => facts.isOn(mail.shared.ownerId, id)),
    ),
  )
  return bestSight(sights).level
}

function seenByOthers(facts: MailFacts, me: FactPerson): ThreadStanding['seenBy'] {
  return facts.people.flatMap((person) => {
    if (person.id === me.id) return []
    const { level, reason } = bestOf(facts, person, facts.mails)
    return level === 'none' ? [] : [{ id: person.id, name: person.name, level, reason }]
  })
}

/** Under *per record*: the leads, contacts and deals whose switch decides here. */
function switchesOf(facts: MailFacts, me: FactPerson): ThreadStanding['switches'] {
  const [first] = facts.mails
  if (first?.shared.mode !== 'per_record') return []
  const ids = new Set(facts.mails.flatMap((mail) => mail.paths.flatMap((path) => path.switchId ?? [])))
  return [...ids].flatMap((id) => {
    const record = mayOpen(facts, me, id) ? nameOf(facts, id) : null
    return record === null ? [] : [{ record, on: facts.isOn(me.id, id) }]
  })
}

/** Mails from before their address stood on its record, while its owner shares and has not said yes or no. */
function olderOf(facts: MailFacts, me: FactPerson): ThreadStanding['older'] {
  const waiting = facts.mails.flatMap(({ id, shared, paths }) =>
    shared.mode === 'private'
      ? []
      : paths
          .filter((path) => path.by === 'address' && path.olderAnswer === null && shared.at < path.since)
          .map((path) => ({ id, key: JSON.stringify([path.heldId, path.address]) })),
  )
  return [...Map.groupBy(waiting, (one) => one.key)].flatMap(([key, some]) => {
    const [heldId = '', address = ''] = JSON.parse(key) as string[]
    const record = holderOf(facts, me, heldId)
    return record === null ? [] : [{ record, address, mails: new Set(some.map((one) => one.id)).size }]
  })
}
