import { beforeAll, describe, expect, test } from 'vitest'
import type { Condition, ListPage, ModuleCounts } from '../../lib/contract/lists.ts'
import type { RecordSummary } from '../../lib/contract/records.ts'
import type { Person } from '../stand-ins/door.ts'
import { type TestHouse, testHouse } from './harness/house.ts'
import { make, newTeam } from './harness/people.ts'

type Team = Awaited<ReturnType<typeof newTeam>>

let town: TestHouse
let team: Team
let halden: RecordSummary
let elena: RecordSummary

const list = (who: Person, query: object) =>
  who.call<ListPage>('POST', '/records/list', { module: 'deals', ...query })
const names = async (query: object, who: Person = team.ken) =>
  (await list(who, query)).body.rows.map((row) => row.name)
const refusal = async (query: object) => {
  const { status, body } = await team.ken.call<{ error: { fields: object[] } }>('POST', '/records/list', {
    module: 'deals',
    ...query,
  })
  return { status, fields: body.error?.fields }
}

// The house's clock stands at 2026-11-23T09:00Z.
beforeAll(async () => {
  town = await testHouse()
  team = await newTeam(town)
  const { ken, ana } = team
  halden = await make(ken, 'accounts', { accountName: 'Halden Marine' })
  elena = await make(ken, 'contacts', { lastName: 'Brandt', firstName: 'Elena' }, { accountId: halden.id })
  const deal = (who: Person, dealName: string, fields: Record<string, string>, more: object = {}) =>
    make(who, 'deals', { dealName, ...fields }, more)
  await deal(ken, 'Álpha', { stage: 'won', amount: '900', currency: 'EUR', closingOn: '2026-11-22' })
  await deal(
    ken,
    'beta',
    { stage: 'proposal', amount: '10000', currency: 'EUR', closingOn: '2026-11-23', source: 'ＦＡＩＲ 2026' },
    { accountId: halden.id, mainContactId: elena.id },
  )
  await deal(ana, 'Gamma', {
    stage: 'negotiation',
    amount: '1000.5',
    currency: 'USD',
    closingOn: '2026-11-30',
  })
  await deal(ana, 'delta', { stage: 'proposal', source: '展示会カタログ' })
})

const where = (field: string, op: Condition['op'], ...values: string[]) => ({
  filter: [{ field, op, values }],
})

describe('filters', () => {
  test.each([
    [where('stage', 'is', 'proposal'), ['beta', 'delta']],
    [where('stage', 'is', 'proposal', 'won'), ['Álpha', 'beta', 'delta']],
    [where('stage', 'is_not', 'proposal'), ['Álpha', 'Gamma']],
    [where('amount', 'from', '1000'), ['beta', 'Gamma']],
    [where('amount', 'after', '1000.5'), ['beta']],
    [where('amount', 'is', '900.00'), ['Álpha']],
    [where('amount', 'to', '1,000.50'), ['Álpha', 'Gamma']],
    [where('amount', 'is_not', '900'), ['beta', 'delta', 'Gamma']],
    [where('amount', 'empty'), ['delta']],
    [where('amount', 'not_empty'), ['Álpha', 'beta', 'Gamma']],
    [where('closingOn', 'is', 'today'), ['beta']],
    [where('closingOn', 'before', 'today'), ['Álpha']],
    [where('closingOn', 'after', '2026-11-22'), ['beta', 'Gamma']],
    [{ ...where('closingOn', 'from', 'today'), zone: 'Pacific/Kiritimati' }, ['beta', 'Gamma']],
    [where('closingOn', 'to', '+7d'), ['Álpha', 'beta', 'Gamma']],
    [where('createdAt', 'is', 'today'), ['Álpha', 'beta', 'delta', 'Gamma']],
    [where('createdAt', 'is_not', 'today'), []],
    [where('createdAt', 'before', '2026-11-23'), []],
    [where('createdAt', 'after', '-1d'), ['Álpha', 'beta', 'delta', 'Gamma']],
    [where('createdAt', 'from', '2026-11-23T23:00:00Z'), []],
    [where('ownerId', 'is', 'me'), ['Álpha', 'beta']],
    [where('ownerId', 'is_not', 'me'), ['delta', 'Gamma']],
    [where('name', 'contains', 'ALPH'), ['Álpha']],
    [where('name', 'starts', 'bet'), ['beta']],
    [where('name', 'contains', '%'), []],
    [where('source', 'contains', 'fair'), ['beta']],
    [where('source', 'contains', 'かたろぐ'), ['delta']],
    [where('source', 'contains', 'ｶﾀﾛｸﾞ'), ['delta']],
    [where('source', 'contains', 'ァ'), []],
    [where('source', 'contains', '.*'), []],
    [where('source', 'contains', 'ｆａｉｒ　２０２６'), ['beta']],
    [where('source', 'starts', '2026'), []],
    [where('dealName', 'starts', 'alph'), ['Álpha']],
    [where('dealName', 'contains', 'Gàmmá'), ['Gamma']],
    [where('source', 'starts', '展示'), ['delta']],
    [where('accountId', 'empty'), ['Álpha', 'delta', 'Gamma']],
    [where('accountId', 'not_empty'), ['beta']],
    [{ q: 'gam' }, ['Gamma']],
    [{ q: 'halden' }, ['beta']],
    [{ q: '%' }, []],
    [{ filter: [...where('stage', 'is', 'proposal').filter, ...where('amount', 'empty').filter] }, ['delta']],
  ])('%j', async (query, expected) => expect(await names(query)).toEqual(expected))

  test('a lookup by the id of what it leads to, also of an address', async () => {
    expect(await names(where('accountId', 'is', halden.id))).toEqual(['beta'])
    expect(await names(where('mainContactId', 'is_not', elena.id))).toEqual(['Álpha', 'delta', 'Gamma'])
    await make(team.ken, 'contacts', { lastName: 'Addressed' }, { primaryAddress: 'who@addressed.example' })
    const contacts = (condition: object) => names({ module: 'contacts', ...condition })
    expect(await contacts(where('primaryAddress', 'contains', '@ADDRESSED'))).toEqual(['Addressed'])
    expect(await contacts(where('primaryAddress', 'is', 'who@addressed.example'))).toEqual(['Addressed'])
    expect(await contacts(where('primaryAddress', 'empty'))).toEqual(['Elena Brandt'])
  })

  test.each([
    [where('nothing', 'is', 'x'), [{ field: 'filter.0.field', reason: 'field_unknown' }]],
    [where('lastContact', 'empty'), [{ field: 'filter.0.field', reason: 'field_unknown' }]],
    [where('amount', 'from', 'much'), [{ field: 'filter.0.values', reason: 'not_a_number' }]],
    [where('closingOn', 'is', 'someday'), [{ field: 'filter.0.values', reason: 'not_a_date' }]],
    [where('closingOn', 'is', '+999999d'), [{ field: 'filter.0.values', reason: 'not_a_date' }]],
    [where('createdAt', 'is', '2026-99-99'), [{ field: 'filter.0.values', reason: 'not_a_date' }]],
    [where('ownerId', 'is', 'you'), [{ field: 'filter.0.values', reason: 'person_missing' }]],
    [where('accountId', 'is', 'x'), [{ field: 'filter.0.values', reason: 'lookup_missing' }]],
    [where('stage', 'contains', 'x'), [{ field: 'filter.0.values', reason: 'field_invalid' }]],
    [where('source', 'contains', 'x'.repeat(101)), [{ field: 'filter.0.values', reason: 'too_long' }]],
    [where('stage', 'is'), [{ field: 'filter.0.values', reason: 'field_required' }]],
    [{ columns: ['name', 'nothing'] }, [{ field: 'columns.1', reason: 'field_unknown' }]],
    [{ sort: { field: 'nothing', direction: 'asc' } }, [{ field: 'sort.field', reason: 'field_unknown' }]],
    [{ sort: { field: 'nextStep', direction: 'asc' } }, [{ field: 'sort.field', reason: 'field_invalid' }]],
    [{ zone: 'Mars/Base' }, [{ field: 'zone', reason: 'zone_unknown' }]],
    [{ cursor: 'nonsense' }, [{ field: 'cursor', reason: 'field_invalid' }]],
    [{ module: 'x_nowhere' }, []],
  ])('%j is refused by name', async (query, fields) => {
    expect(await refusal(query)).toEqual({ status: fields.length > 0 ? 400 : 404, fields })
  })

  test('a text is looked through in its first thousand letters, written in whatever way', async () => {
    const wide = await newTeam(town)
    const lead = (lastName: string, description: string) => make(wide.ken, 'leads', { lastName, description })
    await lead('Near', `${'見積書'.repeat(300)}ﾊﾞﾙﾌﾞ (ﬁne) Ωmega Ёлка e\u0301te\u0323 [x]`)
    await lead('Far', `${'見積書'.repeat(400)}バルブ`)
    const found = (text: string) =>
      names({ module: 'leads', ...where('description', 'contains', text) }, wide.ken)
    for (const text of ['ばるぶ', 'バルブ', 'FINE', 'ωMEGA', 'елка', 'ete ', 'été', '[X]', '(ﬁ'])
      expect(await found(text)).toEqual(['Near'])
    expect(await found('zzz')).toEqual([])
  })

  test('hostile keys and values are data, never part of a statement', async () => {
    expect((await refusal(where("a' or '1'='1", 'is', 'x'))).status).toBe(400)
    expect(await names(where('source', 'is', "' or 1=1 --"))).toEqual([])
    expect(await names(where('source', 'contains', '\u0000\\%_'))).toEqual([])
  })
})

describe('order', () => {
  const sorted = (field: string, direction: string) => names({ sort: { field, direction } })

  test.each([
    ['name', ['Álpha', 'beta', 'delta', 'Gamma'], ['Gamma', 'delta', 'beta', 'Álpha']],
    ['amount', ['Álpha', 'Gamma', 'beta', 'delta'], ['beta', 'Gamma', 'Álpha', 'delta']],
    ['closingOn', ['Álpha', 'beta', 'Gamma', 'delta'], ['Gamma', 'beta', 'Álpha', 'delta']],
  ])('by %s; rows without a value last, either way', async (field, up, down) => {
    expect(await sorted(field, 'asc')).toEqual(up)
    expect(await sorted(field, 'desc')).toEqual(down)
  })

  test('stages in the order of the sale, owners and lookups by name', async () => {
    const stages = await sorted('stage', 'asc')
    expect([stages.slice(0, 2).sort(), stages.slice(2)]).toEqual([
      ['beta', 'delta'],
      ['Gamma', 'Álpha'],
    ])
    expect((await sorted('ownerId', 'asc')).slice(0, 2).sort()).toEqual(['Gamma', 'delta'])
    expect((await sorted('accountId', 'desc'))[0]).toBe('beta')
  })
})

describe('pages', () => {
  let many: Team

  beforeAll(async () => {
    many = await newTeam(town)
    for (let n = 0; n < 25; n++)
      await make(many.ken, 'deals', { dealName: `D${String(n).padStart(2, '0')}`, amount: String(n % 3) })
  })

  test.each([
    [{ field: 'name', direction: 'asc' }],
    [{ field: 'name', direction: 'desc' }],
    [{ field: 'amount', direction: 'asc' }],
    [{ field: 'amount', direction: 'desc' }],
    [{ field: 'createdAt', direction: 'desc' }],
    [{ field: 'stage', direction: 'asc' }],
    [{ field: 'source', direction: 'asc' }],
    [{ field: 'ownerId', direction: 'asc' }],
  ])('by cursor every row comes once, and as by number: %j', async (sort) => {
    const whole = await names({ sort }, many.ken)
    const walked: string[] = []
    let cursor: string | null = null
    do {
      const page: ListPage = (await list(many.ken, { sort, limit: 7, ...(cursor && { cursor }) })).body
      expect(page.total).toBe(25)
      walked.push(...page.rows.map((row) => row.name))
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(walked).toEqual(whole)
    expect(await names({ sort, at: 20, limit: 7 }, many.ken)).toEqual(whole.slice(20))
    expect(await names({ sort, at: 30 }, many.ken)).toEqual([])
  })

  test('a cursor stays exact while rows come and go before it', async () => {
    const first = (await list(many.ken, { limit: 10 })).body
    const [gone] = first.rows
    await many.ken.call('DELETE', `/records/${gone?.id}`)
    await make(many.ken, 'deals', { dealName: 'A first one' })
    const next = await names({ limit: 3, cursor: first.nextCursor }, many.ken)
    expect(next).toEqual(['D10', 'D11', 'D12'])
  })

  test('another order’s cursor is refused', async () => {
    const { nextCursor } = (await list(many.ken, { limit: 3 })).body
    const other = { cursor: nextCursor, sort: { field: 'amount', direction: 'asc' } }
    expect((await list(many.ken, other)).status).toBe(400)
  })

  test('what holds a text is found among many, counted once, and met with the other conditions', async () => {
    const wide = await newTeam(town)
    await make(wide.ken, 'deals', { dealName: 'Sample', source: 'Ｆair' })
    await copies(wide.orgId, 1200)
    const { filter } = where('source', 'contains', 'fair')
    const ids = async (query: object) => {
      const { rows, total } = (await list(wide.ken, { limit: 200, ...query })).body
      return { total, ids: rows.map((row) => row.id) }
    }
    const pages = [0, 200, 400, 600, 800, 1000, 1200].map((at) => ids({ filter, at }))
    const found = await Promise.all(pages)
    expect(new Set(found.flatMap((page) => page.ids)).size).toBe(1201)
    expect(found.map((page) => page.total)).toEqual(found.map(() => 1201))
    const amount = where('amount', 'is', '39').filter
    expect(await ids({ filter: [...filter, ...amount] })).toMatchObject({ total: 30 })
    const none = { filter: [...where('source', 'contains', 'fairy').filter, ...amount] }
    expect(await ids(none)).toEqual({ total: 0, ids: [] })
  })

  test('the far half, walked from its end, is the same', async () => {
    const far = await newTeam(town)
    await make(far.ken, 'deals', { dealName: 'Sample' })
    await copies(far.orgId, 1500)
    const page = async (at: number, sort: object) =>
      (await list(far.ken, { at, limit: 200, sort })).body.rows.map((row) => row.id)
    for (const sort of [
      { field: 'amount', direction: 'asc' },
      { field: 'name', direction: 'desc' },
    ]) {
      const near = [...(await page(800, sort)), ...(await page(1000, sort))]
      expect((await page(1100, sort)).slice(0, 100)).toEqual(near.slice(300))
      expect(await page(1450, sort)).toHaveLength(51)
    }
  })
})

test('columns that are worked out come when they are asked for', async () => {
  const asked = { module: 'contacts', columns: ['lastContact', 'nextStep', 'openDeals'] }
  await team.ken.call('POST', '/todos', { recordId: elena.id, title: 'Call', dueOn: '2026-12-01' })
  const [row] = (await list(team.ken, { ...asked, q: 'elena' })).body.rows
  expect(row).toMatchObject({
    lastContact: null,
    nextStep: { title: 'Call', dueOn: '2026-12-01', record: { name: 'Elena Brandt' } },
    openDeals: [{ amount: '10000', currency: 'EUR' }],
  })
  const [plain] = (await list(team.ken, { module: 'contacts', q: 'elena' })).body.rows
  expect(Object.keys(plain ?? {})).not.toEqual(expect.arrayContaining(['openDeals']))
})

test('only what the viewer may see is listed and counted; the bin is a list of its own', async () => {
  const { mia, ken, ana, vic, orgId } = await newTeam(town)
  for (const who of [ken, ana]) await make(who, 'leads', { lastName: `Of ${who.email.slice(0, 3)}` })
  const gone = await make(ken, 'leads', { lastName: 'Gone' })
  await ken.call('DELETE', `/records/${gone.id}`)
  await town.house.db
    .updateTable('organisations')
    .set({ policy: JSON.stringify({ 'access.leads': 'private' }) })
    .where('id', '=', orgId)
    .execute()
  const seen = async (who: Person, bin = false) => names({ module: 'leads', bin }, who)
  expect(await seen(mia)).toEqual(['Of ana', 'Of ken'])
  expect(await seen(ken)).toEqual(['Of ken'])
  expect(await seen(vic)).toEqual([])
  expect(await seen(ken, true)).toEqual(['Gone'])
  expect(await seen(ana, true)).toEqual([])
  // A lead that became a contact is not in the bin: it comes back by undoing that.
  const converted = await make(ken, 'leads', { lastName: 'Converted' })
  const conversion = { version: converted.version, account: null, deal: null }
  expect((await ken.call('POST', `/records/${converted.id}/convert`, conversion)).status).toBe(201)
  expect(await seen(ken, true)).toEqual(['Gone'])
  const counts = async (who: Person) => (await who.call<ModuleCounts>('GET', '/records/counts')).body.counts
  expect(await counts(mia)).toContainEqual({ module: 'leads', total: 2 })
  expect(await counts(ken)).toContainEqual({ module: 'leads', total: 1 })
  expect((await list(ken, { module: 'leads' })).body.total).toBe(1)
})

/** So many copies of an organisation's only record. */
async function copies(orgId: string, times: number): Promise<void> {
  const { id: _, ...row } = await town.house.db
    .selectFrom('records')
    .selectAll()
    .where('org_id', '=', orgId)
    .executeTakeFirstOrThrow()
  const many = Array.from({ length: times }, (_, n) => ({
    ...row,
    id: town.house.newId(),
    sort_name: `sample ${n}`,
    fields: JSON.stringify({ ...row.fields, ...(n % 5 > 0 && { amount: String(n % 40) }) }),
  }))
  for (let from = 0; from < times; from += 500)
    await town.house.db
      .insertInto('records')
      .values(many.slice(from, from + 500))
      .execute()
}
