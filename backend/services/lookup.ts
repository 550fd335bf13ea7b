import type { LookedUpPerson, LookupAnswer } from '../../lib/contract/records.ts'
import { domainOf, isRobot, normaliseAddress } from '../../lib/domain/addresses.ts'
import { companyKey, nameKey } from '../../lib/domain/duplicate-keys.ts'
import { Refusal } from '../../lib/domain/errors.ts'
import { companyFromDomain } from '../../lib/domain/people.ts'
import { type OwnPeople, ownAddresses } from '../storage/mail/addresses.ts'
import { countHidden, type NearRow, recordsNear, type Stranger } from '../storage/near.ts'
import { picksOf } from '../storage/picks.ts'
import { plannedOnce } from '../storage/prepared.ts'
import { findRecordsByAddress, type RecordRow } from '../storage/records.ts'
import { viewerOf } from './access.ts'
import type { Context } from './context.ts'
import { cardsOf } from './records/read.ts'

/** At most so many records of one address come with their cards. */
const cardsEach = 5
const nearEach = 3

interface Asked {
  address: string | undefined
  raw: string
  name: string
}

/**
 * S-001: what is known of the people in the open thread, from our database alone, in a fixed number of statements
 * however many people there are.
 */
export function lookUp(ctx: Context, input: Wanted): Promise<LookupAnswer> {
  return plannedOnce(() => look(ctx, input))
}

interface Wanted {
  account: string
  people: { address: string; name: string }[]
}

async function look(ctx: Context, input: Wanted): Promise<LookupAnswer> {
  const { orgId, userId } = ctx.actor
  const own = await ownAddresses(ctx.db, orgId)
  if (own.owner(input.account)?.id !== userId)
    throw new Refusal('forbidden', 'wrong_account', { account: input.account })
  const people = distinct(input.people)
  const wanted = people.flatMap(({ address }) =>
    address && !own.has(address) && !isRobot(address) ? [address] : [],
  )
  const viewer = viewerOf(ctx)
  const rows = await findRecordsByAddress(ctx.db, viewer, wanted)
  const found = Map.groupBy(rows, (row) => row.matched)
  const ambiguous = [...found].filter(([, some]) => some.length > 1).map(([address]) => address)
  const picks = await picksOf(ctx.db, { orgId, userId, addresses: ambiguous })
  const hidden = await countHidden(ctx.db, viewer, wanted)
  const strangers = people.flatMap((one) => strangerOf(one, own, found))
  const near = Map.groupBy(await recordsNear(ctx.db, viewer, strangers, nearEach), (row) => row.address)
  const shown = new Map([...found].map(([address, some]) => [address, shownOf(some, picks.get(address))]))
  const cards = new Map(
    (await cardsOf(ctx, [...shown.values()].flat())).map((card) => [card.record.id, card]),
  )
  const answer = people.map(({ address = '', raw, name }): LookedUpPerson => {
    const kind = kindOf(address, { own, userId, found: found.get(address)?.length ?? 0 })
    return {
      address: address || raw,
      name: name || own.owner(address)?.name || '',
      kind,
      cards: (shown.get(address) ?? []).flatMap((row) => cards.get(row.id) ?? []),
      pickedId: picks.get(address) ?? null,
      near: (near.get(address) ?? []).map(toNear),
      hidden: hidden.get(address) ?? 0,
      ...(own.isNever(address) && { neverLinked: true }),
    }
  })
  return { people: answer, asOf: new Date(ctx.clock.now()).toISOString() }
}

/** The newest few, the one this person chose before all others. */
function shownOf(rows: readonly RecordRow[], pickedId: string | undefined): RecordRow[] {
  const picked = rows.filter((row) => row.id === pickedId)
  return [...picked, ...rows.filter((row) => row.id !== pickedId)].slice(0, cardsEach)
}

/** By what somebody unknown may be close to a record; nothing for all others. */
function strangerOf(
  { address, name }: Asked,
  own: OwnPeople,
  found: ReadonlyMap<string, readonly RecordRow[]>,
): Stranger[] {
  if (address === undefined || own.has(address) || isRobot(address) || found.has(address)) return []
  const company = companyFromDomain(address)
  return [
    {
      address,
      domain: company === undefined ? '' : domainOf(address),
      nameKey: nameKey(name),
      companyKey: company === undefined ? '' : companyKey(company),
    },
  ]
}

function toNear({ id, module, name, why }: NearRow): LookedUpPerson['near'][number] {
  return { record: { id, module, name }, why }
}

function kindOf(
  address: string,
  known: { own: OwnPeople; userId: string; found: number },
): LookedUpPerson['kind'] {
  if (address === '') return 'malformed'
  if (known.own.owner(address)?.id === known.userId) return 'me'
  if (known.own.has(address)) return 'colleague'
  if (known.found > 0) return known.found > 1 ? 'several' : 'known'
  return isRobot(address) ? 'robot' : 'unknown'
}

/** In the order of the page, each address once, the first name that is not empty wins. */
function distinct(people: { address: string; name: string }[]): Asked[] {
  const seen = new Map<string, Asked>()
  for (const person of people) {
    const address = normaliseAddress(person.address)
    const key = address ?? person.address.trim()
    const known = seen.get(key)
    if (!known) seen.set(key, { address, raw: person.address.trim(), name: person.name })
    else if (known.name === '') known.name = person.name
  }
  return [...seen.values()]
}
