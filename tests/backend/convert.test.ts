import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { actorNow } from '../../backend/services/actor-now.ts'
import { convertLead } from '../../backend/services/convert/convert.ts'
import type { Conversion, ConversionPreview } from '../../lib/contract/duplicates.ts'
import type { RecordCard, RecordSummary } from '../../lib/contract/records.ts'
import { attach } from './harness/around.ts'
import { change, history, look, make } from './harness/merging.ts'
import { ownField } from './harness/records.ts'
import { deliver, type HouseOfReps, houseOfReps, type Rep, someone, subjects } from './harness/reps.ts'
import { passTime, workOff } from './harness/work.ts'

let house: HouseOfReps
let rep: Rep

beforeAll(async () => {
  house = await houseOfReps()
  rep = await house.newRep()
})

const lead = (fields: object, more: object = {}) =>
  make(rep.me, { module: 'leads', fields: { firstName: 'Elena', lastName: 'Brandt', ...fields }, ...more })

const previewOf = async (id: string) =>
  (await rep.me.call<ConversionPreview>('GET', `/records/${id}/conversion`)).body

function tryConvert(of: RecordSummary, body: object = {}, headers?: Record<string, string>, who = rep) {
  const input = { version: of.version, account: null, deal: null, ...body }
  return who.me.call<Conversion>('POST', `/records/${of.id}/convert`, input, headers)
}

async function convert(of: RecordSummary, body: object = {}): Promise<Conversion> {
  const answer = await tryConvert(of, body)
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 201 })
  return answer.body
}

/** A domain nobody else has. */
const newDomain = () => `w${randomUUID().slice(0, 8)}.example`

describe('preview', () => {
  test('the account is found by domain before name, legal form and width left out; the contact by address', async () => {
    const domain = newDomain()
    const tag = randomUUID().slice(0, 8)
    const account = (accountName: string, more = {}) =>
      make(rep.me, { module: 'accounts', fields: { accountName, ...more } })
    const byName = await account(`Halden Marine ${tag} GmbH`)
    const typed = await lead({ company: `ＨＡＬＤＥＮ MARINE ${tag}` }, { primaryAddress: `e@${domain}` })
    expect(await previewOf(typed.id)).toMatchObject({
      account: { id: byName.id },
      accountName: byName.name,
      dealName: byName.name,
      contact: null,
    })
    const byDomain = await account(`Works ${tag}`, { domain })
    const contact = await make(rep.me, { fields: { lastName: 'B' }, secondaryAddress: `e@${domain}` })
    expect(await previewOf(typed.id)).toMatchObject({
      account: { id: byDomain.id },
      contact: { id: contact.id },
    })
  })

  test('free mail is no company, and nothing found is nothing proposed', async () => {
    const person = await lead({}, { primaryAddress: `${randomUUID()}@gmail.com` })
    expect(await previewOf(person.id)).toEqual({
      account: null,
      accountName: '',
      contact: null,
      dealName: 'Elena Brandt',
    })
    const domain = newDomain()
    const unknown = await lead({}, { primaryAddress: `e@${domain}` })
    expect((await previewOf(unknown.id)).accountName).toBe(
      domain.charAt(0).toUpperCase() + domain.slice(1, -'.example'.length),
    )
  })
})

describe('convert', () => {
  test('an account that is deleted at the same moment is refused, and the lead stays as it was', async () => {
    const { db } = house.town.house
    const account = await make(rep.me, { module: 'accounts', fields: { accountName: 'Gone Marine' } })
    const contact = await make(rep.me, { fields: { lastName: 'Brandt' } })
    const of = await lead({})
    const { id: userId, org_id: orgId } = await db
      .selectFrom('users')
      .selectAll()
      .where('email', '=', rep.me.email)
      .executeTakeFirstOrThrow()
    const actor = await actorNow({ db }, { orgId, userId })
    if (actor === undefined) throw new Error('Nobody')
    // Just before the conversion begins to write.
    const late = new Proxy(db, {
      get: (target, key) =>
        key === 'transaction'
          ? () => ({
              execute: async (work: Parameters<ReturnType<typeof db.transaction>['execute']>[0]) => {
                await rep.me.call('DELETE', `/records/${account.id}`)
                return db.transaction().execute(work)
              },
            })
          : Reflect.get(target, key, target),
    })
    const input = { version: of.version, account: { id: account.id }, contactId: contact.id, deal: null }
    await expect(convertLead({ ...house.town.house, db: late, actor }, of.id, input)).rejects.toMatchObject({
      fields: [{ field: 'account.id', reason: 'lookup_missing' }],
    })
    expect((await look(rep.me, of.id)).version).toBe(of.version)
    expect((await look(rep.me, contact.id)).accountId).toBeNull()
  })

  test('makes account, contact and deal; what both sides have goes along, an admin’s own fields too', async () => {
    const { town } = house
    const own = await ownField(town, 'leads', 'text')
    const odd = await ownField(town, 'leads', 'text')
    const twin = { org_id: '', module: 'contacts', key: own, type: 'text' }
    const row = await town.house.db
      .selectFrom('module_fields')
      .selectAll()
      .where('key', '=', own)
      .executeTakeFirstOrThrow()
    await town.house.db
      .insertInto('module_fields')
      .values({ ...row, ...twin, org_id: row.org_id, module: 'contacts', type: 'text', choices: '[]' })
      .execute()
    await town.house.db
      .updateTable('organisations')
      .set((eb) => ({ modules_version: eb('modules_version', '+', 1) }))
      .execute()
    const domain = newDomain()
    const of = await lead(
      {
        company: 'Halden Marine',
        title: 'CTO',
        phone: '+49 40 123456',
        website: `https://${domain}`,
        industry: 'Ships',
        city: 'Kiel',
        source: 'Fair',
        [own]: 'kept',
        [odd]: 'stays',
      },
      { primaryAddress: `elena@${domain}` },
    )
    const made = await convert(of, {
      account: { name: ' Halden  Marine ' },
      deal: { dealName: 'Line 4', amount: '184000.5', currency: 'EUR', closingOn: '2027-01-31' },
    })
    const account = await look(rep.me, made.accountId ?? '')
    expect(account).toMatchObject({
      name: 'Halden Marine',
      fields: { domain, industry: 'Ships', city: 'Kiel', website: `https://${domain}` },
      primaryAddress: null,
    })
    expect(account.fields['phone']).toBeUndefined()
    const contact = await look(rep.me, made.contactId)
    expect(contact).toMatchObject({
      module: 'contacts',
      name: 'Elena Brandt',
      accountId: account.id,
      primaryAddress: `elena@${domain}`,
      fields: { title: 'CTO', phone: '+49 40 123456', source: 'Fair', [own]: 'kept' },
    })
    expect(contact.fields[odd]).toBeUndefined()
    expect(await look(rep.me, made.dealId ?? '')).toMatchObject({
      name: 'Line 4',
      mainContactId: contact.id,
      accountId: account.id,
      fields: { stage: 'qualification', amount: '184000.5', currency: 'EUR', source: 'Fair' },
    })
    expect((await look(rep.me, of.id)).id).toBe(contact.id)
    const [line] = await history(rep.me, of.id)
    expect(line).toMatchObject({
      kind: 'converted',
      facts: { contactId: contact.id, accountId: account.id, dealId: made.dealId },
      changes: expect.arrayContaining([{ field: 'status', old: 'new', new: 'converted' }]),
    })
    for (const id of [contact.id, account.id, made.dealId ?? ''])
      expect((await history(rep.me, id))[0]).toMatchObject({ kind: 'created', facts: { from: of.id } })
    const bin = await rep.me.call<{ rows: { record: RecordSummary }[] }>('GET', '/bin?module=leads')
    expect(bin.body.rows ?? []).not.toContainEqual(expect.objectContaining({ record: { id: of.id } }))
    expect((await rep.me.call('POST', `/records/${of.id}/restore`)).status).toBe(404)
  })

  test('carries mail, files, notes and tasks; the address keeps since when it stood (decisions 6, S-055, S-065)', async () => {
    const address = someone()
    const of = await lead({}, { primaryAddress: address })
    deliver(rep, { from: `Elena <${address}>`, subject: 'Offer?' })
    await workOff(house.town)
    await passTime(house.town, 200_000)
    await attach(house, rep, of.id)
    await rep.me.call('POST', `/records/${of.id}/notes`, { text: 'Met at the fair.' })
    await rep.me.call('POST', '/todos', { recordId: of.id, title: 'Call' })
    expect(await subjects(rep, of.id)).toEqual(['Offer?'])
    const since = async () =>
      house.town.house.db.selectFrom('record_addresses').selectAll().where('address', '=', address).execute()
    const [before] = await since()
    const { contactId } = await convert(of)
    expect(await subjects(rep, contactId)).toEqual(['Offer?'])
    const card = (await rep.me.call<RecordCard>('GET', `/records/${of.id}`)).body
    expect(card).toMatchObject({
      record: { id: contactId },
      attachments: { total: 1 },
      notes: { total: 1 },
      todos: [{ title: 'Call' }],
      emails: { total: 1 },
    })
    expect(await since()).toEqual([{ ...before, record_id: contactId }])
  })

  test('a contact that stands keeps what it has, takes what it lacks, and the addresses there is room for', async () => {
    const [a, b, c] = [someone('a'), someone('b'), someone('c')]
    const contact = await make(rep.me, { fields: { lastName: 'Brandt', title: 'CEO' }, primaryAddress: a })
    const account = await make(rep.me, { module: 'accounts', fields: { accountName: `W ${randomUUID()}` } })
    const of = await lead({ title: 'CTO', city: 'Kiel' }, { primaryAddress: b, secondaryAddress: c })
    const made = await convert(of, { contactId: contact.id, account: { id: account.id } })
    expect(made).toEqual({ contactId: contact.id, accountId: account.id, dealId: null })
    expect(await look(rep.me, contact.id)).toMatchObject({
      name: 'Elena Brandt',
      fields: { title: 'CEO', city: 'Kiel' },
      accountId: account.id,
      primaryAddress: a,
      secondaryAddress: b,
    })
    expect((await history(rep.me, contact.id))[0]).toMatchObject({
      kind: 'converted',
      facts: { from: of.id },
    })
  })

  test('a repeated call makes nothing twice; another one is told that it is converted', async () => {
    const of = await lead({ company: `Once ${randomUUID()}` })
    const headers = { 'idempotency-key': randomUUID() }
    const body = { account: { name: 'Once' }, deal: { dealName: 'Once' } }
    const first = await tryConvert(of, body, headers)
    expect(first.status).toBe(201)
    expect((await tryConvert(of, body, headers)).body).toEqual(first.body)
    expect(await tryConvert(of, body)).toMatchObject({
      status: 409,
      body: { error: { reason: 'already_converted', facts: { contactId: first.body.contactId } } },
    })
  })

  test('bad input names its field and makes nothing; a stale version and a contact are refused', async () => {
    const of = await lead({})
    const count = async () => (await house.town.house.db.selectFrom('records').select('id').execute()).length
    const before = await count()
    const deal = { dealName: 'Line 4', amount: 'much', closingOn: '2026-02-30', stage: 'nowhere' }
    const refused = await tryConvert(of, { account: { name: 'New Works' }, deal })
    expect(refused).toMatchObject({
      status: 400,
      body: {
        error: {
          fields: expect.arrayContaining([
            { field: 'deal.amount', reason: 'not_a_number' },
            { field: 'deal.closingOn', reason: 'not_a_date' },
            { field: 'deal.stage', reason: 'not_a_choice' },
          ]),
        },
      },
    })
    const contact = await make(rep.me, { fields: { lastName: 'B' } })
    expect(await tryConvert(of, { account: { id: contact.id } })).toMatchObject({
      status: 400,
      body: { error: { fields: [{ field: 'account.id', reason: 'lookup_missing' }] } },
    })
    expect(await tryConvert(contact)).toMatchObject({ body: { error: { reason: 'not_a_lead' } } })
    await change(rep.me, of.id, { fields: { city: 'Kiel' } })
    expect(await tryConvert(of, { account: { name: 'New Works' } })).toMatchObject({
      status: 409,
      body: { error: { reason: 'version_stale' } },
    })
    expect(await count()).toBe(before + 1)
    expect((await look(rep.me, of.id)).id).toBe(of.id)
  })

  test('whoever may only read the lead converts nothing; whoever may not see it finds nothing', async () => {
    const of = await lead({})
    const other = await house.newRep()
    for (const [value, status] of [
      ['read', 403],
      ['private', 404],
    ] as const) {
      await house.founder.call('PUT', '/policy/access.leads', { value })
      expect((await tryConvert(of, {}, undefined, other)).status).toBe(status)
      expect((await other.me.call('GET', `/records/${of.id}/conversion`)).status).toBe(status)
    }
    await house.founder.call('PUT', '/policy/access.leads', { value: null })
  })
})
