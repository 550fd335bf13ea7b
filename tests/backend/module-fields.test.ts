import './harness/loopback-only.ts'
import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Merge } from '../../lib/contract/duplicates.ts'
import type { ListPage } from '../../lib/contract/lists.ts'
import { type HouseOfModules, houseOfModules } from './harness/own-modules.ts'
import { workOff } from './harness/work.ts'

let town: HouseOfModules['town']
let admin: HouseOfModules['admin']
let rep: HouseOfModules['rep']
let moduleOf: HouseOfModules['moduleOf']
let fieldOf: HouseOfModules['fieldOf']
let deleted: HouseOfModules['deleted']
let newModule: HouseOfModules['newModule']
let newField: HouseOfModules['newField']
let record: HouseOfModules['record']
let card: HouseOfModules['card']

beforeAll(async () => {
  ;({ town, admin, rep, moduleOf, fieldOf, deleted, newModule, newField, record, card } =
    await houseOfModules())
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
