import { beforeAll, describe, expect, test } from 'vitest'
import type { Found } from '../../lib/contract/records.ts'
import type { Person } from '../stand-ins/door.ts'
import { type TestHouse, testHouse } from './harness/house.ts'
import { make, newTeam } from './harness/people.ts'
import { workOff } from './harness/work.ts'

let town: TestHouse
let team: Awaited<ReturnType<typeof newTeam>>

const find = async (who: Person, q: string, module?: string) =>
  (
    await who.call<Found>(
      'GET',
      `/records?q=${encodeURIComponent(q)}${module === undefined ? '' : `&module=${module}`}`,
    )
  ).body.records
const names = async (q: string, module?: string) =>
  (await find(team.ken, q, module)).map((record) => record.name)

beforeAll(async () => {
  town = await testHouse()
  team = await newTeam(town)
  const { ken } = team
  const halden = await make(ken, 'accounts', {
    accountName: 'Halden Marine GmbH',
    domain: 'haldenmarine.example',
  })
  const elena = await make(
    ken,
    'contacts',
    { firstName: 'Elena', lastName: 'Brandt', phone: '+49 (0)151 1234 5678' },
    { primaryAddress: 'elena.brandt@haldenmarine.example', accountId: halden.id },
  )
  await make(ken, 'contacts', { firstName: 'Inès', lastName: 'Moréau' })
  await make(ken, 'leads', { lastName: 'Großmann', company: 'Øresund Ærø' })
  await make(ken, 'contacts', { firstName: '浩二', lastName: '田中', company: '株式会社山田製作所' })
  await make(ken, 'contacts', { firstName: '健', lastName: '林' })
  await make(ken, 'contacts', { firstName: '花子', lastName: '渡邊', phone: '090-8765-4321' })
  await make(ken, 'accounts', { accountName: 'キヤノンサーバー' })
  await make(ken, 'quotes', { number: 'Q-1187', subject: 'Line 4 retrofit' }, { mainContactId: elena.id })
})

describe('what is typed finds (S-001)', () => {
  test.each([
    ['a name from its start', 'Elen', 'Elena Brandt'],
    ['one letter', 'i', 'Inès Moréau'],
    ['two letters', 'mo', 'Inès Moréau'],
    ['the middle of a name', 'rand', 'Elena Brandt'],
    ['two words in any order', 'brandt elena', 'Elena Brandt'],
    ['without accents', 'moreau', 'Inès Moréau'],
    ['with other accents', 'Mòrèau', 'Inès Moréau'],
    ['ß', 'grossmann', 'Großmann'],
    ['company as typed', 'oresund', 'Großmann'],
    ['the account’s name and a part of the person’s', 'halden elena', 'Elena Brandt'],
    ['an address', 'elena.brandt@haldenmarine.example', 'Elena Brandt'],
    ['the domain from its middle', 'denmarine.ex', 'Elena Brandt'],
    ['a Japanese surname of one character', '林', '林 健'],
    ['a Japanese surname of two', '田中', '田中 浩二'],
    ['both without a space', '田中浩二', '田中 浩二'],
    ['the middle of a Japanese company', '製作', '田中 浩二'],
    ['its other legal form', '山田製作所株式会社', '田中 浩二'],
    ['the common form of a character', '渡辺', '渡邊 花子'],
    ['half-width kana', 'ｷｬﾉﾝ', 'キヤノンサーバー'],
    ['hiragana without the long vowel', 'さーば', 'キヤノンサーバー'],
    ['a number', 'Q-1187', 'Q-1187'],
    ['a number without punctuation', 'q1187', 'Q-1187'],
    ['digits of a number', '1187', 'Q-1187'],
    ['what a document is about', 'retrofit', 'Q-1187'],
  ])('%s: %s', async (_, q, name) => expect(await names(q)).toContain(name))

  test.each([
    ['+49 151 12345678', 'Elena Brandt'],
    ['0151/12345678', 'Elena Brandt'],
    ['0049-151-1234-5678', 'Elena Brandt'],
    ['12345678', 'Elena Brandt'],
    ['+81 90 8765 4321', '渡邊 花子'],
    ['０９０８７６５', '渡邊 花子'],
  ])('a phone number however it is written: %s', async (q, name) => {
    const [first] = await find(team.ken, q)
    expect(first).toMatchObject({ name, matched: 'phone' })
  })

  test.each([
    ['Brand Elna', 'Elena Brandt'],
    ['haldn marin', 'Halden Marine GmbH'],
    ['Brnadt', 'Elena Brandt'],
    ['Mroeau', 'Inès Moréau'],
    ['山田制作所', '田中 浩二'],
  ])('with a slip: %s', async (q, name) => {
    const [first] = await find(team.ken, q)
    expect(first).toMatchObject({ name, matched: 'similar' })
  })

  test.each(['%', '_', '\\', "'", '🙂', 'elena xyz', 'zzzzzzz'])('nothing for %j', async (q) =>
    expect(await names(q)).toEqual([]),
  )

  test('each row says what matched', async () => {
    const matched = async (q: string) =>
      Object.fromEntries((await find(team.ken, q)).map((one) => [one.name, one.matched]))
    expect(await matched('halden')).toEqual({
      'Halden Marine GmbH': 'name',
      'Elena Brandt': 'company',
      'Q-1187': 'company',
    })
    expect(await matched('elena.brandt@')).toMatchObject({ 'Elena Brandt': 'name' })
    expect(await matched('haldenmarine')).toMatchObject({ 'Elena Brandt': 'address' })
  })

  test('in one module only', async () => {
    expect(await names('halden', 'contacts')).toEqual(['Elena Brandt'])
    expect(await names('halden', 'deals')).toEqual([])
  })
})

describe('what comes first', () => {
  test('the exact name, then the start of a word, then the middle; the last touched among equals', async () => {
    const { mia } = await newTeam(town)
    for (const lastName of ['Xmarinex', 'Marinella', 'Marine', 'Old Marines', 'New Marines'])
      await make(mia, 'contacts', { lastName }).then(() => town.google.clock.advance(1000))
    const found = (await find(mia, 'marine')).map((record) => record.name)
    expect(found).toEqual(['Marine', 'New Marines', 'Old Marines', 'Marinella', 'Xmarinex'])
  })

  test('an exact name is found behind hundreds of newer ones that merely begin so; twenty are shown', async () => {
    const { mia, orgId } = await newTeam(town)
    await make(mia, 'contacts', { lastName: 'Sato' })
    await make(mia, 'contacts', { lastName: 'Satomi' })
    await multiply(orgId, 'Satomi', 500)
    const found = (await find(mia, 'sato')).map((record) => record.name)
    expect(found).toHaveLength(20)
    expect(found[0]).toBe('Sato')
  })

  test('without a text: the last touched', async () => {
    const { mia } = await newTeam(town)
    for (const lastName of ['One', 'Two']) {
      await make(mia, 'contacts', { lastName })
      town.google.clock.advance(1000)
    }
    expect(await find(mia, '  ')).toMatchObject([
      { name: 'Two', matched: 'recent' },
      { name: 'One', matched: 'recent' },
    ])
  })
})

test('nobody finds what they may not see: the bin, other organisations, others’ records when the policy says so', async () => {
  const { mia, ken, ana, orgId } = await newTeam(town)
  const mine = await make(ken, 'contacts', { lastName: 'Secretino' })
  const gone = await make(ken, 'contacts', { lastName: 'Secretino Gone' })
  await ken.call('DELETE', `/records/${gone.id}`)
  await town.house.db
    .updateTable('organisations')
    .set({ policy: JSON.stringify({ 'access.contacts': 'private' }) })
    .where('id', '=', orgId)
    .execute()
  const seen = async (who: Person, q: string) => (await find(who, q)).map((record) => record.id)
  for (const q of ['secretino', 'secertino', '']) {
    expect(await seen(ken, q)).toEqual([mine.id])
    expect(await seen(mia, q)).toEqual([mine.id])
    expect(await seen(ana, q)).toEqual([])
    expect(await seen(team.ken, q)).not.toContain(mine.id)
  }
})

test('rows of an older version and contacts of a renamed account are found after the background has passed', async () => {
  const { mia, orgId } = await newTeam(town)
  const account = await make(mia, 'accounts', { accountName: 'Before' })
  const contact = await make(mia, 'contacts', { lastName: 'Kept' }, { accountId: account.id })
  await mia.call('PATCH', `/records/${account.id}`, {
    version: account.version,
    fields: { accountName: 'Afterwards' },
  })
  await workOff(town, ['index'])
  expect((await find(mia, 'afterwards')).map((one) => one.id)).toEqual([account.id, contact.id])
  expect(await find(mia, 'before')).toEqual([])
  const { rows } = await unindexed(orgId)
  expect(rows).toBe(0)
})

/** Copies of a record as they stand, all of one moment later. */
async function multiply(orgId: string, name: string, times: number): Promise<void> {
  const { id: _, ...row } = await town.house.db
    .selectFrom('records')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('name', '=', name)
    .executeTakeFirstOrThrow()
  const at = new Date(row.updated_at.getTime() + 60_000)
  await town.house.db
    .insertInto('records')
    .values(
      Array.from({ length: times }, () => ({
        ...row,
        id: town.house.newId(),
        fields: JSON.stringify(row.fields),
        updated_at: at,
      })),
    )
    .execute()
}

async function unindexed(orgId: string) {
  const rows = await town.house.db
    .selectFrom('records')
    .select('id')
    .where('org_id', '=', orgId)
    .where('indexed', '=', false)
    .execute()
  return { rows: rows.length }
}
