import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { RecordSummary } from '../../lib/contract/records.ts'
import {
  change,
  history,
  make,
  named,
  ownField,
  problems,
  see,
  setPolicy,
  type Town,
  townOfTwo,
  tryMake,
} from './harness/records.ts'

let town: Town

beforeAll(async () => {
  town = await townOfTwo()
})

const refs = (record: RecordSummary) => Object.fromEntries(record.refs.map((ref) => [ref.id, ref.name]))

describe('what a record names', () => {
  test('comes with its name, for each row of a list too', async () => {
    const { mia } = town
    const account = await named(mia, 'accounts', 'Halden Marine')
    const elena = await named(mia, 'contacts', 'Brandt', { accountId: account.id })
    const jonas = await named(mia, 'contacts', 'Weber', { accountId: account.id })
    const deal = await named(mia, 'deals', 'Pumps', {
      mainContactId: elena.id,
      contactIds: [jonas.id, elena.id],
    })
    expect(deal).toMatchObject({ accountId: account.id, mainContactId: elena.id })
    expect([...deal.contactIds].sort()).toEqual([elena.id, jonas.id].sort())
    expect(refs(deal)).toEqual({ [account.id]: 'Halden Marine', [elena.id]: 'Brandt', [jonas.id]: 'Weber' })
    expect((await see(mia, elena.id)).refs).toEqual([
      { id: account.id, module: 'accounts', name: 'Halden Marine' },
    ])
    const taken = await change(mia, deal.id, { version: 1, contactIds: [jonas.id] })
    expect(taken.body.record.contactIds).toEqual([jonas.id])
    const ids = [elena.id, jonas.id].sort().join(';')
    expect(await history(town, deal.id)).toContain(`changed contactIds:${ids}>${jonas.id}`)
  })

  test('has no name for who may not open it, and cannot be named by them', async () => {
    const { mia, ken } = town
    const account = await named(mia, 'accounts', 'Secret Marine')
    const contact = await named(mia, 'contacts', 'Open', { accountId: account.id })
    await setPolicy(town, { 'access.accounts': 'private' })
    try {
      const seen = await see(ken, contact.id)
      expect(refs(seen)).toEqual({ [account.id]: '' })
      // What stood before may stay: only what changes is asked for.
      expect((await change(ken, contact.id, { version: 1, fields: { title: 'Buyer' } })).status).toBe(200)
      const own = await tryMake(ken, 'contacts', { fields: { lastName: 'A' }, accountId: account.id })
      expect(problems(own)).toEqual(['accountId: lookup_missing'])
    } finally {
      await setPolicy(town, { 'access.accounts': 'edit' })
    }
  })

  test('must be of the module the field leads to, and stand', async () => {
    const { mia } = town
    const deal = await named(mia, 'deals', 'Not an account')
    const gone = await named(mia, 'accounts', 'Gone')
    await mia.call('DELETE', `/records/${gone.id}`)
    const contact = await named(mia, 'contacts', 'Wrong')
    const toDeals = await ownField(town, 'contacts', 'lookup', { lookup: 'deals' })
    for (const [body, problem] of [
      [{ accountId: deal.id }, 'accountId: lookup_missing'],
      [{ accountId: gone.id }, 'accountId: lookup_missing'],
      [{ fields: { [toDeals]: contact.id } }, `fields.${toDeals}: lookup_missing`],
    ] as const)
      expect(problems(await change(mia, contact.id, { version: 1, ...body }))).toEqual([problem])
    const linked = await change(mia, contact.id, { version: 1, fields: { [toDeals]: deal.id } })
    expect(refs(linked.body.record)).toEqual({ [deal.id]: 'Not an account' })
    const cleared = await change(mia, contact.id, { version: 2, fields: { [toDeals]: '' } })
    expect(cleared.body.record.refs).toEqual([])
  })

  test('never leads back to itself, however long the way, also when two close the circle at once', async () => {
    const { mia } = town
    const chain = []
    for (const name of ['Top', 'Middle', 'Low']) chain.push(await named(mia, 'accounts', name))
    const [top, middle, low] = chain.map((one) => one.id)
    const under = (id = '', parent = '') =>
      change(mia, id, { version: 1, seen: { parentAccount: '' }, fields: { parentAccount: parent } })
    expect(problems(await under(top, top))).toEqual(['fields.parentAccount: lookup_circle'])
    expect((await under(middle, top)).status).toBe(200)
    expect((await under(low, middle)).status).toBe(200)
    expect(problems(await under(top, low))).toEqual(['fields.parentAccount: lookup_circle'])
    const [a, b] = [await named(mia, 'accounts', 'A'), await named(mia, 'accounts', 'B')]
    const both = await Promise.all([under(a.id, b.id), under(b.id, a.id)])
    expect(both.map((one) => one.status).sort()).toEqual([200, 400])
  })

  test('a document takes contact and account of its deal, unless it is told others', async () => {
    const { mia } = town
    const account = await named(mia, 'accounts', 'Deal Marine')
    const other = await named(mia, 'accounts', 'Other Marine')
    const elena = await named(mia, 'contacts', 'Elena', { accountId: account.id })
    const deal = await named(mia, 'deals', 'Pumps', { mainContactId: elena.id })
    const whole = { dealId: deal.id, mainContactId: elena.id, accountId: account.id }
    expect(await named(mia, 'quotes', 'Q-1', { dealId: deal.id })).toMatchObject(whole)
    expect(await named(mia, 'invoices', 'I-1', { dealId: deal.id, accountId: other.id })).toMatchObject({
      ...whole,
      accountId: other.id,
    })
  })

  test('an owner is somebody active here; whoever gives a record away is answered all the same', async () => {
    const { mia, ken } = town
    const people = await town.house.db.selectFrom('users').select(['id', 'email']).execute()
    const idOf = (email: string) => people.find((one) => one.email === email)?.id
    const contact = await named(ken, 'contacts', 'Given')
    expect(contact.owner.name).toBe('Ken Mori')
    await setPolicy(town, { 'access.contacts': 'private' })
    try {
      const given = await change(ken, contact.id, { version: 1, ownerId: idOf(mia.email) })
      expect(given).toMatchObject({ status: 200, body: { record: { owner: { name: 'Mia Sato' } } } })
      expect((await ken.call('GET', `/records/${contact.id}`)).status).toBe(404)
      const key = { 'idempotency-key': randomUUID() }
      const forMia = { module: 'contacts', fields: { lastName: 'For Mia' }, ownerId: idOf(mia.email) }
      for (const time of ['first', 'again'])
        expect([time, (await ken.call('POST', '/records', forMia, key)).status]).toEqual([time, 201])
      await town.house.db
        .updateTable('users')
        .set({ status: 'deactivated' })
        .where('email', '=', ken.email)
        .execute()
      const back = await change(mia, contact.id, { version: 2, ownerId: idOf(ken.email) })
      expect(problems(back)).toEqual(['ownerId: person_missing'])
    } finally {
      await town.house.db
        .updateTable('users')
        .set({ status: 'active' })
        .where('email', '=', ken.email)
        .execute()
      await setPolicy(town, { 'access.contacts': 'edit' })
    }
  })

  test('cards that show a record hear of its change: main contact, account and deal, the old and the new', async () => {
    const { mia } = town
    const one = await named(mia, 'contacts', 'One')
    const two = await named(mia, 'contacts', 'Two')
    const deal = await named(mia, 'deals', 'Moving', { mainContactId: one.id })
    const from = await newest()
    await change(mia, deal.id, { version: 1, mainContactId: two.id })
    const heard = await town.house.db.selectFrom('events').select('payload').where('seq', '>', from).execute()
    expect(heard.map(({ payload }) => ('id' in payload ? payload.id : '')).sort()).toEqual(
      [deal.id, one.id, two.id].sort(),
    )
  })

  async function newest(): Promise<number> {
    const row = await town.house.db
      .selectFrom('events')
      .select((eb) => eb.fn.max('seq').as('seq'))
      .executeTakeFirst()
    return row?.seq ?? 0
  }
})

describe('an account made with its first contact', () => {
  const withAccount = (name: string, domain = '', more: object = {}) =>
    make(town.mia, 'contacts', { fields: { lastName: 'Person' }, newAccount: { name, domain }, ...more })
  const accounts = (name: string) =>
    town.house.db
      .selectFrom('records')
      .select(['id', 'fields'])
      .where('module', '=', 'accounts')
      .where('name', '=', name)
      .execute()

  test('is made and linked in the same step, and found by the next one: by domain, else by name', async () => {
    const first = await withAccount('Kraft Pumps', 'kraft.example')
    expect(await accounts('Kraft Pumps')).toMatchObject([
      { id: first.accountId, fields: { accountName: 'Kraft Pumps', domain: 'kraft.example' } },
    ])
    expect((await withAccount('Another name', 'www.Kraft.example')).accountId).toBe(first.accountId)
    expect((await withAccount('ＫＲＡＦＴ  pumps')).accountId).toBe(first.accountId)
    expect((await withAccount('Kraft Pumps Two')).accountId).not.toBe(first.accountId)
  })

  test('two at once make one', async () => {
    const made = await Promise.all([
      withAccount('At Once', 'once.example'),
      withAccount('At Once', 'once.example'),
    ])
    expect(new Set(made.map((one) => one.accountId)).size).toBe(1)
    expect(await accounts('At Once')).toHaveLength(1)
  })

  test('a mail service for everybody makes nobody a colleague', async () => {
    const one = await withAccount('Solo One', 'gmail.com')
    const two = await withAccount('Solo Two', 'gmail.com')
    expect(one.accountId).not.toBe(two.accountId)
    expect((await accounts('Solo One'))[0]?.fields).not.toHaveProperty('domain')
  })

  test('is not made when the contact is refused', async () => {
    const answer = await tryMake(town.mia, 'contacts', {
      fields: { lastName: 'A' },
      ownerId: randomUUID(),
      newAccount: { name: 'Never' },
    })
    expect(problems(answer)).toEqual(['ownerId: person_missing'])
    expect(await accounts('Never')).toEqual([])
  })

  test('takes the place of the company as typed', async () => {
    const one = await withAccount('Typed Ltd', '', { fields: { lastName: 'A', company: 'Typed' } })
    expect(one.fields).toEqual({ lastName: 'A' })
    const alone = await make(town.mia, 'contacts', { fields: { lastName: 'B', company: 'Typed' } })
    expect(alone.fields['company']).toBe('Typed')
    const joined = await change(town.mia, alone.id, { version: 1, accountId: one.accountId })
    expect(joined.body.record.fields).toEqual({ lastName: 'B' })
    expect(await history(town, alone.id)).toContain(`changed company:Typed> accountId:>${one.accountId}`)
  })
})

describe('somebody saved first', () => {
  const contact = () =>
    make(town.mia, 'contacts', { fields: { lastName: 'Both', phone: '0301', title: 'Buyer' } })

  test('changes of other fields join; nothing is overwritten', async () => {
    const { id } = await contact()
    await change(town.ken, id, { version: 1, fields: { phone: '0302' } })
    const mine = await change(town.mia, id, {
      version: 1,
      seen: { title: 'Buyer' },
      fields: { title: 'Chief' },
    })
    expect(mine.body.record).toMatchObject({ version: 3, fields: { phone: '0302', title: 'Chief' } })
  })

  test('each differing field is named, columns too, and nothing of the change is taken', async () => {
    const { id } = await contact()
    await change(town.ken, id, { version: 1, fields: { phone: '0302' }, primaryAddress: 'both@x.example' })
    const answer = await change(town.mia, id, {
      version: 1,
      seen: { phone: '0301', title: 'Buyer', primaryAddress: '' },
      fields: { phone: '0303', title: 'Chief' },
      primaryAddress: 'mine@x.example',
    })
    expect(answer).toMatchObject({
      status: 409,
      body: { error: { reason: 'version_stale', facts: { version: 2 } } },
    })
    expect(problems(answer)).toEqual(['fields.phone: changed_meanwhile', 'primaryAddress: changed_meanwhile'])
    expect(await see(town.mia, id)).toMatchObject({ version: 2, fields: { phone: '0302', title: 'Buyer' } })
  })

  test('who does not say what they saw is refused, unless it stands as they want it', async () => {
    const { id } = await contact()
    await change(town.ken, id, { version: 1, fields: { phone: '0302' } })
    expect((await change(town.mia, id, { version: 1, fields: { title: 'Chief' } })).status).toBe(409)
    const same = await change(town.mia, id, { version: 1, fields: { phone: '0302' } })
    expect(same).toMatchObject({ status: 200, body: { record: { version: 2 } } })
  })

  test('many at once, each on a field of its own: all are kept', async () => {
    const { id } = await contact()
    const fields = ['phone', 'mobile', 'title', 'department', 'source', 'street', 'city', 'country']
    const value = (field: string) => (field === 'phone' || field === 'mobile' ? '0309' : `new ${field}`)
    const seen = { phone: '0301', title: 'Buyer' }
    const answers = await Promise.all(
      fields.map((field) => change(town.mia, id, { version: 1, seen, fields: { [field]: value(field) } })),
    )
    expect(answers.map((one) => one.status)).toEqual(fields.map(() => 200))
    const after = await see(town.mia, id)
    expect(after.version).toBe(1 + fields.length)
    expect(after.fields).toEqual({
      lastName: 'Both',
      ...Object.fromEntries(fields.map((one) => [one, value(one)])),
    })
  })
})
