import { beforeAll, describe, expect, test } from 'vitest'
import { keepSync } from '../../backend/services/sync/sweep.ts'
import type { Asked } from '../../lib/contract/messages.ts'
import type { Found } from '../../lib/contract/records.ts'
import type { Trust } from '../../lib/contract/sync.ts'
import type { TestHouse } from './harness/house.ts'
import {
  contact,
  deal,
  deliver,
  type HouseOfReps,
  houseOfReps,
  type Rep,
  someone,
  subjects,
} from './harness/reps.ts'
import {
  chips,
  keptOf,
  ledgerOf,
  link,
  make,
  replyTo,
  standing,
  threadOf,
  unlink,
} from './harness/standing.ts'
import { passTime, workOff } from './harness/work.ts'

let house: HouseOfReps
let town: TestHouse
let mia: Rep
let ken: Rep

beforeAll(async () => {
  house = await houseOfReps()
  town = house.town
  mia = await house.newRep()
  ken = await house.newRep()
})

/** A thread with a contact of Mia's, synchronised. */
async function threadWith(subject = 'Hello') {
  const address = someone()
  const contactId = await contact(mia, address)
  const first = deliver(mia, { from: address, subject, messageId: `<${address}>` })
  await workOff(town)
  return { address, contactId, first, threadId: threadOf(mia, first) }
}

test('S-011, S-060: an address in other letters and its xn-- form are one, in mail and records, past and to come', async () => {
  const ascii = (n: number) => `taro${n}@xn--wgv71a119e.example`
  const letters = (n: number) => `taro${n}@日本語.example`
  deliver(mia, { from: `Taro <${ascii(1)}>`, subject: 'Before, by header' })
  deliver(mia, { from: letters(2), subject: 'Before, in letters' })
  await workOff(town)
  const [one, two] = [await contact(mia, letters(1)), await contact(mia, ascii(2))]
  await workOff(town)
  deliver(mia, { from: letters(1), subject: 'After, in letters' })
  deliver(mia, { from: ascii(2), subject: 'After, by header' })
  await passTime(town, 30_000)
  await workOff(town)
  expect(new Set(await subjects(mia, one))).toEqual(new Set(['Before, by header', 'After, in letters']))
  expect(new Set(await subjects(mia, two))).toEqual(new Set(['Before, in letters', 'After, by header']))
  for (const q of [letters(2), ascii(2)]) {
    expect(await subjects(mia, two, `?q=${encodeURIComponent(q)}`)).toHaveLength(2)
    const found = await mia.me.call<Found>('GET', `/records?q=${encodeURIComponent(q)}`)
    expect(found.body.records.map((record) => record.primaryAddress)).toContain(letters(2))
  }
  await house.founder.call('PUT', '/policy/links.never', { value: ['XN--WGV71A119E.example'] })
  expect(await subjects(mia, one)).toEqual([])
  await house.founder.call('PUT', '/policy/links.never', { value: null })
  expect(await subjects(mia, one)).toHaveLength(2)
})

describe('why a thread stands where it does', () => {
  test('S-060, S-061: by address, through the contact, and by whom not, each with its reason', async () => {
    const [elena, stranger] = [someone(), someone('jonas')]
    const elenaId = await make(mia, {
      module: 'contacts',
      fields: { lastName: 'Brandt' },
      primaryAddress: elena,
    })
    const dealId = await deal(mia, 'Line 4', elenaId, 'negotiation')
    await make(mia, { module: 'quotes', fields: { number: 'Q-7', status: 'sent' }, dealId })
    const id = deliver(mia, {
      from: `Elena <${elena}>`,
      to: `${mia.me.email}, ${ken.me.email}, noreply@customer.example`,
      cc: stranger,
      subject: 'Line 4: dates',
    })
    await workOff(town)
    const threadId = threadOf(mia, id)
    const one = await standing(mia, threadId)
    expect(one.standings).toMatchObject([
      { record: { id: elenaId }, by: 'address', address: elena, party: 'from', through: null },
      { record: { id: dealId }, stage: 'negotiation', by: 'contact', through: { id: elenaId } },
      { record: { name: 'Q-7' }, stage: 'sent', by: 'contact', through: { id: elenaId } },
    ])
    expect(one.notLinked.map(({ party, why }) => `${party.address} ${why}`)).toEqual([
      `${mia.me.email} me`,
      `${ken.me.email} colleague`,
      'noreply@customer.example robot',
      `${stranger} no_record`,
    ])
    expect(one.deals).toMatchObject([{ record: { id: dealId }, why: 'named', alsoSeenBy: [] }])
    expect(one).toMatchObject({ question: 'not_needed', share: 'default', byDefault: 'none', openedBy: 0 })
    expect(one).toMatchObject({ seenBy: [], alsoHaveIt: [{ name: 'Rep 2' }], older: [], switches: [] })
    expect(await chips(mia, [threadId])).toEqual(['Line 4, negotiation'])
  })

  test('a thread of strangers is read from Gmail and says so, and nothing of it is kept', async () => {
    const stranger = someone()
    const threadId = threadOf(mia, deliver(mia, { from: stranger, subject: 'Who?' }))
    const one = await standing(mia, threadId)
    expect(one).toMatchObject({ standings: [], question: 'not_needed', newestMessageId: null })
    expect(one.notLinked).toContainEqual({ party: { address: stranger, name: '' }, why: 'no_record' })
    expect(await keptOf(town, threadId)).toEqual([])
  })

  test('no chip says again the name that Gmail’s own row says', async () => {
    const address = someone()
    await make(mia, {
      module: 'contacts',
      fields: { firstName: 'Elena', lastName: 'Brandt' },
      primaryAddress: address,
    })
    const chipsOf = async (from: string) => {
      const threadId = threadOf(mia, deliver(mia, { from }))
      await passTime(town, 120_000)
      return chips(mia, [threadId])
    }
    expect(await chipsOf(`elena brandt <${address}>`)).toEqual([])
    expect(await chipsOf(`E. B. <${address}>`)).toEqual(['Elena Brandt'])
  })

  test('a record one may not open stands nowhere, and its party says only that', async () => {
    await house.founder.call('PUT', '/policy/access.leads', { value: 'private' })
    const address = someone()
    await make(ken, { module: 'leads', fields: { lastName: 'Secret' }, primaryAddress: address })
    const threadId = threadOf(mia, deliver(mia, { from: address }))
    await workOff(town)
    const one = await standing(mia, threadId)
    expect(one.standings).toEqual([])
    expect(one.notLinked).toContainEqual({ party: { address, name: '' }, why: 'may_not_open' })
    expect(JSON.stringify(one)).not.toContain('Secret')
    expect(await chips(mia, [threadId])).toEqual([])
    await house.founder.call('PUT', '/policy/access.leads', { value: null })
  })

  test('nobody asks or changes anything about the thread of a mailbox that is not theirs', async () => {
    const { threadId, contactId: recordId } = await threadWith()
    for (const [method, path, body] of [
      ['GET', `/threads/${threadId}/standing?account=${mia.me.email}`, undefined],
      ['PUT', `/threads/${threadId}/links`, { recordId }],
      ['DELETE', `/threads/${threadId}/links`, { recordId }],
      ['PUT', `/threads/${threadId}/deal`, { dealId: null }],
      ['POST', '/threads/chips', { threadIds: [threadId] }],
    ] as const) {
      const answer = await ken.me.call(method, path, body && { account: mia.me.email, ...body })
      expect(answer).toMatchObject({ status: 403, body: { error: { reason: 'wrong_account' } } })
    }
    // Their own account does not help: the thread is another mailbox's.
    const own = { account: ken.me.email, recordId }
    expect(await ken.me.call('DELETE', `/threads/${threadId}/links`, own)).toMatchObject({ status: 404 })
    expect((await standing(mia, threadId)).standings).toHaveLength(1)
  })
})

describe('by hand', () => {
  test('S-059: a thread of strangers comes onto any record, with the mail that follows, and off again', async () => {
    const account = await make(mia, { module: 'accounts', fields: { accountName: 'Halden' } })
    const stranger = someone()
    const first = deliver(mia, { from: stranger, subject: 'First', messageId: `<${stranger}>` })
    const threadId = threadOf(mia, first)
    const put = await link(mia, threadId, account)
    expect(put.standings).toMatchObject([
      { record: { id: account }, by: 'hand', madeBy: { name: 'Rep 1' }, wholeThread: true, chosen: false },
    ])
    expect(await subjects(mia, account)).toEqual(['First'])
    expect(await chips(mia, [threadId])).toEqual(['Halden'])
    replyTo(town, mia, stranger, 'First')
    await passTime(town, 60_000)
    expect(await subjects(mia, account)).toEqual(['Re: First', 'First'])
    expect((await unlink(mia, threadId, account)).standings).toEqual([])
    expect(await subjects(mia, account)).toEqual([])
    replyTo(town, mia, stranger, 'First')
    await passTime(town, 60_000)
    expect(await keptOf(town, threadId)).toHaveLength(2)
    await link(mia, threadId, account)
    expect(await subjects(mia, account)).toEqual(['Re: First', 'Re: First', 'First'])
    // One line a mail: one put there, two taken off, three put back.
    expect((await ledgerOf(town, threadId)).join(' ')).toBe('linked linked linked linked unlinked unlinked')
  })

  test('mail of strangers is kept no longer than it stands somewhere, but for an hour in which that is undone', async () => {
    const account = await make(mia, { module: 'accounts', fields: { accountName: 'Halden' } })
    const [stranger, other] = [someone(), someone()]
    const first = deliver(mia, { from: stranger, subject: 'Strangely', messageId: `<${stranger}>` })
    const stays = threadOf(mia, deliver(mia, { from: other, subject: 'Stays' }))
    const known = await threadWith('Known')
    const threadId = threadOf(mia, first)
    const asked = async () => {
      const { body } = await mia.me.call<Asked>('POST', '/sync/ask', {
        account: mia.me.email,
        q: 'subject:Strangely',
      })
      return body.mails.map((one) => one.why ?? one.records.map((record) => record.name).join(' '))
    }
    const skipped = async () => (await mia.me.call<Trust>('GET', '/sync')).body.mailboxes[0]?.lookedAt
    const anHour = async () => {
      town.google.clock.advance(3_700_000)
      await keepSync(town.house)
    }
    for (const id of [stays, threadId, known.threadId]) await link(mia, id, account)
    for (const id of [threadId, known.threadId]) await unlink(mia, id, account)
    await keepSync(town.house)
    expect(await keptOf(town, threadId)).toHaveLength(1)
    expect(await asked()).toEqual(['nobody_on_record'])
    await link(mia, threadId, account)
    await anHour()
    expect(await keptOf(town, threadId)).toHaveLength(1)
    expect(await asked()).toEqual(['Halden'])
    await unlink(mia, threadId, account)
    const looked = await skipped()
    await anHour()
    expect(await keptOf(town, threadId)).toEqual([])
    for (const id of [stays, known.threadId]) expect(await keptOf(town, id)).toHaveLength(1)
    // It was looked at and left out now, not lost.
    expect(await skipped()).toBe(looked)
    expect(await asked()).toEqual(['nobody_on_record'])
    await link(mia, threadId, account)
    expect((await subjects(mia, account)).toSorted()).toEqual(['Stays', 'Strangely'])
    for (const id of [stays, threadId]) await unlink(mia, id, account)
  })

  test('S-065: what an address brings is taken off with its later mail, and let back as it was', async () => {
    const { address, contactId, threadId } = await threadWith('Offer')
    const dealId = await deal(mia, 'Deal', contactId)
    const off = await unlink(mia, threadId, contactId)
    expect(off.standings.map((line) => line.record.id)).toEqual([dealId])
    expect(await subjects(mia, contactId)).toEqual([])
    expect(await subjects(mia, dealId)).toEqual(['Offer'])
    replyTo(town, mia, address, 'Offer')
    await passTime(town, 60_000)
    expect(await subjects(mia, contactId)).toEqual([])
    const all = await unlink(mia, threadId, dealId)
    expect(all.standings).toEqual([])
    expect(all.notLinked).toContainEqual({ party: { address, name: '' }, why: 'taken_off' })
    expect(await chips(mia, [threadId])).toEqual([])
    const back = await link(mia, threadId, contactId)
    expect(back.standings).toMatchObject([{ record: { id: contactId }, by: 'address' }])
    await link(mia, threadId, dealId)
    expect(await subjects(mia, contactId)).toEqual(['Re: Offer', 'Offer'])
    expect(await subjects(mia, dealId)).toEqual(['Re: Offer', 'Offer'])
    const kept = await town.house.db
      .selectFrom('thread_links')
      .select('kind')
      .where('gmail_thread_id', '=', threadId)
      .execute()
    expect(kept).toEqual([])
  })

  test('one mail of a thread alone, and one taken out of a thread that stays', async () => {
    const { address, first, threadId } = await threadWith('Both')
    const second = replyTo(town, mia, address, 'Both')
    await passTime(town, 60_000)
    const account = await make(mia, { module: 'accounts', fields: { accountName: 'One' } })
    const one = await link(mia, threadId, account, { gmailId: first })
    expect(one.standings[0]).toMatchObject({ record: { id: account }, by: 'hand', wholeThread: false })
    expect(await subjects(mia, account)).toEqual(['Both'])
    await link(mia, threadId, account)
    expect(await subjects(mia, account)).toEqual(['Re: Both', 'Both'])
    await unlink(mia, threadId, account, { gmailId: second })
    expect(await subjects(mia, account)).toEqual(['Both'])
    // Reading the thread again does not bring it back, putting it there does.
    await mia.me.call('GET', `/threads/${threadId}?account=${mia.me.email}`)
    expect(await subjects(mia, account)).toEqual(['Both'])
    await link(mia, threadId, account, { gmailId: second })
    expect(await subjects(mia, account)).toEqual(['Re: Both', 'Both'])
  })

  test('S-013, S-017: one sent mail to two people stands on both records and is stored once', async () => {
    const people = [someone('a'), someone('b')]
    const ids = [await contact(mia, people[0] ?? ''), await contact(mia, people[1] ?? '')]
    await workOff(town)
    mia.gmail.send(
      Buffer.from(`From: ${mia.me.email}\r\nTo: ${people.join(', ')}\r\nSubject: To both\r\n\r\nHi\r\n`),
    )
    await passTime(town, 60_000)
    for (const id of ids) expect(await subjects(mia, id)).toEqual(['To both'])
    const [thread] = mia.gmail.listThreads()
    expect(await keptOf(town, thread?.id ?? '')).toHaveLength(1)
    expect((await standing(mia, thread?.id ?? '')).standings.map((line) => line.party)).toEqual(['to', 'to'])
  })

  test('what cannot be: a missing thread, a hidden or deleted record, a viewer, a mailbox not given to read', async () => {
    const { threadId, contactId, first } = await threadWith()
    const put = (body: object, id = threadId, who = mia) =>
      who.me.call('PUT', `/threads/${id}/links`, { account: who.me.email, recordId: contactId, ...body })
    expect(await put({}, 'abcdef0123')).toMatchObject({ status: 404 })
    expect(await put({ gmailId: 'abcdef0123' })).toMatchObject({
      status: 404,
      body: { error: { reason: 'message_missing' } },
    })
    expect(await put({ recordId: town.house.newId() })).toMatchObject({ status: 404 })
    const gone = await contact(mia, someone())
    await mia.me.call('DELETE', `/records/${gone}`)
    expect(await put({ recordId: gone })).toMatchObject({ status: 404 })
    const vic = await house.newRep()
    await town.house.db
      .updateTable('users')
      .set({ role: 'viewer' })
      .where('email', '=', vic.me.email)
      .execute()
    const theirs = threadOf(vic, deliver(vic, { from: someone() }))
    expect(await put({}, theirs, vic)).toMatchObject({
      status: 403,
      body: { error: { reason: 'role_cannot_write' } },
    })
    // Gmail away: what is stored is put there all the same, and what is not waits for nobody.
    town.google.addFault({ account: mia.me.email, path: /threads/, kind: { status: 429 } })
    const account = await make(mia, { module: 'accounts', fields: { accountName: 'Away' } })
    await link(mia, threadId, account)
    expect(await subjects(mia, account)).toEqual(['Hello'])
    expect(first).not.toBe('')
    town.google.clearFaults()
  })
})
