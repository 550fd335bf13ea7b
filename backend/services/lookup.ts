import type { LookedUpPerson, LookupAnswer } from '../../lib/contract/records.ts'
import { isRobot, normaliseAddress } from '../../lib/domain/addresses.ts'
import { Refusal } from '../../lib/domain/errors.ts'
import { listPeople } from '../storage/identity.ts'
import { type OwnPeople, ownAddresses } from '../storage/mail/addresses.ts'
import { findRecordsByAddress, type RecordRow } from '../storage/records.ts'
import { viewerOf } from './access.ts'
import type { Context } from './context.ts'
import { cardsOf } from './records/read.ts'

/** At most so many records of one address come with their cards. */
const cardsEach = 5

/**
 * S-001: what is known of the people in the open thread, from our database alone, in a fixed number of statements
 * however many people there are.
 */
export async function lookUp(
  ctx: Context,
  input: { account: string; people: { address: string; name: string }[] },
): Promise<LookupAnswer> {
  const team = await listPeople(ctx.db, ctx.actor.orgId)
  const mine = new Set(team.find((person) => person.id === ctx.actor.userId)?.addresses)
  if (!mine.has(input.account)) throw new Refusal('forbidden', 'wrong_account', { account: input.account })
  const colleagues = new Map(
    team.flatMap((person) => person.addresses.map((address) => [address, person.name] as const)),
  )
  const own = await ownAddresses(ctx.db, ctx.actor.orgId)
  const people = distinct(input.people)
  const wanted = people.flatMap(({ address }) =>
    address && !own.has(address) && !isRobot(address) ? [address] : [],
  )
  const rows = await findRecordsByAddress(ctx.db, viewerOf(ctx), wanted)
  const matches = Map.groupBy(rows, (row) => row.matched)
  const shown = [...matches.values()].flatMap((found) => found.slice(0, cardsEach))
  const cards = new Map((await cardsOf(ctx, shown)).map((card) => [card.record.id, card]))
  const answer = people.map(({ address, raw, name }): LookedUpPerson => {
    const found = address === undefined ? [] : (matches.get(address) ?? [])
    return {
      address: address ?? raw,
      name: name || (address && colleagues.get(address)) || '',
      kind: kindOf(address, mine, own, found),
      cards: found.slice(0, cardsEach).flatMap((row) => cards.get(row.id) ?? []),
      pickedId: null,
      near: [],
      hidden: 0,
    }
  })
  return { people: answer, asOf: new Date(ctx.clock.now()).toISOString() }
}

function kindOf(
  address: string | undefined,
  mine: ReadonlySet<string>,
  own: OwnPeople,
  found: readonly RecordRow[],
): LookedUpPerson['kind'] {
  if (address === undefined) return 'malformed'
  if (mine.has(address)) return 'me'
  if (own.has(address)) return 'colleague'
  if (found.length > 0) return found.length > 1 ? 'several' : 'known'
  return isRobot(address) ? 'robot' : 'unknown'
}

/** In the order of the page, each address once, the first name that is not empty wins. */
function distinct(people: { address: string; name: string }[]) {
  const seen = new Map<string, { address: string | undefined; raw: string; name: string }>()
  for (const person of people) {
    const address = normaliseAddress(person.address)
    const key = address ?? person.address.trim()
    const known = seen.get(key)
    if (!known) seen.set(key, { address, raw: person.address.trim(), name: person.name })
    else if (known.name === '') known.name = person.name
  }
  return [...seen.values()]
}
