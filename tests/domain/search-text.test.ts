import { describe, expect, test } from 'vitest'
import { companyKey, domainKey, duplicateKeys, nameKey } from '../../lib/domain/duplicate-keys.ts'
import { fold, gramsOf, phoneKey, searchColumns, sortName, wordsOf } from '../../lib/domain/search-text.ts'

describe('folding', () => {
  test.each([
    ['Moréau', 'moreau'],
    ['ＨＡＬＤＥＮ　Ｍａｒｉｎｅ', 'halden marine'],
    ['Großmann', 'grossmann'],
    ['Sørensen Łukasz Þór', 'sorensen lukasz thor'],
    ['İstanbul ılgaz', 'istanbul ilgaz'],
    ['ﾔﾏﾀﾞ', 'やまだ'],
    ['キヤノン', 'きやのん'],
    ['キャノン', 'きやのん'],
    ['サーバー', 'さば'],
    ['サ-バ－', 'さば'],
    ['コンピュータ', 'こんぴゆた'],
    ['佐々木', '佐佐木'],
    ['渡邊　髙橋　山﨑　𠮷田', '渡辺 高橋 山崎 吉田'],
    ['㈱山田', '(株)山田'],
    ['ガ', 'が'],
    ['각', '각'],
  ])('%s → %s', (text, folded) => expect(fold(text)).toBe(folded))

  test('whatever comes in, folding twice is folding once, and nothing is thrown', () => {
    for (const text of ['\ud800', '\u0000', '👩‍👩‍👧', 'É\u0301', '々', 'ーー', 'ǅ', '\u202eabc'])
      expect(fold(fold(text))).toBe(fold(text))
  })
})

describe('words and what of them is indexed', () => {
  test.each([
    ["Jean-Luc O'Brien", ['jean', 'luc', 'obrien']],
    ['NTTデータ', ['ntt', 'でた']],
    ['株式会社 山田製作所', ['株式会社', '山田製作所']],
    ['elena.brandt@halden-marine.example', ['elena', 'brandt', 'halden', 'marine', 'example']],
    ['Q-1187/B', ['q', '1187', 'b']],
    ['김민수', ['김민수']],
    ['100% _x_', ['100', 'x']],
    ['', []],
  ])('%s', (text, words) => expect(wordsOf(text)).toEqual(words))

  test('Latin words begin with a mark, so that one letter finds them; Japanese ones are found by any character', () => {
    expect(gramsOf('elna')).toEqual([' e', 'el', 'ln', 'na'])
    expect(gramsOf('山田')).toEqual(['山', '田', '山田'])
    expect(gramsOf('林')).toEqual(['林'])
  })

  test('one line for each part; the name joined as people type it; numbers with and without punctuation', () => {
    const { text, sortName: sorted } = searchColumns({
      module: 'invoices',
      name: '田中 浩二',
      company: '㈱山田製作所',
      addresses: ['k.tanaka@yamada.example'],
      fields: {
        phone: '+81 (0)90-1234-5678',
        mobile: 'call me',
        number: 'Q-1187',
        company: '港海運株式会社',
      },
    })
    expect(text.split('\n')).toEqual([
      'n 田中 浩二 田中浩二',
      'c 株 山田製作所',
      't 港海運 株式会社',
      'a k tanaka yamada example',
      'p 09012345678 819012345678',
      'd q 1187 q1187',
    ])
    expect(sorted).toBe('田中 浩二')
  })

  test('a value of megabytes makes no large index', () => {
    const { text, grams } = searchColumns({
      module: 'contacts',
      name: 'x'.repeat(10_000_000),
      company: '山'.repeat(1_000_000),
      addresses: [],
      fields: { phone: '1'.repeat(1_000_000) },
    })
    expect(text.length).toBeLessThan(1000)
    expect(grams.length).toBeLessThan(300)
  })

  test('names sort without regard to case, width and accents', () => {
    expect(sortName('Ａnna-Éva  von Brandt')).toBe('anna eva von brandt')
  })
})

describe('keys under which duplicates are found', () => {
  test.each([
    ['+81 90 1234 5678', '090-1234-5678'],
    ['+81 (0)3-1234-5678', '03 1234 5678'],
    ['+49 30 123456', '030/123456'],
    ['0049 151 12345678', '0151 12345678'],
    ['+1 (415) 555-2671 ext. 12', '415.555.2671'],
    ['＋８１ ９０ １２３４ ５６７８', '０９０−１２３４−５６７８'],
    ['+353 1 234 5678', '01 2345678'],
  ])('%s and %s are one line', (one, other) => {
    expect(phoneKey(one)).toBeDefined()
    expect(phoneKey(one)).toBe(phoneKey(other))
  })

  test.each(['', 'call me', '110', '0000000000', '1'.repeat(40)])('%j is no number', (text) =>
    expect(phoneKey(text)).toBeUndefined(),
  )

  test.each([
    ['株式会社山田製作所', '(株)山田製作所'],
    ['山田製作所株式会社', '㈱ 山田製作所'],
    ['Halden Marine GmbH & Co. KG', 'HALDEN MARINE'],
    ['Ferrovia S.A.', 'Ferrovia, SA'],
    ['The Acme Co., Ltd.', 'Acme'],
  ])('%s is the company %s', (one, other) => expect(companyKey(one)).toBe(companyKey(other)))

  test('a company named by a legal form alone keeps its name', () => expect(companyKey('SE')).toBe('se'))

  test.each([
    ['Elena Brandt', 'BRANDT, Elena'],
    ['田中 浩二', '田中浩二'],
    ['渡邊 花子', '渡辺　花子'],
  ])('%s is the person %s', (one, other) => expect(nameKey(one)).toBe(nameKey(other)))

  test.each([
    ['https://www.Halden-Marine.example/contact', 'halden-marine.example'],
    ['halden-marine.example', 'halden-marine.example'],
    ['nowhere', undefined],
    ['a@b.example', undefined],
  ])('domain of %s', (text, domain) => expect(domainKey(text)).toBe(domain))

  test('each kind once; a person with a company has both names', () => {
    expect(
      duplicateKeys({
        module: 'contacts',
        name: 'Elena Brandt',
        company: 'Halden Marine GmbH',
        addresses: [],
        fields: { company: 'halden marine', phone: '0151 12345678', mobile: '+49 151 12345678' },
      }),
    ).toEqual([
      { kind: 'phone', key: '151123456'.concat('78').slice(-9) },
      { kind: 'name', key: 'brandt elena' },
      { kind: 'name_company', key: 'brandt elena|haldenmarine' },
    ])
  })
})
