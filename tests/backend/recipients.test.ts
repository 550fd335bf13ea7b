import './harness/loopback-only.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  check,
  customer,
  find,
  guardsOf,
  newRecord,
  openDraft,
  tag,
  townWithBoss,
} from './harness/drafting.ts'
import type { TestHouse } from './harness/house.ts'
import { newPair } from './harness/sending.ts'

let town: TestHouse

beforeAll(async () => {
  town = await townWithBoss()
})

describe('whom a typed name means', () => {
  test('S-016, S-012: records of any module by name and company; a deal offers its contacts', async () => {
    const pair = await newPair(town, ['send'])
    const company = `Tanaka${tag()}`
    const { id, dealId, accountId, address, second } = await customer(pair, company)
    const partner = await newRecord(pair, {
      module: 'contacts',
      fields: { lastName: 'Ole' },
      primaryAddress: `ole.${tag()}@x.example`,
    })
    const deal = (await pair.rep.call<{ record: { version: number } }>('GET', `/records/${dealId}`)).body
      .record
    await pair.rep.call('PATCH', `/records/${dealId}`, { version: deal.version, contactIds: [partner] })
    await newRecord(pair, { module: 'quotes', fields: { number: `Q ${company}` }, dealId })
    await newRecord(pair, { module: 'leads', fields: { lastName: `Silent ${company}` } })
    const rows = await find(pair, company.slice(0, 9).toLowerCase())
    const told = rows.map(
      (row) => `${row.record.module}: ${row.record.name} > ${row.through || '-'} ${row.addresses.length}`,
    )
    expect(told.toSorted()).toEqual([
      `accounts: ${company} > Elena Brandt ${company} 2`,
      `contacts: Elena Brandt ${company} > - 2`,
      `deals: ${company} line 4 > Elena Brandt ${company} 2`,
      `deals: ${company} line 4 > Ole 1`,
      // Without an address it is shown, and nothing of it can be inserted.
      `leads: Silent ${company} > - 0`,
      `quotes: Q ${company} > Elena Brandt ${company} 2`,
    ])
    const own = rows.find((row) => row.record.id === id)
    // S-010: both addresses are there to choose from.
    expect(own).toMatchObject({
      name: `Elena Brandt ${company}`,
      company,
      addresses: [
        { address, kind: 'primary', note: 'none', at: null },
        { address: second, kind: 'secondary' },
      ],
    })
    // Around a record without a word: that record first.
    expect((await find(pair, '', accountId))[0]).toMatchObject({
      record: { id: accountId },
      name: `Elena Brandt ${company}`,
    })
  })

  test('what I may not open is not offered, named or hinted at', async () => {
    const boss = await town.signIn('boss@arbor.example')
    const pair = await newPair(town, ['send'])
    const other = await newPair(town, ['send'])
    const company = `Secret${tag()}`
    const theirs = await customer(other, company)
    const mine = await customer(pair, `Open${tag()}`)
    const domain = `secret${tag()}.example`
    const slip = `a@${domain.replace('ret', 'ert')}`
    await newRecord(other, {
      module: 'contacts',
      fields: { lastName: 'Hidden' },
      primaryAddress: `b@${domain}`,
    })
    await boss.call('PUT', '/policy/access.contacts', { value: 'private' })
    await boss.call('PUT', '/policy/access.accounts', { value: 'private' })
    // The deal is open to me, its contact is not.
    expect(await find(pair, company)).toMatchObject([
      { record: { module: 'deals' }, through: '', company: '', addresses: [] },
    ])
    expect(await check(pair, [theirs.address], mine.dealId)).toMatchObject([
      { kind: 'unknown', record: null, choices: [], otherAccount: '', meant: '' },
    ])
    expect((await check(pair, [slip]))[0]?.meant).toBe('')
    const draft = await openDraft(pair, { recordId: mine.dealId, to: [{ address: theirs.address }] })
    expect(await guardsOf(pair, draft.id)).toEqual([])
    await boss.call('PUT', '/policy/access.contacts', { value: 'edit' })
    // Its account is still closed to me: nothing says whose customer it is.
    expect(await check(pair, [theirs.address], mine.dealId)).toMatchObject([
      { kind: 'record', record: { company: '' }, otherAccount: '' },
    ])
    await boss.call('PUT', '/policy/access.accounts', { value: 'edit' })
    expect((await check(pair, [slip]))[0]?.meant).toBe(domain)
    expect(await check(pair, [theirs.address], mine.dealId)).toMatchObject([
      { kind: 'record', otherAccount: company },
    ])
  })
})

describe('what is known of an address', () => {
  test('S-010: its record with both addresses, another account, a colleague, a slip, nothing', async () => {
    const pair = await newPair(town, ['send', 'read'])
    const company = `Halden ${tag()}`
    const one = await customer(pair, company)
    const two = await customer(pair, `Nord ${tag()}`)
    const lead = `mori@firma${tag()}.example`
    await newRecord(pair, {
      module: 'leads',
      fields: { lastName: 'Mori', company: 'Firma' },
      primaryAddress: lead,
    })
    const rows = await check(
      pair,
      [
        one.second.toUpperCase(),
        two.address,
        lead,
        pair.rep.email,
        'new@arbor.example',
        'x@gmial.com',
        'x@free.example',
        'a, b',
        lead.replace('firma', 'fimra'),
      ],
      one.dealId,
    )
    expect(
      rows.map((row) => [
        row.kind,
        row.record?.company ?? '',
        row.choices.length,
        row.otherAccount !== '',
        row.meant,
      ]),
    ).toEqual([
      ['record', company, 2, false, ''],
      ['record', expect.stringMatching(/^Nord/), 2, true, ''],
      ['record', 'Firma', 0, false, ''],
      ['colleague', '', 0, false, ''],
      ['colleague', '', 0, false, ''],
      ['unknown', '', 0, false, 'gmail.com'],
      ['unknown', '', 0, false, ''],
      ['malformed', '', 0, false, ''],
      ['unknown', '', 0, false, lead.split('@')[1]],
    ])
    expect(rows[0]?.choices.map((choice) => choice.kind)).toEqual(['primary', 'secondary'])
    expect(rows[0]?.address).toBe(one.second)
  })

  test('when it last answered me, and that it may not be mailed', async () => {
    const pair = await newPair(town, ['send', 'read'])
    const { id, address, second } = await customer(pair, `Halden ${tag()}`)
    const { db } = town.house
    const { org_id, id: mailbox_id } = await db
      .selectFrom('mailboxes')
      .select(['id', 'org_id'])
      .where('email', '=', pair.rep.email)
      .executeTakeFirstOrThrow()
    const received = async (from: string, to: string, at: Date) => {
      const message_id = crypto.randomUUID()
      const sighting_id = crypto.randomUUID()
      await db
        .insertInto('messages')
        .values({ id: message_id, org_id, identity: message_id, message_id_header: null, sent_at: at })
        .execute()
      const common = { org_id, message_id, mailbox_id, direction: 'received' as const, at }
      const party = JSON.stringify({ address: from, name: '' })
      const text = { subject: '', snippet: '', parts: '[]', send_id: null, label_ids: ['INBOX'] }
      const parties = { from_party: party, to_parties: '[]', cc_parties: '[]', bcc_parties: '[]' }
      const ids = { gmail_id: tag(), gmail_thread_id: tag() }
      await db
        .insertInto('sightings')
        .values({ id: sighting_id, ...common, ...text, ...parties, ...ids })
        .execute()
      for (const one of [from, to])
        await db
          .insertInto('sighting_addresses')
          .values({ sighting_id, address: one, ...common })
          .execute()
    }
    await received(address, second, new Date('2026-11-20T09:00:00Z'))
    await received(address, second, new Date('2026-11-21T09:00:00Z'))
    const row = {
      id: crypto.randomUUID(),
      org_id,
      address: second,
      reason: 'invalid' as const,
      evidence: '{}',
      made_at: new Date('2026-11-22T09:00:00Z'),
    }
    const choices = async () => (await find(pair, '', id))[0]?.addresses
    // Who only stood in Cc did not answer.
    expect(await choices()).toMatchObject([
      { note: 'answered', at: '2026-11-21T09:00:00.000Z' },
      { note: 'none' },
    ])
    await db.insertInto('suppressions').values(row).execute()
    expect(await choices()).toMatchObject([
      { note: 'answered' },
      { note: 'suppressed', at: '2026-11-22T09:00:00.000Z' },
    ])
    const [checked] = await check(pair, [second])
    expect(checked).toMatchObject({
      kind: 'record',
      suppressed: { reason: 'invalid', since: '2026-11-22T09:00:00.000Z' },
    })
    // A colleague's mail tells me nothing.
    const other = await newPair(town, ['send'])
    expect((await find(other, '', id))[0]?.addresses).toMatchObject([
      { note: 'none', at: null },
      { note: 'suppressed' },
    ])
  })

  test('500 addresses at once, and no more', async () => {
    const pair = await newPair(town, ['send'])
    const many = Array.from({ length: 500 }, (_, one) => `a${one}@d${one}.example`)
    expect(await check(pair, many)).toHaveLength(500)
    const more = await pair.rep.call('POST', '/recipients/check', { addresses: [...many, 'x'] })
    expect(more.status).toBe(400)
  })
})
