import { beforeAll, describe, expect, test } from 'vitest'
import { actorNow } from '../../backend/services/actor-now.ts'
import type { Context } from '../../backend/services/context.ts'
import { listEmails } from '../../backend/services/emails/list.ts'
import { emailsScope } from '../../backend/services/emails/scope.ts'
import { othersSight } from '../../backend/services/sharing/others.ts'
import { countMessageEmails } from '../../backend/storage/emails/counts.ts'
import { type EmailsFilter, everyEmail } from '../../backend/storage/emails/filter.ts'
import { listAndCount, listMessageEmails, type MessageEmail } from '../../backend/storage/emails/messages.ts'
import { listSendEmails } from '../../backend/storage/emails/sends.ts'
import { plannedOnce } from '../../backend/storage/prepared.ts'
import { EmailsQuery } from '../../lib/contract/emails.ts'
import type { ListCursor } from '../../lib/domain/list-cursor.ts'
import { type TestHouse, testHouse } from './harness/house.ts'
import { storeWorld } from './harness/sight-store.ts'
import { openTo, type Told, tell } from './harness/sight-told.ts'
import { dice, makeWorld, type World } from './harness/sight-world.ts'

/**
 * Who sees what, by chance: one case is one person at one record's list. INLAY_SIGHT_CASES=10000 tries more of them,
 * INLAY_SIGHT_SEED=… one world again.
 */
const cases = Number(process.env['INLAY_SIGHT_CASES'] ?? 2000)
const onlySeed = process.env['INLAY_SIGHT_SEED']

let town: TestHouse

beforeAll(async () => {
  town = await testHouse()
})

/** What the lists of these records show in SQL's words, in the form of {@link Told}. */
async function ask(ctx: Context, recordIds: readonly string[]): Promise<Map<string, Told>> {
  const { sight } = await emailsScope(ctx, recordIds)
  const input = { filter: everyEmail, search: undefined, cursor: undefined, limit: 100, own: true }
  const found = await listMessageEmails(ctx.db, sight, input)
  const others = await othersSight(ctx, [...new Set(found.flatMap((row) => (row.mine ? row.key : [])))])
  const messages = Map.groupBy(found, (row) => row.recordId)
  const sends = Map.groupBy(await listSendEmails(ctx.db, sight, input), (row) => row.recordId)
  const counted = await countMessageEmails(ctx.db, sight, everyEmail)
  return new Map(
    recordIds.map((id) => [
      id,
      {
        messages: (messages.get(id) ?? [])
          .map(
            (row) =>
              `${row.key} ${row.level} of ${row.sightingId}${row.mine ? `, others ${others.get(row.key) ?? 'none'}` : ''}`,
          )
          .toSorted(),
        sends: (sends.get(id) ?? []).map((row) => `${row.key} ${row.level}`).toSorted(),
        total: counted.get(id)?.total ?? 0,
        people: (counted.get(id)?.people ?? [])
          .map((one) => `${one.userId} ${one.mails} ${one.level}`)
          .toSorted(),
      },
    ]),
  )
}

/** The longest of these lists once more, one mail a page and counted up to two: windows that are cut change nothing. */
async function pageThrough(ctx: Context, said: ReadonlyMap<string, Told>): Promise<void> {
  const [longest] = [...said].toSorted(([, a], [, b]) => b.total - a.total)
  if (longest === undefined) return
  const { sight } = await emailsScope(ctx, [longest[0]])
  const paged: string[] = []
  let cursor: ListCursor | undefined
  do {
    const input = { filter: everyEmail, search: undefined, cursor, limit: 1 }
    const [row] = await listMessageEmails(ctx.db, sight, input)
    if (row !== undefined) paged.push(`${row.key} ${row.level} of ${row.sightingId}`)
    cursor = row
  } while (cursor !== undefined)
  expect(paged.toSorted()).toEqual(longest[1].messages.map((one) => one.replace(/,.*/, '')))
  const counted = await countMessageEmails(ctx.db, sight, everyEmail, 2)
  expect(Math.min(2, counted.get(longest[0])?.total ?? 0)).toBe(Math.min(2, paged.length))
}

/** What a filter leaves of a list, by what its rows show. */
const filters: [Partial<EmailsFilter>, (row: MessageEmail) => boolean][] = [
  [{ kind: 'received' }, (row) => row.direction === 'received'],
  [{ kind: 'sent' }, (row) => row.direction === 'sent'],
  [{ withFiles: true }, (row) => row.hasAttachments],
  [{ archived: false }, (row) => !row.isArchived],
  [{ byHand: true }, (row) => row.byHand],
  [{ statuses: ['received'] }, (row) => (row.sendStatus ?? row.direction) === 'received'],
  [{ kind: 'sent', withFiles: true }, (row) => row.direction === 'sent' && row.hasAttachments],
]

/** The longest of these lists through a filter: it and its count leave out what they should and nothing else. */
async function filterThrough(ctx: Context, said: ReadonlyMap<string, Told>, turn: number): Promise<void> {
  const [longest] = [...said].toSorted(([, a], [, b]) => b.total - a.total)
  if (longest === undefined || longest[1].total < 3) return
  const { sight } = await emailsScope(ctx, [longest[0]])
  const input = { filter: everyEmail, search: undefined, cursor: undefined, limit: 100 }
  const every = await listMessageEmails(ctx.db, sight, input)
  const [part, leaves] = filters[turn % filters.length] ?? [{}, () => true]
  const filter = { ...everyEmail, ...part }
  const keys = every.filter(leaves).map((row) => row.key)
  const whole = await listAndCount(ctx.db, sight, { ...input, filter })
  expect([whole.rows.map((row) => row.key), whole.total], JSON.stringify(part)).toEqual([keys, keys.length])
  const short = await listAndCount(ctx.db, sight, { ...input, filter, limit: 1 }, 1)
  const first = [keys.slice(0, 1), Math.min(1, keys.length)]
  expect([short.rows.map((row) => row.key), short.total], JSON.stringify(part)).toEqual(first)
  if (part.kind === undefined || part.withFiles) return
  const counted = await countMessageEmails(ctx.db, sight, filter)
  expect(counted.get(longest[0])?.total ?? 0).toBe(keys.length)
  const everybody = await countMessageEmails(ctx.db, sight, everyEmail)
  const people = [counted, everybody].map((one) => new Set(one.get(longest[0])?.people))
  expect(people[0]).toEqual(people[1])
}

/** Compares every list of every active person of a world; how many were compared, and mails seen in them. */
async function compare(world: World): Promise<{ lists: number; seen: number }> {
  await storeWorld(town.house.db, world)
  const { orgId } = world
  let [lists, seen] = [0, 0]
  for (const user of world.users.filter((one) => one.status === 'active')) {
    const actor = await actorNow(town.house, { orgId, userId: user.id })
    if (actor === undefined) throw new Error('Nobody')
    const ctx: Context = { ...town.house, actor }
    const standing = world.records.filter((one) => !one.isDeleted)
    const open = openTo(world, user)
    const said = await ask(
      ctx,
      open.map((one) => one.id),
    )
    for (const record of open) {
      const told = tell(world, user.id, record)
      expect(said.get(record.id), `seed ${world.seed}, ${user.id} at ${record.module} ${record.id}`).toEqual(
        told,
      )
      seen += told.messages.length
    }
    if (lists === 0) await pageThrough(ctx, said)
    const turn = world.seed + lists
    await plannedOnce(() => filterThrough(ctx, said, turn))
    lists += open.length
    const closed = standing.find((one) => !open.includes(one))
    if (closed !== undefined) {
      const refused = listEmails(ctx, closed.id, EmailsQuery.parse({}))
      await expect(refused, `seed ${world.seed}`).rejects.toMatchObject({ reason: 'record_missing' })
    }
  }
  return { lists, seen }
}

describe('who sees which mail where', () => {
  test('S-062, S-063, S-065, S-066, S-067: what SQL lists is what the rule says, for everybody and every record', async () => {
    const first = onlySeed === undefined ? dice(Date.now() % 2 ** 31).next(2 ** 30) : Number(onlySeed)
    let [lists, seen, worlds] = [0, 0, 0]
    while (onlySeed === undefined ? lists < cases : worlds < 1) {
      const one = await compare(makeWorld(first + worlds))
      lists += one.lists
      seen += one.seen
      worlds += 1
    }
    // A test of lists that are all empty would find nothing.
    expect(seen).toBeGreaterThan(lists / 4)
    console.info(`${lists} lists of ${worlds} organisations from seed ${first}, ${seen} mails seen`)
  }, 120_000)
})
