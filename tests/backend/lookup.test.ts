import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { LookedUpPerson, LookupAnswer } from '../../lib/contract/records.ts'
import type { FilingTargets } from '../../lib/contract/threads.ts'
import { make, setPolicy } from './harness/around.ts'
import { type HouseOfReps, houseOfReps, type Rep, someone } from './harness/reps.ts'

let house: HouseOfReps
let mia: Rep
let ken: Rep

beforeAll(async () => {
  house = await houseOfReps()
  mia = await house.newRep()
  ken = await house.newRep()
})

async function lookUp(rep: Rep, address: string, name = ''): Promise<LookedUpPerson> {
  const { status, body } = await rep.me.call<LookupAnswer>('POST', '/lookup', {
    account: rep.me.email,
    people: [{ address, name }],
  })
  expect(status).toBe(200)
  return body.people[0] as LookedUpPerson
}

const person = (rep: Rep, lastName: string, primaryAddress: string, more: object = {}) =>
  make(rep, { module: 'contacts', fields: { lastName }, primaryAddress, ...more })
const pick = (rep: Rep, address: string, recordId: string | null) =>
  rep.me.call('PUT', '/picks', { address, recordId })
const domain = () => `c${randomUUID().slice(0, 8)}.example`

describe('whom an address stands for (S-001)', () => {
  test('of several records the one I choose is remembered for me alone, comes first, and may be asked again', async () => {
    const address = someone()
    const one = await person(mia, 'One', address)
    const two = await person(mia, 'Two', address)
    expect((await lookUp(mia, address)).pickedId).toBeNull()
    expect((await pick(mia, address.toUpperCase(), one)).status).toBe(204)
    const mine = await lookUp(mia, address)
    expect(mine).toMatchObject({ kind: 'several', pickedId: one })
    expect(mine.cards.map((card) => card.record.id)).toEqual([one, two])
    expect((await lookUp(ken, address)).pickedId).toBeNull()
    await pick(mia, address, two)
    expect((await lookUp(mia, address)).pickedId).toBe(two)
    await pick(mia, address, null)
    expect((await lookUp(mia, address)).pickedId).toBeNull()
  })

  test('a choice whose record lost the address or went to the bin is forgotten', async () => {
    const address = someone()
    const one = await person(mia, 'One', address, { secondaryAddress: someone() })
    await person(mia, 'Two', address)
    await person(mia, 'Three', address)
    await pick(mia, address, one)
    await mia.me.call('PATCH', `/records/${one}`, { version: 1, primaryAddress: null })
    expect((await lookUp(mia, address)).pickedId).toBeNull()
    await mia.me.call('PATCH', `/records/${one}`, { version: 2, primaryAddress: address })
    await pick(mia, address, one)
    await mia.me.call('DELETE', `/records/${one}`)
    expect(await lookUp(mia, address)).toMatchObject({ kind: 'several', pickedId: null })
  })

  test('only a record that I may open and that holds the address can be chosen', async () => {
    const address = someone()
    const other = await person(mia, 'Other', someone())
    expect(await pick(mia, address, other)).toMatchObject({
      status: 400,
      body: { error: { fields: [{ field: 'recordId' }] } },
    })
    expect((await pick(mia, address, randomUUID())).status).toBe(404)
    expect((await pick(mia, 'nonsense', other)).status).toBe(400)
    const mias = await person(mia, 'Mine', address)
    await setPolicy(house, { 'access.contacts': 'private' })
    try {
      expect((await pick(ken, address, mias)).status).toBe(404)
    } finally {
      await setPolicy(house, {})
    }
  })

  test('records the viewer may not open are counted, and the kind goes by the others', async () => {
    const address = someone()
    await person(mia, 'Mia’s', address)
    await person(ken, 'Ken’s', address)
    await setPolicy(house, { 'access.contacts': 'private' })
    try {
      expect(await lookUp(mia, address)).toMatchObject({
        kind: 'known',
        hidden: 1,
        cards: [{ record: { name: 'Mia’s' } }],
      })
      const third = await house.newRep()
      expect(await lookUp(third, address)).toMatchObject({ kind: 'unknown', hidden: 2, cards: [] })
    } finally {
      await setPolicy(house, {})
    }
    expect(await lookUp(mia, address)).toMatchObject({ kind: 'several', hidden: 0 })
  })

  test('an internal domain of the policy is a colleague’s', async () => {
    const inside = domain()
    await person(mia, 'Trap', `kim@${inside}`)
    await setPolicy(house, { 'links.internalDomains': [inside] })
    try {
      expect(await lookUp(mia, `kim@${inside}`)).toMatchObject({ kind: 'colleague', cards: [] })
    } finally {
      await setPolicy(house, { 'links.internalDomains': 'nonsense' })
      expect(await lookUp(mia, `kim@${inside}`)).toMatchObject({ kind: 'known' })
      await setPolicy(house, {})
    }
  })
})

describe('what is close to somebody unknown', () => {
  const near = (one: LookedUpPerson) => one.near.map(({ record, why }) => [record.name, why])

  test('the account of their domain, by the account’s domain or its contacts’ addresses', async () => {
    const at = domain()
    await make(mia, { module: 'accounts', fields: { accountName: 'By domain', domain: at } })
    expect(near(await lookUp(mia, `new@${at}`))).toEqual([['By domain', 'same_domain']])
    const other = domain()
    const halden = await make(mia, { module: 'accounts', fields: { accountName: 'By contact' } })
    await person(mia, 'Elena', `elena@${other}`, { accountId: halden })
    await person(mia, 'Tom', `tom@${other}`, { accountId: halden })
    await person(mia, 'Alone', `alone@${other}`)
    expect(near(await lookUp(mia, `new@${other}`))).toEqual([
      ['By contact', 'same_domain'],
      ['Alone', 'same_domain'],
    ])
    expect((await lookUp(mia, `elena@${other}`)).near).toEqual([])
  })

  test('a free mail service says nothing of a company, a subdomain is another domain', async () => {
    await person(mia, 'Free', `${randomUUID()}@gmail.com`)
    expect(near(await lookUp(mia, `${randomUUID()}@gmail.com`))).toEqual([])
    const at = domain()
    await person(mia, 'Whole', `one@${at}`)
    expect(near(await lookUp(mia, `two@mail.${at}`))).toEqual([])
  })

  test('people of the same name in any order and script width, and the account the domain speaks of', async () => {
    const tag = randomUUID()
      .slice(0, 8)
      .replace(/[0-9-]/g, 'x')
    await make(mia, { module: 'leads', fields: { firstName: 'Elena', lastName: `Brandt${tag}` } })
    expect(near(await lookUp(mia, `elena@${domain()}`, `BRANDT${tag}, Elena`))).toEqual([
      [`Elena Brandt${tag}`, 'similar_name'],
    ])
    await make(mia, { module: 'accounts', fields: { accountName: `Halden ${tag} GmbH` } })
    expect(near(await lookUp(mia, `info@halden-${tag}.example`))).toEqual([
      [`Halden ${tag} GmbH`, 'similar_name'],
    ])
  })

  test('at most three, accounts before people, and never what the viewer may not open', async () => {
    const at = domain()
    for (const n of [1, 2, 3, 4]) await person(mia, `Person ${n}`, `p${n}@${at}`)
    await make(mia, { module: 'accounts', fields: { accountName: 'The account', domain: at } })
    const found = near(await lookUp(mia, `new@${at}`))
    expect(found).toHaveLength(3)
    expect(found[0]).toEqual(['The account', 'same_domain'])
    await setPolicy(house, { 'access.contacts': 'private', 'access.accounts': 'private' })
    try {
      expect(near(await lookUp(ken, `new@${at}`))).toEqual([])
    } finally {
      await setPolicy(house, {})
    }
  })
})

describe('where a file may go', () => {
  test('open documents of the sender come after their open deals; a document’s number in the subject comes first', async () => {
    const address = someone()
    const elena = await person(mia, 'Elena', address)
    const pumps = await make(mia, { module: 'deals', fields: { dealName: 'Pumps' }, mainContactId: elena })
    for (const [module, number, more] of [
      ['quotes', 'Q-10', { dealId: pumps }],
      ['invoices', 'Q-104', { mainContactId: elena }],
    ] as const)
      await make(mia, { module, fields: { number, status: 'sent' }, ...more })
    await make(mia, { module: 'invoices', fields: { number: 'Paid', status: 'paid' }, mainContactId: elena })
    const ask = async (subject: string) => {
      const people = [address, mia.me.email]
      const body = { account: mia.me.email, people, subject }
      const answer = await mia.me.call<FilingTargets>('POST', '/filings/targets', body)
      return answer.body.targets.map(({ name, why }) => [name, why])
    }
    const rest = (await ask('Hello')).map(([name, why]) => `${name} ${why}`)
    expect(rest[0]).toBe('Pumps open_deal')
    expect(rest.slice(1, 3).toSorted()).toEqual(['Q-10 open_document', 'Q-104 open_document'])
    expect(rest.slice(3)).toEqual(['Elena sender'])
    expect((await ask('Re: quote q-104, please'))[0]).toEqual(['Q-104', 'named'])
    // The one named stands before the newer one.
    expect((await ask('Re: Q-10'))[0]).toEqual(['Q-10', 'named'])
  })
})
