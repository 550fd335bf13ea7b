import { beforeAll, describe, expect, test } from 'vitest'
import type { RecordCard } from '../../lib/contract/records.ts'
import { cardOf, make } from './harness/around.ts'
import {
  contact,
  deliver,
  emails,
  type HouseOfReps,
  houseOfReps,
  type Rep,
  someone,
  subjects,
} from './harness/reps.ts'
import { workOff } from './harness/work.ts'

let house: HouseOfReps
let mia: Rep

beforeAll(async () => {
  house = await houseOfReps()
  mia = await house.newRep()
  const { db, clock } = house.town.house
  const { org_id } = await db
    .selectFrom('users')
    .select('org_id')
    .where('email', '=', mia.me.email)
    .executeTakeFirstOrThrow()
  const at = new Date(clock.now())
  for (const reach of ['address', 'contact', 'none'] as const)
    await db
      .insertInto('modules')
      .values({
        org_id,
        key: `x_by_${reach}`,
        labels: JSON.stringify({ one: reach, many: reach }),
        reach,
        card_fields: null,
        created_at: at,
      })
      .execute()
  await db.updateTable('organisations').set({ modules_version: 1 }).where('id', '=', org_id).execute()
})

/** What each module needs to have a name. */
const named: Record<string, object> = {
  leads: { lastName: 'Lead' },
  contacts: { lastName: 'Contact' },
  accounts: { accountName: 'Account' },
  x_by_address: { name: 'Own' },
  deals: { dealName: 'Deal' },
  quotes: { number: 'Q' },
  sales_orders: { number: 'S' },
  purchase_orders: { number: 'P' },
  invoices: { number: 'I' },
  x_by_contact: { name: 'Own' },
}
const byContact = ['deals', 'quotes', 'sales_orders', 'purchase_orders', 'invoices', 'x_by_contact']

/** Two customers whose mail Mia has, and their contacts. */
async function twoPeople() {
  const [elena, tom] = [someone('elena'), someone('tom')]
  const ids = { elena: await contact(mia, elena), tom: await contact(mia, tom) }
  deliver(mia, { from: elena, subject: 'From Elena' })
  deliver(mia, { from: tom, subject: 'From Tom' })
  await workOff(house.town)
  return { elena, tom, ...{ elenaId: ids.elena, tomId: ids.tom } }
}

async function change(id: string, body: object): Promise<void> {
  const { record } = await cardOf(mia, id)
  const answer = await mia.me.call<RecordCard>('PATCH', `/records/${id}`, {
    version: record.version,
    ...body,
  })
  expect(answer).toMatchObject({ status: 200 })
}

describe('the Emails list, module by module', () => {
  test.each(['leads', 'contacts', 'accounts', 'x_by_address'])(
    'S-060: %s list the mail of their own addresses, S-064: and nothing without one',
    async (module) => {
      const { elena } = await twoPeople()
      const id = await make(mia, { module, fields: named[module], secondaryAddress: elena })
      expect(await subjects(mia, id)).toEqual(['From Elena'])
      expect((await cardOf(mia, id)).emails).toMatchObject({ total: 1, emptyReason: null })
      await change(id, { secondaryAddress: null })
      expect(await emails(mia, id)).toMatchObject({ total: 0, emptyReason: 'no_address' })
      await change(id, { primaryAddress: someone() })
      expect(await emails(mia, id)).toMatchObject({ total: 0, emptyReason: 'no_mail' })
    },
  )

  test.each(byContact)(
    'S-060, S-061: %s list the mail of their main contact and follow when it changes; S-064: none without one',
    async (module) => {
      const { elenaId, tomId } = await twoPeople()
      const id = await make(mia, { module, fields: named[module], mainContactId: elenaId })
      expect(await subjects(mia, id)).toEqual(['From Elena'])
      await change(id, { mainContactId: tomId })
      expect(await subjects(mia, id)).toEqual(['From Tom'])
      expect((await cardOf(mia, id)).lastContact).toMatchObject({ direction: 'received' })
      await change(id, { mainContactId: null })
      expect(await emails(mia, id)).toMatchObject({ total: 0, emptyReason: 'no_address' })
    },
  )

  test.each(['quotes', 'sales_orders', 'purchase_orders', 'invoices'])(
    'S-061: %s without a contact of their own reach their deal’s, and follow it',
    async (module) => {
      const { elenaId, tomId } = await twoPeople()
      const dealId = await make(mia, {
        module: 'deals',
        fields: { dealName: 'Deal' },
        mainContactId: elenaId,
      })
      const id = await make(mia, { module, fields: named[module], dealId })
      // A new document may take its deal's contact for its own; here it has none.
      await change(id, { mainContactId: null })
      expect(await subjects(mia, id)).toEqual(['From Elena'])
      await change(dealId, { mainContactId: tomId })
      expect(await subjects(mia, id)).toEqual(['From Tom'])
      await change(id, { mainContactId: elenaId })
      expect(await subjects(mia, id)).toEqual(['From Elena'])
    },
  )

  test('an account does not ask its contacts’ mail; a module that reaches nobody has none', async () => {
    const halden = await make(mia, { module: 'accounts', fields: { accountName: 'Halden' } })
    const address = someone()
    await make(mia, {
      module: 'contacts',
      fields: { lastName: 'x' },
      primaryAddress: address,
      accountId: halden,
    })
    deliver(mia, { from: address, subject: 'To the contact' })
    await workOff(house.town)
    expect(await emails(mia, halden)).toMatchObject({ total: 0, emptyReason: 'no_address' })
    const nobody = await make(mia, { module: 'x_by_none', fields: { name: 'Nobody' } })
    expect(await emails(mia, nobody)).toMatchObject({ total: 0, emptyReason: 'no_address' })
  })

  test.each([...byContact, 'accounts', 'leads', 'x_by_none'])(
    'a mail may be written from a record of %s',
    async (module) => {
      const { elena } = await twoPeople()
      const id = await make(mia, { module, fields: named[module] ?? { name: 'Nobody' } })
      const send = await mia.me.call('POST', '/sends', {
        account: mia.me.email,
        to: [{ address: elena, name: '' }],
        subject: 'From here',
        body: 'Hello',
        when: { kind: 'at', local: '2027-03-01T18:00', zone: 'Europe/Oslo' },
        recordId: id,
      })
      expect(send.status).toBe(201)
      expect(await subjects(mia, id)).toEqual(['From here'])
    },
  )

  test('new mail is told to documents too, through their deal’s contact', async () => {
    const address = someone()
    const elena = await contact(mia, address)
    const dealId = await make(mia, { module: 'deals', fields: { dealName: 'Deal' }, mainContactId: elena })
    const quote = await make(mia, { module: 'quotes', fields: { number: 'Q' }, dealId })
    await change(quote, { mainContactId: null })
    await workOff(house.town)
    deliver(mia, { from: address, subject: 'News' })
    house.town.google.clock.advance(60_000)
    await workOff(house.town)
    const told = await house.town.house.db
      .selectFrom('events')
      .select('payload')
      .orderBy('seq', 'desc')
      .limit(5)
      .execute()
    const ids = told.flatMap(({ payload }) => (payload.type === 'emails' ? payload.recordIds : []))
    expect(ids).toEqual(expect.arrayContaining([elena, dealId, quote]))
  })
})
