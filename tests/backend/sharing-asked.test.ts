import { beforeAll, describe, expect, test } from 'vitest'
import type { ErrorBody } from '../../lib/contract/common.ts'
import type { RecordCard } from '../../lib/contract/records.ts'
import type { AccessRequest } from '../../lib/contract/sharing.ts'
import { deliver, emails, type HouseOfReps, houseOfReps, type Rep, someone } from './harness/reps.ts'
import {
  bodyFor,
  chooseMode,
  detailFor,
  idOf,
  ledgerOf,
  levelFor,
  lines,
  type Mail,
  mailOf,
  mine,
  setStatus,
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

const reasonOf = (answer: { body: unknown }) => (answer.body as ErrorBody).error.reason
const put = (who: Rep, path: string, body: object) => who.me.call('PUT', path, body)
const policy = (key: string, value: unknown) => house.founder.call('PUT', `/policy/${key}`, { value })

describe('mail from before', () => {
  test('an address planted on a record shows nothing that was there before, until its owner agrees', async () => {
    await chooseMode(mia, 'public')
    const mail = await mailOf(house.town, mia)
    expect(await levelFor(jo, mail)).toBe('full')
    await policy('access.contacts', 'private')
    expect(await levelFor(ken, mail)).toBe('none')
    house.town.google.clock.advance(60_000)
    const planted = await ken.me.call<RecordCard>('POST', '/records', {
      module: 'leads',
      fields: { lastName: 'Planted' },
      primaryAddress: mail.elena,
      showOlder: true,
    })
    expect(planted.status).toBe(201)
    const leadId = planted.body.record.id
    // Ken's own yes is about Ken's mail.
    expect(await levelFor(ken, mail)).toBe('none')
    const waiting = (await mine(mia)).older.filter((one) => one.record.id === leadId)
    expect(waiting).toMatchObject([{ address: mail.elena, addedBy: 'Rep 2', mails: 1, agreed: null }])
    const answer = (agreed: boolean | null) =>
      put(mia, '/sharing/older', { recordId: leadId, address: mail.elena, agreed })
    expect((await answer(true)).status).toBe(200)
    expect(await levelFor(ken, mail)).toBe('full')
    expect((await mine(mia)).older).toMatchObject([{ agreed: true }])
    await answer(false)
    expect(await levelFor(ken, mail)).toBe('none')
    await answer(null)
    expect(await levelFor(ken, mail)).toBe('none')
    expect(lines(await ledgerOf(mia, mail)).slice(-3)).toEqual([
      'older_agreed +Rep 2, Rep 3',
      'older_kept -Rep 2, Rep 3',
      'older_kept',
    ])
    const strange = { recordId: leadId, address: someone(), agreed: true }
    expect((await put(mia, '/sharing/older', strange)).status).toBe(404)
    await policy('access.contacts', null)
    await chooseMode(mia, null)
  })

  test('who makes a record from their own mail is asked in the same step', async () => {
    await chooseMode(mia, 'public')
    const elena = someone()
    for (const subject of ['One', 'Two']) deliver(mia, { from: elena, subject })
    const counted = await mia.me.call('POST', '/sharing/older/count', { address: elena })
    expect(counted.body).toEqual({ mails: 2, more: false })
    house.town.google.clock.advance(60_000)
    const body = { module: 'contacts', fields: { lastName: 'Elena' }, primaryAddress: elena, showOlder: true }
    const made = await mia.me.call<RecordCard>('POST', '/records', body)
    await workOff(house.town)
    const id = made.body.record.id
    expect((await emails(ken, id)).rows.map((row) => row.subject).sort()).toEqual(['One', 'Two'])
    const told = (await mine(mia)).older.filter((one) => one.record.id === id)
    expect(told).toMatchObject([{ address: elena, agreed: true, mails: 2 }])
    await put(mia, '/sharing/older', { recordId: id, address: elena, agreed: false })
    expect((await emails(ken, id)).rows).toEqual([])
    expect((await emails(mia, id)).rows).toHaveLength(2)
    await chooseMode(mia, null)
  })
})

describe('asking for a mail', () => {
  async function asked(): Promise<{ mail: Mail; request: AccessRequest }> {
    const mail = await mailOf(house.town, mia)
    await share(mia, mail, 'metadata')
    const made = await ken.me.call<AccessRequest>('POST', `/messages/${mail.id}/requests`)
    expect(made).toMatchObject({
      status: 201,
      body: { status: 'open', subject: null, owner: { name: 'Rep 1' } },
    })
    return { mail, request: made.body }
  }
  const answer = (who: Rep, id: string, said: string) =>
    who.me.call<AccessRequest>('POST', `/sharing/requests/${id}`, { answer: said })

  test('asked once, granted by its owner alone, opened, and taken back from one person', async () => {
    const { mail, request } = await asked()
    const again = await ken.me.call<AccessRequest>('POST', `/messages/${mail.id}/requests`)
    expect(again.body.id).toBe(request.id)
    expect((await detailFor(ken, mail)).request).toBe('open')
    expect((await mine(mia)).requests).toMatchObject([{ id: request.id, subject: 'Secret offer' }])
    for (const who of [ken, jo]) {
      const refused = await answer(who, request.id, 'grant')
      expect([refused.status, reasonOf(refused)]).toEqual([404, 'request_missing'])
    }
    const both = await Promise.all([answer(mia, request.id, 'grant'), answer(mia, request.id, 'grant')])
    expect(both.map((one) => one.status).sort()).toEqual([200, 409])
    expect(await levelFor(ken, mail)).toBe('full')
    expect(await levelFor(jo, mail)).toBe('metadata')
    expect((await bodyFor(ken, mail)).status).toBe(200)
    const needless = await ken.me.call('POST', `/messages/${mail.id}/requests`)
    expect([needless.status, reasonOf(needless)]).toEqual([409, 'request_answered'])
    const list = await ken.me.call<{ byMe: AccessRequest[] }>('GET', '/sharing/requests')
    expect(list.body.byMe).toMatchObject([{ id: request.id, status: 'granted', subject: 'Secret offer' }])
    const kensId = await idOf(house.town, ken)
    expect((await jo.me.call('DELETE', `/messages/${mail.id}/grants/${kensId}`)).status).toBe(404)
    expect((await mia.me.call('DELETE', `/messages/${mail.id}/grants/${kensId}`)).status).toBe(204)
    expect(await levelFor(ken, mail)).toBe('metadata')
    expect(lines(await ledgerOf(mia, mail)).slice(-4)).toEqual([
      'requested by Rep 2',
      'granted +Rep 2',
      'opened by Rep 2',
      'revoked -Rep 2',
    ])
  })

  test('hiding a mail ends what was granted; a no is a no', async () => {
    const { mail, request } = await asked()
    await answer(mia, request.id, 'grant')
    await share(mia, mail, 'none')
    expect(await levelFor(ken, mail)).toBe('none')
    await share(mia, mail, 'metadata')
    expect(await levelFor(ken, mail)).toBe('metadata')
    expect((await detailFor(ken, mail)).request).toBe('revoked')
    const second = await asked()
    await answer(mia, second.request.id, 'decline')
    expect(await levelFor(ken, second.mail)).toBe('metadata')
    const refused = await ken.me.call('POST', `/messages/${second.mail.id}/requests`)
    expect([refused.status, reasonOf(refused)]).toEqual([409, 'request_answered'])
  })

  /** A mail in both mailboxes of which Ken sees who and when through each owner of `shown`. */
  async function inTwo(shown: Rep[]): Promise<Mail> {
    const mail = await mailOf(house.town, mia, { messageId: `<${someone('two')}>` })
    const raw = mia.gmail.rawMessage(mail.gmailId) ?? ''
    const copy = jo.gmail.deliver(raw, { at: house.town.google.clock.now() }).id ?? ''
    house.town.google.clock.advance(60_000)
    await workOff(house.town)
    const copies = new Map([
      [mia, mail],
      [jo, { ...mail, gmailId: copy, threadId: threadOf(jo, copy) }],
    ])
    for (const who of shown) await share(who, copies.get(who) ?? mail, 'metadata')
    return mail
  }
  const askedOf = async (who: Rep) => (await mine(who)).requests.filter((one) => one.status === 'open')
  const askFor = (mail: Mail) => ken.me.call<AccessRequest>('POST', `/messages/${mail.id}/requests`)
  const byKen = async (mail: Mail) =>
    (await ken.me.call<{ byMe: AccessRequest[] }>('GET', '/sharing/requests')).body.byMe.filter(
      (one) => one.messageId === mail.id,
    )

  test('S-063: every owner whose copy shows who and when is asked, and the first answer settles it', async () => {
    for (const said of ['grant', 'decline']) {
      const mail = await inTwo([mia, jo])
      expect((await askFor(mail)).status).toBe(201)
      expect((await askFor(mail)).status).toBe(201)
      expect((await byKen(mail)).map((one) => one.owner.name).sort()).toEqual(['Rep 1', 'Rep 3'])
      const [toMia] = await askedOf(mia)
      const [toJo] = await askedOf(jo)
      expect(toMia?.messageId).toBe(mail.id)
      const both = await Promise.all([answer(mia, toMia?.id ?? '', said), answer(jo, toJo?.id ?? '', said)])
      const late = both.filter((one) => one.status !== 200).map(reasonOf)
      expect(both.filter((one) => one.status === 200)).toHaveLength(1)
      expect(['request_answered', 'request_missing']).toContain(late[0])
      expect(await askedOf(mia)).toEqual([])
      expect(await askedOf(jo)).toEqual([])
      expect(await levelFor(ken, mail)).toBe(said === 'grant' ? 'full' : 'metadata')
      expect(await byKen(mail)).toHaveLength(1)
      expect([(await askFor(mail)).status]).toEqual([409])
    }
  })

  test('whose copy is hidden is not asked, so that nobody learns of it', async () => {
    const mail = await inTwo([mia])
    await askFor(mail)
    expect((await byKen(mail)).map((one) => one.owner.name)).toEqual(['Rep 1'])
    expect(await askedOf(jo)).toEqual([])
  })

  test('S-066: a disconnected mailbox hides details, text, grants and requests from everybody, and brings them back', async () => {
    const { mail, request } = await asked()
    await answer(mia, request.id, 'grant')
    const waiting = await asked()
    const { db } = house.town.house
    const become = (status: 'connected' | 'disconnected') =>
      db.updateTable('mailboxes').set({ status }).where('id', '=', mia.mailboxId).execute()
    await become('disconnected')
    for (const who of [mia, ken]) {
      expect(await levelFor(who, mail)).toBe('none')
      expect((await bodyFor(who, mail)).status).toBe(404)
    }
    expect((await mia.me.call('GET', `/messages/${mail.id}/ledger`)).status).toBe(404)
    expect((await mine(mia)).requests).toEqual([])
    expect((await answer(mia, waiting.request.id, 'grant')).status).toBe(404)
    await become('connected')
    expect(await levelFor(ken, mail)).toBe('full')
    expect((await mine(mia)).requests.map((one) => one.status).sort()).toContain('open')
  })

  test('S-067: a deactivated person’s mail is hidden from all, granted or not, and is there again afterwards', async () => {
    const leaver = await house.newRep()
    const mail = await mailOf(house.town, leaver)
    await share(leaver, mail, 'full')
    expect(await levelFor(ken, mail)).toBe('full')
    const id = await idOf(house.town, leaver)
    await setStatus(house, id, 'deactivated')
    expect(await levelFor(ken, mail)).toBe('none')
    expect((await bodyFor(ken, mail)).status).toBe(404)
    await setStatus(house, id, 'active')
    expect(await levelFor(ken, mail)).toBe('full')
    await setStatus(house, id, 'deactivated')
  })
})
