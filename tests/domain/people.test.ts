import { describe, expect, test } from 'vitest'
import {
  companyFromDomain,
  displayName,
  initials,
  plainName,
  readSignature,
  splitName,
} from '../../lib/domain/people.ts'

describe('names', () => {
  test.each([
    ['Elena Brandt', 'e@x.example', 'Elena', 'Brandt'],
    ['Brandt, Elena', 'e@x.example', 'Elena', 'Brandt'],
    ['Ana María Ruiz', 'e@x.example', 'Ana María', 'Ruiz'],
    ['高橋 由紀子', 'e@x.example', '由紀子', '高橋'],
    ['高橋　由紀子', 'e@x.example', '由紀子', '高橋'],
    ['"Dubois" (Ferrovia)', 'e@x.example', '', 'Dubois'],
    ['', 'marc.dubois+news@ferrovia.example', 'Marc', 'Dubois'],
    ['m.dubois@ferrovia.example', 'm.dubois@ferrovia.example', 'M', 'Dubois'],
  ])('%j of %s', (name, address, firstName, lastName) => {
    expect(splitName(name, address)).toEqual({ firstName, lastName })
  })

  test.each([
    ['Elena Brandt', 'EB'],
    ['高橋 由紀子', '高'],
    ['m', 'M'],
    ['', '?'],
    ['😀', '?'],
    ['Ana María de la Cruz', 'AC'],
  ])('initials of %j', (name, letters) => expect(initials(name)).toBe(letters))

  test('controls and direction overrides never reach a screen', () => {
    expect(plainName('Elena\u202e tdnarB\u0000\n')).toBe('Elena tdnarB')
    expect(plainName('x'.repeat(5000))).toHaveLength(200)
    expect(displayName('', 'elena@halden.example')).toBe('elena')
  })

  test.each([
    ['elena@halden-marine.example', 'Halden Marine'],
    ['t@mail.minato.co.jp', 'Minato'],
    ['someone@gmail.com', undefined],
    ['someone@yahoo.co.jp', undefined],
  ])('company of %s', (address, company) => expect(companyFromDomain(address)).toBe(company))
})

describe('signatures', () => {
  const dubois = { name: 'Marc Dubois', address: 'm.dubois@ferrovia.example' }

  test('a French one', () => {
    const text =
      'Bonjour,\n\nJe voudrais une offre de prix.\n\nCordialement,\nMarc Dubois\nChef de projet signalisation\nFerrovia SA, Lyon\n+33 4 72 00 41 18\n'
    expect(readSignature(text, dubois)).toEqual({
      title: 'Chef de projet signalisation',
      company: 'Ferrovia SA',
      phone: '+33 4 72 00 41 18',
    })
  })

  test('one line with bars, fax left out', () => {
    const text =
      'Thanks\n\n--\nElena Brandt | Head of Procurement | Halden Marine GmbH\nFax: +49 40 555 0199\nTel.: +49 40 555 0100'
    expect(readSignature(text, { name: 'Elena Brandt', address: 'elena@haldenmarine.example' })).toEqual({
      title: 'Head of Procurement',
      company: 'Halden Marine GmbH',
      phone: '+49 40 555 0100',
    })
  })

  test('a Japanese one', () => {
    const text =
      'お世話になっております。\n注文書をお送りします。\n\n━━━━━━━━\nみなと海運株式会社\n調達部長\n高橋 由紀子\nTEL：078-555-0142\n'
    const person = { name: '高橋 由紀子', address: 'takahashi@minato-kaiun.example' }
    expect(readSignature(text, person)).toMatchObject({ phone: '078-555-0142' })
  })

  test('title and company in one line', () => {
    const priya = { name: 'Priya Nair', address: 'priya@northwindfoods.example' }
    const signed = (line: string) => readSignature(`Best,\nPriya Nair\n${line}`, priya)
    expect(signed('Plant Manager, Northwind Foods')).toEqual({
      title: 'Plant Manager',
      company: 'Northwind Foods',
    })
    expect(signed('Head of Sales, Kanda Koki Co., Ltd.')).toMatchObject({ title: 'Head of Sales' })
    expect(signed('Director, EMEA')).toEqual({ title: 'Director, EMEA' })
  })

  test('the quoted mail below is somebody else’s', () => {
    const text =
      'Fine with me.\nMarc Dubois\n\nOn Tue, 15 Sep 2026 at 14:37, Mia Sato wrote:\n> Mia Sato\n> Sales Manager\n> +81 3 5555 0100'
    expect(readSignature(text, dubois)).toEqual({})
  })

  test('prose is no signature', () => {
    expect(
      readSignature(
        'Our manager will call you. The order 0123456789 is late.\nI am away on 12.09.2026.',
        dubois,
      ),
    ).toEqual({})
  })

  test('hostile text ends quickly', () => {
    const started = performance.now()
    readSignature(`${'+1 '.repeat(2000)}\n${'('.repeat(4000)}\n${'GmbH '.repeat(1000)}`, dubois)
    expect(performance.now() - started).toBeLessThan(200)
  })
})
