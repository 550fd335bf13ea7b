import './harness/loopback-only.ts'
import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Merge } from '../../lib/contract/duplicates.ts'
import type { ListPage } from '../../lib/contract/lists.ts'
import { type DeletedParts, ModulesAnswer, type ModulesChanged } from '../../lib/contract/modules.ts'
import type { LookupAnswer, RecordCard } from '../../lib/contract/records.ts'
import type { Answer, Person } from '../stand-ins/door.ts'
import { type TestHouse, testHouse } from './harness/house.ts'
import { someone } from './harness/reps.ts'
import { workOff } from './harness/work.ts'

let town: TestHouse
let admin: Person
let rep: Person
let viewer: Person
let named = 0

beforeAll(async () => {
  town = await testHouse()
  for (const name of ['Mia Sato', 'Ken Mori', 'Vera Voss'])
    town.google.addAccount({ email: `${name.split(' ')[0]?.toLowerCase()}@arbor.example`, name })
  admin = await town.signIn('mia@arbor.example')
  await admin.call('PUT', '/policy/join', { domains: ['arbor.example'] })
  await admin.call('POST', '/invitations', { email: 'vera@arbor.example', role: 'viewer' })
  rep = await town.signIn('ken@arbor.example')
  viewer = await town.signIn('vera@arbor.example')
})

const modulesFor = async (who: Person) => (await who.call<ModulesAnswer>('GET', '/modules')).body
const moduleOf = async (key: string, who = rep) =>
  (await modulesFor(who)).modules.find((one) => one.key === key)
const fieldOf = async (module: string, key: string) =>
  (await moduleOf(module))?.fields.find((one) => one.key === key)
const deleted = async () => (await admin.call<DeletedParts>('GET', '/modules/deleted')).body

async function made(answer: Promise<Answer<ModulesChanged>>): Promise<string> {
  const { status, body } = await answer
  expect(status).toBe(201)
  return body.key
}

/** A module with a name of its own. */
function newModule(more: object = {}): Promise<string> {
  const one = `Site ${++named}`
  return made(admin.call('POST', '/modules', { labels: { one, many: `${one}s` }, ...more }))
}

const newField = (module: string, body: object) => made(admin.call('POST', `/modules/${module}/fields`, body))

async function record(module: string, body: object, who = rep): Promise<string> {
  const answer = await who.call<RecordCard>('POST', '/records', { module, ...body })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body.record.id
}

const card = async (id: string) => (await rep.call<RecordCard>('GET', `/records/${id}`)).body.record

describe('reading', () => {
  test('everybody signed in reads modules and fields, and the answer keeps to its contract', async () => {
    for (const who of [admin, rep, viewer]) {
      const { modules } = ModulesAnswer.parse(await modulesFor(who))
      expect(modules.map((one) => one.key).slice(0, 8)).toEqual([
        'leads',
        'contacts',
        'accounts',
        'deals',
        'quotes',
        'sales_orders',
        'purchase_orders',
        'invoices',
      ])
    }
    expect((await town.knock('GET', '/api/v1/modules')).status).toBe(401)
  })

  const labels = { one: 'Own', many: 'Owns' }
  test.each([
    ['GET', '/modules/deleted', undefined],
    ['POST', '/modules', { labels }],
    ['PATCH', '/modules/deals', { cardFields: [] }],
    ['DELETE', '/modules/x_site', undefined],
    ['POST', '/modules/x_site/restore', undefined],
    ['POST', '/modules/x_site/purge', undefined],
    ['POST', '/modules/deals/fields', { label: 'Own', type: 'text' }],
    ['PATCH', '/modules/deals/fields/x_own', { label: 'Own' }],
    ['DELETE', '/modules/deals/fields/x_own', undefined],
    ['POST', '/modules/deals/fields/x_own/restore', undefined],
    ['POST', '/modules/deals/fields/x_own/purge', undefined],
  ])('%s %s is for admins alone', async (method, path, body) => {
    for (const who of [rep, viewer])
      expect(await who.call(method, path, body)).toMatchObject({
        status: 403,
        body: { error: { reason: 'not_admin' } },
      })
    expect((await town.knock(method, `/api/v1${path}`, body)).status).toBe(401)
  })
})

describe('own modules', () => {
  test('is there for everybody at the next request, with records of its own', async () => {
    const before = (await modulesFor(rep)).version
    const key = await made(
      admin.call('POST', '/modules', { labels: { one: 'Projekt Übersicht', many: 'Projekte' } }),
    )
    expect(key).toBe('x_projekt_ubersicht')
    expect((await modulesFor(rep)).version).toBe(before + 1)
    expect(await moduleOf(key)).toMatchObject({ labels: { one: 'Projekt Übersicht', many: 'Projekte' } })
    const id = await record(key, { fields: { name: 'Line 4' } })
    expect((await card(id)).module).toBe(key)
    const events = await town.house.db
      .selectFrom('events')
      .select('payload')
      .orderBy('seq', 'desc')
      .limit(3)
      .execute()
    expect(events.map((one) => one.payload.type)).toContain('modules')
  })

  test('a Japanese name has a key too; a key is never used twice, also after deletion', async () => {
    const create = (one: string, many: string) =>
      made(admin.call('POST', '/modules', { labels: { one, many } }))
    expect(await create('工事', '工事一覧')).toBe('x_m1')
    expect(await create('点検', '点検一覧')).toBe('x_m2')
    const key = await create('Audit', 'Audits')
    await admin.call('DELETE', `/modules/${key}`)
    expect(await create('Audit', 'Audits')).toBe('x_audit_2')
    const again = await admin.call('POST', '/modules', { labels: { one: 'ＡＵＤＩＴ', many: 'Other' } })
    expect(again).toMatchObject({
      status: 409,
      body: { error: { reason: 'name_taken', fields: [{ field: 'labels.one' }] } },
    })
    expect(await admin.call('POST', `/modules/${key}/restore`)).toMatchObject({
      status: 409,
      body: { error: { reason: 'name_taken' } },
    })
  })

  test('the same Idempotency-Key makes one module and one field', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    const body = { labels: { one: 'Once', many: 'Onces' } }
    const both = [
      await admin.call<ModulesChanged>('POST', '/modules', body, headers),
      await admin.call<ModulesChanged>('POST', '/modules', body, headers),
    ]
    expect(both.map((one) => [one.status, one.body.key])).toEqual([
      [201, 'x_once'],
      [201, 'x_once'],
    ])
    const key = { 'idempotency-key': randomUUID() }
    const field = { label: 'Only', type: 'text' }
    for (let n = 0; n < 2; n++)
      expect((await admin.call('POST', '/modules/x_once/fields', field, key)).status).toBe(201)
    expect((await moduleOf('x_once'))?.fields.filter((one) => one.custom)).toHaveLength(1)
  })

  test('new words, and the fields its card shows, of standard modules too', async () => {
    const key = await newModule()
    const labels = { one: 'Plant', many: 'Plants' }
    expect((await admin.call('PATCH', `/modules/${key}`, { labels })).status).toBe(200)
    expect((await moduleOf(key))?.labels).toEqual(labels)
    expect((await admin.call('PATCH', '/modules/quotes', { labels })).status).toBe(400)
    await admin.call('PATCH', '/modules/quotes', { cardFields: ['total', 'status'] })
    expect((await moduleOf('quotes'))?.cardFields).toEqual(['total', 'status'])
    expect(await admin.call('PATCH', '/modules/quotes', { cardFields: ['total', 'x_gone'] })).toMatchObject({
      status: 400,
      body: { error: { fields: [{ field: 'cardFields.1', reason: 'field_unknown' }] } },
    })
    expect((await admin.call('PATCH', '/modules/quotes', { cardFields: ['total', 'total'] })).status).toBe(
      400,
    )
    expect((await admin.call('PATCH', '/modules/x_none', { cardFields: [] })).status).toBe(404)
  })

  test('deleted: its records are hidden everywhere and kept; restored: they are back', async () => {
    const key = await newModule({ reach: 'address' })
    const address = someone()
    const id = await record(key, { fields: { name: 'Halden' }, primaryAddress: address })
    const found = async () => {
      const look = await rep.call<LookupAnswer>('POST', '/lookup', {
        account: rep.email,
        people: [{ address }],
      })
      return look.body.people[0]?.kind
    }
    expect(await found()).toBe('known')
    await admin.call('DELETE', `/modules/${key}`)
    expect(await moduleOf(key)).toBeUndefined()
    for (const who of [admin, rep]) expect((await who.call('GET', `/records/${id}`)).status).toBe(404)
    expect(await found()).toBe('unknown')
    const again = { module: key, fields: { name: 'New' } }
    expect((await rep.call('POST', '/records', again)).status).toBeGreaterThanOrEqual(400)
    expect((await deleted()).modules.find((one) => one.key === key)).toMatchObject({ records: 1 })
    expect((await admin.call('DELETE', `/modules/${key}`)).status).toBe(404)

    expect((await admin.call('POST', `/modules/${key}/restore`)).status).toBe(200)
    expect((await card(id)).fields).toEqual({ name: 'Halden' })
    expect(await found()).toBe('known')
    expect((await deleted()).modules.map((one) => one.key)).not.toContain(key)
  })

  test('is not deleted while a field that stands looks records up there', async () => {
    const key = await newModule()
    const field = await newField('contacts', { label: `Site of ${key}`, type: 'lookup', lookup: key })
    expect(await admin.call('DELETE', `/modules/${key}`)).toMatchObject({
      status: 409,
      body: { error: { reason: 'module_in_use', facts: { module: 'contacts' } } },
    })
    await admin.call('DELETE', `/modules/contacts/fields/${field}`)
    expect((await admin.call('DELETE', `/modules/${key}`)).status).toBe(200)
    expect(await admin.call('POST', `/modules/contacts/fields/${field}/restore`)).toMatchObject({
      status: 409,
      body: { error: { reason: 'module_unknown' } },
    })
  })

  test('a standard module can be neither deleted nor erased', async () => {
    expect((await admin.call('DELETE', '/modules/deals')).status).toBe(400)
    expect((await admin.call('POST', '/modules/deals/purge')).status).toBe(404)
  })

  test('purged: the module and its records are gone from the store, and only then is its key free', async () => {
    const one = `Purge ${randomUUID().slice(0, 6)}`
    const create = () => made(admin.call('POST', '/modules', { labels: { one, many: `${one}s` } }))
    const key = await create()
    const field = await newField(key, { label: 'Secret', type: 'text' })
    const ids: string[] = []
    for (let n = 0; n < 3; n++)
      ids.push(await record(key, { fields: { name: `Row ${n}`, [field]: 'hidden words' } }))
    expect((await admin.call('POST', `/modules/${key}/purge`)).status).toBe(404)
    await admin.call('DELETE', `/modules/${key}`)
    expect((await admin.call('POST', `/modules/${key}/purge`)).status).toBe(202)
    expect((await deleted()).modules.map((each) => each.key)).not.toContain(key)
    expect((await admin.call('POST', `/modules/${key}/restore`)).status).toBe(404)
    expect(await create()).toBe(`${key}_2`)
    expect(await workOff(town)).toEqual([])
    const { db } = town.house
    expect(await db.selectFrom('records').select('id').where('id', 'in', ids).execute()).toEqual([])
    expect(
      await db.selectFrom('record_changes').select('id').where('record_id', 'in', ids).execute(),
    ).toEqual([])
    expect(
      await db
        .selectFrom('modules')
        .select('key')
        .where('key', '=', key as `x_${string}`)
        .execute(),
    ).toEqual([])
    await admin.call('DELETE', `/modules/${key}_2`)
    expect(await create()).toBe(key)
  })

  test('fifty and no more', async () => {
    const { body } = await admin.call<ModulesAnswer>('GET', '/modules')
    const own = body.modules.filter((one) => one.labels !== undefined).length
    for (let n = own; n < 50; n++) await newModule()
    const labels = { one: 'One too many', many: 'Many too many' }
    expect(await admin.call('POST', '/modules', { labels })).toMatchObject({
      status: 400,
      body: { error: { reason: 'too_many', facts: { most: 50 } } },
    })
    const { modules } = await modulesFor(admin)
    for (const { key } of modules.filter((one) => one.key.startsWith('x_site')))
      await admin.call('DELETE', `/modules/${key}`)
  })
})

describe('own fields', () => {
  test('of every type stand on forms at once, and keep to their description', async () => {
    const types = ['text', 'long_text', 'number', 'money', 'date', 'datetime', 'choice', 'multi_choice']
    const rest = ['boolean', 'email', 'phone', 'url', 'lookup', 'owner']
    for (const type of [...types, ...rest]) {
      const more = {
        ...(type.includes('choice') && { choices: ['Gold', 'Silver'] }),
        ...(type === 'lookup' && { lookup: 'contacts' }),
        ...(type === 'number' && { min: 0, max: 10 }),
      }
      const key = await newField('leads', { label: `My ${type}`, type, ...more })
      expect(key).toBe(`x_my_${type}`)
      expect(await fieldOf('leads', key)).toMatchObject({ type, label: `My ${type}`, custom: true })
    }
    expect(await fieldOf('leads', 'x_my_money')).toMatchObject({ currencyKey: 'x_my_money_currency' })
    expect(await fieldOf('leads', 'x_my_money_currency')).toMatchObject({ type: 'currency' })
    const bad = { lastName: 'Brandt', x_my_number: '11', x_my_choice: 'bronze', x_my_never: '1' }
    expect(await rep.call('POST', '/records', { module: 'leads', fields: bad })).toMatchObject({
      status: 400,
      body: {
        error: {
          fields: expect.arrayContaining([
            { field: 'fields.x_my_number', reason: 'out_of_bounds' },
            { field: 'fields.x_my_choice', reason: 'not_a_choice' },
            { field: 'fields.x_my_never', reason: 'field_unknown' },
          ]),
        },
      },
    })
    const fields = { lastName: 'Brandt', x_my_number: '7', x_my_choice: 'gold' }
    const id = await record('leads', { fields })
    expect((await card(id)).fields).toMatchObject(fields)
  })

  test.each([
    [{ label: 'A', type: 'choice' }, 'choices', 'field_required'],
    [{ label: 'A', type: 'text', choices: ['x'] }, 'choices', 'field_invalid'],
    [{ label: 'A', type: 'choice', choices: ['Gold', 'ｇｏｌｄ'] }, 'choices.1.label', 'name_taken'],
    [{ label: 'A', type: 'text', min: 1 }, 'min', 'field_invalid'],
    [{ label: 'A', type: 'number', min: 5, max: 1 }, 'max', 'out_of_bounds'],
    [{ label: 'A', type: 'lookup' }, 'lookup', 'field_required'],
    [{ label: 'A', type: 'lookup', lookup: 'x_none' }, 'lookup', 'module_unknown'],
    [{ label: 'A', type: 'text', lookup: 'deals' }, 'lookup', 'field_invalid'],
    [{ label: 'A', type: 'currency' }, 'type', 'field_invalid'],
    [{ label: ' ', type: 'text' }, 'label', 'field_invalid'],
  ])('%j is refused at %s', async (body, field, reason) => {
    expect(await admin.call('POST', '/modules/contacts/fields', body)).toMatchObject({
      status: 400,
      body: { error: { fields: [{ field, reason }] } },
    })
  })

  test('a key is never used twice, and no field meets the currency of another', async () => {
    const key = await newModule()
    expect(await newField(key, { label: '予算', type: 'text' })).toBe('x_f1')
    expect(await newField(key, { label: '担当', type: 'text' })).toBe('x_f2')
    await admin.call('DELETE', `/modules/${key}/fields/x_f2`)
    expect(await newField(key, { label: '期限', type: 'date' })).toBe('x_f3')
    expect(await newField(key, { label: 'Budget', type: 'money' })).toBe('x_budget')
    expect(await newField(key, { label: 'Budget currency', type: 'text' })).toBe('x_budget_currency_2')
    expect(await newField(key, { label: 'Fee currency', type: 'text' })).toBe('x_fee_currency')
    expect(await newField(key, { label: 'Fee', type: 'money' })).toBe('x_fee_2')
    expect(
      await admin.call('POST', `/modules/${key}/fields`, { label: 'ＢＵＤＧＥＴ', type: 'text' }),
    ).toMatchObject({ status: 409, body: { error: { reason: 'name_taken' } } })
  })

  test('choices keep their keys under new words; those left out are shown, and nobody can choose them', async () => {
    const key = await newField('accounts', {
      label: 'Tier',
      type: 'choice',
      choices: ['Gold', 'Silver', '銅'],
    })
    expect((await fieldOf('accounts', key))?.choices?.map((one) => one.key)).toEqual(['gold', 'silver', 'c1'])
    const id = await record('accounts', { fields: { accountName: 'Halden', [key]: 'silver' } })
    const path = `/modules/accounts/fields/${key}`
    const choices = [{ key: 'c1', label: 'Bronze' }, { key: 'gold', label: 'Gold plus' }, { label: 'Iron' }]
    expect((await admin.call('PATCH', path, { choices })).status).toBe(200)
    expect(await fieldOf('accounts', key)).toMatchObject({
      choices: [
        { key: 'c1', label: 'Bronze' },
        { key: 'gold', label: 'Gold plus' },
        { key: 'iron', label: 'Iron' },
      ],
      oldChoices: [{ key: 'silver', label: 'Silver' }],
    })
    const before = await card(id)
    expect(before.fields[key]).toBe('silver')
    const rename = { version: before.version, fields: { accountName: 'Halden AG' } }
    expect((await rep.call('PATCH', `/records/${id}`, rename)).status).toBe(200)
    expect((await card(id)).fields[key]).toBe('silver')
    const choose = { module: 'accounts', fields: { accountName: 'Other', [key]: 'silver' } }
    expect((await rep.call('POST', '/records', choose)).status).toBe(400)
    // Its words again bring its key back.
    await admin.call('PATCH', path, { choices: [...choices, { label: 'silver' }] })
    expect((await rep.call('POST', '/records', choose)).status).toBe(201)
    expect((await admin.call('PATCH', path, { choices: [{ key: 'tin', label: 'Tin' }] })).status).toBe(400)
    expect((await admin.call('PATCH', path, { choices: [] })).status).toBe(400)
  })

  test('words, whether it must be filled, and its place among the others', async () => {
    const key = await newModule()
    const [a, b, c] = [
      await newField(key, { label: 'A1', type: 'text' }),
      await newField(key, { label: 'B1', type: 'text' }),
      await newField(key, { label: 'C1', type: 'text' }),
    ]
    await admin.call('PATCH', `/modules/${key}/fields/${c}`, { position: 0, label: 'First', required: true })
    const own = (await moduleOf(key))?.fields.filter((one) => one.custom)
    expect(own?.map((one) => one.key)).toEqual([c, a, b])
    expect(own?.[0]).toMatchObject({ label: 'First', required: true })
    const empty = { module: key, fields: { name: 'Line 4' } }
    expect(await rep.call('POST', '/records', empty)).toMatchObject({
      status: 400,
      body: { error: { fields: [{ field: `fields.${c}`, reason: 'field_required' }] } },
    })
    const retype = await admin.call('PATCH', `/modules/${key}/fields/${c}`, { type: 'number' })
    expect(retype.status).toBe(400)
  })

  test('deleted: gone from forms, cards, lists and answers; restored: the values are back', async () => {
    const key = await newField('deals', { label: 'Hidden word', type: 'text' })
    await admin.call('PATCH', '/modules/deals', { cardFields: ['stage', key] })
    const dealName = `Deal ${randomUUID()}`
    const id = await record('deals', { fields: { dealName, [key]: 'pineapple' } })
    await admin.call('DELETE', `/modules/deals/fields/${key}`)
    expect(await fieldOf('deals', key)).toBeUndefined()
    expect((await moduleOf('deals'))?.cardFields).toEqual(['stage'])
    const asked = [
      await rep.call('GET', `/records/${id}`),
      await rep.call<ListPage>('POST', '/records/list', { module: 'deals' }),
      await rep.call('GET', `/records?q=${encodeURIComponent(dealName)}`),
      await rep.call('GET', `/records/${id}/changes`),
      await rep.call('GET', `/records/${id}/as-of?at=${new Date(town.google.clock.now()).toISOString()}`),
      await rep.call('GET', '/exports/deals.csv'),
      await rep.call('GET', '/exports/everything.json'),
      await rep.call('POST', '/records/duplicates', { module: 'deals', fields: { dealName } }),
    ]
    for (const answer of asked) {
      expect(answer.status).toBe(200)
      expect(JSON.stringify(answer.body)).toContain(dealName)
      expect(JSON.stringify(answer.body)).not.toContain('pineapple')
    }
    const write = { version: (await card(id)).version, fields: { [key]: 'other' } }
    expect((await rep.call('PATCH', `/records/${id}`, write)).status).toBe(400)
    const rename = { version: (await card(id)).version, fields: { stage: 'won' } }
    expect((await rep.call('PATCH', `/records/${id}`, rename)).status).toBe(200)

    expect((await deleted()).fields).toContainEqual(
      expect.objectContaining({ module: 'deals', key, label: 'Hidden word' }),
    )
    expect((await admin.call('POST', `/modules/deals/fields/${key}/restore`)).status).toBe(200)
    expect((await card(id)).fields[key]).toBe('pineapple')
  })

  test('purged: every value is erased, from records, links and history, and the key is free again', async () => {
    const key = await newField('contacts', { label: 'Passport', type: 'text' })
    const link = await newField('contacts', { label: 'Met through', type: 'lookup', lookup: 'contacts' })
    const friend = await record('contacts', { fields: { lastName: 'Friend' } })
    const id = await record('contacts', {
      fields: { lastName: 'Brandt', [key]: 'X1234567', [link]: friend },
    })
    const change = { version: (await card(id)).version, fields: { [key]: 'Y7654321', lastName: 'Brand' } }
    expect((await rep.call('PATCH', `/records/${id}`, change)).status).toBe(200)
    const before = await card(id)
    const purge = (field: string) => admin.call('POST', `/modules/contacts/fields/${field}/purge`)
    expect((await purge(key)).status).toBe(404)
    for (const field of [key, link]) {
      await admin.call('DELETE', `/modules/contacts/fields/${field}`)
      expect((await purge(field)).status).toBe(202)
    }
    expect(await workOff(town)).toEqual([])
    const { db } = town.house
    const row = await db.selectFrom('records').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    expect(row.fields).toEqual({ lastName: 'Brand' })
    expect(row.search_text).not.toContain('7654321')
    const stored = [
      await db.selectFrom('record_changes').selectAll().where('record_id', '=', id).execute(),
      await db.selectFrom('record_links').selectAll().where('record_id', '=', id).execute(),
    ]
    expect(JSON.stringify(stored)).not.toMatch(/X1234567|Y7654321|x_passport/)
    expect(JSON.stringify(stored)).not.toContain(friend)
    expect(JSON.stringify(stored)).toContain('"Brand"')
    // Whoever read it before does not write it back.
    const late = { version: before.version, fields: { lastName: 'Late' } }
    const answer = await rep.call('PATCH', `/records/${id}`, late)
    expect([200, 409]).toContain(answer.status)
    expect(
      (await db.selectFrom('records').select('fields').where('id', '=', id).executeTakeFirst())?.fields,
    ).not.toHaveProperty(key)
    expect((await deleted()).fields.map((one) => one.key)).not.toContain(key)
    expect(await newField('contacts', { label: 'Passport', type: 'text' })).toBe(key)
    expect((await card(id)).fields).not.toHaveProperty(key)
  })

  test('purged: taking a merge back brings no erased value back', async () => {
    const key = await newField('accounts', { label: 'Tax number', type: 'text' })
    const make = (value: string) =>
      record('accounts', { fields: { accountName: `Halden ${randomUUID()}`, [key]: value } })
    const [winnerId, loserId] = [await make('DE-111'), await make('DE-222')]
    const merged = await rep.call<Merge>('POST', '/merges', {
      winnerId,
      loserId,
      winnerVersion: (await card(winnerId)).version,
      loserVersion: (await card(loserId)).version,
      take: { [key]: 'loser' },
    })
    expect(merged.status).toBe(201)
    await admin.call('DELETE', `/modules/accounts/fields/${key}`)
    await admin.call('POST', `/modules/accounts/fields/${key}/purge`)
    expect(await workOff(town)).toEqual([])
    expect((await rep.call('POST', `/merges/${merged.body.id}/undo`)).status).toBe(200)
    const { db } = town.house
    const stored = [
      await db.selectFrom('records').select('fields').where('id', 'in', [winnerId, loserId]).execute(),
      await db.selectFrom('merges').selectAll().where('id', '=', merged.body.id).execute(),
      await db
        .selectFrom('record_changes')
        .selectAll()
        .where('record_id', 'in', [winnerId, loserId])
        .execute(),
    ]
    expect(JSON.stringify(stored)).not.toMatch(/DE-111|DE-222/)
  })

  test('two hundred and no more', async () => {
    const key = await newModule()
    const orgs = await town.house.db.selectFrom('organisations').select('id').executeTakeFirstOrThrow()
    const created_at = new Date(town.google.clock.now())
    const rows = Array.from({ length: 200 }, (_, n) => ({
      org_id: orgs.id,
      module: key as `x_${string}`,
      key: `x_n${n}`,
      type: 'text' as const,
      label: `N${n}`,
      choices: '[]',
      lookup: null,
      min: null,
      max: null,
      created_at,
    }))
    await town.house.db.insertInto('module_fields').values(rows).execute()
    expect(await admin.call('POST', `/modules/${key}/fields`, { label: 'More', type: 'text' })).toMatchObject(
      { status: 400, body: { error: { reason: 'too_many', facts: { most: 200 } } } },
    )
  })
})
