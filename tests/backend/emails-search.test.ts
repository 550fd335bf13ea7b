import './harness/loopback-only.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import type { EmailsPage, MailTabPage } from '../../lib/contract/emails.ts'
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
} from './harness/reps.ts'
import { workOff } from './harness/work.ts'

let town: TestHouse
let newRep: HouseOfReps['newRep']

beforeAll(async () => {
  const house = await houseOfReps()
  town = house.town
  newRep = house.newRep
})

const share = ({ me }: Rep, mode: SharingMode) => me.call('PUT', '/sharing', { mode })
const find = (rep: Rep, recordId: string, q: string, more = '') =>
  emails(rep, recordId, `?q=${encodeURIComponent(q)}${more}`)
const found = async (rep: Rep, recordId: string, q: string) =>
  (await find(rep, recordId, q)).rows.map((row) => row.subject).toSorted()
const later = () => town.google.clock.now() + 1000
const file = { name: 'Zeichnung.pdf', bytes: Buffer.from('x') }

describe('searching a list of mail', () => {
  test('S-068: Gmail’s own search in my mailbox, archived mail too, and never more than the list holds', async () => {
    const rep = await newRep()
    const [elena, tom] = [someone('elena'), someone('tom')]
    const [recordId, tomId] = [await contact(rep, elena), await contact(rep, tom)]
    deliver(rep, { from: elena, subject: 'Slots', text: 'The pallets arrive on Tuesday' })
    rep.gmail.deliver(
      rawMail({ from: elena, to: rep.me.email, subject: 'Old slots', text: 'More pallets', files: [file] }),
      {
        labelIds: ['Label_1'],
      },
    )
    deliver(rep, { from: tom, subject: 'Tom’s', text: 'Other pallets' })
    await workOff(town)
    expect(await found(rep, recordId, 'pallets')).toEqual(['Old slots', 'Slots'])
    expect(await found(rep, recordId, 'pallets has:attachment')).toEqual(['Old slots'])
    expect((await find(rep, recordId, 'pallets', '&archived=false')).rows).toMatchObject([
      { subject: 'Slots' },
    ])
    expect((await find(rep, recordId, 'pallets')).rows.map((row) => row.archived).toSorted()).toEqual([
      false,
      true,
    ])
    for (const q of ['x) OR (pallets', 'x} OR {pallets', 'x OR pallets', ') from:tom OR (', '" OR pallets'])
      expect((await find(rep, recordId, q)).rows.map((row) => row.subject)).not.toContain('Tom’s')
    expect(await found(rep, tomId, 'pallets')).toEqual(['Tom’s'])
    expect(await find(rep, recordId, 'nothing of that kind')).toMatchObject({
      total: 0,
      rows: [],
      emptyReason: null,
    })
    expect(await find(rep, recordId, 'pallets')).toMatchObject({ total: 2, notSearched: [] })
  })

  test('S-068: mail that was not taken yet is found, taken and shown', async () => {
    const rep = await newRep()
    const elena = someone()
    deliver(rep, { from: elena, subject: 'Before we met', text: 'Bilge pumps' })
    await workOff(town)
    const recordId = await contact(rep, elena)
    expect((await emails(rep, recordId)).rows).toEqual([])
    expect(await found(rep, recordId, 'pumps')).toEqual(['Before we met'])
    expect((await emails(rep, recordId)).rows).toMatchObject([{ subject: 'Before we met' }])
  })

  test('S-062: probing mail of which I see who and when finds nothing of what it says', async () => {
    const [rep, colleague] = [await newRep(), await newRep()]
    const elena = someone()
    const recordId = await contact(rep, elena)
    rep.gmail.deliver(
      rawMail({
        from: `Elena Brandt <${elena}>`,
        to: rep.me.email,
        subject: 'Retrofit',
        text: 'Secret pallets',
        files: [file],
      }),
      { at: later() },
    )
    await workOff(town)
    await share(rep, 'metadata')
    const probes = [
      'Retrofit',
      'pallets',
      'Zeichnung',
      'Secret',
      'has:attachment',
      'subject:Retrofit',
      '-nothing',
      'Elena OR Retrofit',
      'in:inbox',
    ]
    for (const q of probes)
      expect([q, await find(colleague, recordId, q)]).toMatchObject([
        q,
        { total: 0, rows: [], notSearched: [] },
      ])
    for (const q of ['Elena', elena, 'from:brandt', '2026-11', '2026-11-23 Brandt', 'after:2026/11/01'])
      expect([q, await find(colleague, recordId, q)]).toMatchObject([
        q,
        { total: 1, rows: [{ subject: '', snippet: '' }] },
      ])
    for (const query of ['?withFiles=true', '?statuses=bounced_hard', '?byHand=true', '?filter=sent'])
      expect(await emails(colleague, recordId, query)).toMatchObject({ total: 0, rows: [] })
    expect(await emails(colleague, recordId, '?archived=false')).toMatchObject({ total: 1 })
    await share(rep, 'private')
    for (const q of ['Elena', elena, 'Retrofit', '2026'])
      expect(await find(colleague, recordId, q)).toMatchObject({ total: 0, rows: [], notSearched: [] })
    expect((await emails(colleague, recordId)).people).toMatchObject([
      { isMine: false, mails: 0, level: 'none' },
    ])
  })

  test('S-068: in a colleague’s mailbox words find what I may open, and no operator, label or Bcc is probed', async () => {
    const [rep, colleague] = [await newRep(), await newRep()]
    const elena = someone()
    const recordId = await contact(rep, elena)
    const label = { at: later(), labelIds: ['INBOX', 'STARRED'] }
    rep.gmail.deliver(
      rawMail({ from: elena, to: rep.me.email, subject: 'Open', text: 'Valves and pallets' }),
      label,
    )
    rep.gmail.send(
      rawMail({
        from: rep.me.email,
        to: elena,
        subject: 'Copied',
        text: 'Valves',
        headers: ['Bcc: Ida Secret <ida@secret.example>'],
      }),
    )
    await workOff(town)
    await share(rep, 'public')
    expect(await found(colleague, recordId, 'valves')).toEqual(['Copied', 'Open'])
    expect(await found(colleague, recordId, 'from:elena valves')).toEqual(['Open'])
    for (const q of [
      'is:starred',
      'label:STARRED',
      'in:inbox',
      'bcc:ida@secret.example',
      'to:ida@secret.example',
      'ida@secret.example',
      'Secret',
      'valves) OR (is:starred',
    ])
      expect([q, await found(colleague, recordId, q)]).toEqual([q, []])
    const idle = () => town.google.clock.advance(60_000)
    idle()
    const often = []
    for (let n = 0; n < 21; n += 1) often.push((await find(colleague, recordId, 'valves')).notSearched)
    expect(often.slice(0, 20).flat()).toEqual([])
    expect(often[20]).toMatchObject([{ reason: 'searched_often' }])
    expect((await find(rep, recordId, 'valves')).notSearched).toEqual([])
    idle()
    expect((await find(colleague, recordId, 'valves')).notSearched).toEqual([])
    town.google.revokeTokens(rep.me.email)
    const { notSearched, rows } = await find(colleague, recordId, 'valves')
    expect([notSearched, rows]).toMatchObject([[{ reason: 'mailbox_reauth' }], []])
  })
})

describe('the mail tab', () => {
  const tab = async (rep: Rep, query = '') => {
    const { status, body } = await rep.me.call<MailTabPage>('GET', `/emails${query}`)
    expect(status).toBe(200)
    return body
  }

  test('S-011, S-013: it exists while a mailbox is connected, and lists my mail with the records it stands on', async () => {
    const [rep, colleague] = [await newRep(), await newRep()]
    const [elena, tom] = [someone('elena'), someone('tom')]
    expect(await tab(rep)).toMatchObject({ total: 0, rows: [], emptyReason: 'no_mail' })
    const recordId = await contact(rep, elena)
    const dealId = await deal(rep, 'Retrofit', recordId)
    deliver(rep, { from: elena, subject: 'To the deal', text: 'Valves' })
    deliver(rep, { from: tom, subject: 'Nobody knows Tom' })
    deliver(colleague, { from: elena, subject: 'A colleague’s' })
    await workOff(town)
    await share(colleague, 'public')
    const page = await tab(rep)
    expect(page).toMatchObject({
      total: 1,
      emptyReason: null,
      rows: [{ subject: 'To the deal', mark: 'only_me' }],
    })
    expect(page.rows[0]?.records.map((one) => one.id).toSorted()).toEqual([recordId, dealId].toSorted())
    await share(rep, 'metadata')
    const sent = await rep.me.call<{ id: string }>('POST', '/sends', {
      ...{ account: rep.me.email, to: [{ address: tom, name: '' }], subject: 'To Tom', body: 'Hello' },
      when: { kind: 'at', local: '2027-03-01T18:00', zone: 'Europe/Oslo' },
    })
    expect((await tab(rep)).rows).toMatchObject([
      { key: sent.body.id, kind: 'send', records: [] },
      { subject: 'To the deal', mark: 'who_and_when' },
    ])
    expect((await tab(rep, '?filter=received')).total).toBe(1)
    expect((await tab(rep, '?q=valves')).rows).toMatchObject([{ subject: 'To the deal' }])
    await town.house.db
      .updateTable('mailboxes')
      .set({ status: 'disconnected' })
      .where('id', '=', rep.mailboxId)
      .execute()
    const gone = await rep.me.call<{ error: { reason: string } }>('GET', '/emails')
    expect([gone.status, gone.body.error.reason]).toEqual([403, 'mailbox_none'])
    const list = await rep.me.call<EmailsPage>('GET', `/records/${recordId}/emails`)
    expect(list.body.rows.map((row) => row.subject)).toEqual(['A colleague’s'])
  })
})
