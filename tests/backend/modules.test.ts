import './harness/loopback-only.ts'
import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { ModulesAnswer, type ModulesChanged } from '../../lib/contract/modules.ts'
import type { LookupAnswer } from '../../lib/contract/records.ts'
import { type HouseOfModules, houseOfModules, made } from './harness/own-modules.ts'
import { someone } from './harness/reps.ts'
import { workOff } from './harness/work.ts'

let town: HouseOfModules['town']
let admin: HouseOfModules['admin']
let rep: HouseOfModules['rep']
let viewer: HouseOfModules['viewer']
let modulesFor: HouseOfModules['modulesFor']
let moduleOf: HouseOfModules['moduleOf']
let deleted: HouseOfModules['deleted']
let newModule: HouseOfModules['newModule']
let newField: HouseOfModules['newField']
let record: HouseOfModules['record']
let card: HouseOfModules['card']

beforeAll(async () => {
  ;({ town, admin, rep, viewer, modulesFor, moduleOf, deleted, newModule, newField, record, card } =
    await houseOfModules())
})

describe('reading', () => {
  test('everybody signed in reads modules and fields, and the answer keeps to its contract', async () => {
    for (const who of [admin, rep, viewer]) {
      const { modules } = ModulesAnswer.parse(await modulesFor(who))
      expect(modules.map((one) => one.key).slice(0, 8)).toEqual([
        'leads',
        'contacts',
        'accounts',
        'deals',
        'quotes',
        'sales_orders',
        'purchase_orders',
        'invoices',
      ])
    }
    expect((await town.knock('GET', '/api/v1/modules')).status).toBe(401)
  })

  const labels = { one: 'Own', many: 'Owns' }
  test.each([
    ['GET', '/modules/deleted', undefined],
    ['POST', '/modules', { labels }],
    ['PATCH', '/modules/deals', { cardFields: [] }],
    ['DELETE', '/modules/x_site', undefined],
    ['POST', '/modules/x_site/restore', undefined],
    ['POST', '/modules/x_site/purge', undefined],
    ['POST', '/modules/deals/fields', { label: 'Own', type: 'text' }],
    ['PATCH', '/modules/deals/fields/x_own', { label: 'Own' }],
    ['DELETE', '/modules/deals/fields/x_own', undefined],
    ['POST', '/modules/deals/fields/x_own/restore', undefined],
    ['POST', '/modules/deals/fields/x_own/purge', undefined],
  ])('%s %s is for admins alone', async (method, path, body) => {
    for (const who of [rep, viewer])
      expect(await who.call(method, path, body)).toMatchObject({
        status: 403,
        body: { error: { reason: 'not_admin' } },
      })
    expect((await town.knock(method, `/api/v1${path}`, body)).status).toBe(401)
  })
})

describe('own modules', () => {
  test('is there for everybody at the next request, with records of its own', async () => {
    const before = (await modulesFor(rep)).version
    const key = await made(
      admin.call('POST', '/modules', { labels: { one: 'Projekt Übersicht', many: 'Projekte' } }),
    )
    expect(key).toBe('x_projekt_ubersicht')
    expect((await modulesFor(rep)).version).toBe(before + 1)
    expect(await moduleOf(key)).toMatchObject({ labels: { one: 'Projekt Übersicht', many: 'Projekte' } })
    const id = await record(key, { fields: { name: 'Line 4' } })
    expect((await card(id)).module).toBe(key)
    const events = await town.house.db
      .selectFrom('events')
      .select('payload')
      .orderBy('seq', 'desc')
      .limit(3)
      .execute()
    expect(events.map((one) => one.payload.type)).toContain('modules')
  })

  test('a Japanese name has a key too; a key is never used twice, also after deletion', async () => {
    const create = (one: string, many: string) =>
      made(admin.call('POST', '/modules', { labels: { one, many } }))
    expect(await create('工事', '工事一覧')).toBe('x_m1')
    expect(await create('点検', '点検一覧')).toBe('x_m2')
    const key = await create('Audit', 'Audits')
    await admin.call('DELETE', `/modules/${key}`)
    expect(await create('Audit', 'Audits')).toBe('x_audit_2')
    const again = await admin.call('POST', '/modules', { labels: { one: 'ＡＵＤＩＴ', many: 'Other' } })
    expect(again).toMatchObject({
      status: 409,
      body: { error: { reason: 'name_taken', fields: [{ field: 'labels.one' }] } },
    })
    expect(await admin.call('POST', `/modules/${key}/restore`)).toMatchObject({
      status: 409,
      body: { error: { reason: 'name_taken' } },
    })
  })

  test('the same Idempotency-Key makes one module and one field', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    const body = { labels: { one: 'Once', many: 'Onces' } }
    const both = [
      await admin.call<ModulesChanged>('POST', '/modules', body, headers),
      await admin.call<ModulesChanged>('POST', '/modules', body, headers),
    ]
    expect(both.map((one) => [one.status, one.body.key])).toEqual([
      [201, 'x_once'],
      [201, 'x_once'],
    ])
    const key = { 'idempotency-key': randomUUID() }
    const field = { label: 'Only', type: 'text' }
    for (let n = 0; n < 2; n++)
      expect((await admin.call('POST', '/modules/x_once/fields', field, key)).status).toBe(201)
    expect((await moduleOf('x_once'))?.fields.filter((one) => one.custom)).toHaveLength(1)
  })

  test('new words, and the fields its card shows, of standard modules too', async () => {
    const key = await newModule()
    const labels = { one: 'Plant', many: 'Plants' }
    expect((await admin.call('PATCH', `/modules/${key}`, { labels })).status).toBe(200)
    expect((await moduleOf(key))?.labels).toEqual(labels)
    expect((await admin.call('PATCH', '/modules/quotes', { labels })).status).toBe(400)
    await admin.call('PATCH', '/modules/quotes', { cardFields: ['total', 'status'] })
    expect((await moduleOf('quotes'))?.cardFields).toEqual(['total', 'status'])
    expect(await admin.call('PATCH', '/modules/quotes', { cardFields: ['total', 'x_gone'] })).toMatchObject({
      status: 400,
      body: { error: { fields: [{ field: 'cardFields.1', reason: 'field_unknown' }] } },
    })
    expect((await admin.call('PATCH', '/modules/quotes', { cardFields: ['total', 'total'] })).status).toBe(
      400,
    )
    expect((await admin.call('PATCH', '/modules/x_none', { cardFields: [] })).status).toBe(404)
  })

  test('deleted: its records are hidden everywhere and kept; restored: they are back', async () => {
    const key = await newModule({ reach: 'address' })
    const address = someone()
    const id = await record(key, { fields: { name: 'Halden' }, primaryAddress: address })
    const found = async () => {
      const look = await rep.call<LookupAnswer>('POST', '/lookup', {
        account: rep.email,
        people: [{ address }],
      })
      return look.body.people[0]?.kind
    }
    expect(await found()).toBe('known')
    await admin.call('DELETE', `/modules/${key}`)
    expect(await moduleOf(key)).toBeUndefined()
    for (const who of [admin, rep]) expect((await who.call('GET', `/records/${id}`)).status).toBe(404)
    expect(await found()).toBe('unknown')
    const again = { module: key, fields: { name: 'New' } }
    expect((await rep.call('POST', '/records', again)).status).toBeGreaterThanOrEqual(400)
    expect((await deleted()).modules.find((one) => one.key === key)).toMatchObject({ records: 1 })
    expect((await admin.call('DELETE', `/modules/${key}`)).status).toBe(404)

    expect((await admin.call('POST', `/modules/${key}/restore`)).status).toBe(200)
    expect((await card(id)).fields).toEqual({ name: 'Halden' })
    expect(await found()).toBe('known')
    expect((await deleted()).modules.map((one) => one.key)).not.toContain(key)
  })

  test('is not deleted while a field that stands looks records up there', async () => {
    const key = await newModule()
    const field = await newField('contacts', { label: `Site of ${key}`, type: 'lookup', lookup: key })
    expect(await admin.call('DELETE', `/modules/${key}`)).toMatchObject({
      status: 409,
      body: { error: { reason: 'module_in_use', facts: { module: 'contacts' } } },
    })
    await admin.call('DELETE', `/modules/contacts/fields/${field}`)
    expect((await admin.call('DELETE', `/modules/${key}`)).status).toBe(200)
    expect(await admin.call('POST', `/modules/contacts/fields/${field}/restore`)).toMatchObject({
      status: 409,
      body: { error: { reason: 'module_unknown' } },
    })
  })

  test('restored while a module it looks records up in is still deleted: that field stays away until both stand', async () => {
    const [to, key] = [await newModule(), await newModule()]
    const field = await newField(key, { label: 'Where', type: 'lookup', lookup: to })
    const self = await newField(key, { label: 'Above', type: 'lookup', lookup: key })
    for (const one of [key, to]) expect((await admin.call('DELETE', `/modules/${one}`)).status).toBe(200)
    expect((await admin.call('POST', `/modules/${key}/restore`)).status).toBe(200)
    const keys = async () => (await moduleOf(key))?.fields.map((one) => one.key)
    expect(await keys()).not.toContain(field)
    expect(await keys()).toContain(self)
    expect((await deleted()).fields).toContainEqual(expect.objectContaining({ module: key, key: field }))
    const back = () => admin.call('POST', `/modules/${key}/fields/${field}/restore`)
    expect((await back()).status).toBe(409)
    await admin.call('POST', `/modules/${to}/restore`)
    expect((await back()).status).toBe(200)
    expect(await keys()).toContain(field)
  })

  test('a standard module can be neither deleted nor erased', async () => {
    expect((await admin.call('DELETE', '/modules/deals')).status).toBe(400)
    expect((await admin.call('POST', '/modules/deals/purge')).status).toBe(404)
  })

  test('purged: the module and its records are gone from the store, and only then is its key free', async () => {
    const one = `Purge ${randomUUID().slice(0, 6)}`
    const create = () => made(admin.call('POST', '/modules', { labels: { one, many: `${one}s` } }))
    const key = await create()
    const field = await newField(key, { label: 'Secret', type: 'text' })
    const ids: string[] = []
    for (let n = 0; n < 3; n++)
      ids.push(await record(key, { fields: { name: `Row ${n}`, [field]: 'hidden words' } }))
    expect((await admin.call('POST', `/modules/${key}/purge`)).status).toBe(404)
    await admin.call('DELETE', `/modules/${key}`)
    expect((await admin.call('POST', `/modules/${key}/purge`)).status).toBe(202)
    expect((await deleted()).modules.map((each) => each.key)).not.toContain(key)
    expect((await admin.call('POST', `/modules/${key}/restore`)).status).toBe(404)
    expect(await create()).toBe(`${key}_2`)
    expect(await workOff(town)).toEqual([])
    const { db } = town.house
    expect(await db.selectFrom('records').select('id').where('id', 'in', ids).execute()).toEqual([])
    expect(
      await db.selectFrom('record_changes').select('id').where('record_id', 'in', ids).execute(),
    ).toEqual([])
    expect(
      await db
        .selectFrom('modules')
        .select('key')
        .where('key', '=', key as `x_${string}`)
        .execute(),
    ).toEqual([])
    await admin.call('DELETE', `/modules/${key}_2`)
    expect(await create()).toBe(key)
  })

  test('fifty and no more', async () => {
    const { body } = await admin.call<ModulesAnswer>('GET', '/modules')
    const own = body.modules.filter((one) => one.labels !== undefined).length
    for (let n = own; n < 50; n++) await newModule()
    const labels = { one: 'One too many', many: 'Many too many' }
    expect(await admin.call('POST', '/modules', { labels })).toMatchObject({
      status: 400,
      body: { error: { reason: 'too_many', facts: { most: 50 } } },
    })
    const { modules } = await modulesFor(admin)
    for (const { key } of modules.filter((one) => one.key.startsWith('x_site')))
      await admin.call('DELETE', `/modules/${key}`)
  })
})
