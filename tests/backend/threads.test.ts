import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { FilingTargets, ThreadFacts } from '../../lib/contract/threads.ts'
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
} from './harness/reps.ts'
import { workOff } from './harness/work.ts'

let town: TestHouse
let newRep: HouseOfReps['newRep']

beforeAll(async () => {
  const house = await houseOfReps()
  town = house.town
  newRep = house.newRep
})

const facts = (rep: Rep, threadId: string, account = rep.me.email) =>
  rep.me.call<ThreadFacts>('GET', `/threads/${threadId}?account=${encodeURIComponent(account)}`)

describe('facts of the open thread', () => {
  test('people, messages, malformed addresses and what can be filed; known parties are stored on the way', async () => {
    const rep = await newRep()
    const elena = someone()
    const recordId = await contact(rep, elena)
    await workOff(town)
    const id = deliver(rep, {
      from: `"Brandt, Elena" <${elena}>`,
      to: `${rep.me.email}, broken@@x, Tom <tom@customer.example>`,
      subject: 'Angebot – 見積',
      text: 'Tom & Jerry',
      files: [
        {
          name: 'offer.pdf',
          type: 'application/pdf',
          bytes: Buffer.from('pdf'),
          headers: ['X-Attachment-Id: f_1'],
        },
        { name: 'invite.ics', type: 'text/calendar', bytes: Buffer.from('BEGIN:VCALENDAR') },
      ],
    })
    const { status, body } = await facts(rep, id)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      id,
      subject: 'Angebot – 見積',
      malformed: 1,
      messages: [
        {
          id,
          from: { address: elena, name: 'Brandt, Elena' },
          fromMe: false,
          snippet: 'Tom & Jerry',
          parts: [
            { realAttachmentId: 'f_1', name: 'offer.pdf', mimeType: 'application/pdf', size: 3, filed: [] },
          ],
        },
      ],
    })
    expect(body.people.map((one) => one.address)).toEqual([elena, rep.me.email, 'tom@customer.example'])
    expect(body.messages[0]?.parts).toHaveLength(1)
    expect((await emails(rep, recordId)).rows).toMatchObject([
      { subject: 'Angebot – 見積', hasAttachments: true },
    ])
  })

  test('a thread of strangers shows its facts and leaves no trace', async () => {
    const rep = await newRep()
    const id = deliver(rep, { from: someone(), subject: 'Hi' })
    expect((await facts(rep, id)).body.messages).toHaveLength(1)
    const stored = await town.house.db
      .selectFrom('sightings')
      .select('id')
      .where('mailbox_id', '=', rep.mailboxId)
      .execute()
    expect(stored).toEqual([])
  })

  test('hostile headers: overlong, misdated, with half characters and two Message-IDs, are shown and stored', async () => {
    const rep = await newRep()
    const elena = someone()
    const recordId = await contact(rep, elena)
    const odd = `<${randomBytes(4000).toString('base64url')}@x.example>`
    const id = deliver(
      rep,
      {
        from: `=?utf-8?Q?El=00ena=ED=A0=80?= <${elena}>`,
        subject: '=?utf-8?Q?Nul=00l_=E2=80=AEgnp?=',
        messageId: odd,
        headers: ['Message-ID: <second@x.example>'],
        date: 'Thu, 01 Jan 1970 00:00:00 +0000',
      },
      Date.UTC(2099, 0, 1),
    )
    const { status, body } = await facts(rep, id)
    expect(status).toBe(200)
    expect(body).toMatchObject({ subject: 'Null gnp', messages: [{ at: '2099-01-01T00:00:00.000Z' }] })
    expect((await emails(rep, recordId)).rows).toMatchObject([
      { subject: 'Null gnp', at: '2099-01-01T00:00:00.000Z' },
    ])
  })

  test('200 messages, my drafts left out', async () => {
    const rep = await newRep()
    const elena = someone()
    const recordId = await contact(rep, elena)
    const messageId = '<long@customer.example>'
    const id = deliver(rep, { from: elena, subject: 'Long', messageId })
    for (let n = 1; n < 200; n += 1)
      deliver(rep, {
        from: elena,
        subject: 'Re: Long',
        headers: [`In-Reply-To: ${messageId}`, `References: ${messageId}`],
      })
    rep.gmail.createDraft(rawMail({ from: rep.me.email, to: elena, subject: 'Re: Long' }), { threadId: id })
    const { body } = await facts(rep, id)
    expect(body.messages).toHaveLength(200)
    expect((await emails(rep, recordId)).total).toBe(200)
  })

  test('only the actor’s own connected mailbox, and only with permission to read', async () => {
    const [rep, other] = [await newRep(), await newRep()]
    const id = deliver(other, { from: someone() })
    expect(await facts(rep, id, other.me.email)).toMatchObject({
      status: 403,
      body: { error: { reason: 'wrong_account' } },
    })
    expect(await facts(rep, 'abcdef0123456789')).toMatchObject({
      status: 404,
      body: { error: { reason: 'message_missing' } },
    })
    await town.house.db.updateTable('mailboxes').set({ scopes: [] }).where('id', '=', rep.mailboxId).execute()
    expect(await facts(rep, id)).toMatchObject({
      status: 403,
      body: { error: { reason: 'scope_read_missing' } },
    })
  })

  test('a dead grant is said', async () => {
    const rep = await newRep()
    const id = deliver(rep, { from: someone() })
    town.google.revokeTokens(rep.me.email)
    town.google.clock.advance(3_600_000)
    expect(await facts(rep, id)).toMatchObject({ status: 409, body: { error: { reason: 'mailbox_reauth' } } })
  })
})

describe('where a file may go', () => {
  const targets = async (rep: Rep, ...people: string[]) => {
    const { body } = await rep.me.call<FilingTargets>('POST', '/filings/targets', {
      account: rep.me.email,
      people,
    })
    return body
  }

  test('one open deal of the sender: sure, the deal first', async () => {
    const rep = await newRep()
    const elena = someone()
    const elenaId = await contact(rep, elena)
    await deal(rep, 'Lost one', elenaId, 'lost')
    const open = await deal(rep, 'Retrofit', elenaId)
    expect(await targets(rep, rep.me.email, elena.toUpperCase(), 'nobody@customer.example')).toMatchObject({
      sure: true,
      targets: [
        { recordId: open, module: 'deals', why: 'open_deal', detail: elena },
        { recordId: elenaId, module: 'contacts', why: 'sender' },
      ],
    })
  })

  test('one record and no deal: sure; several: asked, the sender’s first; nobody: nothing', async () => {
    const rep = await newRep()
    const [elena, tom] = [someone('elena'), someone('tom')]
    const elenaId = await contact(rep, elena)
    expect(await targets(rep, elena, someone())).toMatchObject({
      sure: true,
      targets: [{ recordId: elenaId }],
    })
    const tomId = await contact(rep, tom)
    expect(await targets(rep, elena, tom)).toMatchObject({
      sure: false,
      targets: [
        { recordId: elenaId, why: 'sender' },
        { recordId: tomId, why: 'in_thread' },
      ],
    })
    await deal(rep, 'A', tomId)
    expect((await targets(rep, elena, tom)).sure).toBe(false)
    await deal(rep, 'B', tomId)
    const several = await targets(rep, tom)
    expect(several.sure).toBe(false)
    expect(several.targets).toHaveLength(3)
    expect(await targets(rep, someone())).toEqual({ sure: false, targets: [] })
  })

  test('own people and robots are never a reason; other accounts are refused', async () => {
    const [rep, other] = [await newRep(), await newRep()]
    await contact(rep, other.me.email)
    await contact(rep, 'noreply@customer.example')
    expect(await targets(rep, other.me.email, 'noreply@customer.example')).toEqual({
      sure: false,
      targets: [],
    })
    const { status } = await rep.me.call('POST', '/filings/targets', { account: other.me.email, people: [] })
    expect(status).toBe(403)
  })
})
