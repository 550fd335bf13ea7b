import { beforeAll, describe, expect, test } from 'vitest'
import type { ErrorBody } from '../../lib/contract/common.ts'
import type { AttachmentsPage, RecordCard } from '../../lib/contract/records.ts'
import { attach } from './harness/around.ts'
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
  named,
  preview,
  share,
} from './harness/sharing.ts'
import { threadOf } from './harness/standing.ts'

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

async function events(rep: Rep, since: number): Promise<string[]> {
  const userId = await idOf(house.town, rep)
  const rows = await house.town.house.db
    .selectFrom('events')
    .select(['payload', 'user_id'])
    .where('seq', '>', since)
    .orderBy('seq')
    .execute()
  return rows.filter((row) => row.user_id === null || row.user_id === userId).map((row) => row.payload.type)
}

async function lastEvent(): Promise<number> {
  const row = await house.town.house.db
    .selectFrom('events')
    .select((eb) => eb.fn.max('seq').as('seq'))
    .executeTakeFirst()
  return row?.seq ?? 0
}

describe('what I let others see of my mail', () => {
  test('S-063: private hides mine; what others share I still see', async () => {
    const [mails, kens] = [await mailOf(house.town, mia), await mailOf(house.town, ken)]
    await chooseMode(mia, 'private')
    await chooseMode(ken, 'public')
    expect(await levelFor(ken, mails)).toBe('none')
    expect(await levelFor(mia, kens)).toBe('full')
    await chooseMode(ken, null)
    expect(await levelFor(mia, kens)).toBe('none')
    expect((await mine(ken)).mode).toBe('private')
  })

  test('who and when shows neither subject nor text nor files, and everything shows all of it', async () => {
    const file = { name: 'offer.pdf', type: 'application/pdf', bytes: Buffer.from('x') }
    const mail = await mailOf(house.town, mia, { files: [file] })
    await chooseMode(mia, 'metadata')
    const seen = await detailFor(ken, mail)
    expect(seen).toMatchObject({
      level: 'metadata',
      subject: '',
      snippet: '',
      parts: [],
      gmail: null,
      share: null,
      sight: 'mode',
      from: { address: mail.elena },
      mailboxes: [{ name: 'Rep 1', isMine: false, level: 'metadata' }],
      standings: [{ by: 'address', address: mail.elena, record: { id: mail.recordId } }],
    })
    expect(await bodyFor(ken, mail)).toMatchObject({
      status: 403,
      body: { error: { reason: 'text_not_shared' } },
    })
    await chooseMode(mia, 'public')
    expect(await detailFor(ken, mail)).toMatchObject({
      level: 'full',
      subject: 'Secret offer',
      parts: [{ name: 'offer.pdf' }],
      gmail: null,
    })
    expect((await bodyFor(ken, mail)).body.text).toContain('The price is 5')
    expect(await detailFor(mia, mail)).toMatchObject({
      share: { word: 'default', seenBy: 3 },
      gmail: { account: mia.me.email, threadId: mail.threadId },
    })
    await chooseMode(mia, null)
  })

  test('S-062: record by record, a mail shows once its owner switches the record on, and hides again', async () => {
    const mail = await mailOf(house.town, mia)
    const dealId = await deal(mia, 'Line 4 retrofit', mail.recordId)
    await chooseMode(mia, 'per_record')
    expect(await levelFor(ken, mail)).toBe('none')
    const on = await put(mia, `/sharing/records/${dealId}`, { on: true })
    expect(on).toMatchObject({
      status: 200,
      body: { switched: [{ record: { id: dealId, name: 'Line 4 retrofit' }, mails: 1 }] },
    })
    expect(await levelFor(ken, mail)).toBe('full')
    expect((await detailFor(ken, mail)).standings.map((one) => one.record.name)).toEqual(['Line 4 retrofit'])
    await put(mia, `/sharing/records/${dealId}`, { on: false })
    expect(await levelFor(ken, mail)).toBe('none')
    // Ken's switch is about Ken's mail.
    await put(ken, `/sharing/records/${mail.recordId}`, { on: true })
    expect(await levelFor(ken, mail)).toBe('none')
    expect(lines(await ledgerOf(mia, mail)).slice(-3)).toEqual([
      'mode_changed',
      'switched_on +Founder, Rep 2, Rep 3',
      'switched_off -Founder, Rep 2, Rep 3',
    ])
    await chooseMode(mia, null)
  })

  test('S-063: a change of mode tells of each mail who gained or lost it, and of one it did not move by which rule', async () => {
    await chooseMode(mia, 'private')
    const [moved, hidden] = [await mailOf(house.town, mia), await mailOf(house.town, mia)]
    await share(mia, hidden, 'none')
    await policy('access.contacts', 'private')
    await chooseMode(mia, 'public')
    // Open to everybody again, it is another change that shows it to them.
    await policy('access.contacts', null)
    await chooseMode(mia, 'metadata')
    await chooseMode(mia, 'per_record')
    const told = async (mail: Mail) =>
      lines(await ledgerOf(mia, mail))
        .filter((one) => one.startsWith('mode_changed'))
        .slice(-3)
    expect(await told(moved)).toEqual([
      'mode_changed full +Founder',
      'mode_changed metadata -Founder, Rep 2, Rep 3',
      'mode_changed -Founder, Rep 2, Rep 3',
    ])
    expect(await told(hidden)).toEqual(['mode_changed full', 'mode_changed metadata', 'mode_changed'])
    await chooseMode(mia, null)
  })

  test('only leads, contacts and deals have a switch, and only those I may open', async () => {
    const made = await mia.me.call<RecordCard>('POST', '/records', {
      module: 'accounts',
      fields: { accountName: 'Arbor' },
    })
    const account = await put(mia, `/sharing/records/${made.body.record.id}`, { on: true })
    expect([account.status, reasonOf(account)]).toEqual([400, 'field_invalid'])
    const recordId = await contact(mia, someone())
    await policy('access.contacts', 'private')
    expect((await put(ken, `/sharing/records/${recordId}`, { on: true })).status).toBe(404)
    await policy('access.contacts', null)
  })

  test('an organisation that decides for everybody: my choice waits, and counts again afterwards', async () => {
    const mail = await mailOf(house.town, mia)
    await chooseMode(mia, 'private')
    await policy('sharing.default', 'public')
    expect(await levelFor(ken, mail)).toBe('none')
    await policy('sharing.forced', true)
    expect(await mine(mia)).toMatchObject({ mode: 'public', forced: true })
    const refused = await put(mia, '/sharing', { mode: 'private' })
    expect([refused.status, reasonOf(refused)]).toEqual([403, 'set_by_organisation'])
    expect(await levelFor(ken, mail)).toBe('full')
    // A word on one mail still holds.
    await share(mia, mail, 'none')
    expect(await levelFor(ken, mail)).toBe('none')
    expect(lines(await ledgerOf(mia, mail))).toEqual(
      expect.arrayContaining(['mode_changed full by Founder', 'mode_changed by Founder']),
    )
    await policy('sharing.forced', null)
    await policy('sharing.default', null)
    expect(await mine(mia)).toMatchObject({ mode: 'private', forced: false })
  })
})

describe('one mail', () => {
  test('shared, shown less, taken back: who sees it, who gained and who lost stand in the ledger', async () => {
    const mail = await mailOf(house.town, mia, { cc: ken.me.email })
    const seq = await lastEvent()
    expect(named(await preview(mia, mail))).toEqual(['Rep 1 full own', 'Rep 2 full own cc'])
    const shared = await share(mia, mail, 'full')
    const everybody = ['Founder full this_mail', 'Rep 2 full this_mail cc', 'Rep 3 full this_mail']
    expect(named(shared)).toEqual(['Rep 1 full own', ...everybody])
    expect(await levelFor(jo, mail)).toBe('full')
    expect(await events(jo, seq)).toEqual(['emails'])
    expect(await events(mia, seq)).toEqual(['sharing', 'emails'])
    await bodyFor(jo, mail)
    await share(mia, mail, 'metadata')
    expect(await levelFor(jo, mail)).toBe('metadata')
    await share(mia, mail, 'default')
    expect(await levelFor(jo, mail)).toBe('none')
    const ledger = await ledgerOf(mia, mail)
    // Rep 2 has it in their own mailbox: a share gives them nothing.
    const all = 'Founder, Rep 3'
    expect(lines(ledger).slice(-4)).toEqual([
      `shared full +${all}`,
      'opened by Rep 3',
      `shared metadata -${all}`,
      `stopped none -${all}`,
    ])
    expect(ledger.received).toMatchObject([{ name: 'Rep 2', as: 'cc' }])
    expect(ledger.now).toEqual([])
  })

  test('what the preview says is what is so afterwards, for every mode, level and record', async () => {
    const mail = await mailOf(house.town, mia)
    const other = await contact(ken, someone())
    const plain = (rows: string[]) => rows.map((one) => one.replace(' new', ''))
    const cases = ['private', 'metadata', 'public', 'per_record'].flatMap((mode, m) =>
      ['default', 'none', 'metadata', 'full'].map((level, l) => ({ mode, level, linked: (m + l) % 2 === 1 })),
    )
    for (const { mode, level, linked } of cases) {
      await chooseMode(mia, mode)
      const recordId = linked ? other : undefined
      const before = named(await preview(mia, mail, { level, recordId }))
      const links = `/threads/${mail.threadId}/links`
      const about = { account: mia.me.email, recordId: other }
      if (linked) await put(mia, links, about)
      await share(mia, mail, level)
      const after = named(await preview(mia, mail))
      expect({ mode, level, seen: after }).toEqual({ mode, level, seen: plain(before) })
      const told = after.find((one) => one.startsWith('Rep 2'))?.split(' ')[2] ?? 'none'
      const [row] = (await emails(ken, mail.recordId)).rows
      const seen = { opened: await levelFor(ken, mail), listed: row?.level ?? 'none' }
      expect({ mode, level, ...seen }).toEqual({ mode, level, opened: told, listed: told })
      await share(mia, mail, 'default')
      if (linked) await mia.me.call('DELETE', links, about)
    }
    await chooseMode(mia, null)
  })

  test('admin rights give no mail; who may not open the record is counted, not named; files follow the record (S-055)', async () => {
    await policy('access.contacts', 'private')
    const mail = await mailOf(house.town, mia)
    const now = await preview(mia, mail, { level: 'full', recordId: mail.recordId })
    expect(named(now)).toEqual(['Rep 1 full own', 'Founder full this_mail new'])
    expect(now).toMatchObject({ nobodyElse: 2, fileReaders: 2 })
    const hidden = await preview(mia, mail, { level: 'none' })
    expect(hidden.people).toMatchObject([
      { isMe: true },
      { name: 'Founder', role: 'admin', level: 'none', reason: 'hidden', through: null },
    ])
    await policy('access.contacts', null)
    const fileId = await attach(house, mia, mail.recordId)
    expect(await levelFor(ken, mail)).toBe('none')
    const files = await ken.me.call<AttachmentsPage>('GET', `/records/${mail.recordId}/attachments`)
    expect(files.body.rows.map((row) => row.id)).toEqual([fileId])
  })

  test('a thread nothing is stored of is told from the thread itself', async () => {
    const gmailId = deliver(mia, { from: someone(), cc: ken.me.email, subject: 'New' })
    const recordId = await contact(mia, someone())
    const seen = await preview(mia, { threadId: threadOf(mia, gmailId) }, { recordId, level: 'full' })
    expect(named(seen)).toEqual([
      'Rep 1 full own',
      'Founder full this_mail new',
      'Rep 2 full this_mail cc',
      'Rep 3 full this_mail new',
    ])
  })

  test('nobody speaks for another’s mail, and a hidden mail does not exist', async () => {
    const mail = await mailOf(house.town, mia)
    const asKen = { account: mia.me.email, threadId: mail.threadId }
    for (const answer of [
      await put(ken, '/sharing/mail', { ...asKen, level: 'full' }),
      await ken.me.call('POST', '/sharing/preview', asKen),
    ])
      expect([answer.status, reasonOf(answer)]).toEqual([403, 'wrong_account'])
    const strange = { account: ken.me.email, threadId: mail.threadId, level: 'full' }
    expect((await put(ken, '/sharing/mail', strange)).status).toBe(404)
    for (const path of ['', '/body', '/ledger'])
      expect((await ken.me.call('GET', `/messages/${mail.id}${path}`)).status).toBe(404)
    expect((await ken.me.call('POST', `/messages/${mail.id}/requests`)).status).toBe(404)
    const kensId = await idOf(house.town, ken)
    expect((await ken.me.call('DELETE', `/messages/${mail.id}/grants/${kensId}`)).status).toBe(404)
    await share(mia, mail, 'full')
    // Shared is not owned: the ledger stays the owner's.
    expect((await ken.me.call('GET', `/messages/${mail.id}/ledger`)).status).toBe(404)
  })

  test('a colleague’s opening is told once a day', async () => {
    const mail = await mailOf(house.town, mia)
    await share(mia, mail, 'full')
    const opened = async () => lines(await ledgerOf(mia, mail)).filter((one) => one.startsWith('opened'))
    await Promise.all([bodyFor(ken, mail), bodyFor(ken, mail)])
    await bodyFor(ken, mail)
    await bodyFor(mia, mail)
    expect(await opened()).toEqual(['opened by Rep 2'])
    expect((await ledgerOf(mia, mail)).now).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'Rep 2', level: 'full', opened: true, granted: false }),
      ]),
    )
    house.town.google.clock.advance(25 * 3600_000)
    expect((await bodyFor(ken, mail)).body.from).toMatchObject({ name: 'Rep 1', isMine: false })
    expect(await opened()).toEqual(['opened by Rep 2', 'opened by Rep 2'])
  })
})
