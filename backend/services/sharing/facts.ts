import { isListed } from '../../../lib/domain/messages.ts'
import type { ModuleKey } from '../../../lib/domain/modules.ts'
import { othersAccess } from '../../../lib/domain/policy.ts'
import {
  bestSight,
  modeInForce,
  type Path,
  type SharedSighting,
  type Sight,
  shareLevels,
  sightThrough,
  switchOf,
} from '../../../lib/domain/sharing.ts'
import type { Queryable } from '../../storage/database.ts'
import {
  type AddressPath,
  addressPaths,
  type HandLink,
  handLinks,
  type PathRecord,
  pathRecords,
  type SharedRow,
  sharedSightings,
  switchesOn,
} from '../../storage/mail/paths.ts'
import { listMembers } from '../../storage/people.ts'
import type { Actor } from '../context.ts'
import { modulesOf, type OfModules } from '../modules.ts'

/** A path with what explains it. */
export interface FactPath extends Path {
  /** The deciding address and who holds it; '' by hand. */
  address: string
  heldId: string
  /** What the owner answered about mail from before; null: nothing yet, or by hand. */
  olderAnswer: boolean | null
  hand: HandLink | undefined
}

/** One sighting as it decides who sees it. Change a copy of it to ask "what if". */
export interface MailFact {
  id: string
  messageId: string
  mailboxId: string
  gmailId: string
  threadId: string
  shared: SharedSighting
  paths: FactPath[]
}

export interface FactPerson {
  id: string
  name: string
  role: 'admin' | 'rep' | 'viewer'
}

/** Mails, the records they stand on and the people who might see them through those, all loaded at once. */
export interface MailFacts {
  mails: MailFact[]
  records: ReadonlyMap<string, PathRecord>
  /** Active people of the organisation, by name. */
  people: FactPerson[]
  opens: (person: FactPerson, record: PathRecord) => boolean
  isOn: (ownerId: string, recordId: string) => boolean
}

/** As much of a context as tells who may open what; a job has no more. */
export interface OfOrganisation extends OfModules {
  actor: Pick<Actor, 'orgId' | 'policy' | 'hiddenModules' | 'modulesVersion'>
}

/** What somebody sees of a mail, and the record through which. */
export interface Seen extends Sight {
  through: string | undefined
}

/**
 * Everything that decides who sees these sightings; `also` are records they do not stand on yet. Whoever previews, explains
 * or writes the ledger asks this and {@link sightOf}, so that all of them agree with `sightThrough`.
 */
export async function loadFacts(
  ctx: OfOrganisation,
  q: Queryable,
  sightingIds: readonly string[],
  also: readonly string[] = [],
): Promise<MailFacts> {
  const { orgId, policy, hiddenModules } = ctx.actor
  const shared = await sharedSightings(q, orgId, sightingIds)
  // Within a transaction nothing may ask outside it.
  const contactModules = await contactModulesOf({ ...ctx, db: q })
  const byAddress = await addressPaths(q, orgId, { sightingIds, contactModules })
  const byHand = await handLinks(q, orgId, sightingIds)
  const named = [...byAddress, ...byHand].map((one) => one.recordId)
  const records = await pathRecords(q, orgId, [...new Set([...named, ...also])])
  const members = await listMembers(q, orgId)
  const switches = [...records.values()].flatMap((record) => switchOf(record)?.id ?? [])
  const chosen = shared.flatMap((row) => row.chosenDealId ?? [])
  const on = new Set(
    (
      await switchesOn(
        q,
        [...new Set(shared.map((row) => row.ownerId))],
        [...new Set([...switches, ...chosen, ...also])],
      )
    ).map((one) => `${one.userId} ${one.recordId}`),
  )
  const addressesOf = Map.groupBy(byAddress, (one) => one.sightingId)
  const handsOf = Map.groupBy(byHand, (one) => one.sightingId)
  return {
    mails: shared.map((row) => ({
      id: row.id,
      messageId: row.messageId,
      mailboxId: row.mailboxId,
      gmailId: row.gmailId,
      threadId: row.threadId,
      shared: toShared(ctx, row),
      paths: [
        ...(handsOf.get(row.id) ?? []).flatMap((one) => byHandOn(records.get(one.recordId), one)),
        ...(addressesOf.get(row.id) ?? []).flatMap((one) => byAddressOn(records.get(one.recordId), one)),
      ],
    })),
    records,
    people: members
      .filter((one) => one.status === 'active')
      .map(({ id, name, role }) => ({ id, name, role })),
    opens: (person, record) =>
      !hiddenModules.includes(record.module) &&
      (person.role === 'admin' ||
        record.ownerId === person.id ||
        othersAccess(policy, record.module) !== 'private'),
    isOn: (ownerId, recordId) => on.has(`${ownerId} ${recordId}`),
  }
}

/** What a person sees of one mail over all records they may open. */
export function sightOf(facts: MailFacts, person: FactPerson, mail: MailFact): Seen {
  const isOn = (recordId: string) => facts.isOn(mail.shared.ownerId, recordId)
  const seen = mail.paths.flatMap((path): Seen[] => {
    const record = facts.records.get(path.recordId)
    if (record === undefined || !facts.opens(person, record)) return []
    return [{ ...sightThrough(person.id, mail.shared, path, isOn), through: record.id }]
  })
  const best = bestSight(seen)
  return seen.find((one) => one.level === best.level && one.reason === best.reason) ?? noRecord
}

const noRecord: Seen = { level: 'none', reason: 'no_record', through: undefined }

/** The most a person sees of any of these mails. */
export function bestOf(facts: MailFacts, person: FactPerson, mails: readonly MailFact[]): Seen {
  let best = noRecord
  for (const mail of mails) {
    const seen = sightOf(facts, person, mail)
    if (shareLevels.indexOf(seen.level) > shareLevels.indexOf(best.level) || best.reason === 'no_record')
      best = seen
  }
  return best
}

/** The records on whose lists a person sees any of these mails. */
export function listsShowing(facts: MailFacts, person: FactPerson): string[] {
  const shown = facts.mails.flatMap(({ shared, paths }) =>
    paths.flatMap((path) => {
      const record = facts.records.get(path.recordId)
      if (record === undefined || !facts.opens(person, record)) return []
      const { level } = sightThrough(person.id, shared, path, (id) => facts.isOn(shared.ownerId, id))
      return level === 'none' ? [] : [path.recordId]
    }),
  )
  return [...new Set(shown)]
}

/** Who gained and who lost any sight of a mail between two states of it; its owner left out. */
export function gainsAndLosses(
  before: { facts: MailFacts; mail: MailFact | undefined },
  after: { facts: MailFacts; mail: MailFact | undefined },
): { gained: string[]; lost: string[] } {
  const rank = ({ facts, mail }: typeof before, person: FactPerson) =>
    mail === undefined ? 0 : shareLevels.indexOf(sightOf(facts, person, mail).level)
  const ownerId = (after.mail ?? before.mail)?.shared.ownerId
  const others = after.facts.people.filter((one) => one.id !== ownerId)
  return {
    gained: others.filter((one) => rank(after, one) > rank(before, one)).map((one) => one.id),
    lost: others.filter((one) => rank(after, one) < rank(before, one)).map((one) => one.id),
  }
}

/** The path of a mail that would be put on this record by hand. */
export function handPath(record: PathRecord): FactPath {
  return {
    ...pathOn(record),
    by: 'hand',
    since: 0,
    olderAgreed: true,
    takenOff: false,
    address: '',
    heldId: '',
    olderAnswer: null,
    hand: undefined,
  }
}

/** The path of a mail whose thread is said to be about this deal since `at`, epoch ms. */
export function choicePath(record: PathRecord, at: number): FactPath {
  return { ...handPath(record), by: 'choice', since: at, olderAgreed: false }
}

/** Modules whose records reach their people through their contact. */
export async function contactModulesOf(ctx: OfModules): Promise<ModuleKey[]> {
  return [...(await modulesOf(ctx)).values()].filter((one) => one.reach === 'contact').map((one) => one.key)
}

function pathOn(record: PathRecord): Pick<Path, 'recordId' | 'switchId' | 'switchIsDeal'> {
  const counts = switchOf(record)
  return { recordId: record.id, switchId: counts?.id, switchIsDeal: counts?.isDeal ?? false }
}

function byHandOn(record: PathRecord | undefined, hand: HandLink): FactPath[] {
  if (record === undefined || hand.kind === 'unlink') return []
  const path = hand.chosenAt === null ? handPath(record) : choicePath(record, hand.chosenAt.getTime())
  return [{ ...path, hand }]
}

function byAddressOn(record: PathRecord | undefined, one: AddressPath): FactPath[] {
  if (record === undefined) return []
  return [
    {
      ...pathOn(record),
      by: 'address',
      since: one.since.getTime(),
      olderAgreed: one.olderAgreed === true,
      takenOff: one.takenOff,
      address: one.address,
      heldId: one.heldId,
      olderAnswer: one.olderAgreed,
      hand: undefined,
    },
  ]
}

function toShared(ctx: OfOrganisation, row: SharedRow): SharedSighting {
  const { shareLevel, shareAt } = row
  return {
    ownerId: row.ownerId,
    ownerIsActive: row.ownerIsActive,
    mailboxIsConnected: row.isConnected,
    isListed: isListed(row.labelIds),
    at: row.at.getTime(),
    mode: modeInForce(ctx.actor.policy, row.mode),
    share: shareLevel === null || shareAt === null ? undefined : { level: shareLevel, at: shareAt.getTime() },
    grantedTo: new Set(row.grantedTo),
    chosenDealId: row.chosenDealId ?? undefined,
  }
}
