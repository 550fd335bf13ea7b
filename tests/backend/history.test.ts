import { beforeAll, describe, expect, test } from 'vitest'
import type { ChangesPage, RecordAsOf } from '../../lib/contract/history.ts'
import { cardOf, make, setPolicy, userIdOf } from './harness/around.ts'
import { contact, type HouseOfReps, houseOfReps, type Rep, someone } from './harness/reps.ts'

let house: HouseOfReps
let mia: Rep
let ken: Rep

beforeAll(async () => {
  house = await houseOfReps()
  mia = await house.newRep()
  ken = await house.newRep()
})

const changes = async (rep: Rep, id: string, query = '') =>
  (await rep.me.call<ChangesPage>('GET', `/records/${id}/changes${query}`)).body

async function asOf(rep: Rep, id: string, at: string): Promise<RecordAsOf> {
  const answer = await rep.me.call<RecordAsOf>('GET', `/records/${id}/as-of?at=${at}`)
  expect(answer.status).toBe(200)
  return answer.body
}

async function change(rep: Rep, id: string, body: object): Promise<void> {
  const { version } = (await cardOf(rep, id)).record
  expect((await rep.me.call('PATCH', `/records/${id}`, { version, ...body })).status).toBe(200)
}

/** Moves the clock a minute on; the moment before. */
function later(): string {
  const { clock } = house.town.google
  const now = new Date(clock.now()).toISOString()
  clock.advance(60_000)
  return now
}

describe('the history of a record', () => {
  test('every change: who, when, old and new, newest first, with the names of records and people', async () => {
    const halden = await make(mia, { module: 'accounts', fields: { accountName: 'Halden' } })
    const id = await make(mia, { module: 'contacts', fields: { lastName: 'Brandt' } })
    later()
    await change(ken, id, { accountId: halden, fields: { title: 'Head of Procurement' } })
    later()
    const kenId = await userIdOf(house, ken)
    await change(ken, id, { ownerId: kenId })
    const page = await changes(mia, id)
    const miaId = await userIdOf(house, mia)
    expect(page.rows.map((row) => [row.kind, row.by?.id])).toEqual([
      ['changed', kenId],
      ['changed', kenId],
      ['created', miaId],
    ])
    expect(page.rows[0]?.changes).toEqual([{ field: 'ownerId', old: miaId, new: kenId }])
    expect(page.rows[1]?.changes).toEqual(
      expect.arrayContaining([
        { field: 'title', old: '', new: 'Head of Procurement' },
        { field: 'accountId', old: '', new: halden },
      ]),
    )
    expect(page.refs).toEqual([{ id: halden, module: 'accounts', name: 'Halden' }])
    expect(page.people.map((one) => one.id).toSorted()).toEqual([miaId, kenId].toSorted())
    expect(page.nextCursor).toBeNull()
  })

  test('as of a moment: fields, addresses, owner, relations, name; gone before it was made and while it was deleted', async () => {
    const [first, second] = [someone(), someone()]
    const before = later()
    const id = await make(mia, {
      module: 'contacts',
      fields: { firstName: 'Elena', lastName: 'Brandt' },
      primaryAddress: first,
    })
    const made = later()
    await change(mia, id, { fields: { lastName: 'Kvist', city: 'Bergen' }, primaryAddress: second })
    const married = later()
    expect((await mia.me.call('DELETE', `/records/${id}`)).status).toBe(204)
    const deleted = later()
    // In the bin its past can still be read.
    expect(await asOf(mia, id, married)).toMatchObject({ exists: true, values: { primaryAddress: second } })
    expect((await mia.me.call('POST', `/records/${id}/restore`)).status).toBe(200)
    const restored = later()
    const exists = await Promise.all(
      [before, made, married, deleted, restored].map((at) => asOf(mia, id, at)),
    )
    expect(exists.map((one) => one.exists)).toEqual([false, true, true, false, true])
    expect(exists[1]).toMatchObject({
      name: 'Elena Brandt',
      values: { firstName: 'Elena', lastName: 'Brandt', primaryAddress: first },
    })
    expect(exists[1]?.values).not.toHaveProperty('city')
    expect(exists[2]).toMatchObject({
      name: 'Elena Kvist',
      values: { city: 'Bergen', primaryAddress: second },
    })
    expect(exists[0]?.values).not.toHaveProperty('lastName')
  })

  test('a deal’s contacts then, by name', async () => {
    const [elena, tom] = [await contact(mia, someone()), await contact(mia, someone())]
    const id = await make(mia, {
      module: 'deals',
      fields: { dealName: 'Pumps' },
      mainContactId: elena,
      contactIds: [tom],
    })
    const made = later()
    await change(mia, id, { mainContactId: tom, contactIds: [] })
    const then = await asOf(mia, id, made)
    expect(then.values).toMatchObject({ mainContactId: elena, contactIds: tom })
    expect(then.refs.map((ref) => ref.id).toSorted()).toEqual([elena, tom].toSorted())
    expect(then.people).toMatchObject([{ id: await userIdOf(house, mia) }])
  })

  test('a record older than its history shows the oldest values known', async () => {
    const id = await make(mia, { module: 'contacts', fields: { lastName: 'Old' } })
    const made = later()
    await change(mia, id, { fields: { lastName: 'New' } })
    const { db } = house.town.house
    await db.deleteFrom('record_changes').where('record_id', '=', id).where('kind', '=', 'created').execute()
    expect(await asOf(mia, id, made)).toMatchObject({ exists: true, name: 'Old' })
    expect(await asOf(mia, id, '2001-01-01T00:00:00.000Z')).toMatchObject({ exists: false, name: 'Old' })
  })

  test('a record that was merged away stood until then and again once that is undone; the one that stayed all along', async () => {
    const stays = await make(mia, { module: 'contacts', fields: { lastName: 'Stays' } })
    const goes = await make(mia, {
      module: 'contacts',
      fields: { lastName: 'Goes' },
      primaryAddress: someone(),
    })
    const before = later()
    const [winner, loser] = [(await cardOf(mia, stays)).record, (await cardOf(mia, goes)).record]
    const merge = await mia.me.call<{ id: string }>('POST', '/merges', {
      winnerId: winner.id,
      loserId: loser.id,
      winnerVersion: winner.version,
      loserVersion: loser.version,
    })
    expect(merge).toMatchObject({ status: 201 })
    const merged = later()
    const stood = async (id: string) =>
      (await Promise.all([before, merged].map((at) => asOf(mia, id, at)))).map((one) => one.exists)
    expect([await stood(goes), await stood(stays)]).toEqual([
      [true, false],
      [true, true],
    ])
    expect((await asOf(mia, goes, before)).values).toMatchObject({ primaryAddress: loser.primaryAddress })
    expect((await mia.me.call('POST', `/merges/${merge.body.id}/undo`)).status).toBeLessThan(300)
    expect(await stood(goes)).toEqual([true, false])
    expect((await asOf(mia, goes, later())).exists).toBe(true)
  })

  test('pages go on where the last one ended', async () => {
    const id = await make(mia, { module: 'contacts', fields: { lastName: '0' } })
    for (let n = 1; n <= 52; n += 1) await change(mia, id, { fields: { lastName: String(n) } })
    const first = await changes(mia, id)
    const second = await changes(mia, id, `?cursor=${first.nextCursor}`)
    expect([first.rows.length, second.rows.length, second.nextCursor]).toEqual([50, 3, null])
    expect(second.rows.at(-1)?.kind).toBe('created')
    expect((await mia.me.call('GET', `/records/${id}/changes?cursor=-1`)).status).toBe(400)
    expect((await mia.me.call('GET', `/records/${id}/as-of?at=yesterday`)).status).toBe(400)
  })

  test('who may not see the record has no history of it, nor names of what is closed to them', async () => {
    const halden = await make(mia, { module: 'accounts', fields: { accountName: 'Halden' } })
    const id = await make(mia, { module: 'contacts', fields: { lastName: 'Brandt' }, accountId: halden })
    await setPolicy(house, { 'access.accounts': 'private' })
    try {
      expect((await changes(ken, id)).refs).toEqual([{ id: halden, module: 'accounts', name: '' }])
      await setPolicy(house, { 'access.contacts': 'private' })
      for (const path of ['changes', 'as-of?at=2026-11-24T00:00:00.000Z'])
        expect((await ken.me.call('GET', `/records/${id}/${path}`)).status).toBe(404)
    } finally {
      await setPolicy(house, {})
    }
  })
})
