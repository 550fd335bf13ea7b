import { beforeAll, describe, expect, test } from 'vitest'
import type { MessageDetail } from '../../lib/contract/messages.ts'
import type { TestHouse } from './harness/house.ts'
import { contact, deal, deliver, emails, houseOfReps, type Rep, someone, subjects } from './harness/reps.ts'
import {
  chips,
  choose,
  eventsOf,
  ledgerOf,
  link,
  make,
  replyTo,
  shareBy,
  standing,
  switchOn,
  threadOf,
  unlink,
} from './harness/standing.ts'
import { passTime, workOff } from './harness/work.ts'

let town: TestHouse
let mia: Rep
let ken: Rep
let miaId: string

beforeAll(async () => {
  const house = await houseOfReps()
  town = house.town
  mia = await house.newRep()
  ken = await house.newRep()
  miaId = await shareBy(town, mia, 'private')
})

/** A thread of somebody with three deals, one of them won. */
async function threadOfDeals(subject = 'Hello') {
  await shareBy(town, mia, 'private')
  const address = someone()
  const elena = await contact(mia, address)
  const [line4, spares] = [await deal(mia, 'Line 4 retrofit', elena), await deal(mia, 'Spare parts', elena)]
  const won = await deal(mia, 'Won one', elena, 'won')
  town.google.clock.advance(1000)
  const first = deliver(mia, { from: address, subject, messageId: `<${address}>` })
  await workOff(town)
  return { address, elena, line4, spares, won, threadId: threadOf(mia, first) }
}

const names = (all: { record: { name: string } }[]) => all.map((one) => one.record.name)

describe('which deal is this about?', () => {
  test('is asked where somebody has several open deals, the named one first; a document’s number names its deal', async () => {
    const named = await threadOfDeals('About spare parts')
    const one = await standing(mia, named.threadId)
    expect(one).toMatchObject({ question: 'open', chosenDealId: null })
    expect(one.deals.map((each) => [each.record.name, each.why])).toEqual([
      ['Spare parts', 'named'],
      ['Line 4 retrofit', null],
    ])
    // Two open deals say nothing alone: the chip is the person.
    expect(await chips(mia, [named.threadId])).toEqual([named.address])
    const numbered = await threadOfDeals('Your order PO-2291')
    await make(mia, {
      module: 'purchase_orders',
      fields: { number: 'PO-2291', status: 'created' },
      dealId: numbered.line4,
    })
    const [first] = (await standing(mia, numbered.threadId)).deals
    expect(first).toMatchObject({ record: { id: numbered.line4 }, why: 'number' })
  })

  test('the answer is remembered, puts the thread there by hand, and new mail of the thread follows', async () => {
    const { address, line4, spares, threadId } = await threadOfDeals()
    const chosen = await choose(mia, threadId, line4)
    expect(chosen).toMatchObject({ question: 'answered', chosenDealId: line4 })
    expect(chosen.standings[0]).toMatchObject({ record: { id: line4 }, by: 'hand', chosen: true })
    expect(await chips(mia, [threadId])).toEqual(['Line 4 retrofit, proposal'])
    const stranger = someone('jonas')
    town.google.clock.advance(1000)
    deliver(mia, {
      from: stranger,
      subject: 'Re: Hello',
      headers: [`In-Reply-To: <${address}>`, `References: <${address}>`],
    })
    await passTime(town, 60_000)
    // Decisions 7: it stays on the contact's other deals, with the mail that came by address.
    expect(await subjects(mia, line4)).toEqual(['Re: Hello', 'Hello'])
    expect(await subjects(mia, spares)).toEqual(['Hello'])
    const moved = await choose(mia, threadId, spares)
    expect(moved.chosenDealId).toBe(spares)
    expect(await subjects(mia, line4)).toEqual(['Hello'])
    expect(await subjects(mia, spares)).toEqual(['Re: Hello', 'Hello'])
    const none = await choose(mia, threadId, null)
    expect(none).toMatchObject({ question: 'none_of_these', chosenDealId: null })
    expect(none.standings.every((line) => line.by !== 'hand')).toBe(true)
    const again = await choose(mia, threadId, null, { ask: true })
    expect(again.question).toBe('open')
    expect((await ledgerOf(town, threadId)).filter((kind) => kind === 'deal_chosen')).toHaveLength(7)
  })

  test('a link made by hand for itself outlives the answer; taking the chosen deal off asks again', async () => {
    const { line4, spares, threadId } = await threadOfDeals()
    await link(mia, threadId, line4)
    await choose(mia, threadId, line4)
    const moved = await choose(mia, threadId, spares)
    expect(names(moved.standings.filter((line) => line.by === 'hand'))).toEqual([
      'Spare parts',
      'Line 4 retrofit',
    ])
    const off = await unlink(mia, threadId, spares)
    expect(off).toMatchObject({ question: 'open', chosenDealId: null })
    expect(names(off.standings.filter((line) => line.by === 'hand'))).toEqual(['Line 4 retrofit'])
  })

  test('only an open deal one may see can be chosen; one that went to the bin is asked for again and comes back', async () => {
    const { elena, line4, won, threadId } = await threadOfDeals()
    const tryOne = (dealId: string, who = mia) =>
      who.me.call('PUT', `/threads/${threadId}/deal`, { account: who.me.email, dealId })
    for (const id of [won, elena])
      expect(await tryOne(id)).toMatchObject({ status: 409, body: { error: { reason: 'deal_not_open' } } })
    expect(await tryOne(town.house.newId())).toMatchObject({ status: 404 })
    await choose(mia, threadId, line4)
    await mia.me.call('DELETE', `/records/${line4}`)
    expect(await standing(mia, threadId)).toMatchObject({ chosenDealId: null, question: 'not_needed' })
    await mia.me.call('POST', `/records/${line4}/restore`)
    expect(await standing(mia, threadId)).toMatchObject({ chosenDealId: line4, question: 'answered' })
  })
})

describe('who sees it', () => {
  test('S-062: per record, the chosen deal stands in for the contact’s other deals; beforehand it is told', async () => {
    const { elena, line4, spares, threadId } = await threadOfDeals()
    await shareBy(town, mia, 'per_record')
    await switchOn(town, miaId, line4)
    const before = await standing(mia, threadId)
    expect(before).toMatchObject({ byDefault: 'full', share: 'default' })
    expect(before.seenBy.map((one) => one.reason)).toContain('switch')
    expect(before.switches).toEqual(
      expect.arrayContaining([
        { record: expect.objectContaining({ id: line4 }), on: true },
        { record: expect.objectContaining({ id: spares }), on: false },
        { record: expect.objectContaining({ id: elena }), on: false },
      ]),
    )
    const would = (id: string) =>
      before.deals.find((one) => one.record.id === id)?.alsoSeenBy.map((one) => one.name)
    expect(would(line4)).toContain('Rep 2')
    expect(would(spares)).toEqual([])
    expect(await subjects(ken, line4)).toEqual(['Hello'])
    expect(await subjects(ken, spares)).toEqual([])
    // About the spare parts, whose switch is off: it leaves Ken's view of the other deal too.
    const after = await choose(mia, threadId, spares)
    expect(after.seenBy).toEqual([])
    expect(await subjects(ken, line4)).toEqual([])
    await choose(mia, threadId, line4)
    expect(await subjects(ken, spares)).toEqual(['Hello'])
  })

  test('link and share in one step, seen by name with its reason, told to whom it concerns, and back', async () => {
    const { threadId } = await threadOfDeals()
    const account = await make(mia, { module: 'accounts', fields: { accountName: 'Halden' } })
    const before = await eventsOf(town, ken)
    const quiet = await link(mia, threadId, account)
    expect(quiet.seenBy).toEqual([])
    expect(await emails(ken, account)).toMatchObject({ total: 0, rows: [] })
    // Of mail nobody else may see nobody else hears.
    expect(await eventsOf(town, ken)).toEqual(before)
    await unlink(mia, threadId, account)
    const shared = await link(mia, threadId, account, { share: 'full' })
    expect(shared.share).toBe('full')
    expect(shared.seenBy.find((one) => one.name === 'Rep 2')).toMatchObject({
      level: 'full',
      reason: 'this_mail',
    })
    expect(await subjects(ken, account)).toEqual(['Hello'])
    const told = (await eventsOf(town, ken)).slice(before.length)
    expect(told).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'emails', recordIds: expect.arrayContaining([account]) }),
      ]),
    )
    const hidden = await unlink(mia, threadId, account, { share: 'none' })
    expect(hidden).toMatchObject({ share: 'none', seenBy: [] })
    expect(await emails(ken, account)).toMatchObject({ total: 0 })
  })

  test('an answer to "Which deal?" is no yes to older mail, and row, page and line say the same of every mail', async () => {
    await shareBy(town, mia, 'private')
    const address = someone()
    const old = deliver(mia, { from: address, subject: 'Hello', messageId: `<${address}>` })
    town.google.clock.advance(3_600_000)
    const elena = await contact(mia, address)
    const [line4] = [await deal(mia, 'Line 4 retrofit', elena), await deal(mia, 'Spare parts', elena)]
    await passTime(town, 300_000)
    const threadId = threadOf(mia, old)
    replyTo(town, mia, address, 'Hello')
    await passTime(town, 60_000)
    await choose(mia, threadId, line4)
    await shareBy(town, mia, 'public')
    expect(await subjects(ken, line4)).toEqual(['Re: Hello'])
    const marks = async (recordId: string) => {
      const { rows } = await emails(mia, recordId)
      const seen = rows.map(async ({ messageId, mark, subject }) => {
        const { body } = await mia.me.call<MessageDetail>('GET', `/messages/${messageId}`)
        return `${subject} ${mark} ${(body.share?.seenBy ?? 0) > 0}`
      })
      return Promise.all(seen)
    }
    const alone = ['Re: Hello shared true', 'Hello only_me false']
    for (const id of [elena, line4]) expect(await marks(id)).toEqual(alone)
    expect(await standing(mia, threadId)).toMatchObject({ older: [{ record: { id: elena }, mails: 1 }] })
    const answer = { recordId: elena, address, agreed: true }
    expect(await mia.me.call('PUT', '/sharing/older', answer)).toMatchObject({ status: 200 })
    expect(await subjects(ken, line4)).toEqual(['Re: Hello', 'Hello'])
    for (const id of [elena, line4])
      expect(await marks(id)).toEqual(['Re: Hello shared true', 'Hello shared true'])
    await mia.me.call('PUT', '/sharing/older', { ...answer, agreed: false })
    for (const id of [elena, line4]) expect(await marks(id)).toEqual(alone)
    // What its owner put somewhere by hand they meant, and the list of another record it stands on says so too.
    const account = await make(mia, { module: 'accounts', fields: { accountName: 'Halden' } })
    await link(mia, threadId, account, { gmailId: old })
    expect(await subjects(ken, account)).toEqual(['Hello'])
    expect(await marks(elena)).toEqual(['Re: Hello shared true', 'Hello shared true'])
    await unlink(mia, threadId, account, { gmailId: old })
    await link(mia, threadId, line4, { gmailId: old })
    expect(await subjects(ken, line4)).toEqual(['Re: Hello', 'Hello'])
  })

  test('older mail waits for its owner: the thread says how many, and nobody else sees them', async () => {
    await shareBy(town, mia, 'public')
    const address = someone()
    const id = deliver(mia, { from: address, subject: 'Long ago' }, town.google.clock.now() - 86_400_000)
    const elena = await contact(ken, address)
    await passTime(town, 300_000)
    const one = await standing(mia, threadOf(mia, id))
    expect(one).toMatchObject({
      older: [{ record: { id: elena }, address, mails: 1 }],
      seenBy: [],
      byDefault: 'none',
    })
    expect(await emails(ken, elena)).toMatchObject({ total: 0, rows: [] })
    await shareBy(town, mia, 'private')
    expect((await standing(mia, threadOf(mia, id))).older).toEqual([])
  })
})

test('chips of a page: one call, in two statements, the same for everybody who asks of their own', async () => {
  const { line4, threadId } = await threadOfDeals()
  const plain = await threadOfDeals()
  await choose(mia, threadId, line4)
  const lonely = threadOf(mia, deliver(mia, { from: someone() }))
  expect(await chips(mia, [lonely, threadId, plain.threadId, threadId])).toEqual([
    'Line 4 retrofit, proposal',
    plain.address,
  ])
  expect(await chips(ken, [threadId])).toEqual([])
})
