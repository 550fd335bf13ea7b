import { describe, expect, test } from 'vitest'
import { readValues, showValue, withDefaults } from '../../lib/domain/field-values.ts'
import type { FieldDescription } from '../../lib/domain/fields.ts'
import { standardDescriptions } from '../../lib/domain/modules.ts'

describe('the values of a module', () => {
  const { deals, contacts } = standardDescriptions

  test('problems name each field, unknown ones too; nothing is dropped', () => {
    const { values, problems } = readValues(deals, {
      dealName: '',
      amount: 'much',
      currency: 'eur',
      colour: 'red',
      constructor: 'x',
      accountId: '7d3f7c1e-0000-4000-8000-000000000001',
    })
    expect(values).toEqual({ currency: 'EUR' })
    expect(problems).toEqual([
      { field: 'fields.dealName', reason: 'field_required' },
      { field: 'fields.amount', reason: 'not_a_number' },
      { field: 'fields.colour', reason: 'field_unknown' },
      { field: 'fields.constructor', reason: 'field_unknown' },
      { field: 'fields.accountId', reason: 'field_unknown' },
    ])
  })

  test('a required field is missed only where every field is meant', () => {
    expect(readValues(deals, { amount: '1' }).problems).toEqual([])
    expect(readValues(deals, { amount: '1' }, { all: true }).problems).toEqual([
      { field: 'fields.dealName', reason: 'field_required' },
    ])
  })

  test('a row of a file names columns like fields', () => {
    const given = { lastName: 'Brandt', primaryAddress: 'nobody', ownerId: '' }
    expect(readValues(contacts, given, { columns: true })).toEqual({
      values: { lastName: 'Brandt', ownerId: '' },
      problems: [{ field: 'primaryAddress', reason: 'address_invalid' }],
    })
  })

  test.each([
    ['€184,000', '', '184000', 'EUR'],
    ['184.000,50 EUR', '', '184000.5', 'EUR'],
    ['EUR 5', 'EUR', '5', 'EUR'],
    ['-€5', '', '-5', 'EUR'],
    ['(£5)', '', '-5', 'GBP'],
    ['1,000円', '', '1000', 'JPY'],
    ['￥１，０００', 'JPY', '1000', 'JPY'],
    ['¥1,000', 'CNY', '1000', 'CNY'],
    ['US$5', '', '5', 'USD'],
    ['$5', 'CAD', '5', 'CAD'],
    // Nobody knows which dollars, or the two contradict each other.
    ['$5', '', 'not_a_number', ''],
    ['¥5', '', 'not_a_number', ''],
    ['€5', 'USD', 'not_a_number', 'USD'],
    ['XYZ 5', '', 'not_a_number', ''],
    ['€', '', 'not_a_number', ''],
  ])('an amount with its currency: %s beside %o', (amount, currency, value, after) => {
    for (const [given, standing] of [
      [{ amount, currency }, {}],
      [{ amount }, { currency }],
    ] as const) {
      const { values, problems } = readValues(deals, given, { standing })
      expect(values['amount'] ?? problems.map((one) => one.reason).join()).toBe(value)
      expect(values['currency'] ?? standing.currency ?? '').toBe(after)
    }
  })

  test('what stands may stay: a choice that was switched off, alone and beside others, and nobody else gets it', () => {
    const choices = [
      { key: 'red', label: 'Red' },
      { key: 'blue', label: '青' },
    ]
    const oldChoices = [{ key: 'grey', label: 'Grey' }]
    const several: FieldDescription = { key: 'x_field', type: 'multi_choice', choices, oldChoices }
    const one: FieldDescription = { key: 'x_one', type: 'choice', choices, oldChoices }
    const module = { ...contacts, fields: [several, one] }
    const standing = { x_field: 'red;grey', x_one: 'grey' }
    expect(readValues(module, { x_field: 'blue;Grey', x_one: 'grey' }, { standing }).values).toEqual({
      x_field: 'blue;grey',
      x_one: 'grey',
    })
    expect(readValues(module, { x_field: 'blue;grey', x_one: 'Grey' }).problems).toHaveLength(2)
    expect(showValue(several, 'red;grey')).toBe('Red; Grey')
  })

  test('a new deal starts at the first stage, a lead and a document at the first status', () => {
    expect(withDefaults(deals, { dealName: 'A', stage: '' })).toEqual({
      dealName: 'A',
      stage: 'qualification',
    })
    expect(withDefaults(standardDescriptions.leads, {})).toEqual({ status: 'new' })
    expect(withDefaults(standardDescriptions.invoices, {})).toEqual({ status: 'created' })
    expect(withDefaults(deals, { stage: 'won' })).toEqual({ stage: 'won' })
    expect(withDefaults(contacts, {})).toEqual({})
  })
})
