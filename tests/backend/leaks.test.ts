import { beforeAll, describe, expect, test } from 'vitest'
import type { Send } from '../../lib/contract/sends.ts'
import type { AccessRequest, AccessRequests } from '../../lib/contract/sharing.ts'
import type { EventPayload } from '../../lib/domain/events.ts'
import { rawMail } from './harness/mails.ts'
import { contact, deliver, emails, type HouseOfReps, houseOfReps, type Rep, someone } from './harness/reps.ts'
import { chooseMode, detailFor, levelFor, type Mail, mailOf, share } from './harness/sharing.ts'
import { make, threadOf, unlink } from './harness/standing.ts'
import { passTime, workOff } from './harness/work.ts'

let house: HouseOfReps
let mia: Rep
let ken: Rep
/** Shares everything, so that Ken always sees something of hers. */
let ana: Rep

beforeAll(async () => {
  house = await houseOfReps()
  mia = await house.newRep()
  ken = await house.newRep()
  ana = await house.newRep()
  await chooseMode(ana, 'public')
})

/** A mail of the rep's to an address, to go out later. */
async function write(rep: Rep, address: string, more: object = {}): Promise<Send> {
  const answer = await rep.me.call<Send>('POST', '/sends', {
    account: rep.me.email,
    to: [{ address, name: '' }],
    subject: 'Secret offer',
    body: 'The price is 5',
    when: { kind: 'at', local: '2026-12-01T09:00', zone: 'UTC' },
    ...more,
  })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body
}

/** Everything the stream told this person, or the whole organisation with them. */
async function toldTo(rep: Rep): Promise<EventPayload[]> {
  const rows = await house.town.house.db
    .selectFrom('events as e')
    .leftJoin('users as u', 'u.id', 'e.user_id')
    .select('e.payload')
    .where((eb) => eb.or([eb('e.user_id', 'is', null), eb('u.email', '=', rep.me.email)]))
    .execute()
  return rows.map((row) => row.payload)
}

const mentions = async (rep: Rep, id: string) => JSON.stringify(await toldTo(rep)).includes(id)

describe('outgoing mail of a colleague (S-042)', () => {
  test('is not shown because another colleague’s on the same record is', async () => {
    const elena = someone()
    const recordId = await contact(mia, elena)
    const [hers, shared] = [await write(mia, elena), await write(ana, elena)]
    expect((await ken.me.call<Send>('GET', `/sends/${shared.id}`)).body).toMatchObject({ level: 'full' })
    const answer = await ken.me.call('GET', `/sends/${hers.id}`)
    expect([answer.status, JSON.stringify(answer.body)]).toEqual([404, expect.not.stringContaining('Secret')])
    expect((await emails(ken, recordId)).rows.map((row) => row.key)).toEqual([shared.id])
  })

  test('is told in the stream to whom its author shares with, and to nobody else', async () => {
    const elena = someone()
    await contact(mia, elena)
    const hers = await write(mia, elena)
    expect(await mentions(mia, hers.id)).toBe(true)
    expect(await mentions(ken, hers.id)).toBe(false)
    const shared = await write(ana, elena)
    expect(await mentions(ken, shared.id)).toBe(true)
  })

  test('does not name the record it was written from to who may not open it', async () => {
    const elena = someone()
    await contact(ana, elena)
    const leadId = await make(ana, { module: 'leads', fields: { lastName: 'Closed' } })
    const send = await write(ana, elena, { recordId: leadId })
    await house.founder.call('PUT', '/policy/access.leads', { value: 'private' })
    const seen = await ken.me.call<Send>('GET', `/sends/${send.id}`)
    await house.founder.call('PUT', '/policy/access.leads', { value: null })
    expect(seen.body).toMatchObject({ level: 'full', recordId: null })
    expect((await ana.me.call<Send>('GET', `/sends/${send.id}`)).body.recordId).toBe(leadId)
  })

  test('is found by the day that is shown of it, not by the day it was written', async () => {
    const elena = someone()
    const recordId = await contact(mia, elena)
    await write(mia, elena)
    await chooseMode(mia, 'metadata')
    const found = async (q: string) => (await emails(ken, recordId, `?q=${q}`)).rows.length
    expect([await found('2026-12-01'), await found('2026-11-23'), await found('2026-11')]).toEqual([1, 0, 0])
    await chooseMode(mia, null)
  })

  test('who sees who and when does not learn what became of it', async () => {
    const elena = someone()
    await contact(mia, elena)
    const send = await write(mia, elena)
    const { db } = house.town.house
    mia.gmail.send(rawMail({ from: mia.me.email, to: elena, headers: [`X-Inlay-Send-Id: ${send.id}`] }))
    await workOff(house.town)
    await db
      .updateTable('sends')
      .set({ status: 'bounced_hard', reason: 'needs_attention' })
      .where('id', '=', send.id)
      .execute()
    const { message_id: id } = await db
      .selectFrom('sightings')
      .select('message_id')
      .where('send_id', '=', send.id)
      .executeTakeFirstOrThrow()
    await chooseMode(mia, 'metadata')
    const seen = { id, gmailId: '', threadId: '', recordId: '', elena }
    expect(await detailFor(ken, seen)).toMatchObject({ level: 'metadata', status: 'sent', reason: null })
    expect(await detailFor(mia, seen)).toMatchObject({ status: 'bounced_hard' })
    await chooseMode(mia, null)
  })
})

describe('mail that was given and then taken away', () => {
  test('a granted request keeps its subject only as long as the mail may be opened', async () => {
    const mail = await mailOf(house.town, mia)
    await share(mia, mail, 'metadata')
    const asked = await ken.me.call<AccessRequest>('POST', `/messages/${mail.id}/requests`)
    await mia.me.call('POST', `/sharing/requests/${asked.body.id}`, { answer: 'grant' })
    const subject = async () =>
      (await ken.me.call<AccessRequests>('GET', '/sharing/requests')).body.byMe.find(
        (one) => one.id === asked.body.id,
      )?.subject
    expect(await subject()).toBe('Secret offer')
    await unlink(mia, mail.threadId, mail.recordId)
    expect([await levelFor(ken, mail), await subject()]).toEqual(['none', null])
  })

  test('sharing and granting name no record that the other one may not open', async () => {
    const mail = await mailOf(house.town, mia)
    const lead = { module: 'leads', fields: { lastName: 'Closed' }, primaryAddress: mail.elena }
    await house.founder.call('PUT', '/policy/access.leads', { value: 'private' })
    const leadId = await make(mia, lead)
    await house.town.house.db.deleteFrom('events').execute()
    const lists = async () =>
      (await toldTo(ken)).flatMap((one) => (one.type === 'emails' ? one.recordIds : []))
    await share(mia, mail, 'metadata')
    expect(await lists()).toEqual([mail.recordId])
    const asked = await ken.me.call<AccessRequest>('POST', `/messages/${mail.id}/requests`)
    await mia.me.call('POST', `/sharing/requests/${asked.body.id}`, { answer: 'grant' })
    expect(await levelFor(ken, mail)).toBe('full')
    expect(await mentions(ken, leadId)).toBe(false)
    expect(await mentions(mia, leadId)).toBe(true)
    await share(mia, mail, 'none')
    expect(await mentions(ken, leadId)).toBe(false)
    await house.founder.call('PUT', '/policy/access.leads', { value: null })
  })
})

describe('mail from before an address stood on a record (decisions 6)', () => {
  test('is told to its owner when it is found, and to whoever planted the address nothing', async () => {
    const elena = someone()
    deliver(ana, { from: elena, subject: 'Long ago' }, house.town.google.clock.now() - 3_600_000)
    const recordId = await contact(ken, elena)
    await passTime(house.town, 300_000)
    const told = async (rep: Rep) =>
      (await toldTo(rep)).some((one) => one.type === 'emails' && one.recordIds.includes(recordId))
    expect((await emails(ana, recordId)).rows).toHaveLength(1)
    expect([await told(ana), await told(ken)]).toEqual([true, false])
    deliver(ana, { from: elena, subject: 'New' }, house.town.google.clock.now())
    await passTime(house.town, 300_000)
    expect((await emails(ken, recordId)).rows.map((row) => row.subject)).toEqual(['New'])
    expect(await told(ken)).toBe(true)
  })
})

describe('new mail of a thread its owner gave their word on', () => {
  async function begin(): Promise<Mail> {
    const elena = someone()
    const recordId = await contact(mia, elena)
    const mail = { from: elena, subject: 'Secret offer', messageId: `<${elena}>` }
    const gmailId = deliver(mia, mail, house.town.google.clock.now() + 1000)
    await passTime(house.town, 300_000)
    return { id: '', gmailId, threadId: threadOf(mia, gmailId), recordId, elena }
  }

  /** Whether Ken hears of one more mail of the thread. */
  async function hears(mail: Mail): Promise<boolean> {
    const { db } = house.town.house
    await db.deleteFrom('events').execute()
    const more = { from: mail.elena, subject: 'Re: Secret offer', headers: [`In-Reply-To: <${mail.elena}>`] }
    // Gmail joins an answer to the mail it names.
    const gmailId = deliver(mia, more, house.town.google.clock.now())
    expect(threadOf(mia, gmailId)).toBe(mail.threadId)
    await passTime(house.town, 300_000)
    expect(await mentions(mia, mail.recordId)).toBe(true)
    return mentions(ken, mail.recordId)
  }

  test('is told to those who see it though the mode is private, and to nobody if hidden though it is public', async () => {
    const [shared, hidden] = [await begin(), await begin()]
    expect(await hears(shared)).toBe(false)
    await share(mia, shared, 'metadata')
    expect(await hears(shared)).toBe(true)
    await chooseMode(mia, 'public')
    expect(await hears(hidden)).toBe(true)
    await share(mia, hidden, 'none')
    expect(await hears(hidden)).toBe(false)
    await chooseMode(mia, null)
  })
})
