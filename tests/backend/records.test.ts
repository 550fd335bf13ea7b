import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { AttachmentsPage, LookupAnswer, RecordCard, RecordSummary } from '../../lib/contract/records.ts'
import type { FilingTargets } from '../../lib/contract/threads.ts'
import type { Person } from '../stand-ins/door.ts'
import { type TestHouse, testHouse } from './harness/house.ts'

let town: TestHouse
let mia: Person
let ken: Person

beforeAll(async () => {
  town = await testHouse()
  town.google.addAccount({ email: 'mia@arbor.example', name: 'Mia Sato' })
  town.google.addAccount({ email: 'ken@arbor.example', name: 'Ken Mori' })
  mia = await town.signIn('mia@arbor.example')
  await mia.call('PUT', '/policy/join', { domains: ['arbor.example'] })
  ken = await town.signIn('ken@arbor.example')
})

const create = (who: Person, body: object, headers?: Record<string, string>) =>
  who.call<RecordCard>('POST', '/records', { module: 'contacts', fields: {}, ...body }, headers)

const lookUp = (who: Person, ...people: string[]) =>
  who.call<LookupAnswer>('POST', '/lookup', {
    account: who.email,
    people: people.map((address) => ({ address, name: '' })),
  })

describe('look-up (S-001)', () => {
  test('a known address brings its card with open deals; case and brackets do not matter', async () => {
    const elena = await create(mia, {
      fields: { firstName: 'Elena', lastName: 'Brandt', company: 'Halden Marine' },
      primaryAddress: 'Elena.Brandt@HaldenMarine.example',
    })
    for (const [dealName, stage] of [
      ['Line 4 retrofit', 'negotiation'],
      ['Old deal', 'lost'],
    ] as const)
      await create(mia, { module: 'deals', fields: { dealName, stage }, mainContactId: elena.body.record.id })
    const { body } = await lookUp(mia, '<ELENA.brandt@haldenmarine.example>')
    expect(body.people[0]).toMatchObject({ kind: 'known', cards: [{ record: { name: 'Elena Brandt' } }] })
    expect(body.people[0]?.cards[0]?.deals.map((deal) => deal.name)).toEqual(['Line 4 retrofit'])
  })

  test('me, colleagues, robots and malformed addresses are told apart and never matched', async () => {
    await create(mia, { fields: { lastName: 'Trap' }, primaryAddress: 'ken@arbor.example' })
    const { body } = await lookUp(
      mia,
      'mia@arbor.example',
      'ken@arbor.example',
      'no-reply@shop.example',
      'not an address',
      'new@x.example',
    )
    expect(body.people.map((person) => person.kind)).toEqual([
      'me',
      'colleague',
      'robot',
      'malformed',
      'unknown',
    ])
    expect(body.people.flatMap((person) => person.cards)).toEqual([])
  })

  test('a colleague who has not joined yet is one all the same', async () => {
    const { body } = await lookUp(mia, 'ana.not.yet@arbor.example')
    expect(body.people.map((person) => person.kind)).toEqual(['colleague'])
  })

  test('the deal that the subject names is the first to file on', async () => {
    await town.consent(mia, ['read'])
    const { id } = (
      await create(mia, { fields: { lastName: 'Two Deals' }, primaryAddress: 'two@deals.example' })
    ).body.record
    for (const dealName of ['Line 4 Retrofit', 'Spare parts 2027'])
      await create(mia, { module: 'deals', fields: { dealName }, mainContactId: id })
    const ask = async (subject: string) =>
      (
        await mia.call<FilingTargets>('POST', '/filings/targets', {
          account: mia.email,
          people: [mia.email, 'two@deals.example'],
          subject,
        })
      ).body
    const named = await ask('Re: line 4 retrofit: revised quote')
    expect(named).toMatchObject({ sure: false, targets: [{ name: 'Line 4 Retrofit', why: 'named' }, {}, {}] })
    expect((await ask('Hello')).targets.map((target) => target.why)).toEqual([
      'open_deal',
      'open_deal',
      'sender',
    ])
  })

  test('two records with one address: several, both shown', async () => {
    for (const lastName of ['One', 'Two'])
      await create(mia, { fields: { lastName }, primaryAddress: 'shared@twins.example' })
    const { body } = await lookUp(mia, 'shared@twins.example')
    expect(body.people[0]?.kind).toBe('several')
    expect(body.people[0]?.cards).toHaveLength(2)
  })

  test('200 people are answered; 201 are refused; a thread without people is answered empty', async () => {
    const many = Array.from({ length: 200 }, (_, n) => `p${n}@many.example`)
    expect((await lookUp(mia, ...many)).body.people).toHaveLength(200)
    expect((await lookUp(mia, ...many, 'one@more.example')).status).toBe(400)
    expect((await lookUp(mia)).body.people).toEqual([])
  })

  test('another account than mine is refused, so two tabs never mix', async () => {
    const answer = await mia.call('POST', '/lookup', { account: ken.email, people: [] })
    expect(answer).toMatchObject({ status: 403, body: { error: { reason: 'wrong_account' } } })
  })
})

describe('records', () => {
  test('a repeated creating call makes one record, also when both arrive at once', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    const body = {
      fields: { lastName: `Once ${headers['idempotency-key']}` },
      primaryAddress: 'once@x.example',
    }
    const answers = await Promise.all([create(mia, body, headers), create(mia, body, headers)])
    const again = await create(mia, body, headers)
    expect(new Set([...answers, again].map((answer) => answer.body.record.id)).size).toBe(1)
    const found = await mia.call<{ records: RecordSummary[] }>(
      'GET',
      `/records?q=${encodeURIComponent(body.fields.lastName)}`,
    )
    expect(found.body.records).toHaveLength(1)
  })

  test('whoever saved first is not overwritten', async () => {
    const { record } = (await create(mia, { fields: { lastName: 'Stale', phone: '0301' } })).body
    const change = (who: Person, phone: string) =>
      who.call<RecordCard>('PATCH', `/records/${record.id}`, { version: record.version, fields: { phone } })
    expect((await change(mia, '0302')).body.record).toMatchObject({
      version: 2,
      fields: { phone: '0302', lastName: 'Stale' },
    })
    expect(await change(ken, '0303')).toMatchObject({
      status: 409,
      body: { error: { reason: 'version_stale' } },
    })
  })

  test('an address taken off matches nobody, and matches again when it is back (S-065)', async () => {
    const { record } = (
      await create(mia, { fields: { lastName: 'Moving' }, primaryAddress: 'moving@x.example' })
    ).body
    const patch = (version: number, primaryAddress: string | null) =>
      mia.call<RecordCard>('PATCH', `/records/${record.id}`, { version, primaryAddress })
    await patch(1, null)
    expect((await lookUp(mia, 'moving@x.example')).body.people[0]?.kind).toBe('unknown')
    await patch(2, 'moving@x.example')
    expect((await lookUp(mia, 'moving@x.example')).body.people[0]?.kind).toBe('known')
  })

  test('a viewer reads and may not write; another organisation finds nothing', async () => {
    const { record } = (await create(mia, { fields: { lastName: 'Guarded' } })).body
    await town.house.db.updateTable('users').set({ role: 'viewer' }).where('email', '=', ken.email).execute()
    expect((await ken.call('GET', `/records/${record.id}`)).status).toBe(200)
    expect(await ken.call('DELETE', `/records/${record.id}`)).toMatchObject({ status: 403 })
    expect(await create(ken, { fields: { lastName: 'No' } })).toMatchObject({ status: 403 })
    const elsewhere = randomUUID()
    await town.house.db
      .insertInto('organisations')
      .values({ id: elsewhere, name: 'Else', created_at: new Date(0) })
      .execute()
    await town.house.db
      .updateTable('users')
      .set({ role: 'rep', org_id: elsewhere })
      .where('email', '=', ken.email)
      .execute()
    expect((await ken.call('GET', `/records/${record.id}`)).status).toBe(404)
    expect((await ken.call('PATCH', `/records/${record.id}`, { version: 1, fields: {} })).status).toBe(404)
    expect((await ken.call('GET', `/records/${record.id}/emails`)).status).toBe(404)
    expect((await ken.call('GET', `/records/${record.id}/attachments`)).status).toBe(404)
  })

  test('search finds in the middle, in Latin and Japanese, and treats wildcards as text', async () => {
    await create(mia, { fields: { lastName: '田中', firstName: '浩二', company: '株式会社山田製作所' } })
    const names = async (q: string) =>
      (
        await mia.call<{ records: RecordSummary[] }>('GET', `/records?q=${encodeURIComponent(q)}`)
      ).body.records.map((r) => r.name)
    expect(await names('山田')).toEqual(['田中 浩二'])
    expect(await names('ﾔﾏﾀﾞ')).toEqual([])
    expect(await names('lden mar')).toEqual(['Elena Brandt'])
    expect(await names('%')).toEqual([])
  })

  test('a contact’s list holds the files of their deals, each saying where it stands', async () => {
    const contact = (await create(mia, { fields: { lastName: 'Filer' } })).body.record
    const deal = (
      await create(mia, { module: 'deals', fields: { dealName: 'Pumps' }, mainContactId: contact.id })
    ).body.record
    const { org_id, id: filed_by } = await town.house.db
      .selectFrom('users')
      .select(['id', 'org_id'])
      .where('email', '=', mia.email)
      .executeTakeFirstOrThrow()
    const at = new Date(town.google.clock.now())
    await town.house.db
      .insertInto('files')
      .values({ org_id, sha256: 'f00d', size: 3, created_at: at })
      .execute()
    for (const record_id of [contact.id, deal.id])
      await town.house.db
        .insertInto('attachments')
        .values({
          id: randomUUID(),
          org_id,
          record_id,
          sha256: 'f00d',
          name: 'order.pdf',
          mime_type: 'application/pdf',
          size: 3,
          mailbox_id: null,
          gmail_message_id: null,
          part_id: null,
          filed_by,
          filed_at: at,
          deleted_at: null,
        })
        .execute()
    const files = async (id: string) =>
      (await mia.call<AttachmentsPage>('GET', `/records/${id}/attachments`)).body.rows.map(
        (row) => row.deal?.name ?? 'own',
      )
    expect((await files(contact.id)).sort()).toEqual(['Pumps', 'own'])
    expect(await files(deal.id)).toEqual(['own'])
  })

  test('a name is needed, and the refusal names the field', async () => {
    expect(await create(mia, { module: 'deals' })).toMatchObject({
      status: 400,
      body: { error: { fields: [{ field: 'fields.dealName' }] } },
    })
  })
})
