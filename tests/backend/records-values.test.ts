import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  change,
  history,
  make,
  named,
  ownField,
  problems,
  see,
  type Town,
  townOfTwo,
  tryMake,
} from './harness/records.ts'

let town: Town

beforeAll(async () => {
  town = await townOfTwo()
})

const nobody = randomUUID()

describe('bad input is named by its field, and nothing is written', () => {
  test.each([
    ['contacts', { lastName: 'A', phone: '12' }, 'fields.phone: not_a_phone'],
    ['contacts', { lastName: 'A'.repeat(501) }, 'fields.lastName: too_long'],
    ['contacts', { lastName: 'A'.repeat(100_000) }, 'fields.lastName: too_long'],
    ['contacts', { lastName: 'A'.repeat(100_001) }, 'fields.lastName: field_invalid'],
    ['contacts', { lastName: 'A', description: 'x'.repeat(50_001) }, 'fields.description: too_long'],
    ['contacts', { lastName: 'A', zone: '+09:00' }, 'fields.zone: zone_unknown'],
    ['contacts', { lastName: 'A', colour: 'red' }, 'fields.colour: field_unknown'],
    ['contacts', { lastName: 'A', 'no key': 'x' }, 'fields.no key: field_invalid'],
    ['contacts', { lastName: 'A', primaryAddress: 'a@x.example' }, 'fields.primaryAddress: field_unknown'],
    ['contacts', { lastName: 'A', ownerId: nobody }, 'fields.ownerId: field_unknown'],
    ['contacts', { lastName: 7 }, 'fields.lastName: field_invalid'],
    ['contacts', { phone: '0301' }, 'fields.lastName: field_required'],
    ['contacts', { lastName: '\0 ' }, 'fields.lastName: field_required'],
    ['leads', { lastName: 'A', website: 'javascript:alert(1)' }, 'fields.website: not_a_url'],
    ['leads', { lastName: 'A', status: 'hot' }, 'fields.status: not_a_choice'],
    ['accounts', { industry: 'Ships' }, 'fields.accountName: field_required'],
    ['accounts', { accountName: 'A', parentAccount: 'Halden' }, 'fields.parentAccount: lookup_missing'],
    ['accounts', { accountName: 'A', parentAccount: nobody }, 'fields.parentAccount: lookup_missing'],
    ['deals', { dealName: 'A', amount: '1.2.3' }, 'fields.amount: not_a_number'],
    ['deals', { dealName: 'A', amount: '1.23456' }, 'fields.amount: out_of_bounds'],
    ['deals', { dealName: 'A', probability: '101' }, 'fields.probability: out_of_bounds'],
    ['deals', { dealName: 'A', currency: 'EURO' }, 'fields.currency: not_a_currency'],
    ['deals', { dealName: 'A', closingOn: '2026-02-30' }, 'fields.closingOn: not_a_date'],
    ['invoices', { subject: 'No number' }, 'fields.number: field_required'],
  ])('%s %o', async (module, fields, problem) => {
    const before = await countRecords()
    const answer = await tryMake(town.mia, module, { fields })
    expect(answer.status).toBe(400)
    expect(problems(answer)).toEqual([problem])
    expect(await countRecords()).toBe(before)
  })

  test.each([
    [{ primaryAddress: 'nobody' }, 'primaryAddress: address_invalid'],
    [{ primaryAddress: 'a@x.example', secondaryAddress: 'A@X.example' }, 'secondaryAddress: address_twice'],
    [{ accountId: nobody }, 'accountId: lookup_missing'],
    [{ accountId: 'Halden' }, 'accountId: field_invalid'],
    [{ dealId: nobody }, 'dealId: field_unknown'],
    [{ contactIds: [nobody] }, 'contactIds: field_unknown'],
    [{ ownerId: nobody }, 'ownerId: person_missing'],
    [{ newAccount: { name: ' ' } }, 'newAccount.name: field_invalid'],
    [{ newAccount: { name: '\u0007' } }, 'newAccount.name: field_required'],
    [{ newAccount: { name: 'A', domain: 'not a domain' } }, 'newAccount.domain: field_invalid'],
    [{ newAccount: { name: 'A' }, accountId: nobody }, 'newAccount: field_invalid'],
  ])('a contact with %o', async (more, problem) => {
    const before = await countRecords()
    const answer = await tryMake(town.mia, 'contacts', { fields: { lastName: 'A' }, ...more })
    expect(answer.status).toBe(400)
    expect(problems(answer)).toEqual([problem])
    expect(await countRecords()).toBe(before)
  })

  test('several faults are told at once; a change is checked like a creation and leaves nothing half written', async () => {
    const deal = await named(town.mia, 'deals', 'Pumps')
    const answer = await change(town.mia, deal.id, {
      version: deal.version,
      fields: { dealName: ' ', amount: 'much', closingOn: '2026-12-24', colour: 'red' },
      primaryAddress: 'a@x.example',
    })
    expect(answer.status).toBe(400)
    expect(problems(answer)).toEqual([
      'fields.dealName: field_required',
      'fields.amount: not_a_number',
      'fields.colour: field_unknown',
      'primaryAddress: field_unknown',
    ])
    expect(await see(town.mia, deal.id)).toEqual(deal)
    expect(await history(town, deal.id)).toHaveLength(1)
  })

  test('a module that is not there, and a field that is not in the contract', async () => {
    expect(problems(await tryMake(town.mia, 'x_ships', { fields: {} }))).toEqual(['module: module_unknown'])
    expect(problems(await tryMake(town.mia, 'ships', { fields: {} }))).toEqual(['module: field_invalid'])
    expect((await tryMake(town.mia, 'contacts', { fields: { lastName: 'A' }, colour: 1 })).status).toBe(400)
  })

  async function countRecords(): Promise<number> {
    return (await town.house.db.selectFrom('records').select('id').execute()).length
  }
})

describe('values are stored in one form', () => {
  test('canonical, without empty ones, without NUL and controls', async () => {
    const deal = await make(town.mia, 'deals', {
      fields: {
        dealName: ' Line\u0000 4\u202e retrofit ',
        amount: '１８４，０００',
        currency: 'eur',
        closingOn: '2026年11月23日',
        probability: '',
        description: 'one\r\ntwo\u0007',
      },
    })
    expect(deal).toMatchObject({
      name: 'Line 4 retrofit',
      fields: {
        dealName: 'Line 4 retrofit',
        amount: '184000',
        currency: 'EUR',
        closingOn: '2026-11-23',
        description: 'one\ntwo',
        stage: 'qualification',
      },
    })
    expect(Object.keys(deal.fields)).not.toContain('probability')
  })

  test('an admin’s own fields are checked and kept like the others', async () => {
    const colours = await ownField(town, 'contacts', 'multi_choice', { choices: ['Red', 'Blue'] })
    const size = await ownField(town, 'contacts', 'number')
    const one = await make(town.mia, 'contacts', {
      fields: { lastName: 'Own', [colours]: 'blue、RED', [size]: '1.234,50' },
    })
    expect(one.fields).toMatchObject({ [colours]: 'red;blue', [size]: '1234.5' })
    const answer = await change(town.mia, one.id, { version: 1, fields: { [colours]: 'green', [size]: '' } })
    expect(problems(answer)).toEqual([`fields.${colours}: not_a_choice`])
    const { body } = await change(town.mia, one.id, { version: 1, fields: { [size]: '' } })
    expect(body.record.fields).toEqual({ lastName: 'Own', [colours]: 'red;blue' })
  })

  test('an amount brings its currency along, and contradicts none', async () => {
    const deal = await make(town.mia, 'deals', { fields: { dealName: 'Paid', amount: '€184.000,50' } })
    expect(deal.fields).toMatchObject({ amount: '184000.5', currency: 'EUR' })
    const dollars = await change(town.mia, deal.id, { version: 1, fields: { amount: 'US$5' } })
    expect(problems(dollars)).toEqual(['fields.amount: not_a_number'])
    const { body } = await change(town.mia, deal.id, { version: 1, fields: { amount: '5 EUR' } })
    expect(body.record.fields).toMatchObject({ amount: '5', currency: 'EUR' })
  })

  test('a new lead and a new document start at the first status', async () => {
    expect((await named(town.mia, 'leads', 'Fresh')).fields['status']).toBe('new')
    expect((await named(town.mia, 'quotes', 'Q-1')).fields['status']).toBe('draft')
    expect((await named(town.mia, 'invoices', 'I-1')).fields['status']).toBe('created')
  })

  test('history tells who did what: every value of a creation, old and new of a change, nothing of a change of nothing', async () => {
    const one = await make(town.mia, 'contacts', {
      fields: { lastName: 'Told', phone: '0301' },
      primaryAddress: 'told@x.example',
    })
    const changed = await change(town.ken, one.id, {
      version: 1,
      fields: { phone: '0302', title: '' },
      primaryAddress: null,
    })
    expect(changed.body.record.version).toBe(2)
    const same = await change(town.ken, one.id, { version: 2, fields: { phone: ' 0302' } })
    expect(same.body.record).toEqual(changed.body.record)
    const [made, ...more] = await history(town, one.id)
    expect(made).toMatch(
      /^created lastName:>Told phone:>0301 primaryAddress:>told@x.example ownerId:>[-0-9a-f]{36}$/,
    )
    expect(more).toEqual(['changed phone:0301>0302 primaryAddress:told@x.example>'])
    const by = await town.house.db
      .selectFrom('record_changes')
      .innerJoin('users', 'users.id', 'by_user')
      .select('users.email')
      .where('record_id', '=', one.id)
      .orderBy('seq')
      .execute()
    expect(by.map((row) => row.email)).toEqual([town.mia.email, town.ken.email])
  })
})
