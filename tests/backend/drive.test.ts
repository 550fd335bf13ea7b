import './harness/loopback-only.ts'
import { randomBytes } from 'node:crypto'
import PostalMime from 'postal-mime'
import { beforeAll, describe, expect, test } from 'vitest'
import type { DrivePage } from '../../lib/contract/files.ts'
import type { Me } from '../../lib/contract/identity.ts'
import type { SendFile } from '../../lib/contract/sends.ts'
import { driveError } from '../stand-ins/google/http/drive-errors.ts'
import { fileHands, MB, refusal } from './harness/files.ts'
import { filingHands, pdf as pdfFile, sha } from './harness/filing-hands.ts'
import { contact, deliver, type HouseOfReps, houseOfReps, type Rep, someone } from './harness/reps.ts'
import { arrived, deliverToRest, workerDeps } from './harness/sending.ts'
import { workOff } from './harness/work.ts'
import { zipOf } from './harness/zip.ts'

const docs = 'application/vnd.google-apps.'
const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
const pdf = 'application/pdf'

let reps: HouseOfReps
let hands: ReturnType<typeof fileHands>

beforeAll(async () => {
  reps = await houseOfReps()
  hands = fileHands(reps.town)
})

/** A rep who let Inlay into their Drive, and a draft. */
async function driver(): Promise<{ rep: Rep; sendId: string }> {
  const rep = await reps.newRep()
  const given = await reps.town.consent(rep.me, ['drive'])
  if (given.status !== 200) throw new Error(JSON.stringify(given.body))
  return { rep, sendId: (await hands.draft(rep.me)).id }
}

type Seed = Parameters<typeof reps.town.google.addDriveFile>[1]
const keep = (rep: Rep, seed: Partial<Seed> = {}) =>
  reps.town.google.addDriveFile(rep.me.email, { name: 'Plan.pdf', mimeType: pdf, ...seed })

const search = (rep: Rep, query = '') =>
  rep.me.call<DrivePage>('GET', `/drive?account=${encodeURIComponent(rep.me.email)}${query}`)

const add = (rep: Rep, sendId: string, driveId: string, exportAs?: string) =>
  hands.add(rep.me, sendId, { source: 'drive', driveId, ...(exportAs !== undefined && { exportAs }) })

const only = async (rep: Rep, sendId: string): Promise<SendFile | undefined> =>
  (await hands.see(rep.me, sendId)).files[0]

/** What the background does until nothing is due, on the worker's jumping clock. */
const work = () =>
  workOff({ ...reps.town, house: { ...reps.town.house, ...workerDeps(reps.town) } }, ['drive_file'])

async function later(ms: number): Promise<void> {
  reps.town.google.clock.advance(ms)
  await work()
}

describe('the permission', () => {
  test('S-049: Drive is closed until its owner opens it, and opening it keeps what was given before', async () => {
    const rep = await reps.newRep()
    const sendId = (await hands.draft(rep.me)).id
    const driveId = keep(rep)
    const closed = refusal(await search(rep))
    expect(closed).toMatchObject({
      status: 403,
      reason: 'scope_drive_missing',
      facts: { account: rep.me.email },
    })
    expect(refusal(await add(rep, sendId, driveId)).reason).toBe('scope_drive_missing')
    const flags = async () => {
      const { mailboxes } = (await rep.me.call<Me>('GET', '/me')).body
      return mailboxes.map(({ canSend, canRead, canDrive }) => [canSend, canRead, canDrive])
    }
    expect(await flags()).toEqual([[true, true, false]])
    await reps.town.consent(rep.me, ['drive'])
    expect(await flags()).toEqual([[true, true, true]])
    expect((await search(rep)).body.files).toHaveLength(1)
    expect((await add(rep, sendId, driveId)).status).toBe(201)
  })

  test('is one’s own: a colleague’s Drive is none of mine; a withdrawn one is asked for again', async () => {
    const { rep, sendId } = await driver()
    const other = await driver()
    const driveId = keep(other.rep)
    const account = encodeURIComponent(other.rep.me.email)
    expect(refusal(await rep.me.call('GET', `/drive?account=${account}`)).status).toBe(403)
    expect(refusal(await add(rep, sendId, driveId))).toMatchObject({ status: 404, reason: 'drive_missing' })
    expect((await add(other.rep, sendId, driveId)).status).toBe(404)
    reps.town.google.revokeTokens(rep.me.email)
    expect(refusal(await search(rep))).toMatchObject({ status: 409, reason: 'mailbox_reauth' })
    const { mailboxes } = (await rep.me.call<Me>('GET', '/me')).body
    expect(mailboxes[0]).toMatchObject({ status: 'reauth_required', canDrive: true })
  })
})

describe('searching', () => {
  test('S-045: by name and text, shared drives too, without folders, forms and the bin; page by page', async () => {
    const { rep } = await driver()
    const at = reps.town.google.clock.now()
    keep(rep, { name: "Mia's offer.pdf", bytes: randomBytes(7), modifiedAt: at })
    keep(rep, { name: 'Notes', mimeType: `${docs}document`, text: 'warranty offer', modifiedAt: at - 1 })
    keep(rep, { name: 'Offer shared.pdf', sharedDrive: true, modifiedAt: at - 2 })
    keep(rep, { name: 'Offer old.pdf', trashed: true })
    keep(rep, { name: 'Offer folder', mimeType: `${docs}folder` })
    keep(rep, { name: 'Offer form', mimeType: `${docs}form` })
    keep(rep, { name: 'Offer locked.pdf', canDownload: false })
    const names = async (query: string) => (await search(rep, query)).body.files.map((file) => file.name)
    expect(await names('')).toEqual(["Mia's offer.pdf", 'Notes', 'Offer shared.pdf'])
    expect(await names('&q=offer')).toEqual(["Mia's offer.pdf", 'Notes', 'Offer shared.pdf'])
    expect(await names(`&q=${encodeURIComponent("mia's")}`)).toEqual(["Mia's offer.pdf"])
    // Nothing typed is ever a part of the question.
    expect(await names(`&q=${encodeURIComponent("' or trashed = true or name contains 'x")}`)).toEqual([])
    for (const sign of ['\\', "')"])
      expect((await search(rep, `&q=${encodeURIComponent(sign)}`)).status).toBe(200)
    const { files } = (await search(rep)).body
    expect(files).toMatchObject([
      { size: 7, exports: [], owner: rep.gmail.name, modifiedAt: new Date(at).toISOString() },
      { size: null, exports: [{ extension: 'docx', mimeType: docx }, { extension: 'pdf' }] },
      { owner: '', size: 0 },
    ])
    for (let n = 0; n < 40; n++) keep(rep, { name: `Many ${n}.pdf`, modifiedAt: at - 100 - n })
    const first = (await search(rep, '&q=many')).body
    const token = encodeURIComponent(first.nextPageToken ?? '')
    const second = (await search(rep, `&q=many&pageToken=${token}`)).body
    expect([first.files.length, second.files.length, second.nextPageToken]).toEqual([30, 10, null])
  })

  test('costs nothing of Gmail’s allowance, and Drive’s own limit does not hold up mail', async () => {
    const { rep } = await driver()
    const { google, house } = reps.town
    const spent = async () =>
      (
        await house.db
          .selectFrom('quota_spent')
          .select('units')
          .where('mailbox_id', '=', rep.mailboxId)
          .execute()
      ).length
    const before = await spent()
    google.addFault({
      path: '/drive/v3/files$',
      kind: { status: 403, body: driveError('userRateLimit').body },
    })
    const slow = await search(rep)
    expect(refusal(slow)).toMatchObject({ status: 502, reason: 'drive_slow' })
    expect(await spent()).toBe(before)
    const { mailboxes } = (await rep.me.call<Me>('GET', '/me')).body
    expect(mailboxes[0]).toMatchObject({ sync: 'running', pausedUntil: null })
    expect((await search(rep)).status).toBe(200)
    google.addFault({ path: '/drive/v3/files$', kind: { status: 403, body: driveError('notEnabled').body } })
    expect(refusal(await search(rep))).toMatchObject({ status: 403, reason: 'drive_off' })
  })
})

describe('attaching', () => {
  test('S-045: every byte of a file comes in the background, and its author is told how far', async () => {
    const { rep, sendId } = await driver()
    const bytes = randomBytes(3 * MB)
    const driveId = keep(rep, { name: 'P/lan\u202e.pdf', bytes, sharedDrive: true })
    const added = await add(rep, sendId, driveId)
    expect(added.body).toMatchObject({ source: 'drive', name: 'P_lan.pdf', state: 'waiting', size: 3 * MB })
    expect((await add(rep, sendId, driveId)).body.id).toBe(added.body.id)
    expect(await work()).toEqual([])
    expect(await only(rep, sendId)).toMatchObject({ state: 'ready', size: 3 * MB, received: 3 * MB })
    const got = await hands.download(rep.me, `/sends/${sendId}/files/${added.body.id}/content`)
    expect(sha(got.bytes)).toBe(sha(bytes))
    const told = await hands.told(sendId)
    expect([told[0]?.[0], told.at(-1)]).toEqual(['fetching', ['ready', 3 * MB]])
    expect(told.length).toBeGreaterThan(5)
  })

  test('a Google document comes as what was asked for, and its size counts once it is known', async () => {
    const { rep, sendId } = await driver()
    const exports = { [docx]: randomBytes(900), [pdf]: randomBytes(800) }
    const driveId = keep(rep, { name: 'Contract', mimeType: `${docs}document`, exports })
    for (const wrong of [undefined, 'text/html'])
      expect(refusal(await add(rep, sendId, driveId, wrong)).fields).toMatchObject([{ field: 'exportAs' }])
    expect((await add(rep, sendId, driveId, docx)).body).toMatchObject({ name: 'Contract.docx', size: 0 })
    expect((await add(rep, sendId, driveId, pdf)).body).toMatchObject({ name: 'Contract.pdf', size: 0 })
    await work()
    const { files } = await hands.see(rep.me, sendId)
    expect(files.map(({ state, size, mimeType }) => [state, size, mimeType])).toEqual([
      ['ready', 900, docx],
      ['ready', 800, pdf],
    ])
  })

  test('S-018: what is too large is refused beforehand; an export that turns out so fails and says why', async () => {
    const { rep, sendId } = await driver()
    const large = keep(rep, { name: 'film.mp4', mimeType: 'video/mp4', bytes: Buffer.alloc(10 * MB + 1) })
    const refused = refusal(await add(rep, sendId, large))
    expect(refused).toMatchObject({ reason: 'mail_too_large', facts: { file: 'film.mp4', over: 1 } })
    const exe = keep(rep, { name: 'tool.exe', bytes: randomBytes(3) })
    expect(refusal(await add(rep, sendId, exe)).reason).toBe('file_blocked')
    const zip = { mimeType: 'application/zip', bytes: zipOf({ 'run.exe': randomBytes(9) }) }
    const packed = await add(rep, sendId, keep(rep, { name: 'tools.zip', ...zip }))
    await work()
    expect(await only(rep, sendId)).toMatchObject({ state: 'failed', reason: 'file_blocked:run.exe' })
    await hands.remove(rep.me, sendId, packed.body.id)
    await hands.upload(rep.me, sendId, 'nine.bin', randomBytes(9 * MB))
    const driveId = keep(rep, {
      name: 'Slides',
      mimeType: `${docs}presentation`,
      exports: { [pdf]: randomBytes(MB + 1) },
    })
    await add(rep, sendId, driveId, pdf)
    await work()
    const { files } = await hands.see(rep.me, sendId)
    expect(files[1]).toMatchObject({ state: 'failed', reason: 'mail_too_large' })
    // With room again, the same one is tried again.
    await hands.remove(rep.me, sendId, files[0]?.id ?? '')
    expect((await add(rep, sendId, driveId, pdf)).body).toMatchObject({ id: files[1]?.id, state: 'waiting' })
    await work()
    expect(await only(rep, sendId)).toMatchObject({ state: 'ready', size: MB + 1 })
  })

  test('S-018: what took its room while it travelled keeps it, and the export says that it is too large', async () => {
    const { rep, sendId } = await driver()
    const exports = { [pdf]: randomBytes(MB) }
    await add(rep, sendId, keep(rep, { mimeType: `${docs}presentation`, exports }), pdf)
    const deps = { ...reps.town.house, ...workerDeps(reps.town) }
    const files: typeof deps.files = {
      ...deps.files,
      async put(...given) {
        const stored = await deps.files.put(...given)
        expect((await hands.begin(rep.me, sendId, 'late.bin', 10 * MB - 5)).status).toBe(201)
        return stored
      },
    }
    expect(await workOff({ ...reps.town, house: { ...deps, files } }, ['drive_file'])).toEqual([])
    const { files: shown } = await hands.see(rep.me, sendId)
    expect(shown).toMatchObject([{ state: 'failed', reason: 'mail_too_large' }, { state: 'waiting' }])
  })

  test('what Drive refuses, has lost or does not export ends with its reason', async () => {
    const { rep, sendId } = await driver()
    const locked = keep(rep, { canDownload: false })
    expect(refusal(await add(rep, sendId, locked)).reason).toBe('drive_refused')
    expect(refusal(await add(rep, sendId, keep(rep, { mimeType: `${docs}folder` }))).reason).toBe(
      'drive_refused',
    )
    expect(refusal(await add(rep, sendId, 'nobody')).reason).toBe('drive_missing')
    const slides = `${docs}presentation`
    const huge = keep(rep, { mimeType: slides, exports: { [pdf]: Buffer.alloc(10 * MB + 1) } })
    const unable = keep(rep, { mimeType: slides, exports: {} })
    const lost = keep(rep, { bytes: randomBytes(9) })
    const withdrawn = keep(rep, { bytes: randomBytes(9) })
    for (const [id, form] of [
      [huge, pdf],
      [unable, pdf],
      [lost, undefined],
    ] as const)
      expect((await add(rep, sendId, id, form)).status).toBe(201)
    reps.town.google.removeDriveFile(rep.me.email, lost)
    await work()
    const reasons = async () =>
      (await hands.see(rep.me, sendId)).files.map((file) => [file.state, file.reason])
    expect(await reasons()).toEqual([
      ['failed', 'drive_export_limit'],
      ['failed', 'drive_refused'],
      ['failed', 'drive_missing'],
    ])
    await add(rep, sendId, withdrawn)
    reps.town.google.revokeTokens(rep.me.email)
    await work()
    expect((await reasons()).at(-1)).toEqual(['failed', 'mailbox_reauth'])
  })

  test('a network that fails is tried again, whatever broke; after long it says so', async () => {
    const { rep, sendId } = await driver()
    const { google } = reps.town
    const bytes = randomBytes(2 * MB)
    const path = '/drive/v3/files/[^/]+$'
    const account = rep.me.email
    const { id } = (await add(rep, sendId, keep(rep, { bytes }))).body
    google.addFault({ path, account, kind: { truncate: true } })
    google.addFault({ path, account, kind: { status: 503 } })
    google.addFault({ path, account, kind: { status: 403, body: driveError('userRateLimit').body } })
    for (let round = 0; round < 6; round++) await later(10 * 60_000)
    expect(await only(rep, sendId)).toMatchObject({ id, state: 'ready', size: 2 * MB })
    const got = await hands.download(rep.me, `/sends/${sendId}/files/${id}/content`)
    expect(sha(got.bytes)).toBe(sha(bytes))
    const second = (await add(rep, sendId, keep(rep, { bytes: randomBytes(5) }))).body
    google.addFault({ path, account, times: 200, kind: { truncate: true } })
    for (let round = 0; round < 12; round++) await later(60 * 60_000)
    google.clearFaults()
    const { files } = await hands.see(rep.me, sendId)
    expect(files[1]).toMatchObject({ id: second.id, state: 'failed', reason: 'drive_slow' })
  })

  test('taken off on its way it is gone, bytes and all; a full store says so', async () => {
    const { rep, sendId } = await driver()
    const bytes = randomBytes(2 * MB)
    const { id } = (await add(rep, sendId, keep(rep, { bytes }))).body
    await hands.remove(rep.me, sendId, id)
    expect(await work()).toEqual([])
    expect((await hands.see(rep.me, sendId)).files).toEqual([])
    const { db, files } = reps.town.house
    const { id: orgId } = await db.selectFrom('organisations').select('id').executeTakeFirstOrThrow()
    expect(await files.has(orgId, sha(bytes))).toBe(false)
    await hands.quota(orgId, await hands.used(orgId))
    await add(rep, sendId, keep(rep, { bytes }))
    await work()
    await hands.quota(orgId, 5000 * MB)
    expect(await only(rep, sendId)).toMatchObject({ state: 'failed', reason: 'quota_full' })
    expect(await files.has(orgId, sha(bytes))).toBe(false)
  })

  test('S-045: four sources in one mail arrive as they were, byte for byte', async () => {
    const { rep, sendId } = await driver()
    const customer = reps.town.google.addAccount({ email: 'mixed@halden.example', name: 'Elena' })
    const [mine, library, drive] = [randomBytes(70_000), randomBytes(20_000), randomBytes(30_000)]
    const from = someone()
    const recordId = await contact(rep, from)
    const hand = filingHands(reps)
    const mail = pdfFile('filed.pdf')
    const messageId = deliver(rep, { from, subject: 'Files', files: [mail] })
    const filing = await hand.file(rep, messageId, recordId, { name: 'filed.pdf' })
    await workOff(reps.town, ['file'])
    const attachmentId = (await hand.look(rep, filing.id)).attachmentId ?? ''
    const { id: versionId } = await hands.toLibrary(rep.me, '製品カタログ.pdf', library)
    expect((await hands.upload(rep.me, sendId, 'mine 📎.bin', mine)).status).toBe(200)
    expect((await hands.add(rep.me, sendId, { source: 'record', attachmentId })).status).toBe(201)
    expect((await hands.add(rep.me, sendId, { source: 'library', versionId })).status).toBe(201)
    expect((await add(rep, sendId, keep(rep, { bytes: drive }))).status).toBe(201)
    const to = [{ address: customer.email }]
    const more = { to, subject: 'Mixed', html: '<p>The files are attached.</p>' }
    const { version } = await hands.see(rep.me, sendId)
    const saved = await rep.me.call<{ version: number }>('PUT', `/sends/${sendId}/draft`, {
      version,
      ...more,
    })
    const submit = () =>
      rep.me.call('POST', `/sends/${sendId}/submit`, {
        ...{ version: saved.body.version, when: { kind: 'now' }, overrule: ['other_customers_file'] },
      })
    expect(refusal(await submit())).toMatchObject({ reason: 'file_not_ready', facts: { file: 'Plan.pdf' } })
    await work()
    expect((await submit()).status).toBe(200)
    expect(await deliverToRest(workerDeps(reps.town), rep.me, sendId)).toMatchObject({ status: 'sent' })
    const [raw] = arrived(customer, 'Mixed')
    const { attachments } = await new PostalMime().parse(Buffer.from(raw ?? '', 'latin1'))
    const got = attachments.map(({ filename, content }) => [
      filename,
      sha(Buffer.from(content as ArrayBuffer)),
    ])
    expect(got).toEqual([
      ['mine 📎.bin', sha(mine)],
      ['filed.pdf', sha(mail.bytes)],
      ['製品カタログ.pdf', sha(library)],
      ['Plan.pdf', sha(drive)],
    ])
  })
})
