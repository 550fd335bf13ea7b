import { beforeAll, describe, expect, test } from 'vitest'
import type { Me } from '../../lib/contract/identity.ts'
import type { TestHouse } from './harness/house.ts'
import { rawMail } from './harness/mails.ts'
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

describe('history', () => {
  test('ids compare as numbers over a digit rollover', async () => {
    const rep = await newRep()
    const elena = someone()
    const recordId = await contact(rep, elena)
    await workOff(town)
    expect((await mailbox(rep)).history_id).toMatch(/^9999\d\d$/)
    for (let n = 0; n < 12; n += 1) {
      deliver(rep, { from: elena, subject: `Mail ${n}` })
      await passTime(town, 30_000)
    }
    expect((await mailbox(rep)).history_id).toMatch(/^10000\d\d$/)
    expect((await emails(rep, recordId)).total).toBe(12)
  })

  test('expired: a new cursor and a bounded look back, nothing lost, nothing twice, what is gone is gone', async () => {
    const rep = await newRep()
    const elena = someone()
    const recordId = await contact(rep, elena)
    deliver(rep, { from: elena, subject: 'Old' })
    const doomed = deliver(rep, { from: elena, subject: 'Trashed in the gap' })
    await workOff(town)
    expect((await emails(rep, recordId)).total).toBe(2)
    town.google.clock.advance(8 * 24 * 3600_000)
    deliver(rep, { from: elena, subject: 'In the gap' })
    rep.gmail.trash(doomed)
    town.google.expireHistory(rep.me.email)
    deliver(rep, { from: elena, subject: 'After the floor' })
    expect(await workOff(town)).toEqual([])
    await passTime(town, 60_000)
    expect((await subjects(rep, recordId)).toSorted()).toEqual(['After the floor', 'In the gap', 'Old'])
    expect((await mailbox(rep)).sync_error).toBeNull()
    deliver(rep, { from: elena, subject: 'And on it goes' })
    await passTime(town, 60_000)
    expect((await emails(rep, recordId)).total).toBe(4)
  })

  test.each(['deleted-and-added', 'label-added'] as const)(
    'drafts are ignored, sent drafts are sent (%s)',
    async (shape) => {
      town.google.settings.sentDraftHistory = shape
      const rep = await newRep()
      const elena = someone()
      const recordId = await contact(rep, elena)
      await workOff(town)
      const draft = rep.gmail.createDraft(rawMail({ from: rep.me.email, to: elena, subject: 'Draft' }))
      await passTime(town, 30_000)
      expect((await emails(rep, recordId)).total).toBe(0)
      const tokens = town.google.issueToken(rep.me.email, ['https://www.googleapis.com/auth/gmail.compose'])
      const sent = await fetch(`${town.google.url}/gmail/v1/users/me/drafts/send`, {
        method: 'POST',
        headers: { authorization: `Bearer ${tokens.accessToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ id: draft.id }),
      })
      expect(sent.status).toBe(200)
      await passTime(town, 30_000)
      town.google.settings.sentDraftHistory = 'deleted-and-added'
      expect((await emails(rep, recordId)).rows).toMatchObject([{ subject: 'Draft', status: 'sent' }])
    },
  )

  test('the trash takes mail out of the list and gives it back; deleting ends it', async () => {
    const rep = await newRep()
    const elena = someone()
    const recordId = await contact(rep, elena)
    const id = deliver(rep, { from: elena, subject: 'Wanders' })
    await workOff(town)
    rep.gmail.trash(id)
    await passTime(town, 30_000)
    expect(await emails(rep, recordId)).toMatchObject({ total: 0, rows: [] })
    rep.gmail.modify(id, { add: ['INBOX'], remove: ['TRASH'] })
    await passTime(town, 30_000)
    expect(await emails(rep, recordId)).toMatchObject({ total: 1, rows: [{ subject: 'Wanders' }] })
  })

  test('a message that cannot be read yet is asked for once more, three seconds later', async () => {
    const rep = await newRep()
    const elena = someone()
    const recordId = await contact(rep, elena)
    await workOff(town)
    const id = deliver(rep, { from: elena, subject: 'Slow to appear' })
    town.google.addFault({ account: rep.me.email, path: `/messages/${id}$`, kind: { status: 404 } })
    await passTime(town, 30_000)
    expect(await subjects(rep, recordId)).toEqual([])
    await passTime(town, 3000)
    expect(await subjects(rep, recordId)).toEqual(['Slow to appear'])
  })

  test('429 pauses the mailbox, holds the cursor, and loses nothing', async () => {
    const rep = await newRep()
    const elena = someone()
    const recordId = await contact(rep, elena)
    await workOff(town)
    const before = (await mailbox(rep)).history_id
    deliver(rep, { from: elena, subject: 'Patience' })
    const retry = new Date(town.google.clock.now() + 30_000 + 120_000).toISOString()
    const message = `User-rate limit exceeded.  Retry after ${retry}`
    town.google.addFault({
      account: rep.me.email,
      path: '/messages/',
      kind: {
        status: 429,
        body: { error: { code: 429, message, errors: [{ reason: 'rateLimitExceeded', message }] } },
      },
    })
    await passTime(town, 30_000)
    expect(await mailbox(rep)).toMatchObject({ history_id: before, sync_error: 'google_rate' })
    await passTime(town, 120_000)
    expect(await subjects(rep, recordId)).toEqual(['Patience'])
    expect((await mailbox(rep)).sync_error).toBeNull()
  })

  test('a dead grant asks for reconnection; afterwards the gap is made good', async () => {
    const rep = await newRep()
    const elena = someone()
    const recordId = await contact(rep, elena)
    await workOff(town)
    town.google.revokeTokens(rep.me.email)
    await passTime(town, 3_600_000)
    expect((await mailbox(rep)).status).toBe('reauth_required')
    deliver(rep, { from: elena, subject: 'While away' })
    const later = someone('later')
    deliver(rep, { from: later, subject: 'Added while away' })
    const laterId = await contact(rep, later)
    await passTime(town, 3_600_000)
    await town.consent(rep.me, ['send', 'read'])
    await workOff(town)
    await passTime(town, 60_000)
    expect(await subjects(rep, recordId)).toEqual(['While away'])
    expect(await subjects(rep, laterId)).toEqual(['Added while away'])
    const me = await rep.me.call<Me>('GET', '/me')
    expect(me.body.mailboxes[0]).toMatchObject({ status: 'connected' })
  })

  test('a message that cannot be stored is set aside; what came with it is not held up', async () => {
    const rep = await newRep()
    const elena = someone()
    const recordId = await contact(rep, elena)
    await workOff(town)
    deliver(rep, { from: elena, subject: 'Before' })
    const poison = deliver(rep, { from: elena, subject: 'Poison' })
    deliver(rep, { from: elena, subject: 'Behind' })
    const body = {
      id: poison,
      threadId: `${poison}\u0000`,
      labelIds: ['INBOX'],
      internalDate: '1',
      payload: { partId: '', headers: [{ name: 'From', value: elena }], body: { size: 0 } },
    }
    town.google.addFault({
      account: rep.me.email,
      path: `/messages/${poison}$`,
      times: 100,
      kind: { status: 200, body },
    })
    for (let minute = 0; minute < 10; minute += 1) expect(await passTime(town, 60_000)).toEqual([])
    expect((await subjects(rep, recordId)).toSorted()).toEqual(['Before', 'Behind'])
    town.google.clearFaults()
    deliver(rep, { from: elena, subject: 'Later' })
    expect(await passTime(town, 60_000)).toEqual([])
    expect((await emails(rep, recordId)).total).toBe(3)
  })
})
