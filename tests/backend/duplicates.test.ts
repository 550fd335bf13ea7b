import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Duplicates, DuplicatesQuery } from '../../lib/contract/duplicates.ts'
import type { Person } from '../stand-ins/door.ts'
import { make } from './harness/merging.ts'
import { type HouseOfReps, houseOfReps, someone } from './harness/reps.ts'

let house: HouseOfReps
let mia: Person
let ken: Person

beforeAll(async () => {
  house = await houseOfReps()
  mia = (await house.newRep()).me
  ken = (await house.newRep()).me
})

async function ask(query: DuplicatesQuery, who = mia): Promise<Duplicates['matches']> {
  const { status, body } = await who.call<Duplicates>('POST', '/records/duplicates', query)
  expect(status, JSON.stringify(body)).toBe(200)
  return body.matches
}

/** Ids with reasons, best first. */
const like = async (query: DuplicatesQuery, who = mia) =>
  (await ask(query, who)).map(({ record, reasons }) => [record.id, reasons.join(' ')])

/** A name nobody else has, as a word of Latin letters or of kanji. */
const latin = () => `N${randomUUID().replace(/[^a-f]/g, '')}${Date.now().toString(36).replace(/\d/g, 'x')}`
const kanji = () =>
  [...randomUUID().replaceAll('-', '').slice(0, 6)]
    .map((c) => '山川森林岩松竹梅桜橋池沼谷坂原村'[Number.parseInt(c, 16)])
    .join('')

describe('the kinds of match', () => {
  test('by address: primary or secondary, of anyone, whatever the case', async () => {
    const [a, b] = [someone(), someone()]
    const contact = await make(mia, { fields: { lastName: latin() }, primaryAddress: a, secondaryAddress: b })
    for (const primaryAddress of [a.toUpperCase(), b])
      expect(await like({ module: 'leads', primaryAddress })).toEqual([[contact.id, 'address']])
    expect(await like({ module: 'accounts', secondaryAddress: a })).toEqual([[contact.id, 'address']])
    expect(await like({ module: 'leads', primaryAddress: 'half@typed' })).toEqual([])
  })

  test('by phone, however it is written, in either field', async () => {
    const digits = `${1_000_000 + Math.floor(Math.random() * 8_999_999)}`
    const lead = await make(mia, {
      module: 'leads',
      fields: { lastName: latin(), mobile: `+49 40 ${digits}` },
    })
    for (const phone of [`040/${digits}`, `0049 (0)40-${digits}`, `０４０ ${digits}`])
      expect(await like({ module: 'contacts', fields: { phone } }), phone).toEqual([[lead.id, 'phone']])
  })

  test('by name and company: full width, order, case and legal form do not matter', async () => {
    const [name, company] = [latin(), latin()]
    const contact = await make(mia, {
      fields: { firstName: 'Elena', lastName: name, company: `${company} Marine GmbH` },
    })
    const wide = (text: string) =>
      text.replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0))
    for (const fields of [
      { firstName: wide('Elena'), lastName: wide(name), company: `${company.toUpperCase()} MARINE` },
      { firstName: name, lastName: 'ELENA', company: wide(`${company} marine, Inc.`) },
    ])
      expect(await like({ module: 'leads', fields })).toEqual([[contact.id, 'name_company name']])
    expect(
      await like({ module: 'leads', fields: { firstName: 'Elena', lastName: name, company: 'Else' } }),
    ).toEqual([])
  })

  test('the company of an account counts like one that was typed', async () => {
    const [name, company] = [latin(), latin()]
    const account = await make(mia, { module: 'accounts', fields: { accountName: `株式会社${company}` } })
    const lead = await make(mia, { module: 'leads', fields: { lastName: name, company } })
    const contact = { module: 'contacts', fields: { lastName: name }, accountId: account.id } as const
    expect(await like(contact)).toEqual([[lead.id, 'name_company name']])
    const made = await make(mia, contact)
    const found = await ask({ module: 'leads', fields: { lastName: name, company: `${company} AG` } })
    expect(found.find((one) => one.record.id === made.id)).toMatchObject({
      company: `株式会社${company}`,
      reasons: ['name_company', 'name'],
    })
    expect(found).toHaveLength(2)
  })

  test('Japanese names: either order, with and without a space, half width and old forms', async () => {
    const [family, given] = [kanji(), kanji()]
    const one = await make(mia, { fields: { lastName: family, firstName: given } })
    for (const fields of [
      { lastName: given, firstName: family },
      { lastName: `${family}${given}` },
      { lastName: `${family}　${given}` },
    ])
      expect(await like({ module: 'contacts', fields }), JSON.stringify(fields)).toEqual([[one.id, 'name']])
    const tag = latin()
    const kana = await make(mia, { fields: { lastName: 'ヤマダ', firstName: `アイウ${tag}` } })
    expect(await like({ module: 'contacts', fields: { lastName: 'ﾔﾏﾀﾞ', firstName: `ｱｲｳ${tag}` } })).toEqual([
      [kana.id, 'name'],
    ])
    const old = await make(mia, { fields: { lastName: `髙﨑${family}`, firstName: given } })
    expect(
      await like({ module: 'contacts', fields: { lastName: `高崎${family}`, firstName: given } }),
    ).toEqual([[old.id, 'name']])
  })

  test('a name alone counts in its module, and beyond it only from the same mail domain', async () => {
    const name = latin()
    const domain = `${randomUUID().slice(0, 8)}.example`
    const contact = await make(mia, { fields: { lastName: name }, primaryAddress: `a@${domain}` })
    expect(await like({ module: 'contacts', fields: { lastName: name } })).toEqual([[contact.id, 'name']])
    expect(await like({ module: 'leads', fields: { lastName: name } })).toEqual([])
    expect(
      await like({ module: 'leads', fields: { lastName: name }, primaryAddress: `b@${domain}` }),
    ).toEqual([[contact.id, 'name']])
  })

  test('accounts by domain and by name; documents by number; deals are no accounts', async () => {
    const name = latin()
    const domain = `${randomUUID().slice(0, 8)}.example`
    const account = await make(mia, { module: 'accounts', fields: { accountName: `${name} GmbH`, domain } })
    const ofDomain = { accountName: latin(), website: `https://www.${domain}/jobs` }
    expect(await like({ module: 'accounts', fields: ofDomain })).toEqual([[account.id, 'domain']])
    expect(
      await like({ module: 'accounts', fields: { accountName: `${name.toUpperCase()} 株式会社` } }),
    ).toEqual([[account.id, 'name']])
    expect(await like({ module: 'deals', fields: { dealName: name } })).toEqual([])
    const number = `SA-${randomUUID()}`
    const quote = await make(mia, { module: 'quotes', fields: { number } })
    expect(
      await like({ module: 'quotes', fields: { number: number.toLowerCase().replace('-', ' ') } }),
    ).toEqual([[quote.id, 'name']])
    expect(await like({ module: 'quotes', fields: { number: number.slice(3) } })).toEqual([])
    expect(await like({ module: 'invoices', fields: { number } })).toEqual([])
  })
})

describe('the answer', () => {
  test('best first, at most five, and never the record itself', async () => {
    const name = latin()
    const address = someone()
    const made = []
    for (let nth = 0; nth < 6; nth++) {
      house.town.google.clock.advance(1000)
      made.push((await make(mia, { fields: { lastName: name } })).id)
    }
    const sure = await make(mia, { fields: { lastName: name }, primaryAddress: address })
    const query = { module: 'contacts', fields: { lastName: name }, primaryAddress: address } as const
    const found = await like(query)
    expect(found).toEqual([
      [sure.id, 'address name'],
      ...made
        .reverse()
        .slice(0, 4)
        .map((id) => [id, 'name']),
    ])
    expect(await like({ ...query, recordId: sure.id })).not.toContainEqual([sure.id, expect.anything()])
    expect(await like({ module: 'contacts', recordId: sure.id })).toHaveLength(5)
  })

  test('what somebody may not see is no match, and what is in the bin or merged neither', async () => {
    const address = someone()
    const hidden = await make(mia, {
      fields: { lastName: latin(), phone: '+49 40 998877' },
      primaryAddress: address,
    })
    const query = { module: 'contacts', primaryAddress: address, fields: { phone: '040 998877' } } as const
    await house.founder.call('PUT', '/policy/access.contacts', { value: 'private' })
    expect(await like(query, ken)).toEqual([])
    expect(await like(query, mia)).toHaveLength(1)
    await house.founder.call('PUT', '/policy/access.contacts', { value: null })
    expect(await like(query, ken)).toHaveLength(1)
    await mia.call('DELETE', `/records/${hidden.id}`)
    expect(await like(query)).toEqual([])
  })

  test('hostile text finds nothing and breaks nothing; too much of it is refused', async () => {
    for (const lastName of [
      '%',
      "'; drop table records; --",
      '\u202Eabc\u0007',
      '株式会社',
      '   ',
      '💥'.repeat(400),
    ])
      expect(await like({ module: 'contacts', fields: { lastName } })).toEqual([])
    const { status } = await mia.call('POST', '/records/duplicates', {
      module: 'contacts',
      fields: { lastName: 'x'.repeat(100_001) },
    })
    expect(status).toBe(400)
  })
})
