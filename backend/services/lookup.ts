import type { LookedUpPerson, LookupAnswer, RecordCard } from '../../lib/contract/records.ts'
import { isRobot, normaliseAddress } from '../../lib/domain/addresses.ts'
import { Refusal } from '../../lib/domain/errors.ts'
import { listPeople } from '../storage/identity.ts'
import { findDealsOf, findRecordsByAddress, type RecordRow } from '../storage/records.ts'
import type { Context } from './context.ts'
import { cardOf } from './records.ts'

/**
 * S-001: what is known of the people in the open thread, from our database alone. The first three known people come with
 * their whole card, the rest with what their tab needs; a card is fetched when its tab is opened.
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
  const people = distinct(input.people)
  const wanted = people.flatMap(({ address }) =>
    address && !colleagues.has(address) && !isRobot(address) ? [address] : [],
  )
  const rows = await findRecordsByAddress(ctx.db, ctx.actor.orgId, wanted)
  const matches = Map.groupBy(rows, (row) => row.matched)
  const deals = Map.groupBy(
    await findDealsOf(
      ctx.db,
      ctx.actor.orgId,
      rows.map((row) => row.id),
    ),
    (deal) => deal.main_contact_id ?? '',
  )
  const answer: LookedUpPerson[] = []
  for (const { address, raw, name } of people) {
    const found = address === undefined ? [] : (matches.get(address) ?? [])
    answer.push({
      address: address ?? raw,
      name: name || (address && colleagues.get(address)) || '',
      kind: kindOf(address, mine, colleagues, found),
      cards: await cards(ctx, found, deals),
    })
  }
  return { people: answer, asOf: new Date(ctx.clock.now()).toISOString() }
}

async function cards(
  ctx: Context,
  found: RecordRow[],
  deals: Map<string, RecordRow[]>,
): Promise<RecordCard[]> {
  const result: RecordCard[] = []
  for (const row of found.slice(0, 5)) result.push(await cardOf(ctx, row, deals.get(row.id) ?? []))
  return result
}

function kindOf(
  address: string | undefined,
  mine: ReadonlySet<string>,
  colleagues: ReadonlyMap<string, string>,
  found: readonly RecordRow[],
): LookedUpPerson['kind'] {
  if (address === undefined) return 'malformed'
  if (mine.has(address)) return 'me'
  if (colleagues.has(address)) return 'colleague'
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
