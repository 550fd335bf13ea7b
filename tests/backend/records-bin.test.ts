import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { BinPage, LookupAnswer, RecordCard } from '../../lib/contract/records.ts'
import type { Person } from '../stand-ins/door.ts'
import {
  change,
  history,
  make,
  named,
  problems,
  see,
  setPolicy,
  type Town,
  townOfTwo,
} from './harness/records.ts'

let town: Town
const day = 24 * 60 * 60_000

beforeAll(async () => {
  town = await townOfTwo()
})

const remove = (who: Person, id: string) => who.call('DELETE', `/records/${id}`)
const restore = (who: Person, id: string) => who.call<RecordCard>('POST', `/records/${id}/restore`)
const bin = async (who: Person, query = '') => (await who.call<BinPage>('GET', `/bin${query}`)).body
const binned = async (who: Person) => (await bin(who)).rows.map((row) => row.record.id)

async function kindOf(address: string): Promise<string | undefined> {
  const people = [{ address, name: '' }]
  const { body } = await town.mia.call<LookupAnswer>('POST', '/lookup', { account: town.mia.email, people })
  return body.people[0]?.kind
}

const address = () => `p${randomUUID().slice(0, 8)}@bin.example`

async function addressRows(recordId: string) {
  return town.house.db
    .selectFrom('record_addresses')
    .select(['kind', 'address', 'since'])
    .where('record_id', '=', recordId)
    .orderBy('kind')
    .execute()
}

describe('the bin', () => {
  test('a deleted record is nowhere but there, with who and when, and comes back as it was', async () => {
    const { mia, ken } = town
    const account = await named(mia, 'accounts', 'Bin Marine')
    const mail = address()
    const one = await make(mia, 'contacts', {
      fields: { lastName: 'Binned', phone: '0301' },
      primaryAddress: mail,
      accountId: account.id,
    })
    town.google.clock.advance(1000)
    expect((await remove(ken, one.id)).status).toBe(204)
    expect((await mia.call('GET', `/records/${one.id}`)).status).toBe(404)
    expect((await change(mia, one.id, { version: 1, fields: { phone: '0302' } })).status).toBe(404)
    expect((await remove(mia, one.id)).status).toBe(404)
    expect(await kindOf(mail)).toBe('unknown')
    const row = (await bin(mia)).rows.find(({ record }) => record.id === one.id)
    expect(row).toMatchObject({
      record: { name: 'Binned', deletedAt: new Date(town.google.clock.now()).toISOString() },
      deletedBy: { name: 'Ken Mori' },
    })
    const back = await restore(mia, one.id)
    expect(back.status).toBe(200)
    expect(back.body.record).toMatchObject({ ...one, version: 3, updatedAt: expect.any(String) })
    expect(await kindOf(mail)).toBe('known')
    expect(await binned(mia)).not.toContain(one.id)
    expect((await history(town, one.id)).slice(1)).toEqual(['deleted', 'restored'])
    // Twice is the same as once.
    expect((await restore(mia, one.id)).body.record).toEqual(back.body.record)
  })

  test('S-065: an address that comes back, restored or put back by hand, has stood since it first did', async () => {
    const { mia } = town
    const [first, second] = [address(), address()]
    const one = await make(mia, 'contacts', {
      fields: { lastName: 'Since' },
      primaryAddress: first,
      secondaryAddress: second,
    })
    const since = new Date(town.google.clock.now())
    const both = [
      { kind: 'primary', address: first, since },
      { kind: 'secondary', address: second, since },
    ]
    town.google.clock.advance(day)
    await remove(mia, one.id)
    expect(await addressRows(one.id)).toEqual([])
    town.google.clock.advance(day)
    await restore(mia, one.id)
    expect(await addressRows(one.id)).toEqual(both)
    // Off by hand before the deletion: restoring does not bring it back, putting it back does, with its moment.
    await change(mia, one.id, { version: 3, secondaryAddress: null })
    await remove(mia, one.id)
    await restore(mia, one.id)
    expect(await addressRows(one.id)).toEqual(both.slice(0, 1))
    await change(mia, one.id, { version: 6, primaryAddress: second, secondaryAddress: first })
    expect(await addressRows(one.id)).toEqual([
      { kind: 'primary', address: second, since },
      { kind: 'secondary', address: first, since },
    ])
    // A new one stands since now, and the old ones are not forgotten meanwhile.
    const third = address()
    await change(mia, one.id, { version: 7, primaryAddress: third, secondaryAddress: null })
    expect(await addressRows(one.id)).toEqual([
      { kind: 'primary', address: third, since: new Date(town.google.clock.now()) },
    ])
    await change(mia, one.id, { version: 8, primaryAddress: first })
    expect(await addressRows(one.id)).toEqual(both.slice(0, 1))
  })

  test('mail that came while it lay there is looked for when it is back', async () => {
    const { mia } = town
    await town.consent(mia, ['read'])
    const mail = address()
    const one = await make(mia, 'contacts', { fields: { lastName: 'Mail' }, primaryAddress: mail })
    await town.house.db.deleteFrom('backfills').where('address', '=', mail).execute()
    await remove(mia, one.id)
    await restore(mia, one.id)
    const asked = await town.house.db
      .selectFrom('backfills')
      .select('status')
      .where('address', '=', mail)
      .execute()
    expect(asked).toEqual([{ status: 'waiting' }])
  })

  test('a record whose parents are gone comes back; it has their names again when they are back too', async () => {
    const { mia } = town
    const account = await named(mia, 'accounts', 'Gone Marine')
    const elena = await named(mia, 'contacts', 'Elena', { accountId: account.id })
    const deal = await named(mia, 'deals', 'Gone deal', { mainContactId: elena.id, contactIds: [elena.id] })
    for (const { id } of [deal, elena, account]) await remove(mia, id)
    const back = await restore(mia, deal.id)
    expect(back.body.record).toMatchObject({ mainContactId: elena.id, accountId: account.id })
    expect(back.body.record.refs.map((ref) => ref.name)).toEqual(['', ''])
    // It can be worked with, parents gone or not.
    expect((await change(mia, deal.id, { version: 3, fields: { amount: '5' } })).status).toBe(200)
    await restore(mia, elena.id)
    await restore(mia, account.id)
    expect((await see(mia, deal.id)).refs.map((ref) => ref.name).sort()).toEqual(['Elena', 'Gone Marine'])
  })

  test('lists by module in pages, the last deleted first; what others may not see is not there', async () => {
    const { mia, ken } = town
    const made: string[] = []
    for (let nth = 0; nth < 55; nth++) made.push((await named(mia, 'quotes', `Q-${nth}`)).id)
    for (const id of made) await remove(mia, id)
    const first = await bin(mia, '?module=quotes')
    const second = await bin(mia, `?module=quotes&cursor=${first.nextCursor}`)
    const all = [...first.rows, ...second.rows].map((row) => row.record.id)
    expect(first).toMatchObject({ total: 55, rows: { length: 50 } })
    expect(second.nextCursor).toBeNull()
    expect([...all].sort()).toEqual([...made].sort())
    await setPolicy(town, { 'access.quotes': 'private' })
    try {
      expect(await bin(ken, '?module=quotes')).toEqual({ rows: [], total: 0, nextCursor: null })
      expect((await restore(ken, made[0] ?? '')).status).toBe(404)
    } finally {
      await setPolicy(town, { 'access.quotes': 'edit' })
    }
  })

  test('bad cursors and ids are refused', async () => {
    expect(problems(await town.mia.call('GET', '/bin?cursor=next'))).toEqual(['cursor: field_invalid'])
    expect((await town.mia.call('GET', '/bin?module=ships')).status).toBe(400)
    expect((await restore(town.mia, randomUUID())).status).toBe(404)
    expect((await restore(town.mia, 'one')).status).toBe(400)
  })
})
