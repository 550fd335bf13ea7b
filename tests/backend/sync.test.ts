import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { startJobs } from '../../backend/jobs/start.ts'
import { eventChannel } from '../../backend/storage/events.ts'
import type { TestHouse } from './harness/house.ts'
import { rawMail } from './harness/mails.ts'
import {
  contact,
  deal,
  deliver,
  emails,
  type HouseOfReps,
  houseOfReps,
  type Rep,
  someone,
  subjects,
} from './harness/reps.ts'
import { passTime, workOff } from './harness/work.ts'

let town: TestHouse
let newRep: HouseOfReps['newRep']

beforeAll(async () => {
  const house = await houseOfReps()
  town = house.town
  newRep = house.newRep
})

const mailbox = (rep: Rep) =>
  town.house.db.selectFrom('mailboxes').selectAll().where('id', '=', rep.mailboxId).executeTakeFirstOrThrow()

const storedIds = async (rep: Rep) =>
  (
    await town.house.db
      .selectFrom('sightings')
      .select('gmail_id')
      .where('mailbox_id', '=', rep.mailboxId)
      .execute()
  ).map((row) => row.gmail_id)

describe('a mailbox is brought in', () => {
  test('S-059, S-019: received mail and mail sent from a phone, before and after connecting', async () => {
    const rep = await newRep()
    const elena = someone()
    const recordId = await contact(rep, elena)
    deliver(rep, { from: `Elena <${elena}>`, subject: 'Before' })
    rep.gmail.send(rawMail({ from: rep.me.email, to: elena, subject: 'From my phone, before' }))
    expect(await workOff(town)).toEqual([])
    expect(new Set(await subjects(rep, recordId))).toEqual(new Set(['Before', 'From my phone, before']))

    deliver(rep, { from: elena, subject: 'After' })
    rep.gmail.send(rawMail({ from: rep.me.email, to: elena, subject: 'From my phone, after' }))
    await passTime(town, 30_000)
    const page = await emails(rep, recordId)
    expect(page).toMatchObject({ total: 4, emptyReason: null, nextCursor: null })
    const status = Object.fromEntries(page.rows.map((row) => [row.subject, row.status]))
    expect(status).toEqual({
      Before: 'received',
      'From my phone, before': 'sent',
      After: 'received',
      'From my phone, after': 'sent',
    })
    expect((await mailbox(rep)).synced_at).toEqual(new Date(town.google.clock.now()))
  })

  test('unknown people leave nothing behind; adding their address finds them', async () => {
    const rep = await newRep()
    await workOff(town)
    const stranger = someone('stranger')
    deliver(rep, { from: stranger, subject: 'Secret plan' })
    await passTime(town, 30_000)
    expect(await storedIds(rep)).toEqual([])
    const recordId = await contact(rep, stranger)
    expect((await emails(rep, recordId)).emptyReason).toBe('no_mail')
    await workOff(town)
    expect(await subjects(rep, recordId)).toEqual(['Secret plan'])
  })

  test('own people and robots are never the reason (decisions 6)', async () => {
    const rep = await newRep()
    const colleague = await newRep()
    const trap = await contact(rep, colleague.me.email)
    await workOff(town)
    deliver(rep, { from: colleague.me.email, subject: 'Between us' })
    deliver(rep, { from: 'no-reply@shop.example', subject: 'Your order' })
    await passTime(town, 60_000)
    expect(await storedIds(rep)).toEqual([])
    expect(await emails(rep, trap)).toMatchObject({ total: 0, emptyReason: 'colleague' })
  })

  test('S-022: mail from an alias of mine that came by import is sent', async () => {
    const alias = 'desk@arbor.example'
    const rep = await newRep({ aliases: [{ email: alias, verified: true }] })
    const elena = someone()
    const recordId = await contact(rep, elena)
    await workOff(town)
    deliver(rep, { from: alias, to: elena, subject: 'Imported' })
    await passTime(town, 30_000)
    expect((await emails(rep, recordId)).rows[0]).toMatchObject({ direction: 'sent', status: 'sent' })
  })

  test('a burst larger than a minute of quota arrives by batches, each mail once', async () => {
    const rep = await newRep()
    const elena = someone()
    const recordId = await contact(rep, elena)
    await workOff(town)
    for (let n = 0; n < 70; n += 1) deliver(rep, { from: elena, subject: `Burst ${n}` })
    await passTime(town, 30_000)
    await passTime(town, 60_000)
    const first = await emails(rep, recordId)
    const second = await emails(rep, recordId, `?cursor=${first.nextCursor}`)
    expect(first.total).toBe(70)
    expect(new Set([...first.rows, ...second.rows].map((row) => row.subject)).size).toBe(70)
    expect(second.nextCursor).toBeNull()
  })
})

describe('one message, many mailboxes', () => {
  test('colleagues share the message row and see only their own sighting', async () => {
    const [a, b] = [await newRep(), await newRep()]
    const elena = someone()
    const recordId = await contact(a, elena)
    await workOff(town)
    const raw = rawMail({ from: elena, to: `${a.me.email}, ${b.me.email}`, subject: 'To both' })
    a.gmail.deliver(raw)
    b.gmail.deliver(raw)
    await passTime(town, 60_000)
    const rows = await town.house.db
      .selectFrom('sightings')
      .select(['message_id', 'mailbox_id'])
      .where('subject', '=', 'To both')
      .execute()
    expect(rows).toHaveLength(2)
    expect(new Set(rows.map((row) => row.message_id)).size).toBe(1)
    expect((await emails(a, recordId)).total).toBe(1)
    expect((await emails(b, recordId)).total).toBe(1)
  })

  test('a forged Message-ID joins nothing', async () => {
    const [a, b] = [await newRep(), await newRep()]
    const elena = someone()
    const recordId = await contact(a, elena)
    await workOff(town)
    const messageId = `<${randomUUID()}@customer.example>`
    deliver(a, { from: elena, subject: 'Contract', messageId })
    deliver(b, { from: someone('mallory'), cc: elena, subject: 'Contract', messageId })
    await passTime(town, 60_000)
    const rows = await town.house.db
      .selectFrom('sightings')
      .innerJoin('messages', 'messages.id', 'sightings.message_id')
      .select('message_id')
      .where('message_id_header', '=', messageId)
      .execute()
    expect(new Set(rows.map((row) => row.message_id)).size).toBe(2)
    expect((await emails(a, recordId)).rows).toHaveLength(1)
  })

  test('only the owner is told, and of the records concerned', async () => {
    const rep = await newRep()
    const elena = someone()
    const recordId = await contact(rep, elena)
    const dealId = await deal(rep, 'Retrofit', recordId)
    await workOff(town)
    deliver(rep, { from: elena })
    await passTime(town, 30_000)
    const { user_id } = await mailbox(rep)
    const events = await town.house.db
      .selectFrom('events')
      .select(['payload', 'user_id'])
      .where('user_id', '=', user_id)
      .orderBy('seq', 'desc')
      .execute()
    const told = events.map((event) => event.payload).find((payload) => payload.type === 'emails')
    expect(new Set(told?.recordIds)).toEqual(new Set([recordId, dealId]))
  })
})

test('the jobs do it by themselves, every 30 seconds while somebody is there, and the sidebar hears of it', async () => {
  const rep = await newRep()
  const elena = someone()
  const recordId = await contact(rep, elena)
  const heard = Promise.withResolvers<void>()
  const events = () =>
    town.house.db.selectFrom('events').select('payload').orderBy('seq', 'desc').limit(20).execute()
  const unlisten = await town.opened.listen(eventChannel, async () => {
    const told = (await events()).some(
      ({ payload }) => payload.type === 'emails' && payload.recordIds.includes(recordId),
    )
    if (told) heard.resolve()
  })
  const synced = Promise.withResolvers<void>()
  const unwatch = await town.opened.listen(eventChannel, async () => {
    if ((await mailbox(rep)).synced_at !== null) synced.resolve()
  })
  const jobs = await startJobs(town.house, town.opened, 'test', () => ({}))
  await synced.promise
  deliver(rep, { from: elena, subject: 'By itself' })
  town.google.clock.advance(30_000)
  await heard.promise
  await jobs.stop()
  await unlisten()
  await unwatch()
  expect(await subjects(rep, recordId)).toEqual(['By itself'])
})
