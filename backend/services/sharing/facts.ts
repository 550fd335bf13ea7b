import type { Party } from '../../../lib/domain/addresses.ts'
import type { RoleName } from '../../../lib/domain/permissions.ts'
import {
  modeInForce,
  type Path,
  type SharedSighting,
  type ShareLevel,
  switchOf,
} from '../../../lib/domain/sharing.ts'
import { mayOpen, type Seen, seenThrough } from '../../../lib/domain/sight.ts'
import type { Queryable } from '../../storage/database.ts'
import {
  type PathRow,
  readPaths,
  readSharedRecords,
  readSightingFacts,
  readSwitches,
  type SharedRecordRow,
  type SightingFactsRow,
} from '../../storage/mail/shares.ts'
import { listMembers } from '../../storage/people.ts'
import type { Context } from '../context.ts'
import { modulesOf } from '../modules.ts'

export interface Member {
  id: string
  name: string
  role: RoleName
}

/** A path with what explains it. */
export type FoundPath = Path & Pick<PathRow, 'address' | 'holderId' | 'madeBy' | 'madeAt' | 'wholeThread'>

/** One mailbox's copy of a mail with everything that decides who sees it. */
export interface MailCopy {
  row: Pick<
    SightingFactsRow,
    'id' | 'messageId' | 'mailboxId' | 'gmailId' | 'threadId' | 'ownerId' | 'ownerName'
  > & { from: Party; to: Party[]; cc: Party[]; bcc: Party[] }
  shared: SharedSighting
  paths: FoundPath[]
}

/** What decides who sees some mails, read at one moment; every answer about sharing is computed from it. */
export interface SharingFacts {
  copies: MailCopy[]
  records: ReadonlyMap<string, SharedRecordRow>
  /** Active people of the organisation. */
  people: Member[]
  opens(person: Member, recordId: string): boolean
  /** Whether the owner's switch on a record is on. */
  isOn(ownerId: string, recordId: string): boolean
}

/** Reads the facts about these sightings; `alsoRecords` are records they may come to stand on. */
export async function loadFacts(
  ctx: Context,
  q: Queryable,
  sightingIds: readonly string[],
  alsoRecords: readonly string[] = [],
): Promise<SharingFacts> {
  const { orgId, policy, hiddenModules } = ctx.actor
  const modules = [...(await modulesOf(ctx)).values()]
  const contactModules = modules.filter((one) => one.reach === 'contact').map((one) => one.key)
  const rows = await readSightingFacts(q, orgId, sightingIds)
  const paths = await readPaths(q, { orgId, sightingIds, contactModules })
  const recordIds = [
    ...new Set([...paths.flatMap((one) => [one.recordId, one.holderId ?? one.recordId]), ...alsoRecords]),
  ]
  const found = await readSharedRecords(q, orgId, recordIds)
  const records = new Map(found.map((one) => [one.id, one]))
  const on = await switchesOf(q, rows, found)
  const pathsOf = Map.groupBy(paths, (one) => one.sightingId)
  const copies = rows.map(
    (row): MailCopy => ({
      row,
      shared: { ...toShared(row), mode: modeInForce(policy, row.ownMode) },
      paths: (pathsOf.get(row.id) ?? []).flatMap((path) => toPath(path, records)),
    }),
  )
  const people = (await listMembers(q, orgId))
    .filter((one) => one.status === 'active')
    .map(({ id, name, role }) => ({ id, name, role }))
  const opened = new Map<string, boolean>()
  return {
    copies,
    records,
    people,
    isOn: (ownerId, recordId) => on.has(`${ownerId} ${recordId}`),
    opens(person, recordId) {
      const key = `${person.id} ${recordId}`
      const record = records.get(recordId)
      const known = opened.get(key) ?? (record && mayOpen({ policy, hiddenModules }, person, record)) ?? false
      opened.set(key, known)
      return known
    },
  }
}

async function switchesOf(
  q: Queryable,
  rows: readonly SightingFactsRow[],
  records: readonly SharedRecordRow[],
): Promise<Set<string>> {
  const owners = [...new Set(rows.map((row) => row.ownerId))]
  const ids = [
    ...records.flatMap((one) => switchFor(one)?.id ?? []),
    ...rows.flatMap((row) => row.chosenDealId ?? []),
  ]
  const on = await readSwitches(q, owners, [...new Set(ids)])
  return new Set(on.map((one) => `${one.userId} ${one.recordId}`))
}

/** The record whose switch decides for mail on this one. */
export function switchFor(record: SharedRecordRow): { id: string; isDeal: boolean } | undefined {
  const { id, module, dealId, mainContactId } = record
  return switchOf({ id, module, dealId: dealId ?? undefined, mainContactId: mainContactId ?? undefined })
}

function toShared(row: SightingFactsRow): Omit<SharedSighting, 'mode'> {
  const { shareLevel, shareAt } = row
  return {
    ownerId: row.ownerId,
    ownerIsActive: row.ownerIsActive,
    mailboxIsConnected: row.mailboxIsConnected,
    isListed: row.isListed,
    at: row.at.getTime(),
    share: shareLevel === null || shareAt === null ? undefined : { level: shareLevel, at: shareAt.getTime() },
    grantedTo: new Set(row.grantedTo),
    chosenDealId: row.chosenDealId ?? undefined,
  }
}

/** Nothing where the record is not there any more. */
function toPath(row: PathRow, records: ReadonlyMap<string, SharedRecordRow>): FoundPath[] {
  const record = records.get(row.recordId)
  if (record === undefined) return []
  const { recordId, by, address, holderId, olderAgreed, takenOff, madeBy, madeAt, wholeThread } = row
  return [
    {
      ...{ recordId, by, address, holderId, olderAgreed, takenOff, madeBy, madeAt, wholeThread },
      since: row.since?.getTime() ?? 0,
      ...switchFields(record),
    },
  ]
}

function switchFields(record: SharedRecordRow): Pick<Path, 'switchId' | 'switchIsDeal'> {
  const chosen = switchFor(record)
  return { switchId: chosen?.id, switchIsDeal: chosen?.isDeal ?? false }
}

/** What a person sees of one copy through records they may open. */
export function seenBy(facts: SharingFacts, person: Member, copy: MailCopy): Seen {
  return seenThrough(
    person.id,
    copy.shared,
    copy.paths,
    (recordId) => facts.opens(person, recordId),
    (recordId) => facts.isOn(copy.shared.ownerId, recordId),
  )
}

/** Something that is not so yet: to show beforehand who would see it. */
export interface Supposition {
  /** Put on this record by hand. */
  recordId?: string | undefined
  /** The deal the thread is about; that puts it there too. */
  dealId?: string | undefined
  level?: 'default' | ShareLevel | undefined
  switched?: { recordId: string; on: boolean } | undefined
  /** Epoch ms. */
  now: number
}

/** The facts as they would be. */
export function suppose(facts: SharingFacts, what: Supposition): SharingFacts {
  const { switched } = what
  return {
    ...facts,
    copies: facts.copies.map((copy) => supposeCopy(facts, copy, what)),
    isOn: (ownerId, recordId) =>
      switched?.recordId === recordId && facts.copies.some((one) => one.shared.ownerId === ownerId)
        ? switched.on
        : facts.isOn(ownerId, recordId),
  }
}

function supposeCopy(facts: SharingFacts, copy: MailCopy, what: Supposition): MailCopy {
  const { level, dealId } = what
  const linked = [what.recordId, dealId].flatMap((id) => facts.records.get(id ?? '') ?? [])
  const ids = new Set(linked.map((one) => one.id))
  const kept = copy.paths.map((path) => (ids.has(path.recordId) ? { ...path, takenOff: false } : path))
  const ends = level === 'none' || level === 'default'
  return {
    row: copy.row,
    paths: [...kept, ...linked.map(byHand)],
    shared: {
      ...copy.shared,
      ...(dealId !== undefined && { chosenDealId: dealId }),
      ...(level !== undefined && { share: level === 'default' ? undefined : { level, at: what.now } }),
      ...(ends && { grantedTo: new Set<string>() }),
    },
  }
}

function byHand(record: SharedRecordRow): FoundPath {
  return {
    ...{ recordId: record.id, by: 'hand', address: '', holderId: null, since: 0 },
    ...{ olderAgreed: false, takenOff: false, madeBy: null, madeAt: null, wholeThread: false },
    ...switchFields(record),
  }
}
