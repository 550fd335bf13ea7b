import { describe, expect, test } from 'vitest'
import { type HowToRead, readValue, showValue } from '../../lib/domain/field-values.ts'
import { type FieldDescription, type FieldType, fieldTypes } from '../../lib/domain/fields.ts'
import { standardDescriptions } from '../../lib/domain/modules.ts'

const of = (type: FieldType, more: Partial<FieldDescription> = {}): FieldDescription => ({
  key: 'x_field',
  type,
  ...((type === 'choice' || type === 'multi_choice') && {
    choices: [
      { key: 'red', label: 'Red' },
      { key: 'sales_emea', label: 'Sales, EMEA' },
      { key: 'blue', label: '青' },
    ],
  }),
  ...more,
})
const read = (type: FieldType, text: string, how: HowToRead = {}) => {
  const found = readValue(of(type), text, how)
  return 'value' in found ? found.value : found.problem
}

describe('numbers of both habits, never a silently wrong one', () => {
  test.each([
    ['184,000', '184000'],
    ['184,000.50', '184000.5'],
    ['184.000,50', '184000.5'],
    ['184 000', '184000'],
    ['184 000,5', '184000.5'],
    ['184\u00a0000,50', '184000.5'],
    ['184\u202f000', '184000'],
    ["184'000.25", '184000.25'],
    ['184’000', '184000'],
    ['１８４，０００', '184000'],
    ['１８４．５', '184.5'],
    ['1.234.567', '1234567'],
    ['1,234,567', '1234567'],
    ['1,84,000', '184000'],
    ['-5', '-5'],
    ['−5', '-5'],
    ['▲1,000', '-1000'],
    ['(1,000)', '-1000'],
    ['（１，０００）', '-1000'],
    ['+7', '7'],
    ['-0', '0'],
    ['007', '7'],
    ['.5', '0.5'],
    [',5', '0.5'],
    ['5.', '5'],
    ['123456789012345', '123456789012345'],
    ['12345678901.2345', '12345678901.2345'],
    ['1.2345', '1.2345'],
    // One rule: a lone point is the decimal mark, a lone comma groups where it could.
    ['1.234', '1.234'],
    ['1,234', '1234'],
    ['1,5', '1.5'],
    ['0,123', '0.123'],
    ['1234,567', '1234.567'],
  ])('%s is %s', (text, value) => {
    expect(read('number', text)).toBe(value)
    expect(read('money', text)).toBe(value)
  })

  test.each([
    ['1.234', ',', '1234'],
    ['1,234', ',', '1.234'],
    ['1,234', '.', '1234'],
    ['1.234', '.', '1.234'],
    ['1.234.567,8', ',', '1234567.8'],
  ] as const)('in a file whose decimal mark is known, %s with %s is %s', (text, decimal, value) => {
    expect(read('number', text, { decimal })).toBe(value)
  })

  test.each([
    'abc',
    '1e5',
    '12 34',
    '1,23,4',
    '1.2.3',
    '1,234.5,6',
    '--5',
    '€5',
    '5%',
    '1/2',
    'Infinity',
    'NaN',
    '0x10',
    '٣',
    ',',
    '-',
    '1,5.',
    '1 234 56',
  ])('%s is no number', (text) => expect(read('number', text)).toBe('not_a_number'))

  test('beyond four decimals or fifteen digits nothing is rounded away', () => {
    expect(read('number', '1.23456')).toBe('out_of_bounds')
    expect(read('number', '1234567890123456')).toBe('out_of_bounds')
    expect(read('money', '123456789012.3456')).toBe('out_of_bounds')
    expect(read('number', '1.2300000')).toBe('1.23')
  })

  test('bounds are inclusive and told', () => {
    const field = of('number', { min: 0, max: 100 })
    expect(readValue(field, '100')).toEqual({ value: '100' })
    expect(readValue(field, '100.0001')).toEqual({ problem: 'out_of_bounds', facts: { min: 0, max: 100 } })
    expect(readValue(of('number', { min: 5 }), '4')).toEqual({ problem: 'out_of_bounds', facts: { min: 5 } })
  })

  test('what is written by either habit comes back, whatever the number', () => {
    for (let nth = 0; nth < 3000; nth++) {
      // A plain walk through sizes and decimals; no dice, so that a failure stays one.
      const cents = (nth * 7919 * (1 + (nth % 97))) % 10 ** (1 + (nth % 11))
      const value = String(cents / 100)
      for (const habit of ['en', 'de', 'fr', 'de-CH', 'ja', 'en-IN']) {
        const text = new Intl.NumberFormat(habit, { minimumFractionDigits: 2 }).format(cents / 100)
        expect([habit, text, read('money', text)]).toEqual([habit, text, value])
      }
    }
  })
})

describe('dates', () => {
  test.each([
    ['2026-11-23', '2026-11-23'],
    ['2026/11/23', '2026-11-23'],
    ['2026.1.3', '2026-01-03'],
    ['20261123', '2026-11-23'],
    ['2026年11月23日', '2026-11-23'],
    ['２０２６年１月３日', '2026-01-03'],
    ['２０２６／１１／２３', '2026-11-23'],
    ['23.11.2026', '2026-11-23'],
    ['2026/11/23 0:00', '2026-11-23'],
    ['2026-11-23T00:00:00.000', '2026-11-23'],
    ['2024-02-29', '2024-02-29'],
  ])('%s', (text, value) => expect(read('date', text)).toBe(value))

  test.each([
    ['03/04/2026', 'dmy', '2026-04-03'],
    ['03/04/2026', 'mdy', '2026-03-04'],
    ['3-4-2026', 'dmy', '2026-04-03'],
    ['2026/04/03', 'mdy', '2026-04-03'],
  ] as const)('%s read as %s', (text, dates, value) => expect(read('date', text, { dates })).toBe(value))

  test.each([
    '2026-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-4-31',
    '03/04/2026',
    '23/11/26',
    '11/23',
    '0026-11-23',
    '2026-11-23 15:00',
    '2026-11/23',
    'today',
    '12345678901',
  ])('%s is no day, or not surely one', (text) => expect(read('date', text)).toBe('not_a_date'))

  test.each([
    ['2026-11-23T09:00:00Z', {}, '2026-11-23T09:00:00.000Z'],
    ['2026-11-23T18:00:00.5+09:00', {}, '2026-11-23T09:00:00.500Z'],
    ['2026-11-23 18:00', { zone: 'Asia/Tokyo' }, '2026-11-23T09:00:00.000Z'],
    ['2026/11/23 9:05', { zone: 'UTC' }, '2026-11-23T09:05:00.000Z'],
    ['23.11.2026 9:05:07', { zone: 'UTC' }, '2026-11-23T09:05:07.000Z'],
  ] as const)('instant %s', (text, how, value) => expect(read('datetime', text, how)).toBe(value))

  test.each([
    ['2026-11-23T09:00', {}],
    ['2026-02-29T09:00:00Z', {}],
    ['2026-11-23T25:00:00Z', {}],
    // Skipped and doubled by the clocks of Berlin.
    ['2026-03-29 02:30', { zone: 'Europe/Berlin' }],
    ['2026-10-25 02:30', { zone: 'Europe/Berlin' }],
  ] as const)('instant %s is refused', (text, how) => expect(read('datetime', text, how)).toBe('not_a_date'))
})

describe('choices', () => {
  const stage = standardDescriptions.deals.fields.find((field) => field.key === 'stage')
  const words = (_: FieldDescription, key: string) =>
    ({ won: ['Won', '受注'], lost: ['Lost', '失注'] })[key] ?? []

  test('by key, or by its words in any language, whatever their width and case', () => {
    if (stage === undefined) throw new Error('deals have stages')
    for (const text of ['won', 'WON', ' Ｗｏｎ ', '受注'])
      expect(readValue(stage, text, { words })).toEqual({ value: 'won' })
    expect(readValue(stage, 'Proposal sent')).toEqual({ problem: 'not_a_choice' })
    expect(showValue(stage, 'lost', { words })).toBe('Lost')
  })

  test('a word two choices share names neither', () => {
    const field = of('choice', {
      choices: [
        { key: 'a', label: 'Same' },
        { key: 'b', label: 'same' },
      ],
    })
    expect(readValue(field, 'Same')).toEqual({ problem: 'not_a_choice' })
    expect(readValue(field, 'b')).toEqual({ value: 'b' })
  })

  test.each([
    ['red;blue', 'red;blue'],
    ['blue, red', 'red;blue'],
    ['青、Red', 'red;blue'],
    ['Sales, EMEA', 'sales_emea'],
    ['Sales, EMEA; 青', 'sales_emea;blue'],
    ['red,red', 'red'],
    ['red;;', 'red'],
    ['red;green', 'not_a_choice'],
  ])('several: %s', (text, value) => expect(read('multi_choice', text)).toBe(value))

  test.each([
    ...['yes', 'TRUE', '1', 'はい', '○', '◯'].map((text) => [text, 'true']),
    ...['no', 'False', '0', '０', 'いいえ', '×'].map((text) => [text, 'false']),
    ['maybe', 'not_a_boolean'],
    ['2', 'not_a_boolean'],
  ])('boolean %s', (text, value) => expect(read('boolean', text ?? '')).toBe(value))
})

describe('ways to reach somebody', () => {
  test.each([
    ['phone', ' +49 (40) 555-01 ', '+49 (40) 555-01'],
    ['phone', '０３－１２３４－５６７８', '０３－１２３４－５６７８'],
    ['phone', '123', 'not_a_phone'],
    ['phone', '123456789012345678901', 'not_a_phone'],
    ['phone', 'call me', 'not_a_phone'],
    ['phone', `1234${' x'.repeat(40)}`, 'too_long'],
    ['email', ' Elena@Halden.example ', 'elena@halden.example'],
    ['email', 'ken＠sakura.example', 'ken@sakura.example'],
    ['email', 'elena@', 'address_invalid'],
    ['email', 'a@x.example, b@x.example', 'address_invalid'],
    ['url', 'haldenmarine.example', 'https://haldenmarine.example'],
    ['url', 'haldenmarine.example/a?b#c', 'https://haldenmarine.example/a?b#c'],
    ['url', 'HTTP://x.example', 'HTTP://x.example'],
    ['url', 'http://localhost:8080/x', 'http://localhost:8080/x'],
    ['url', '株式会社.jp', 'https://株式会社.jp'],
    ['url', 'javascript:alert(1)', 'not_a_url'],
    ['url', 'java.script:alert(1)', 'not_a_url'],
    ['url', 'https://bank.example@evil.example', 'not_a_url'],
    ['url', 'https:\\\\evil.example', 'not_a_url'],
    ['url', 'mailto:a@x.example', 'not_a_url'],
    ['url', 'data:text/html,x', 'not_a_url'],
    ['url', 'two words.example', 'not_a_url'],
    ['url', `x.example/${'a'.repeat(2000)}`, 'too_long'],
    ['zone', 'europe/berlin', 'Europe/Berlin'],
    ['zone', '+02:00', 'zone_unknown'],
    ['zone', 'Mars/Base', 'zone_unknown'],
    ['currency', ' eur', 'EUR'],
    ['currency', 'ＪＰＹ', 'JPY'],
    ['currency', 'XYZ', 'not_a_currency'],
    ['currency', '€', 'not_a_currency'],
    ['lookup', '7D3F7C1E-0000-4000-8000-000000000001', '7d3f7c1e-0000-4000-8000-000000000001'],
    ['lookup', 'Halden Marine', 'lookup_missing'],
    ['owner', 'Mia', 'person_missing'],
  ] as const)('%s %s', (type, text, value) => expect(read(type, text)).toBe(value))
})

describe('text', () => {
  test('controls, NUL and marks that turn text around are dropped; line breaks stay in long text only', () => {
    expect(read('text', ' a\0b\u0007c\u202ed\te\nf ')).toBe('abcd e f')
    expect(read('long_text', 'a\0\tb\r\nc\rd\n')).toBe('a\tb\nc\nd')
    expect(read('text', 'half \ud83d')).toBe('half \ufffd')
  })

  test('limits count characters', () => {
    expect(read('text', '😀'.repeat(500))).toBe('😀'.repeat(500))
    expect(read('text', 'a'.repeat(501))).toBe('too_long')
    expect(read('long_text', 'a'.repeat(50_000))).toHaveLength(50_000)
    expect(read('long_text', 'a'.repeat(50_001))).toBe('too_long')
  })
})

test('a canonical value reads as itself, what is shown reads back, spaces alone are no value', () => {
  const canonical: Record<FieldType, string[]> = {
    text: ['Halden Marine', "O'Brien; x, y"],
    long_text: ['one\n\ttwo'],
    number: ['0', '-1.5', '1.234', '1234', '999999999999999'],
    money: ['184000.5', '0.0001'],
    currency: ['EUR', 'JPY'],
    date: ['2026-11-23'],
    datetime: ['2026-11-23T09:00:00.000Z'],
    choice: ['red', 'sales_emea', 'blue'],
    multi_choice: ['red', 'red;sales_emea;blue', 'sales_emea;blue'],
    boolean: ['true', 'false'],
    email: ['elena@halden.example'],
    phone: ['+49 40 555'],
    url: ['https://halden.example/'],
    zone: ['Europe/Berlin', 'UTC'],
    lookup: ['7d3f7c1e-0000-4000-8000-000000000001'],
    owner: ['7d3f7c1e-0000-4000-8000-000000000001'],
  }
  for (const type of fieldTypes) {
    expect(read(type, ' \u3000\t')).toBe('')
    for (const value of ['', ...canonical[type]]) {
      expect([type, read(type, value)]).toEqual([type, value])
      expect([type, read(type, showValue(of(type), value))]).toEqual([type, value])
    }
  }
})
