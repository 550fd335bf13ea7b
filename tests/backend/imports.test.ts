import { beforeAll, expect, test } from 'vitest'
import type { RecordSummary } from '../../lib/contract/records.ts'
import type { Person } from '../stand-ins/door.ts'
import { type TestHouse, testHouse } from './harness/house.ts'
import { type Tables, tables } from './harness/tables.ts'

let town: TestHouse
let files: Tables
let mia: Person
let ken: Person

beforeAll(async () => {
  town = await testHouse()
  town.google.addAccount({ email: 'mia@arbor.example', name: 'Mia Sato' })
  town.google.addAccount({ email: 'ken@arbor.example', name: 'Ken Mori' })
  mia = await town.signIn('mia@arbor.example')
  await mia.call('PUT', '/policy/join', { domains: ['arbor.example'] })
  ken = await town.signIn('ken@arbor.example')
  files = tables(town)
})

const create = async (body: object): Promise<RecordSummary> =>
  (await mia.call<{ record: RecordSummary }>('POST', '/records', { fields: {}, ...body })).body.record

const read = async (id: string): Promise<RecordSummary> =>
  (await mia.call<{ record: RecordSummary }>('GET', `/records/${id}`)).body.record

const named = async (module: string, name: string): Promise<RecordSummary[]> =>
  (await files.records(mia, module)).filter((record) => record.name === name)

test('contacts with their account, owner and choices; the unknown account is made once and counted', async () => {
  const halden = await create({ module: 'accounts', fields: { accountName: 'Halden Marine' } })
  const made = await files.upload(mia, 'contacts', [
    ['First name', 'Last name', 'Email', 'Account', 'Owner', 'Phone', 'Description'],
    ['Elena', 'Brandt', 'Elena@Halden.example', 'HALDEN marine', 'Ken Mori', '+49 40 123', 'two\nlines'],
    ['浩二', '田中', 'koji@yamada.example', '株式会社山田製作所', 'mia@arbor.example', '', ''],
    ['花子', '山﨑', 'hanako@yamada.example', '株式会社山田製作所', '', '', ''],
  ])
  const checked = await files.run(mia, made.id, 'check')
  expect(checked).toMatchObject({
    status: 'checked',
    total: 3,
    done: 3,
    created: 3,
    failed: 0,
    accounts: 1,
  })
  expect(await named('contacts', 'Elena Brandt')).toEqual([])
  expect(await named('accounts', '株式会社山田製作所')).toEqual([])
  const done = await files.run(mia, made.id)
  expect(done).toMatchObject({
    status: 'done',
    total: 3,
    done: 3,
    created: 3,
    updated: 0,
    failed: 0,
    accounts: 1,
  })
  const [elena] = await named('contacts', 'Elena Brandt')
  expect(elena).toMatchObject({
    primaryAddress: 'elena@halden.example',
    accountId: halden.id,
    owner: { name: 'Ken Mori' },
    fields: { phone: '+49 40 123', description: 'two\nlines' },
  })
  const [koji] = await named('contacts', '田中 浩二')
  const [hanako] = await named('contacts', '山﨑 花子')
  const [yamada, ...more] = await named('accounts', '株式会社山田製作所')
  expect(more).toEqual([])
  expect([koji?.accountId, hanako?.accountId]).toEqual([yamada?.id, yamada?.id])
  const history = await mia.call<{ rows: object[] }>('GET', `/records/${elena?.id}/changes`)
  expect(history.body.rows).toMatchObject([{ kind: 'imported', by: { name: 'Mia Sato' } }])
  const found = await mia.call<{ records: RecordSummary[] }>('GET', '/records?q=山田')
  expect(found.body.records.map((one) => one.name).sort()).toEqual(
    ['山﨑 花子', '株式会社山田製作所', '田中 浩二'].sort(),
  )
})

test('a match key updates; empty cells keep or clear as chosen; the same again changes nothing', async () => {
  const record = await create({
    module: 'leads',
    fields: { lastName: 'Ono', phone: '03-1234-5678', title: 'CTO' },
    primaryAddress: 'ono@x.example',
  })
  const rows = [
    ['Email', 'Last name', 'Title', 'Phone'],
    ['ONO@x.example', 'Ono', '', '03-9999-0000'],
  ]
  const first = await files.upload(mia, 'leads', rows)
  expect(await files.run(mia, first.id)).toMatchObject({ created: 0, updated: 1 })
  expect(await read(record.id)).toMatchObject({ fields: { title: 'CTO', phone: '03-9999-0000' } })
  const again = await files.upload(mia, 'leads', rows)
  expect(await files.run(mia, again.id)).toMatchObject({ updated: 0, unchanged: 1 })
  const clearing = await files.upload(mia, 'leads', rows)
  await files.map(mia, clearing, { emptyCells: 'clear' })
  expect(await files.run(mia, clearing.id)).toMatchObject({ updated: 1 })
  expect((await read(record.id)).fields).not.toHaveProperty('title')
})

test('a later row with the same key changes what the earlier one made, in one batch and across two', async () => {
  const filler = Array.from({ length: 600 }, (_, n) => [`Filler ${n}`, `filler${n}@x.example`, ''])
  const made = await files.upload(mia, 'leads', [
    ['Last name', 'Email', 'Title'],
    ['Twice', 'twice@x.example', 'A'],
    ['Twice', 'twice@x.example', 'B'],
    ...filler,
    ['Twice', 'twice@x.example', 'C'],
  ])
  expect(await files.run(mia, made.id, 'check')).toMatchObject({ created: 601, updated: 2 })
  expect(await files.run(mia, made.id)).toMatchObject({ created: 601, updated: 2, failed: 0 })
  expect(await named('leads', 'Twice')).toMatchObject([{ fields: { title: 'C' } }])
})

test('deals by names and numbers; what is not there is an error of its row', async () => {
  const account = await create({ module: 'accounts', fields: { accountName: 'Deal House' } })
  const person = await create({
    module: 'contacts',
    fields: { lastName: 'Dealer' },
    primaryAddress: 'dealer@x.example',
    accountId: account.id,
  })
  const made = await files.upload(mia, 'deals', [
    ['Deal name', 'Stage', 'Amount', 'Currency', 'Closing date', 'Main contact', 'Account'],
    ['By address', 'Negotiation', '1,234.50', 'eur', '2026/11/23', 'dealer@x.example', ''],
    ['By name', '交渉', '99', 'JPY', '2026年11月23日', 'Dealer', 'deal house'],
    ['Unknown', 'Negotiation', '1', 'EUR', '', 'Nobody', 'No House'],
    ['Wrong', 'Maybe', 'many', 'XXQ', '31/31/2026', '', ''],
  ])
  expect(await files.run(mia, made.id)).toMatchObject({ created: 2, failed: 2 })
  for (const name of ['By address', 'By name'])
    expect(await named('deals', name)).toMatchObject([
      {
        mainContactId: person.id,
        accountId: account.id,
        fields: { stage: 'negotiation', closingOn: '2026-11-23' },
      },
    ])
  expect((await named('deals', 'By address'))[0]?.fields).toMatchObject({
    amount: '1234.5',
    currency: 'EUR',
  })
  const { rows, total } = await files.problems(mia, made.id)
  expect(total).toBe(6)
  expect(rows.map(({ row, field, reason }) => `${row} ${field} ${reason}`)).toEqual([
    '4 mainContactId lookup_missing',
    '4 accountId lookup_missing',
    '5 stage not_a_choice',
    '5 amount not_a_number',
    '5 currency not_a_currency',
    '5 closingOn not_a_date',
  ])
})

test('several records with one name or key are an error, unless the name is written just so', async () => {
  for (const accountName of ['Twin Works', 'Twin Works', 'TWIN WORKS'])
    await create({ module: 'accounts', fields: { accountName } })
  const made = await files.upload(mia, 'contacts', [
    ['Last name', 'Account'],
    ['Ambiguous', 'Twin Works'],
    ['Sure', 'TWIN WORKS'],
  ])
  expect(await files.run(mia, made.id)).toMatchObject({ created: 1, failed: 1 })
  expect((await files.problems(mia, made.id)).rows).toMatchObject([
    { row: 2, field: 'accountId', reason: 'several_match', value: 'Twin Works' },
  ])
  const update = await files.upload(mia, 'accounts', [
    ['Account name', 'Industry'],
    ['twin works', 'Ships'],
  ])
  expect(await files.run(mia, update.id)).toMatchObject({ updated: 0, failed: 1 })
})

test('a parent account leads in no circle', async () => {
  const [a, b] = [
    await create({ module: 'accounts', fields: { accountName: 'Circle A' } }),
    await create({ module: 'accounts', fields: { accountName: 'Circle B' } }),
  ]
  const made = await files.upload(mia, 'accounts', [
    ['Account name', 'Parent account'],
    ['Circle A', 'Circle B'],
    ['Circle B', 'Circle A'],
  ])
  expect(await files.run(mia, made.id)).toMatchObject({ updated: 1, failed: 1 })
  expect((await files.problems(mia, made.id)).rows).toMatchObject([{ row: 3, reason: 'lookup_circle' }])
  expect((await read(a.id)).fields['parentAccount']).toBe(b.id)
})

test('decimal commas and points for thousands in a file that parts with semicolons', async () => {
  const made = await files.upload(
    mia,
    'deals',
    'Deal name;Amount;Closing date\r\nGerman;1.234,5;23.11.2026\r\nThousands;12.000;1.2.2027\r\n',
  )
  expect(await files.run(mia, made.id)).toMatchObject({ created: 2, failed: 0 })
  expect((await named('deals', 'German'))[0]?.fields).toMatchObject({
    amount: '1234.5',
    closingOn: '2026-11-23',
  })
  expect((await named('deals', 'Thousands'))[0]?.fields).toMatchObject({
    amount: '12000',
    closingOn: '2027-02-01',
  })
})

test('records of others are not changed where the policy lets people only read', async () => {
  const record = await create({
    module: 'leads',
    fields: { lastName: 'Guarded' },
    primaryAddress: 'guarded@x.example',
  })
  await town.house.db
    .updateTable('organisations')
    .set({ policy: JSON.stringify({ 'access.leads': 'read' }) })
    .execute()
  const made = await files.upload(ken, 'leads', [
    ['Last name', 'Email'],
    ['Taken', 'guarded@x.example'],
  ])
  expect(await files.run(ken, made.id)).toMatchObject({ updated: 0, failed: 1 })
  expect((await files.problems(ken, made.id)).rows).toMatchObject([{ reason: 'record_read_only' }])
  await town.house.db.updateTable('organisations').set({ policy: '{}' }).execute()
  expect((await read(record.id)).name).toBe('Guarded')
})
