import './harness/loopback-only.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Deps } from '../../backend/services/context.ts'
import type { SenderList } from '../../lib/contract/compose.ts'
import type { EmailsPage } from '../../lib/contract/emails.ts'
import type { AccountSeed } from '../stand-ins/google/types.ts'
import {
  customer,
  find,
  guardsOf,
  newRecord,
  openDraft,
  refusal,
  refused,
  submitDraft,
  tag,
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
