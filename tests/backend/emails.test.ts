import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { LookupAnswer, RecordCard } from '../../lib/contract/records.ts'
import type { Send } from '../../lib/contract/sends.ts'
import type { SharingMode } from '../../lib/domain/sharing.ts'
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

const file = { name: 'a.pdf', bytes: Buffer.from('x') }
let town: TestHouse
let newRep: HouseOfReps['newRep']

beforeAll(async () => {
  const house = await houseOfReps()
  town = house.town
  newRep = house.newRep
})

/** Schedules a mail for the evening of the same day. */
async function schedule(rep: Rep, to: string, subject: string, recordId?: string): Promise<Send> {
  const { status, body } = await rep.me.call<Send>('POST', '/sends', {
    account: rep.me.email,
    to: [{ address: to, name: '' }],
    subject,
    body: `Body of ${subject}`,
    when: { kind: 'at', local: '2027-03-01T18:00', zone: 'Europe/Oslo' },
    ...(recordId !== undefined && { recordId }),
  })
  expect(status).toBe(201)
  return body
}

const card = async (rep: Rep, id: string) => (await rep.me.call<RecordCard>('GET', `/records/${id}`)).body

describe('a record’s Emails list', () => {
  test('S-039: received, sent and scheduled in one list, newest first, each filter, the card’s summary', async () => {
    const rep = await newRep()
    const elena = someone()
    const recordId = await contact(rep, elena)
    const now = town.google.clock.now()
    deliver(
      rep,
      { from: `Elena <${elena}>`, subject: 'Received', files: [{ name: 'a.pdf', bytes: Buffer.from('x') }] },
      now - 7200_000,
    )
    rep.gmail.send(rawMail({ from: rep.me.email, to: elena, subject: 'Sent by phone' }))
    const send = await schedule(rep, elena, 'Scheduled')
    await workOff(town)
    const all = await emails(rep, recordId)
    expect(all.rows).toMatchObject([
      {
        key: send.id,
        kind: 'send',
        subject: 'Scheduled',
        status: 'scheduled',
        snippet: 'Body of Scheduled',
        send: { mine: true },
      },
      { kind: 'message', subject: 'Sent by phone', status: 'sent', hasAttachments: false },
      {
        kind: 'message',
        subject: 'Received',
        status: 'received',
        from: { name: 'Elena' },
        hasAttachments: true,
      },
    ])
    expect(all.total).toBe(3)
    expect(await subjects(rep, recordId, '?filter=received')).toEqual(['Received'])
    expect(await subjects(rep, recordId, '?filter=sent')).toEqual(['Sent by phone'])
    expect(await subjects(rep, recordId, '?filter=scheduled')).toEqual(['Scheduled'])
    for (const filter of ['received', 'sent', 'scheduled'])
      expect((await emails(rep, recordId, `?filter=${filter}`)).total).toBe(1)
    await passTime(town, 1_000)
    deliver(rep, { from: elena, subject: 'Newest' })
    await passTime(town, 30_000)
    const { emails: summary, lastContact } = await card(rep, recordId)
    expect(summary.total).toBe(4)
    expect(summary.rows.map((row) => row.subject)).toEqual(['Scheduled', 'Newest', 'Sent by phone'])
    expect(lastContact).toEqual({
      direction: 'received',
      at: new Date(town.google.clock.now() - 30_000).toISOString(),
    })
  })

  test('our own mail is one row with its status, before and after it is seen in the mailbox', async () => {
    const rep = await newRep()
    const elena = someone()
    const recordId = await contact(rep, elena)
    await workOff(town)
    const send = await schedule(rep, elena, 'Ours')
    const sent = rep.gmail.send(
      rawMail({ from: rep.me.email, to: elena, subject: 'Ours', headers: [`X-Inlay-Send-Id: ${send.id}`] }),
    )
    await town.house.db
      .updateTable('sends')
      .set({
        status: 'sent',
        sent_at: new Date(town.google.clock.now()),
        gmail_id: sent.id ?? '',
        gmail_thread_id: sent.threadId ?? '',
      })
      .where('id', '=', send.id)
      .execute()
    await passTime(town, 30_000)
    const list = await emails(rep, recordId)
    expect(list.rows).toMatchObject([
      { key: send.id, kind: 'send', status: 'sent', gmailThreadId: sent.threadId },
    ])
    expect(list.total).toBe(1)
    const linked = await town.house.db
      .selectFrom('sightings')
      .select('gmail_id')
      .where('send_id', '=', send.id)
      .execute()
    expect(linked).toEqual([{ gmail_id: sent.id }])
  })

  test('a copied send header from outside links nothing', async () => {
    const rep = await newRep()
    const elena = someone()
    const recordId = await contact(rep, elena)
    await workOff(town)
    const send = await schedule(rep, elena, 'Ours')
    deliver(rep, { from: elena, subject: 'Forged', headers: [`X-Inlay-Send-Id: ${send.id}`] })
    deliver(rep, {
      from: rep.me.email,
      to: elena,
      subject: 'Forged too',
      headers: [`X-Inlay-Send-Id: ${send.id}`],
    })
    await passTime(town, 30_000)
    expect((await subjects(rep, recordId)).toSorted()).toEqual(['Forged', 'Forged too', 'Ours'])
  })

  test('S-061: a deal lists its main contact’s mail and follows when the contact changes', async () => {
    const rep = await newRep()
    const [elena, tom] = [someone('elena'), someone('tom')]
    const [elenaId, tomId] = [await contact(rep, elena), await contact(rep, tom)]
    const dealId = await deal(rep, 'Retrofit', elenaId)
    deliver(rep, { from: elena, subject: 'From Elena' })
    deliver(rep, { from: tom, subject: 'From Tom' })
    await workOff(town)
    expect(await subjects(rep, dealId)).toEqual(['From Elena'])
    const { record } = await card(rep, dealId)
    await rep.me.call('PATCH', `/records/${dealId}`, { version: record.version, mainContactId: tomId })
    expect(await subjects(rep, dealId)).toEqual(['From Tom'])
  })

  test('S-065: an address that leaves takes its mail along, and brings it back; two addresses are one list', async () => {
    const rep = await newRep()
    const [first, second] = [someone(), someone()]
    const recordId = await contact(rep, first)
    deliver(rep, { from: first, cc: second, subject: 'First and second' })
    deliver(rep, { from: second, subject: 'Second' })
    await workOff(town)
    const change = async (primaryAddress: string | null, secondaryAddress: string | null) => {
      const { version } = (await card(rep, recordId)).record
      await rep.me.call('PATCH', `/records/${recordId}`, { version, primaryAddress, secondaryAddress })
      await passTime(town, 120_000)
    }
    expect(await subjects(rep, recordId)).toEqual(['First and second'])
    await change(first, second)
    expect((await emails(rep, recordId)).total).toBe(2)
    expect((await subjects(rep, recordId)).toSorted()).toEqual(['First and second', 'Second'])
    await change(someone(), null)
    expect(await emails(rep, recordId)).toMatchObject({ total: 0, emptyReason: 'no_mail' })
    await change(null, null)
    expect(await emails(rep, recordId)).toMatchObject({ total: 0, emptyReason: 'no_address' })
    await change(first, null)
    expect(await subjects(rep, recordId)).toEqual(['First and second'])
  })

  test('S-001: one look-up of several people: each card has its own mail, as when it is opened alone', async () => {
    const rep = await newRep()
    const [elena, jonas, silent] = [someone(), someone(), someone()]
    const ids = [await contact(rep, elena), await contact(rep, jonas), await contact(rep, silent)]
    deliver(rep, { from: elena, subject: 'To me alone' })
    await passTime(town, 1_000)
    deliver(rep, { from: jonas, cc: elena, subject: 'To both' })
    await schedule(rep, jonas, 'Coming')
    await passTime(town, 30_000)
    const { body } = await rep.me.call<LookupAnswer>('POST', '/lookup', {
      account: rep.me.email,
      people: [elena, 'nobody@else.example', jonas, silent].map((address) => ({ address, name: '' })),
    })
    expect(
      body.people.map(({ kind, cards }) => [kind, cards.map(({ emails: { rows } }) => rows.length)]),
    ).toEqual([
      ['known', [2]],
      ['unknown', []],
      ['known', [2]],
      ['known', [0]],
    ])
    const cards = body.people.flatMap((person) => person.cards)
    expect(cards.map(({ record }) => record.id)).toEqual(ids)
    expect(cards.map((one) => one.emails.rows.map((row) => row.subject))).toEqual([
      ['To both', 'To me alone'],
      ['Coming', 'To both'],
      [],
    ])
    expect(cards.map(({ emails: list }) => [list.total, list.emptyReason])).toEqual([
      [2, null],
      [2, null],
      [0, 'no_mail'],
    ])
    for (const one of cards) expect(one).toEqual(await card(rep, one.record.id))
  })

  test('S-064 and permission: an empty list says why', async () => {
    const rep = await newRep()
    const recordId = await contact(rep, someone())
    expect((await emails(rep, recordId)).emptyReason).toBe('no_mail')
    await town.house.db.updateTable('mailboxes').set({ scopes: [] }).where('id', '=', rep.mailboxId).execute()
    expect((await emails(rep, recordId)).emptyReason).toBe('no_read')
    expect((await rep.me.call('GET', `/records/${randomUUID()}/emails`)).status).toBe(404)
    expect((await rep.me.call('GET', `/records/${recordId}/emails?cursor=nonsense`)).status).toBe(400)
  })

  test('S-042, S-062, S-063: a colleague sees of my mail and of what I have scheduled what my mode lets them', async () => {
    const [rep, colleague] = [await newRep(), await newRep()]
    const elena = someone()
    const recordId = await contact(rep, elena)
    const raw = rawMail({ from: elena, to: rep.me.email, subject: 'To both', files: [file] })
    deliver(rep, { from: elena, subject: 'Mine', files: [file] })
    const later = { at: town.google.clock.now() + 1000 }
    rep.gmail.deliver(raw, later)
    colleague.gmail.deliver(raw, later)
    const send = await schedule(rep, elena, 'Coming', recordId)
    await workOff(town)
    const name = rep.me.email
    const seen = async (mode: SharingMode) => {
      await town.house.db.updateTable('users').set({ sharing: mode }).where('email', '=', name).execute()
      return emails(colleague, recordId)
    }
    const both = { subject: 'To both', level: 'full', mark: 'only_me', mailbox: { isMine: true } }
    expect(await seen('private')).toMatchObject({
      ...{
        total: 1,
        rows: [both],
        people: [
          { isMine: true, mails: 1 },
          { level: 'none', mails: 0 },
        ],
      },
    })
    expect((await card(colleague, recordId)).colleagues).toEqual([])
    const hidden = {
      subject: '',
      snippet: '',
      hasAttachments: false,
      level: 'metadata',
      mark: 'who_and_when',
    }
    const metadata = await seen('metadata')
    expect(metadata.total).toBe(3)
    expect(metadata.rows).toMatchObject([
      { key: send.id, status: 'scheduled', ...hidden, send: { mine: false } },
      both,
      { ...hidden, from: { address: elena }, gmailThreadId: null, mailbox: { isMine: false } },
    ])
    const open = await seen('public')
    expect(open.rows.map((row) => [row.subject, row.level, row.mark]).toSorted()).toEqual([
      ['Coming', 'full', 'shared'],
      ['Mine', 'full', 'shared'],
      ['To both', 'full', 'only_me'],
    ])
    expect(open.people.map((one) => [one.isMine, one.mails, one.level])).toContainEqual([false, 2, 'full'])
    const idOf = ({ me }: Rep) =>
      open.people.find((one) => one.isMine === (me === colleague.me))?.userId ?? ''
    expect((await emails(rep, recordId)).rows.map((row) => row.mark)).toEqual(['shared', 'shared', 'shared'])
    expect((await emails(colleague, recordId, `?people=${idOf(rep)}`)).total).toBe(3)
    expect((await emails(colleague, recordId, `?people=${idOf(colleague)}`)).total).toBe(1)
    await rep.me.call('POST', `/sends/${send.id}/cancel`, { version: send.version })
    expect((await emails(colleague, recordId)).total).toBe(2)
  })

  test('mail to several addresses of the record, or seen twice in my mailboxes, is one row', async () => {
    const rep = await newRep()
    const [first, second] = [someone(), someone()]
    const recordId = await contact(rep, first)
    const { version } = (await card(rep, recordId)).record
    await rep.me.call('PATCH', `/records/${recordId}`, { version, secondaryAddress: second })
    const raw = rawMail({ from: first, to: `${rep.me.email}, ${second}`, subject: 'Once' })
    rep.gmail.deliver(raw)
    rep.gmail.deliver(raw, { at: town.google.clock.now() - 60_000 })
    await workOff(town)
    expect(await emails(rep, recordId)).toMatchObject({ total: 1, rows: [{ subject: 'Once' }] })
  })

  test('pages do not overlap or skip, with times that coincide', async () => {
    const rep = await newRep()
    const elena = someone()
    const recordId = await contact(rep, elena)
    const at = town.google.clock.now()
    for (let n = 0; n < 110; n += 1)
      deliver(rep, { from: elena, subject: `Mail ${n}` }, at - Math.floor(n / 40) * 1000)
    for (let n = 0; n < 10; n += 1) await schedule(rep, elena, `Scheduled ${n}`)
    await workOff(town)
    await passTime(town, 60_000)
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const query: string = cursor === null ? '' : `?cursor=${cursor}`
      const page = await emails(rep, recordId, query)
      seen.push(...page.rows.map((row) => row.subject))
      expect(page.total).toBe(120)
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(seen).toHaveLength(120)
    expect(new Set(seen).size).toBe(120)
  })
})
