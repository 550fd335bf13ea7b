import './harness/loopback-only.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Deps } from '../../backend/services/context.ts'
import type { CheckedRecipients, RecipientRows, SenderList } from '../../lib/contract/compose.ts'
import type { EmailsPage } from '../../lib/contract/emails.ts'
import type { AccountSeed } from '../stand-ins/google/types.ts'
import {
  guardsOf,
  newRecord,
  openDraft,
  refusal,
  refused,
  submitDraft,
  townWithBoss,
} from './harness/drafting.ts'
import type { TestHouse } from './harness/house.ts'
import { arrived, deliverToRest, headerOf, newPair, type Pair, see, workerDeps } from './harness/sending.ts'

let town: TestHouse
let deps: Deps

beforeAll(async () => {
  town = await townWithBoss()
  deps = workerDeps(town)
})

let nth = 0
const tag = () => `${++nth}${crypto.randomUUID().slice(0, 4)}`

/** An account with a person of it and the deal with them. */
async function customer(pair: Pair, company: string) {
  const accountId = await newRecord(pair, { module: 'accounts', fields: { accountName: company } })
  const address = `elena.${tag()}@x.example`
  const second = `brandt.${tag()}@x.example`
  const fields = { firstName: 'Elena', lastName: `Brandt ${company}` }
  const both = { primaryAddress: address, secondaryAddress: second }
  const id = await newRecord(pair, { module: 'contacts', fields, accountId, ...both })
  const deal = { dealName: `${company} line 4`, stage: 'proposal' }
  const dealId = await newRecord(pair, { module: 'deals', fields: deal, accountId, mainContactId: id })
  return { accountId, id, dealId, address, second }
}

const find = async ({ rep }: Pair, q: string, recordId?: string) => {
  const query = new URLSearchParams({ q, ...(recordId !== undefined && { recordId }) })
  return (await rep.call<RecipientRows>('GET', `/recipients?${query}`)).body.rows
}
const check = async ({ rep }: Pair, addresses: string[], recordId?: string) =>
  (await rep.call<CheckedRecipients>('POST', '/recipients/check', { addresses, recordId })).body.rows
const total = async ({ rep }: Pair, id: string) =>
  (await rep.call<EmailsPage>('GET', `/records/${id}/emails`)).body.total

describe('writing from a record', () => {
  test('S-002, S-005, S-007: from a lead, a contact and a deal, with permission to send alone', async () => {
    const pair = await newPair(town, ['send'])
    const company = `Halden ${tag()}`
    const { id, dealId, address } = await customer(pair, company)
    const lead = `lead.${tag()}@x.example`
    const leadId = await newRecord(pair, {
      module: 'leads',
      fields: { lastName: 'Mori' },
      primaryAddress: lead,
    })
    for (const [recordId, to] of [
      [leadId, lead],
      [id, address],
      [dealId, address],
    ] as const) {
      // What the composer opens with: the record's own address, or that of its contact.
      const [offered] = await find(pair, '', recordId)
      expect(offered).toMatchObject({
        record: { id: recordId },
        addresses: [{ address: to, kind: 'primary' }, ...(to === lead ? [] : [{}])],
      })
      const draft = await openDraft(pair, { recordId, to: [{ address: to }], subject: `From ${recordId}` })
      expect(await guardsOf(pair, draft.id)).toEqual([])
      await submitDraft(pair, draft)
      expect(await deliverToRest(deps, pair.rep, draft.id)).toMatchObject({
        status: 'sent',
        recordId,
        messageId: null,
      })
    }
    expect(await total(pair, leadId)).toBe(1)
    // S-013, S-017: the contact's list holds the deal's mail too, and the deal's the contact's.
    expect([await total(pair, id), await total(pair, dealId)]).toEqual([2, 2])
  })

  test('S-008: a Bcc reaches its mailbox and is told to nobody', async () => {
    const pair = await newPair(town, ['send', 'read'])
    const silent = town.google.addAccount({ email: `silent${tag()}@nord.example`, name: 'Silent' })
    const subject = `Quiet${tag()}`
    const draft = await openDraft(pair, { subject, bcc: [{ address: silent.email, name: 'Silent One' }] })
    await submitDraft(pair, draft)
    await deliverToRest(deps, pair.rep, draft.id)
    const [open = ''] = arrived(pair.customer, subject)
    expect(arrived(silent, subject)).toHaveLength(1)
    expect(open).not.toMatch(new RegExp(`bcc|${silent.email}|Silent One`, 'i'))
    expect(headerOf(open, 'To')).toContain(pair.customer.email)
    expect((await see(pair.rep, draft.id)).bcc).toHaveLength(1)
  })

  test('S-013, S-014, S-015, S-017: a new mail from no record to two records and an address nobody knows stands on both, once', async () => {
    const pair = await newPair(town, ['send'])
    const [one, two] = [await customer(pair, `One ${tag()}`), await customer(pair, `Two ${tag()}`)]
    const to = [{ address: one.address }, { address: two.second }, { address: `new.${tag()}@free.example` }]
    const draft = await openDraft(pair, { to })
    await submitDraft(pair, draft)
    expect(await deliverToRest(deps, pair.rep, draft.id)).toMatchObject({ status: 'sent' })
    expect([await total(pair, one.id), await total(pair, two.id)]).toEqual([1, 1])
    const rows = await town.house.db.selectFrom('sends').select('id').where('id', '=', draft.id).execute()
    expect(rows).toHaveLength(1)
  })
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
    await boss.call('PUT', '/policy/access.contacts', { value: 'private' })
    await boss.call('PUT', '/policy/access.accounts', { value: 'private' })
    // The deal is open to me, its contact is not.
    expect(await find(pair, company)).toMatchObject([
      { record: { module: 'deals' }, through: '', company: '', addresses: [] },
    ])
    expect(await check(pair, [theirs.address], mine.dealId)).toMatchObject([
      { kind: 'unknown', record: null, choices: [], otherAccount: '', meant: '' },
    ])
    const [slip] = await check(pair, [`a@secre${company.slice(7)}.example`])
    expect(slip?.meant).toBe('')
    const draft = await openDraft(pair, { recordId: mine.dealId, to: [{ address: theirs.address }] })
    expect(await guardsOf(pair, draft.id)).toEqual([])
    await boss.call('PUT', '/policy/access.contacts', { value: 'edit' })
    await boss.call('PUT', '/policy/access.accounts', { value: 'edit' })
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

describe('S-071: from whom', () => {
  /** A rep whose account has these aliases. */
  async function withAliases(
    aliases: AccountSeed['aliases'],
    stages: ('send' | 'read')[] = ['send', 'read'],
  ): Promise<Pair> {
    const email = `alias${tag()}@arbor.example`
    town.google.addAccount({
      email,
      name: 'Ann Lee',
      aliases: aliases ?? [],
      signature: '<div class="x">Ann<img src="https://t.example/1.png"><script>x()</script></div>',
    })
    const customer = town.google.addAccount({ email: `customer${tag()}@halden.example`, name: 'Elena' })
    const rep = await town.signIn(email)
    await town.consent(rep, stages)
    return { rep, customer }
  }
  const senders = async ({ rep }: Pair) =>
    (await rep.call<SenderList>('GET', `/senders?account=${rep.email}`)).body

  test('verified aliases with their signatures, read once an hour', async () => {
    const shared = `sales${tag()}@arbor.example`
    const pair = await withAliases([
      { email: shared, name: 'Arbor Sales', signature: '<b onclick="x()">Sales</b>' },
      { email: 'not.yet@arbor.example', verified: false },
    ])
    const boss = await town.signIn('boss@arbor.example')
    await boss.call('PUT', '/policy/mail.sharedAddresses', { value: [shared] })
    const asked = () => town.google.requests.filter((one) => one.path.includes('/settings/sendAs')).length
    const before = asked()
    const found = await senders(pair)
    expect(found).toEqual({
      known: true,
      senders: [
        {
          address: pair.rep.email,
          name: 'Ann Lee',
          signature: '<div>Ann</div>',
          isDefault: true,
          isShared: false,
        },
        { address: shared, name: 'Arbor Sales', signature: '<b>Sales</b>', isDefault: false, isShared: true },
      ],
    })
    await senders(pair)
    expect(asked()).toBe(before + 1)
    town.google.clock.advance(61 * 60_000)
    await senders(pair)
    expect(asked()).toBe(before + 2)
    // Not for every role.
    await boss.call('PUT', '/policy/mail.sharedAddressesFor', { value: ['admin'] })
    expect((await senders(pair)).senders.map((one) => one.address)).toEqual([pair.rep.email])
    const draft = await openDraft(pair, { from: shared })
    expect(refusal(await submitDraft(pair, draft))).toMatchObject(
      refused(400, 'not_a_sender', { address: shared }),
    )
    await boss.call('PUT', '/policy/mail.sharedAddressesFor', { value: ['admin', 'rep'] })
    const sent = (await submitDraft(pair, draft)).body
    expect(sent.from).toEqual({ address: shared, name: 'Arbor Sales' })
    await deliverToRest(deps, pair.rep, draft.id)
    expect(headerOf(arrived(pair.customer)[0] ?? '', 'From')).toBe(`Arbor Sales <${shared}>`)
  })

  test('an alias that is gone by then holds the mail; nobody else’s address is one', async () => {
    const shared = `desk${tag()}@arbor.example`
    const pair = await withAliases([{ email: shared, name: 'Desk' }])
    const draft = await openDraft(pair, { from: shared })
    await submitDraft(pair, draft)
    const boss = await town.signIn('boss@arbor.example')
    await boss.call('PUT', '/policy/mail.sharedAddresses', { value: [shared] })
    await boss.call('PUT', '/policy/mail.sharedAddressesFor', { value: ['admin'] })
    expect(await deliverToRest(deps, pair.rep, draft.id)).toMatchObject({
      status: 'held',
      reason: 'alias_gone',
    })
    await boss.call('PUT', '/policy/mail.sharedAddressesFor', { value: ['admin', 'rep'] })
    expect(arrived(pair.customer)).toEqual([])
    for (const from of ['boss@arbor.example', 'not.yet@arbor.example'])
      expect(refusal(await submitDraft(pair, await openDraft(pair, { from })))).toMatchObject(
        refused(400, 'not_a_sender', { address: from }),
      )
  })

  test('without permission to read there is the account alone; nobody asks of another’s', async () => {
    const pair = await withAliases([{ email: `x${tag()}@arbor.example` }], ['send'])
    expect(await senders(pair)).toEqual({
      known: false,
      senders: [
        { address: pair.rep.email, name: 'Ann Lee', signature: '', isDefault: true, isShared: false },
      ],
    })
    const other = await newPair(town, ['send'])
    const path = `/senders?account=${pair.rep.email}`
    expect(refusal(await other.rep.call('GET', path))).toMatchObject(refused(403, 'wrong_account'))
  })
})
