import { describe, expect, test } from 'vitest'
import { guessColumns, guessMatchKey } from '../../lib/domain/column-names.ts'
import {
  columnLetters,
  csvLine,
  defuseCell,
  distinctHeaders,
  guessDates,
  guessDecimal,
  guessDelimiter,
  readReference,
  restoreCell,
} from '../../lib/domain/csv.ts'
import { guessEncoding } from '../../lib/domain/encodings.ts'
import type { FieldDescription } from '../../lib/domain/fields.ts'
import { standardDescriptions } from '../../lib/domain/modules.ts'

describe('formulas', () => {
  test.each([
    '=1+1',
    '+cmd|calc',
    '-2+3',
    '@SUM(A1)',
    '\tx',
    '\rx',
    '\n=1',
    '＝1+1',
    "'=1",
    "''=1",
    '＠x',
    '+1 a',
    '--1',
  ])('%j is shown as text and comes back', (text) => {
    expect(defuseCell(text)).toBe(`'${text}`)
    expect(restoreCell(defuseCell(text))).toBe(text)
  })

  test.each([
    '',
    'plain',
    '-5',
    '-1.5',
    '+49 40 123',
    '+81-3-1234-5678',
    '+1 (415) 555-0100',
    "'quoted'",
    "O'Neill",
    '5%',
    '-12,50',
  ])('%j needs nothing', (text) => {
    expect(defuseCell(text)).toBe(text)
    expect(restoreCell(text)).toBe(text)
  })
})

test('cells with separators, quotes, line breaks or outer space are quoted (RFC 4180)', () => {
  expect(csvLine(['a', 'b,c', 'd"e', 'f\ng', ' h', '', 'i;j'])).toBe('a,"b,c","d""e","f\ng"," h",,"i;j"\r\n')
  expect(csvLine([''])).toBe('""\r\n')
})

test.each([
  ['a,b,c\n1,2,3\n', ','],
  ['a;b;c\n1,5;2,5;3\n', ';'],
  ['a\tb\n1,1\t2\n', '\t'],
  ['"a;x";"b,y,z"\n"1;2;3";4\n', ';'],
  ['Name\nBrandt\n', ','],
  ['"Name, with comma";Email\nBrandt;x\n', ';'],
  ['', ','],
])('the delimiter of %j is %j', (text, delimiter) => {
  expect(guessDelimiter(text)).toBe(delimiter)
})

test.each([
  [['23.11.2026'], ',', 'dmy'],
  [['11/23/2026'], ';', 'mdy'],
  [['23/11/2026'], ',', 'dmy'],
  [['1/2/2026'], ',', 'mdy'],
  [['1/2/2026'], ';', 'dmy'],
  [['2026-11-23', '2026/11/23'], ',', 'ymd'],
] as const)('dates like %j in a file of %j are %s', (cells, delimiter, order) => {
  expect(guessDates(cells, delimiter)).toBe(order)
})

test.each([
  [['1.234,50'], ',', ','],
  [['1,234.50'], ',', '.'],
  [['12,50', '3,99'], ',', ','],
  [['1.234'], ';', ','],
  [['1,234'], ',', undefined],
  [['12.50'], ';', '.'],
  [['1,234,567'], ',', '.'],
] as const)('the decimal mark of %j in a file of %j is %j', (cells, delimiter, mark) => {
  expect(guessDecimal(cells, delimiter)).toBe(mark)
})

test('columns get letters and numbers so that all differ', () => {
  expect([0, 25, 26, 51, 52, 701, 702].map(columnLetters)).toEqual(['A', 'Z', 'AA', 'AZ', 'BA', 'ZZ', 'AAA'])
  expect(distinctHeaders(['Name', '', 'Name', ' Name '])).toEqual(['Name', 'B', 'Name (2)', 'Name (3)'])
})

test.each([
  ['Halden Marine', { name: 'Halden Marine' }],
  ['Elena <Elena@X.example>', { name: 'Elena', address: 'elena@x.example' }],
  ['elena@x.example', { name: '', address: 'elena@x.example' }],
  [
    'Twin [0b0e7a52-6f4f-4c1e-8a55-1a2b3c4d5e6f]',
    { name: 'Twin', id: '0b0e7a52-6f4f-4c1e-8a55-1a2b3c4d5e6f' },
  ],
  ['0B0E7A52-6F4F-4C1E-8A55-1A2B3C4D5E6F', { name: '', id: '0b0e7a52-6f4f-4c1e-8a55-1a2b3c4d5e6f' }],
  ['[not an id]', { name: '[not an id]' }],
])('%j names %j', (text, named) => {
  expect(readReference(text)).toEqual(named)
})

describe('encodings', () => {
  const bytes = (...codes: number[]) => new Uint8Array(codes)
  test.each([
    ['utf-8', new TextEncoder().encode('山田,Müller')],
    ['utf-8', new TextEncoder().encode('plain')],
    // Cut within a character.
    ['utf-8', new TextEncoder().encode('山田').subarray(0, 5)],
    ['utf-16le', bytes(0x41, 0, 0x2c, 0, 0x42, 0)],
    ['utf-16be', bytes(0, 0x41, 0, 0x2c, 0, 0x42)],
    // 山田 / "Müller,Größe" / "Köln" as their tables write them.
    ['shift_jis', bytes(0x8e, 0x52, 0x93, 0x63, 0x2c, 0x41)],
    ['windows-1252', bytes(0x4d, 0xfc, 0x6c, 0x6c, 0x65, 0x72, 0x2c, 0x47, 0x72, 0xf6, 0xdf, 0x65)],
    ['windows-1252', bytes(0x4b, 0xf6, 0x6c, 0x6e, 0x3b, 0x4a, 0xe4, 0x6e, 0x61)],
  ])('%s', (encoding, head) => {
    expect(guessEncoding(head)).toBe(encoding)
  })
})

describe('columns of elsewhere', () => {
  const guess = (
    module: 'leads' | 'contacts' | 'deals' | 'invoices',
    headers: string[],
    own: FieldDescription[] = [],
  ) => Object.values(guessColumns(module, [...standardDescriptions[module].fields, ...own], headers))

  test.each([
    ['Zoho', ['Last Name', 'First Name', 'Email', 'Account Name', 'Mobile', 'Mailing City', 'Contact Owner']],
    [
      'HubSpot',
      ['Last Name', 'First Name', 'Email', 'Company Name', 'Mobile Phone Number', 'City', 'Contact owner'],
    ],
    [
      'Google',
      [
        'Last Name',
        'First Name',
        'E-mail 1 - Value',
        'Organization Name',
        'Phone 2 - Value',
        'Address 1 - City',
        'Owner',
      ],
    ],
    [
      'Outlook',
      ['Last Name', 'First Name', 'E-mail Address', 'Company', 'Mobile Phone', 'Business City', 'Owner'],
    ],
    ['Japanese', ['姓', '名', 'メールアドレス', '会社名', '携帯電話', '市区町村', '担当者']],
    ['half width', ['姓', '名', 'ﾒｰﾙｱﾄﾞﾚｽ', '会社名', '携帯電話', '市区町村', '担当者']],
    ['shouted', ['LAST_NAME', 'FIRST_NAME', 'E-MAIL', 'ACCOUNT', 'MOBILE', 'CITY', 'OWNER']],
  ])('%s', (_, headers) => {
    expect(guess('contacts', headers)).toEqual([
      'lastName',
      'firstName',
      'primaryAddress',
      'accountId',
      'mobile',
      'city',
      'ownerId',
    ])
  })

  test('an admin’s own field by its label; a field is taken once', () => {
    const own: FieldDescription = { key: 'x_shoe', type: 'number', label: '靴のサイズ', custom: true }
    expect(guess('leads', ['氏名', '靴のサイズ', '名前', 'Company'], [own])).toEqual([
      'lastName',
      'x_shoe',
      'company',
    ])
  })

  test('by what records are recognised', () => {
    expect(guessMatchKey('contacts', new Set(['lastName', 'primaryAddress']))).toBe('primaryAddress')
    expect(guessMatchKey('accounts', new Set(['domain', 'accountName']))).toBe('accountName')
    expect(guessMatchKey('invoices', new Set(['number', 'total']))).toBe('number')
    expect(guessMatchKey('deals', new Set(['dealName']))).toBe(null)
    expect(guessMatchKey('deals', new Set(['dealName', 'id']))).toBe('id')
  })
})
