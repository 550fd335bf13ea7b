import { beforeAll, expect, test } from 'vitest'
import type { RuleSeen } from '../../lib/contract/sharing.ts'
import {
  contact,
  deliver,
  emails,
  type HouseOfReps,
  houseOfReps,
  type Rep,
  someone,
  subjects,
} from './harness/reps.ts'
import { chooseMode, idOf, ledgerOf, levelFor, lines, mailOf } from './harness/sharing.ts'
import { link, replyTo, shareBy, standing, threadOf, unlink } from './harness/standing.ts'
import { passTime } from './harness/work.ts'

let house: HouseOfReps
let mia: Rep
let ken: Rep

beforeAll(async () => {
  house = await houseOfReps()
  mia = await house.newRep()
  ken = await house.newRep()
})

/** A thread of Mia's with somebody on a record. */
async function begin(subject: string) {
  const from = someone()
  const recordId = await contact(mia, from)
  // Gmail joins an answer to the mail it names.
  const gmailId = deliver(
    mia,
    { from, subject, messageId: `<${from}>` },
    house.town.google.clock.now() + 1000,
  )
  expect(await passTime(house.town, 120_000)).toEqual([])
  return { from, recordId, gmailId, threadId: threadOf(mia, gmailId) }
}

async function say(threadId: string, level: string, more: object = {}): Promise<void> {
  const body = { account: mia.me.email, threadId, level, ...more }
  expect((await mia.me.call('PUT', '/sharing/mail', body)).status).toBe(200)
}

test('the word on a thread holds for its later mails, and goes with it', async () => {
  const { from, recordId, threadId } = await begin('Terms')
  await shareBy(house.town, mia, 'public')
  await say(threadId, 'none')
  replyTo(house.town, mia, from, 'Terms')
  expect(await passTime(house.town, 120_000)).toEqual([])
  expect(await subjects(mia, recordId)).toEqual(['Re: Terms', 'Terms'])
  expect(await subjects(ken, recordId)).toEqual([])
  expect((await standing(mia, threadId)).share).toBe('none')
  await say(threadId, 'default')
  replyTo(house.town, mia, from, 'Terms')
  expect(await passTime(house.town, 120_000)).toEqual([])
  expect(await subjects(ken, recordId)).toEqual(['Re: Terms', 'Re: Terms', 'Terms'])
})

test('the word on one mail is about no other', async () => {
  const { from, recordId, threadId, gmailId } = await begin('Lunch')
  await shareBy(house.town, mia, 'public')
  await say(threadId, 'none', { gmailId })
  replyTo(house.town, mia, from, 'Lunch')
  expect(await passTime(house.town, 120_000)).toEqual([])
  expect(await subjects(ken, recordId)).toEqual(['Re: Lunch'])
})

test('linking and sharing in one step speaks for later mails too', async () => {
  await shareBy(house.town, mia, 'private')
  const { from, threadId } = await begin('Crane')
  const other = await contact(mia, someone('other'))
  await link(mia, threadId, other, { share: 'full' })
  replyTo(house.town, mia, from, 'Crane')
  expect(await passTime(house.town, 120_000)).toEqual([])
  expect(await subjects(ken, other)).toEqual(['Re: Crane', 'Crane'])
})

test('a word given while linking is the same word: who gained it stands in the ledger, and what changes nothing is not told', async () => {
  await shareBy(house.town, mia, 'private')
  const { recordId, threadId, gmailId, from } = await begin('Hoist')
  const other = await contact(mia, someone('other'))
  const [row] = (await emails(mia, recordId)).rows
  const mail = { id: row?.messageId ?? '', gmailId, threadId, recordId, elena: from }
  await link(mia, threadId, other, { share: 'full' })
  const told = ['linked', 'shared full +Founder, Rep 2']
  expect(lines(await ledgerOf(mia, mail)).slice(-2)).toEqual(told)
  await unlink(mia, threadId, other, { share: 'full' })
  expect(lines(await ledgerOf(mia, mail)).slice(-3)).toEqual([...told, 'unlinked'])
  await link(mia, threadId, other, { share: 'default' })
  expect(lines(await ledgerOf(mia, mail)).slice(-1)).toEqual(['stopped none -Founder, Rep 2'])
})

test('before a wider rule holds, whom it shows how many of my mails is told, and then it is so', async () => {
  const [rep, other] = [await house.newRep(), await house.newRep()]
  const first = await mailOf(house.town, rep)
  const second = await mailOf(house.town, rep, { to: `${rep.me.email}, ${other.me.email}` })
  const otherId = await idOf(house.town, other)
  const would = async (rule: object) => {
    const { status, body } = await rep.me.call<RuleSeen>('POST', '/sharing/preview/rule', rule)
    expect(status, JSON.stringify(body)).toBe(200)
    const row = body.people.find((one) => one.id === otherId)
    return { mails: body.mails, other: row && [row.gains, row.level, row.reason], more: body.more }
  }
  const nothing = { mails: 0, other: undefined, more: false }
  expect(await would({ mode: 'private' })).toEqual(nothing)
  // What they have in their own mailbox is no news to them, but to the others it is.
  expect(await would({ mode: 'public' })).toEqual({ mails: 2, other: [1, 'full', 'mode'], more: false })
  expect(await would({ mode: 'metadata' })).toEqual({ mails: 2, other: [1, 'metadata', 'mode'], more: false })
  expect(await levelFor(other, first)).toBe('none')
  await chooseMode(rep, 'per_record')
  expect(await would({ switchedOn: first.recordId })).toEqual({
    mails: 1,
    other: [1, 'full', 'switch'],
    more: false,
  })
  await rep.me.call('PUT', `/sharing/records/${first.recordId}`, { on: true })
  expect(await levelFor(other, first)).toBe('full')
  expect((await would({ switchedOn: first.recordId })).mails).toBe(0)
  expect((await other.me.call('POST', '/sharing/preview/rule', { switchedOn: second.threadId })).status).toBe(
    400,
  )
})

test('mail from before its address stood there is shown by a yes alone, and to whom is told before', async () => {
  const [rep, other] = [await house.newRep(), await house.newRep()]
  await chooseMode(rep, 'public')
  const from = someone()
  deliver(rep, { from, subject: 'Long ago' }, house.town.google.clock.now() - 3_600_000)
  const recordId = await contact(rep, from)
  expect(await passTime(house.town, 120_000)).toEqual([])
  const ask = () =>
    rep.me.call<RuleSeen>('POST', '/sharing/preview/rule', { older: { recordId, address: from } })
  const { body } = await ask()
  const gaining = body.people.filter((one) => one.isNew).map((one) => one.id)
  expect(gaining).toContain(await idOf(house.town, other))
  expect(body.mails).toBe(1)
  expect((await emails(other, recordId)).total).toBe(0)
  await rep.me.call('PUT', '/sharing/older', { recordId, address: from, agreed: true })
  expect((await emails(other, recordId)).total).toBe(1)
  expect((await ask()).body.mails).toBe(0)
})
