import { robotLocalPart } from '../../../lib/domain/addresses.ts'
import type { ModuleKey } from '../../../lib/domain/modules.ts'
import type { RoleName } from '../../../lib/domain/permissions.ts'
import { type ShareLevel, type SharingMode, shareLevels, sharingModes } from '../../../lib/domain/sharing.ts'
import type { SendStatus } from '../../../lib/domain/statuses.ts'

/** An organisation made up by chance, as plain facts; instants are days. */
export interface World {
  seed: number
  orgId: string
  policy: Record<string, unknown>
  hidden: ModuleKey[]
  users: {
    id: string
    role: RoleName
    email: string
    status: 'active' | 'deactivated'
    sharing: SharingMode | null
  }[]
  mailboxes: {
    id: string
    userId: string
    email: string
    aliases: string[]
    status: 'connected' | 'reauth_required' | 'disconnected'
  }[]
  records: {
    id: string
    module: ModuleKey
    ownerId: string
    mainContactId: string | null
    dealId: string | null
    isDeleted: boolean
    addresses: { kind: 'primary' | 'secondary'; address: string; since: number }[]
  }[]
  sightings: {
    id: string
    messageId: string
    mailboxId: string
    threadId: string
    direction: 'received' | 'sent'
    label: 'INBOX' | 'TRASH' | 'ARCHIVE'
    at: number
    addresses: string[]
    sendId: string | null
  }[]
  handLinks: { sightingId: string; recordId: string; kind: 'link' | 'unlink'; whole: boolean }[]
  /** Threads that the answer to "Which deal?" put on a deal; by hand too, mail by mail. */
  choices: { mailboxId: string; threadId: string; recordId: string; at: number }[]
  threadDeals: { mailboxId: string; threadId: string; dealId: string | null }[]
  shares: { sightingId: string; level: ShareLevel; at: number }[]
  grants: { sightingId: string; userId: string }[]
  switches: { userId: string; recordId: string }[]
  older: { userId: string; recordId: string; address: string; agreed: boolean }[]
  sends: {
    id: string
    authorId: string
    mailboxId: string
    recordId: string | null
    status: SendStatus
    threadId: string | null
    createdAt: number
    addresses: string[]
  }[]
}

/** Numbers below n, the same for the same seed (mulberry32). */
export function dice(seed: number) {
  let state = seed >>> 0
  const next = (below: number): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below)
  }
  const pick = <T>(list: readonly T[]): T => {
    const one = list[next(list.length)]
    if (one === undefined) throw new Error('Nothing to pick from.')
    return one
  }
  const some = <T>(list: readonly T[], percent: number): T[] => list.filter(() => next(100) < percent)
  const uuid = () => {
    const hex = Array.from({ length: 32 }, () => next(16).toString(16)).join('')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`
  }
  return { next, pick, some, uuid, chance: (percent: number) => next(100) < percent }
}

type Dice = ReturnType<typeof dice>

const days = 10
const levels = ['private', 'read', 'edit']
/** An organisation's own module, reached through its contact. */
export const ownModule = 'x_visits' satisfies ModuleKey

export function makeWorld(seed: number): World {
  const d = dice(seed)
  const orgId = d.uuid()
  const tag = orgId.slice(0, 8)
  const customers = Array.from({ length: 4 }, (_, n) => `c${n}@customer${n}.example`)
  const users: World['users'] = Array.from({ length: 4 }, (_, n) => ({
    id: d.uuid(),
    role: n === 0 ? 'admin' : d.pick(['rep', 'rep', 'viewer']),
    email: `u${n}@${tag}.example`,
    status: n > 1 && d.chance(12) ? 'deactivated' : 'active',
    sharing: d.chance(20) ? null : d.pick(sharingModes),
  }))
  const mailboxes: World['mailboxes'] = users.flatMap(({ id, email }, n) =>
    Array.from({ length: d.chance(20) ? 2 : 1 }, (_, m) => ({
      id: d.uuid(),
      userId: id,
      email: m === 0 ? email : `second.${email}`,
      aliases: d.chance(20) ? [`alias${n}@elsewhere.example`] : [],
      status: d.pick(['connected', 'connected', 'connected', 'reauth_required', 'disconnected'] as const),
    })),
  )
  const strange = [
    users[1]?.email ?? '',
    'alias1@elsewhere.example',
    'no-reply@customer0.example',
    'x@never.example',
    'y@inside.example',
  ]
  const records = makeRecords(d, users, [...customers, ...customers, ...strange])
  const mail = makeMail(d, { users, mailboxes, records, addresses: [...customers, ...d.some(strange, 40)] })
  return {
    seed,
    orgId,
    users,
    mailboxes,
    records,
    ...mail,
    hidden: d.chance(10) ? [ownModule] : [],
    policy: {
      ...(d.chance(60) && { 'sharing.default': d.pick(sharingModes) }),
      ...(d.chance(25) && { 'sharing.forced': true }),
      ...(d.chance(50) && { 'access.contacts': d.pick(levels) }),
      ...(d.chance(50) && { 'access.deals': d.pick(levels) }),
      ...(d.chance(30) && { 'access.quotes': d.pick(levels) }),
      'links.never': ['never.example'],
      'links.internalDomains': ['inside.example'],
    },
  }
}

function makeRecords(d: Dice, users: World['users'], addresses: readonly string[]): World['records'] {
  const records: World['records'] = []
  const add = (module: ModuleKey, more: Partial<World['records'][number]> = {}) => {
    const record = {
      ...{ id: d.uuid(), module, ownerId: d.pick(users).id, mainContactId: null, dealId: null },
      ...{ isDeleted: d.chance(module === 'deals' ? 20 : 4), addresses: [] },
      ...more,
    }
    records.push(record)
    return record.id
  }
  const own = (): World['records'][number]['addresses'] =>
    (['primary', 'secondary'] as const)
      .filter((kind) => d.chance(kind === 'primary' ? 92 : 25))
      .map((kind) => ({ kind, address: d.pick(addresses), since: d.next(days) }))
      .filter((one, n, all) => n === 0 || one.address !== all[0]?.address)
  const contacts = [0, 1].map(() => add('contacts', { addresses: own(), isDeleted: false }))
  add('leads', { addresses: own() })
  const deals = [0, 1].map(() => add('deals', { mainContactId: d.chance(90) ? d.pick(contacts) : null }))
  add('quotes', {
    dealId: d.chance(70) ? d.pick(deals) : null,
    mainContactId: d.chance(50) ? d.pick(contacts) : null,
  })
  add(ownModule, { mainContactId: d.pick(contacts) })
  return records
}

function makeMail(
  d: Dice,
  {
    users,
    mailboxes,
    records,
    addresses,
  }: Pick<World, 'users' | 'mailboxes' | 'records'> & { addresses: readonly string[] },
): Pick<
  World,
  'sightings' | 'handLinks' | 'choices' | 'threadDeals' | 'shares' | 'grants' | 'switches' | 'older' | 'sends'
> {
  const threads = ['t1', 't2', 't3']
  const sends: World['sends'] = Array.from({ length: 4 }, () => {
    const mailbox = d.pick(mailboxes)
    return {
      id: d.uuid(),
      authorId: mailbox.userId,
      mailboxId: mailbox.id,
      recordId: d.chance(50) ? d.pick(records).id : null,
      status: d.pick(['scheduled', 'held', 'sending', 'sent', 'delivered', 'failed', 'cancelled', 'draft']),
      threadId: d.chance(50) ? d.pick(threads) : null,
      createdAt: d.next(days),
      addresses: [...new Set([d.pick(addresses), d.pick(addresses)])],
    }
  })
  const sightings = Array.from({ length: 8 }, () => d.uuid()).flatMap((messageId) =>
    d.some(mailboxes, 45).map((mailbox): World['sightings'][number] => ({
      id: d.uuid(),
      messageId,
      mailboxId: mailbox.id,
      threadId: d.pick(threads),
      direction: d.pick(['received', 'sent']),
      label: d.pick(['INBOX', 'INBOX', 'INBOX', 'ARCHIVE', 'TRASH']),
      at: d.next(days),
      addresses: [...new Set([d.pick(addresses), ...(d.chance(30) ? [d.pick(addresses)] : [])])],
      sendId: null,
    })),
  )
  for (const send of sends) {
    const seen = sightings.find(
      (one) => one.mailboxId === send.mailboxId && one.sendId === null && d.chance(50),
    )
    if (seen !== undefined) seen.sendId = send.id
  }
  const deals = records.filter((one) => one.module === 'deals').map((one) => one.id)
  const pairs = sightings.flatMap((sighting) => records.map((record) => ({ sighting, record })))
  return {
    sightings,
    sends,
    handLinks: d.some(pairs, 10).map(({ sighting, record }) => ({
      ...{ sightingId: sighting.id, recordId: record.id, kind: d.chance(60) ? 'link' : 'unlink' },
      whole: d.chance(60),
    })),
    choices: mailboxes.flatMap(({ id: mailboxId }) =>
      threads.flatMap((threadId) =>
        d.some(records, 40).map(({ id: recordId }) => ({ mailboxId, threadId, recordId, at: d.next(days) })),
      ),
    ),
    threadDeals: mailboxes.flatMap(({ id: mailboxId }) =>
      d.some(threads, 40).map((threadId) => ({
        ...{ mailboxId, threadId, dealId: d.chance(80) ? d.pick(deals) : null },
      })),
    ),
    shares: d.some(sightings, 25).map(({ id }) => ({
      ...{ sightingId: id, level: d.pick(shareLevels), at: d.next(days) },
    })),
    grants: sightings.flatMap(({ id }) =>
      d.some(users, 5).map((user) => ({ sightingId: id, userId: user.id })),
    ),
    switches: users.flatMap((user) =>
      d.some(records, 40).map((record) => ({ userId: user.id, recordId: record.id })),
    ),
    older: users.flatMap((user) =>
      records.flatMap((record) =>
        d.some(record.addresses, 40).map(({ address }) => ({
          ...{ userId: user.id, recordId: record.id, address, agreed: d.chance(60) },
        })),
      ),
    ),
  }
}

/** Whether mail links by an address at all (decisions 6), told from the facts. */
export function linksBy({ users, mailboxes }: World, address: string): boolean {
  const [local = '', domain = ''] = address.split('@')
  const own = new Set([
    ...users.map((one) => one.email),
    ...mailboxes.flatMap((one) => [one.email, ...one.aliases]),
  ])
  return (
    !own.has(address) &&
    !new RegExp(robotLocalPart).test(local) &&
    !['never.example', 'inside.example'].includes(domain)
  )
}
