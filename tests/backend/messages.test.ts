import { beforeAll, expect, test } from 'vitest'
import type { MessageDetail } from '../../lib/contract/messages.ts'
import { rawMail } from './harness/mails.ts'
import { contact, emails, type HouseOfReps, houseOfReps, type Rep, someone } from './harness/reps.ts'
import {
  bodyFor,
  chooseMode,
  detailFor,
  ledgerOf,
  levelFor,
  lines,
  type Mail,
  mailOf,
  share,
} from './harness/sharing.ts'
import { threadOf } from './harness/standing.ts'
import { workOff } from './harness/work.ts'

let house: HouseOfReps
let mia: Rep
let ken: Rep
let jo: Rep

beforeAll(async () => {
  house = await houseOfReps()
  mia = await house.newRep()
  ken = await house.newRep()
  jo = await house.newRep()
})

const become = (rep: Rep, status: 'connected' | 'reauth_required') =>
  house.town.house.db.updateTable('mailboxes').set({ status }).where('id', '=', rep.mailboxId).execute()

/** The same mail in Mia's and in Ken's mailbox; Ken's copy says something else. */
async function inTwo(): Promise<Mail> {
  const elena = someone()
  const recordId = await contact(mia, elena)
  await workOff(house.town)
  const messageId = `<${recordId}@test.example>`
  const mail = { from: elena, to: `${mia.me.email}, ${ken.me.email}`, subject: 'For both', messageId }
  const gmailId = mia.gmail.deliver(rawMail({ ...mail, text: 'Mia’s copy' })).id ?? ''
  ken.gmail.deliver(rawMail({ ...mail, text: 'Ken’s copy' }))
  house.town.google.clock.advance(60_000)
  await workOff(house.town)
  const rows = (await emails(mia, recordId)).rows
  expect(rows).toHaveLength(1)
  return { id: rows[0]?.messageId ?? '', gmailId, threadId: threadOf(mia, gmailId), recordId, elena }
}

test('a mail in two mailboxes is one, read from my own; who shares theirs with me is named', async () => {
  const mail = await inTwo()
  expect((await bodyFor(ken, mail)).body).toMatchObject({
    text: 'Ken’s copy\r\n',
    from: { name: 'Rep 2', isMine: true },
  })
  expect((await detailFor(ken, mail)).mailboxes).toMatchObject([{ name: 'Rep 2', isMine: true }])
  expect(await levelFor(jo, mail)).toBe('none')
  await share(mia, mail, 'metadata')
  expect(await detailFor(ken, mail)).toMatchObject({
    level: 'full',
    sight: 'own',
    gmail: { account: ken.me.email },
    mailboxes: [
      { name: 'Rep 2', isMine: true, level: 'full' },
      { name: 'Rep 1', isMine: false, level: 'metadata' },
    ],
  })
  await share(mia, mail, 'full')
  // Mine comes first: nobody's mailbox is opened for what I have.
  expect((await bodyFor(ken, mail)).body.from).toMatchObject({ name: 'Rep 2', isMine: true })
  await share(mia, mail, 'metadata')
  // Mia's word is about Mia's copy: Ken's own mode still hides his.
  expect((await detailFor(jo, mail)).mailboxes).toMatchObject([{ name: 'Rep 1', level: 'metadata' }])
  expect(lines(await ledgerOf(ken, mail))).toEqual([])
})

test('a mailbox that is away: the next one that shows the mail is asked, else the reason', async () => {
  const mail = await inTwo()
  await chooseMode(mia, 'public')
  await chooseMode(ken, 'public')
  await become(mia, 'reauth_required')
  expect((await bodyFor(jo, mail)).body).toMatchObject({
    text: 'Ken’s copy\r\n',
    from: { name: 'Rep 2', isMine: false },
  })
  expect(lines(await ledgerOf(mia, mail)).filter((line) => line.startsWith('opened'))).toEqual([])
  expect(lines(await ledgerOf(ken, mail)).filter((line) => line.startsWith('opened'))).toEqual([
    'opened by Rep 3',
  ])
  await become(ken, 'reauth_required')
  expect(await bodyFor(jo, mail)).toMatchObject({ status: 409, body: { error: { reason: 'mailbox_away' } } })
  // What is stored of it stays to be seen.
  expect(await detailFor(jo, mail)).toMatchObject({ subject: 'For both', level: 'full' })
  for (const rep of [mia, ken]) {
    await become(rep, 'connected')
    await chooseMode(rep, null)
  }
})

test('a forged copy with the same Message-ID is another mail: sharing it opens nothing of the real one', async () => {
  const mail = await inTwo()
  const messageId = `<${mail.recordId}@test.example>`
  jo.gmail.deliver(rawMail({ from: mail.elena, to: jo.me.email, subject: 'Forged', messageId, text: 'x' }))
  house.town.google.clock.advance(60_000)
  await workOff(house.town)
  const rows = (await emails(jo, mail.recordId)).rows
  expect(rows).toMatchObject([{ subject: 'Forged' }])
  expect(rows[0]?.messageId).not.toBe(mail.id)
  expect(await levelFor(jo, mail)).toBe('none')
})

test('a Bcc stands in the sender’s own copy alone', async () => {
  const elena = someone()
  const hidden = someone('hidden')
  const recordId = await contact(mia, elena)
  const hiddenId = await contact(mia, hidden)
  await workOff(house.town)
  mia.gmail.send(
    rawMail({
      from: mia.me.email,
      to: `${elena}, ${ken.me.email}`,
      subject: 'Secretly',
      headers: [`Bcc: ${hidden}, ${jo.me.email}`],
    }),
  )
  house.town.google.clock.advance(60_000)
  await workOff(house.town)
  const [row] = (await emails(mia, recordId)).rows
  const mail: Mail = {
    id: row?.messageId ?? '',
    gmailId: '',
    threadId: row?.gmailThreadId ?? '',
    recordId,
    elena,
  }
  expect((await detailFor(mia, mail)).bcc.map((one) => one.address)).toEqual([hidden, jo.me.email])
  const told = JSON.stringify(await detailFor(ken, mail))
  expect(told).not.toContain(hidden)
  expect(told).not.toContain(jo.me.email)
  expect((await emails(ken, hiddenId)).rows).toEqual([])
  await chooseMode(ken, 'public')
  const ledger = JSON.stringify([await ledgerOf(ken, mail), await detailFor(ken, mail)])
  expect(ledger).not.toContain(hidden)
  expect((await ledgerOf(mia, mail)).received.map((one) => `${one.name} ${one.as}`)).toEqual([
    'Rep 2 to',
    'Rep 3 bcc',
  ])
  expect((await ledgerOf(ken, mail)).received.map((one) => `${one.name} ${one.as}`)).toEqual(['Rep 1 from'])
  await chooseMode(ken, null)
  await chooseMode(mia, 'public')
  const shown = await house.founder.call<MessageDetail>('GET', `/messages/${mail.id}`)
  expect(shown.body).toMatchObject({ level: 'full', bcc: [] })
  expect(JSON.stringify(shown.body)).not.toContain(jo.me.email)
  await chooseMode(mia, null)
})

test('what is not there, is gone from Gmail, or Gmail does not answer for, each has its reason', async () => {
  const mail = await mailOf(house.town, mia)
  const nowhere = { ...mail, id: '00000000-0000-4000-8000-000000000000' }
  expect(await levelFor(mia, nowhere)).toBe('none')
  expect((await mia.me.call('GET', '/messages/no-id')).status).toBe(400)
  house.town.google.addFault({ path: /messages\//, times: 20, kind: { status: 403, body: {} } })
  expect((await bodyFor(mia, mail)).status).toBeGreaterThanOrEqual(400)
  house.town.google.clearFaults()
  mia.gmail.trash(mail.gmailId)
  expect((await bodyFor(mia, mail)).status).toBe(200)
  house.town.google.clock.advance(60_000)
  await workOff(house.town)
  expect(await levelFor(mia, mail)).toBe('none')
})
