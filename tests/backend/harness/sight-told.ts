import { othersAccess } from '../../../lib/domain/policy.ts'
import {
  modeInForce,
  type Path,
  type SharedSighting,
  sightThrough,
  switchOf,
} from '../../../lib/domain/sharing.ts'
import { linksBy, ownModule, type World } from './sight-world.ts'

/** What one person's list of one record shows. */
export interface Told {
  messages: string[]
  sends: string[]
  total: number
  people: string[]
}

/** Records of the world that stand and that this person may open. */
export function openTo({ policy, hidden, records }: World, user: World['users'][number]): WorldRecord[] {
  return records.filter(
    (one) =>
      !one.isDeleted &&
      !hidden.includes(one.module) &&
      (user.role === 'admin' || one.ownerId === user.id || othersAccess(policy, one.module) !== 'private'),
  )
}

type WorldRecord = World['records'][number]
type WorldSighting = World['sightings'][number]

const levels = ['none', 'metadata', 'full'] as const
const rank = (level: (typeof levels)[number]) => levels.indexOf(level)

/** The same list from the facts and the pure function alone. */
export function tell(world: World, viewerId: string, record: WorldRecord): Told {
  const about = aboutRecord(world, record)
  const { mailboxOf, levelOf } = about
  const copies = world.sightings.flatMap((one) => {
    const level = levelOf(viewerId, one)
    return level === 'none' ? [] : [{ ...one, level, mine: mailboxOf(one.mailboxId).userId === viewerId }]
  })
  const ownSends = new Set(world.sends.filter((one) => about.ownStands(viewerId, one)).map((one) => one.id))
  const covered = new Set(
    world.sightings
      .filter((one) => one.sendId !== null && ownSends.has(one.sendId))
      .map((one) => one.messageId),
  )
  const best = [...Map.groupBy(copies, (one) => one.messageId).values()].flatMap((some) => {
    const [first] = some.toSorted(
      (a, b) =>
        Number(b.mine) - Number(a.mine) ||
        rank(b.level) - rank(a.level) ||
        Number(b.mine && b.direction === 'sent') - Number(a.mine && a.direction === 'sent') ||
        a.at - b.at ||
        (a.id < b.id ? -1 : 1),
    )
    return first === undefined || covered.has(first.messageId) ? [] : [first]
  })
  const people = [...Map.groupBy(copies, (one) => mailboxOf(one.mailboxId).userId)].map(([id, some]) => {
    const most = some.some((one) => one.level === 'full') ? 'full' : 'metadata'
    return `${id} ${new Set(some.map((one) => one.messageId)).size} ${most}`
  })
  return {
    messages: best
      .map((one) => {
        const others = one.mine ? `, others ${othersOf(world, viewerId, one.messageId)}` : ''
        return `${one.messageId} ${one.level} of ${one.id}${others}`
      })
      .toSorted(),
    sends: world.sends
      .flatMap((one) => {
        if (ownSends.has(one.id)) return [`${one.id} full`]
        const level = one.authorId === viewerId ? 'none' : about.sendLevelOf(viewerId, one)
        return level === 'none' ? [] : [`${one.id} ${level}`]
      })
      .toSorted(),
    total: best.length,
    people: people.toSorted(),
  }
}

/** The most that anybody else sees of somebody's own copies, on any record they may open. */
function othersOf(world: World, ownerId: string, messageId: string): (typeof levels)[number] {
  const copies = world.sightings.filter(
    (one) =>
      one.messageId === messageId &&
      world.mailboxes.some((box) => box.id === one.mailboxId && box.userId === ownerId),
  )
  const seen = world.users
    .filter((one) => one.id !== ownerId && one.status === 'active')
    .flatMap((user) =>
      openTo(world, user).flatMap((record) => {
        const { levelOf } = aboutRecord(world, record)
        return copies.map((one) => levelOf(user.id, one))
      }),
    )
  return levels.findLast((level) => seen.includes(level)) ?? 'none'
}

function aboutRecord(world: World, record: WorldRecord) {
  const recordOf = new Map(world.records.filter((one) => !one.isDeleted).map((one) => [one.id, one]))
  const mailboxes = new Map(world.mailboxes.map((one) => [one.id, one]))
  const users = new Map(world.users.map((one) => [one.id, one]))
  const deal = recordOf.get(record.dealId ?? '')
  const reached = ['deals', 'quotes', ownModule].includes(record.module)
    ? recordOf.get(record.mainContactId ?? deal?.mainContactId ?? '')
    : undefined
  const links = [record, ...(reached === undefined ? [] : [reached])].flatMap((holder) =>
    holder.addresses
      .filter(({ address }) => linksBy(world, address))
      .map((one) => ({ ...one, holderId: holder.id })),
  )
  const chosen = switchOf({
    id: record.id,
    module: record.module,
    dealId: deal?.id,
    mainContactId: record.mainContactId ?? undefined,
  })
  const mailboxOf = (id: string) => {
    const mailbox = mailboxes.get(id)
    if (mailbox === undefined) throw new Error('No such mailbox.')
    return mailbox
  }
  const base = (mailboxId: string, threadId: string | null) => {
    const { userId, status } = mailboxOf(mailboxId)
    const owner = users.get(userId)
    const answer = world.threadDeals.find((one) => one.mailboxId === mailboxId && one.threadId === threadId)
    return {
      ownerId: userId,
      ownerIsActive: owner?.status === 'active',
      mailboxIsConnected: status !== 'disconnected',
      mode: modeInForce(world.policy, owner?.sharing ?? null),
      chosenDealId: recordOf.get(answer?.dealId ?? '')?.id,
    }
  }
  const linkOf = (sightingId: string) =>
    world.handLinks.find((one) => one.sightingId === sightingId && one.recordId === record.id)
  const handOf = (sightingId: string) => linkOf(sightingId)?.kind
  const path = (by: Path['by'], more: Partial<Path> = {}): Path => ({
    ...{ recordId: record.id, by, since: 0, olderAgreed: false, takenOff: false },
    ...{ switchId: chosen?.id, switchIsDeal: chosen?.isDeal ?? false },
    ...more,
  })
  const byAddress = (ownerId: string, addresses: readonly string[], takenOff: boolean) =>
    links
      .filter(({ address }) => addresses.includes(address))
      .map(({ address, holderId, since }) =>
        path('address', {
          ...{ since, takenOff },
          olderAgreed: world.older.some(
            (one) =>
              one.userId === ownerId && one.recordId === holderId && one.address === address && one.agreed,
          ),
        }),
      )
  const byHand = ({ id, mailboxId, threadId }: WorldSighting): Path[] => {
    const link = linkOf(id)
    if (link?.kind !== 'link') return []
    const choice = world.choices.find(
      (one) => one.mailboxId === mailboxId && one.threadId === threadId && one.recordId === record.id,
    )
    return [choice !== undefined && link.whole ? path('choice', { since: choice.at }) : path('hand')]
  }
  const most = (viewerId: string, shared: SharedSighting, paths: readonly Path[]) => {
    const isOn = (id: string) =>
      world.switches.some((one) => one.userId === shared.ownerId && one.recordId === id)
    const all = paths.map((one) => sightThrough(viewerId, shared, one, isOn).level)
    return levels.findLast((level) => all.includes(level)) ?? 'none'
  }
  return {
    mailboxOf,
    levelOf(viewerId: string, one: WorldSighting) {
      const facts = base(one.mailboxId, one.threadId)
      const share = world.shares.find((word) => word.sightingId === one.id)
      const grants = world.grants.filter((grant) => grant.sightingId === one.id)
      const shared: SharedSighting = {
        ...facts,
        isListed: one.label !== 'TRASH',
        at: one.at,
        share,
        grantedTo: new Set(grants.map((grant) => grant.userId)),
      }
      const paths = byAddress(facts.ownerId, one.addresses, handOf(one.id) === 'unlink')
      return most(viewerId, shared, [...paths, ...byHand(one)])
    },
    /** A colleague's send, as if it were a copy in their mailbox, until there is one. */
    sendLevelOf(viewerId: string, send: World['sends'][number]) {
      if (['draft', 'cancelled'].includes(send.status)) return 'none'
      if (world.sightings.some((one) => one.sendId === send.id)) return 'none'
      const facts = base(send.mailboxId, send.threadId)
      const rest = { isListed: true, at: send.createdAt, share: undefined, grantedTo: new Set<string>() }
      const paths = byAddress(facts.ownerId, send.addresses, false)
      return most(
        viewerId,
        { ...facts, ...rest },
        send.recordId === record.id ? [...paths, path('hand')] : paths,
      )
    },
    ownStands(viewerId: string, send: World['sends'][number]): boolean {
      const isHere =
        send.recordId === record.id || links.some(({ address }) => send.addresses.includes(address))
      const isOff = world.sightings.some((one) => one.sendId === send.id && handOf(one.id) === 'unlink')
      const waits = ['scheduled', 'held', 'sending', 'failed'].includes(send.status)
      const isShown = waits || mailboxOf(send.mailboxId).status !== 'disconnected'
      return (
        send.authorId === viewerId &&
        isHere &&
        isShown &&
        !isOff &&
        !['draft', 'cancelled'].includes(send.status)
      )
    },
  }
}
