import './harness/loopback-only.ts'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { keepHouse } from '../../backend/services/housekeeping.ts'
import { createDiskStore } from '../../backend/storage/files.ts'
import type { Upload } from '../../lib/contract/files.ts'
import { fileHands, MB, refusal } from './harness/files.ts'
import { contact, type HouseOfReps, houseOfReps, type Rep, someone } from './harness/reps.ts'

let reps: HouseOfReps
let hands: ReturnType<typeof fileHands>
let orgId: string
/** Keeps mails under the cap of reading reps. */
const cap = 10 * MB

beforeAll(async () => {
  reps = await houseOfReps()
  hands = fileHands(reps.town)
  const row = await reps.town.house.db.selectFrom('organisations').select('id').executeTakeFirstOrThrow()
  orgId = row.id
})

async function newDraft(): Promise<{ rep: Rep; sendId: string }> {
  const rep = await reps.newRep()
  return { rep, sendId: (await hands.draft(rep.me)).id }
}

const ready = (send: { files: { state: string; name: string }[] }) =>
  send.files.map((file) => [file.name, file.state])

describe('the cap of a mail', () => {
  test('S-018: 10,485,760 bytes go in to the last one; one more is refused before a byte travels, with the numbers', async () => {
    const { rep, sendId } = await newDraft()
    expect(await hands.limits(rep.me)).toMatchObject({ maxBytes: cap, maxLibraryFiles: 5 })
    const tooLarge = refusal(await hands.begin(rep.me, sendId, 'film.mp4', cap + 1))
    expect(tooLarge).toMatchObject({ status: 413, code: 'too_large', reason: 'mail_too_large' })
    expect(tooLarge.facts).toEqual({ file: 'film.mp4', size: cap + 1, over: 1, max: cap })
    expect((await hands.see(rep.me, sendId)).files).toEqual([])
    const bytes = randomBytes(cap)
    const whole = await hands.upload(rep.me, sendId, 'plans.zip', bytes)
    expect(whole).toMatchObject({ status: 200, body: { received: cap, file: { state: 'ready', size: cap } } })
    const got = await hands.download(rep.me, `/sends/${sendId}/files/${whole.body.id}/content`)
    expect(got.bytes.equals(bytes)).toBe(true)
    // Not one byte beside it; nothing is not too much.
    expect(refusal(await hands.begin(rep.me, sendId, 'note.txt', 1)).facts).toMatchObject({ over: 1 })
    const empty = await hands.upload(rep.me, sendId, 'empty.txt', Buffer.alloc(0))
    expect(empty.body).toMatchObject({ received: 0, file: { state: 'ready', size: 0 } })
    expect(await hands.told(sendId)).toEqual([
      ['ready', cap],
      ['ready', 0],
    ])
  })

  test('S-018: uploads under way and inline images count; many that begin at once cannot overrun it', async () => {
    const { rep, sendId } = await newDraft()
    const six = await hands.begin(rep.me, sendId, 'six.bin', 6 * MB)
    expect(six.status).toBe(201)
    expect(refusal(await hands.begin(rep.me, sendId, 'five.bin', 5 * MB)).facts).toMatchObject({ over: MB })
    const image = { inline: true, mimeType: 'image/png' }
    const inline = await hands.begin(rep.me, sendId, 'image.png', 3 * MB, image)
    expect(inline.status).toBe(201)
    const { files } = await hands.see(rep.me, sendId)
    expect(files.map(({ source, state, cid }) => [source, state, cid])).toEqual([
      ['computer', 'waiting', null],
      ['inline', 'waiting', `${inline.body.id}@inlay`],
    ])
    const many = await Promise.all(
      Array.from({ length: 8 }, (_, n) => hands.begin(rep.me, sendId, `${n}.bin`, MB / 2)),
    )
    expect(many.map((one) => one.status).toSorted()).toEqual([201, 201, 413, 413, 413, 413, 413, 413])
    // What is cancelled has room again.
    await rep.me.call('DELETE', `/uploads/${six.body.id}`)
    expect((await hands.begin(rep.me, sendId, 'five.bin', 5 * MB)).status).toBe(201)
  })

  test('S-018: an image taken out of the text again counts no more, neither now nor when it is sent', async () => {
    const { rep, sendId } = await newDraft()
    const png = { inline: true, mimeType: 'image/png' }
    const { body: image } = await hands.upload(rep.me, sendId, 'a.png', randomBytes(9 * MB), png)
    const stuck = await hands.begin(rep.me, sendId, 'b.png', MB, png)
    let { version } = await hands.see(rep.me, sendId)
    const save = async (html: string) => {
      const body = { version, to: [{ address: someone() }], subject: 'Image', html }
      version = (await rep.me.call<{ version: number }>('PUT', `/sends/${sendId}/draft`, body)).body.version
    }
    const begin = () => hands.begin(rep.me, sendId, 'five.bin', 5 * MB)
    // Not saved yet, it counts all the same.
    expect((await begin()).status).toBe(413)
    reps.town.google.clock.advance(3 * 60_000)
    await save(`<p>See <img src="cid:${image.file?.cid}"></p>`)
    expect((await begin()).status).toBe(413)
    await save('<p>No image.</p>')
    const five = await begin()
    expect(five.status).toBe(201)
    const submit = { version, when: { kind: 'now' }, undoSeconds: 10, overrule: [] }
    const waits = await rep.me.call('POST', `/sends/${sendId}/submit`, submit)
    expect(refusal(waits)).toMatchObject({ reason: 'file_not_ready', facts: { file: 'five.bin' } })
    expect((await hands.putAll(rep.me, five.body, randomBytes(5 * MB))).status).toBe(200)
    expect(stuck.body.file).toBeNull()
    expect((await rep.me.call('POST', `/sends/${sendId}/submit`, submit)).status).toBe(200)
  })

  test('S-050, S-052: a role’s cap binds who only lets Inlay send, and permission to read lifts it to 10 MB', async () => {
    await hands.quota(orgId, 5000 * MB, { 'mail.maxBytes.rep': 3 * MB })
    try {
      reps.town.google.addAccount({ email: 'sender@arbor.example', name: 'Sender' })
      const sender = await reps.town.signIn('sender@arbor.example')
      await reps.town.consent(sender, ['send'])
      const sendId = (await hands.draft(sender)).id
      expect((await hands.limits(sender)).maxBytes).toBe(3 * MB)
      expect((await hands.begin(sender, sendId, 'three.bin', 3 * MB)).status).toBe(201)
      expect(refusal(await hands.begin(sender, sendId, 'one.bin', 1)).facts).toMatchObject({ max: 3 * MB })
      await reps.town.consent(sender, ['send', 'read'])
      expect((await hands.limits(sender)).maxBytes).toBe(10 * MB)
      expect((await hands.begin(sender, sendId, 'seven.bin', 7 * MB)).status).toBe(201)
    } finally {
      await hands.quota(orgId, 5000 * MB)
    }
  })
})

describe('names', () => {
  test('are fit for every screen and disk: emoji, slashes, line breaks, RTL marks, 300 characters, nothing at all', async () => {
    const { rep, sendId } = await newDraft()
    for (const [given, kept] of [
      ['offer 📎 見積書.pdf', 'offer 📎 見積書.pdf'],
      ['../../etc/passwd', '.._.._etc_passwd'],
      ['C:\\Users\\mia\\offer.pdf', 'C:_Users_mia_offer.pdf'],
      ['line\r\nBcc: x@y.example.pdf', 'line Bcc: x@y.example.pdf'],
      ['\u202egnp.slp.pdf\u0000\u0007', 'gnp.slp.pdf'],
      [`${'長'.repeat(300)}.docx`, `${'長'.repeat(250)}.docx`],
      ['   ', 'noname'],
      ['..', 'noname'],
    ] as const) {
      const { body } = await hands.upload(rep.me, sendId, given, Buffer.from('x'))
      expect(body.file?.name).toBe(kept)
      const { headers } = await hands.download(rep.me, `/sends/${sendId}/files/${body.id}/content`)
      expect(headers.get('content-disposition')).toBe(
        `attachment; filename*=UTF-8''${encodeURIComponent(kept).replace(/['()*]/g, escape)}`,
      )
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('content-security-policy')).toContain('sandbox')
    }
  })

  test('S-018: what Gmail does not deliver is said beforehand, however it is called', async () => {
    const { rep, sendId } = await newDraft()
    for (const name of ['setup.exe', 'SETUP.EXE ', 'invoice\u202efdp.exe', 'run.js.gz', 'a.ｅｘｅ']) {
      const refused = refusal(await hands.begin(rep.me, sendId, name, 10))
      expect([name, refused.status, refused.reason], name).toEqual([name, 400, 'file_blocked'])
      expect(refused.facts['type']).toMatch(/^\.(exe|js)$/)
    }
    // A type is what a mail program may write, or it says nothing.
    const odd = await hands.upload(rep.me, sendId, 'x.html', Buffer.from('x'), { mimeType: 'text/html; x="' })
    expect(odd.body.file).toMatchObject({ mimeType: 'application/octet-stream', source: 'computer' })
    const svg = { inline: true, mimeType: 'image/svg+xml' }
    expect(
      (await hands.upload(rep.me, sendId, 'x.svg', Buffer.from('<svg/>'), svg)).body.file?.cid,
    ).toBeNull()
  })
})

describe('pieces', () => {
  test('come in order and to the declared size; anything else hears how far it is', async () => {
    const { rep, sendId } = await newDraft()
    const bytes = randomBytes(2 * MB + 100)
    const { body: begun } = await hands.begin(rep.me, sendId, 'a.bin', bytes.length)
    expect(begun).toMatchObject({ received: 0, file: null, libraryFileId: null })
    const first = bytes.subarray(0, MB)
    expect((await hands.put(rep.me, begun.id, 0, first)).body).toMatchObject({ received: MB, file: null })
    // The same piece once more, as after a lost answer, and one from the middle of nowhere.
    for (const offset of [0, 2 * MB]) {
      const wrong = refusal(await hands.put(rep.me, begun.id, offset, first))
      expect(wrong).toMatchObject({ status: 409, reason: 'upload_offset', facts: { received: MB } })
    }
    const tooMuch = refusal(await hands.put(rep.me, begun.id, MB, randomBytes(MB + 1)))
    expect(tooMuch).toMatchObject({ status: 413, reason: 'body_too_large' })
    expect((await hands.put(rep.me, begun.id, MB, bytes.subarray(MB, 2 * MB))).status).toBe(200)
    const beyond = refusal(await hands.put(rep.me, begun.id, 2 * MB, randomBytes(101)))
    expect(beyond).toMatchObject({ status: 413, facts: { maxBytes: 100 } })
    const last = await hands.put(rep.me, begun.id, 2 * MB, bytes.subarray(2 * MB))
    expect(last.body).toMatchObject({ received: bytes.length, file: { id: begun.id, state: 'ready' } })
    // The last answer was lost: an empty piece, or a look, tells the same.
    expect((await hands.put(rep.me, begun.id, bytes.length, Buffer.alloc(0))).body).toEqual(last.body)
    expect((await rep.me.call<Upload>('GET', `/uploads/${begun.id}`)).body).toEqual(last.body)
    const got = await hands.download(rep.me, `/sends/${sendId}/files/${begun.id}/content`)
    expect(got.bytes.equals(bytes)).toBe(true)
    expect(await reps.town.house.files.parts.ids()).not.toContain(begun.id)
  })

  test('that come twice at the same moment are taken once', async () => {
    const { rep, sendId } = await newDraft()
    const bytes = randomBytes(MB)
    const { body: begun } = await hands.begin(rep.me, sendId, 'a.bin', bytes.length)
    const answers = await Promise.all([0, 0, 0].map((offset) => hands.put(rep.me, begun.id, offset, bytes)))
    expect(answers.map((one) => one.status).filter((status) => status !== 409)).toEqual([200])
    expect(ready(await hands.see(rep.me, sendId))).toEqual([['a.bin', 'ready']])
    const got = await hands.download(rep.me, `/sends/${sendId}/files/${begun.id}/content`)
    expect(got.bytes.equals(bytes)).toBe(true)
  })

  test('an upload begun twice with one key is one, and goes on after the backend began anew', async () => {
    const { rep, sendId } = await newDraft()
    const key = { 'idempotency-key': `key-${sendId}` }
    const input = { purpose: 'send', sendId, name: 'a.bin', size: 2 * MB }
    const [one, two] = [
      await rep.me.call<Upload>('POST', '/uploads', input, key),
      await rep.me.call<Upload>('POST', '/uploads', input, key),
    ]
    expect([one.status, two.status, two.body.id]).toEqual([201, 201, one.body.id])
    const bytes = randomBytes(2 * MB)
    await hands.put(rep.me, one.body.id, 0, bytes.subarray(0, MB))
    // Another process finds the same folder and database.
    const folder = await mkdtemp(join(tmpdir(), 'inlay-parts-'))
    afterAll(() => rm(folder, { recursive: true, force: true }))
    const store = await createDiskStore(folder)
    await store.parts.write(one.body.id, 0, bytes.subarray(0, MB))
    const restarted = fileHands({
      ...reps.town,
      house: { ...reps.town.house, files: await createDiskStore(folder) },
    })
    const { body: told } = await rep.me.call<Upload>('GET', `/uploads/${one.body.id}`)
    expect(told.received).toBe(MB)
    expect((await restarted.putAll(rep.me, told, bytes)).body.file?.state).toBe('ready')
    const got = await restarted.download(rep.me, `/sends/${sendId}/files/${told.id}/content`)
    expect(got.bytes.equals(bytes)).toBe(true)
  })

  test('that break off leave nothing behind; the next one goes on from before', async () => {
    const { rep, sendId } = await newDraft()
    const bytes = randomBytes(MB)
    const { body: begun } = await hands.begin(rep.me, sendId, 'a.bin', bytes.length)
    const broken = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(bytes.subarray(0, 1000)),
      pull: (controller) => controller.error(new Error('gone')),
    })
    const answer = refusal(await hands.put(rep.me, begun.id, 0, broken))
    expect(answer).toMatchObject({ reason: 'upload_offset', facts: { received: 0 } })
    expect((await hands.putAll(rep.me, begun, bytes)).body.file?.state).toBe('ready')
  })

  test('whose part is gone begin anew instead of making a broken file', async () => {
    const { rep, sendId } = await newDraft()
    const bytes = randomBytes(2 * MB)
    const { body: begun } = await hands.begin(rep.me, sendId, 'a.bin', bytes.length)
    await hands.put(rep.me, begun.id, 0, bytes.subarray(0, MB))
    await reps.town.house.files.parts.delete(begun.id)
    const wrong = refusal(await hands.put(rep.me, begun.id, MB, bytes.subarray(MB)))
    expect(wrong).toMatchObject({ reason: 'upload_offset', facts: { received: 0 } })
    expect((await hands.putAll(rep.me, { ...begun, received: 0 }, bytes)).body.file?.state).toBe('ready')
  })
})

describe('stopping', () => {
  test('a cancelled upload is off the mail and off the disk; a finished one stays', async () => {
    const { rep, sendId } = await newDraft()
    const { body: begun } = await hands.begin(rep.me, sendId, 'a.bin', 2 * MB)
    await hands.put(rep.me, begun.id, 0, randomBytes(MB))
    expect((await rep.me.call('DELETE', `/uploads/${begun.id}`)).status).toBe(204)
    expect((await hands.see(rep.me, sendId)).files).toEqual([])
    expect(await reps.town.house.files.parts.ids()).not.toContain(begun.id)
    expect(refusal(await hands.put(rep.me, begun.id, MB, randomBytes(MB))).reason).toBe('upload_missing')
    const done = await hands.upload(rep.me, sendId, 'b.bin', randomBytes(10))
    await rep.me.call('DELETE', `/uploads/${done.body.id}`)
    expect(ready(await hands.see(rep.me, sendId))).toEqual([['b.bin', 'ready']])
  })

  test('what nobody went on with is given up after a day, and the draft says so', async () => {
    const { rep, sendId } = await newDraft()
    const { body: begun } = await hands.begin(rep.me, sendId, 'a.bin', 2 * MB)
    await hands.put(rep.me, begun.id, 0, randomBytes(MB))
    const discarded = await newDraft()
    const orphan = await hands.begin(discarded.rep.me, discarded.sendId, 'b.bin', 2 * MB)
    await hands.put(discarded.rep.me, orphan.body.id, 0, randomBytes(MB))
    await discarded.rep.me.call('DELETE', `/sends/${discarded.sendId}?version=1`)
    reps.town.google.clock.advance(23 * 60 * 60_000)
    await keepHouse(reps.town.house, false)
    const { parts } = reps.town.house.files
    expect(await parts.ids()).toContain(begun.id)
    expect(await parts.ids()).not.toContain(orphan.body.id)
    reps.town.google.clock.advance(2 * 60 * 60_000)
    await keepHouse(reps.town.house, false)
    expect(await parts.ids()).not.toContain(begun.id)
    expect((await hands.see(rep.me, sendId)).files).toMatchObject([
      { state: 'failed', reason: 'upload_missing' },
    ])
  })
})

describe('the quota', () => {
  test('S-057: reached midway it refuses at the end; with room again the same upload becomes the file', async () => {
    const { rep, sendId } = await newDraft()
    const used = await hands.used(orgId)
    await hands.quota(orgId, used + 1000)
    try {
      const mine = randomBytes(600)
      const { body: begun } = await hands.begin(rep.me, sendId, 'mine.bin', 600)
      const other = await newDraft()
      await hands.upload(other.rep.me, other.sendId, 'other.bin', randomBytes(600))
      const full = refusal(await hands.put(rep.me, begun.id, 0, mine))
      expect(full).toMatchObject({ status: 413, reason: 'quota_full' })
      expect(full.facts).toEqual({ quotaBytes: used + 1000, usedBytes: used + 600, size: 600 })
      const { files } = await hands.see(rep.me, sendId)
      expect(files).toMatchObject([{ state: 'failed', reason: 'quota_full' }])
      // Its bytes are nowhere but in its part, and what is kept already costs nothing.
      await hands.quota(orgId, used + 1200)
      expect((await hands.put(rep.me, begun.id, 600, Buffer.alloc(0))).body.file?.state).toBe('ready')
      const again = await hands.upload(rep.me, sendId, 'copy.bin', mine)
      expect(again.body.file?.state).toBe('ready')
      expect(refusal(await hands.upload(rep.me, sendId, 'one.bin', randomBytes(1))).reason).toBe('quota_full')
      expect(await hands.used(orgId)).toBe(used + 1200)
    } finally {
      await hands.quota(orgId, 5000 * MB)
    }
  })

  test('S-057: many that end at once never overrun it', async () => {
    const { rep, sendId } = await newDraft()
    const used = await hands.used(orgId)
    await hands.quota(orgId, used + 3000)
    try {
      const ends = await Promise.all(
        Array.from({ length: 6 }, (_, n) => hands.upload(rep.me, sendId, `${n}.bin`, randomBytes(1000))),
      )
      expect(ends.map((one) => one.status).toSorted()).toEqual([200, 200, 200, 413, 413, 413])
      expect(await hands.used(orgId)).toBe(used + 3000)
    } finally {
      await hands.quota(orgId, 5000 * MB)
    }
  })
})

describe('others', () => {
  test('S-042: nobody else sees or touches an upload, a draft or its files; to an admin they do not exist', async () => {
    const { rep, sendId } = await newDraft()
    const { body: begun } = await hands.begin(rep.me, sendId, 'a.bin', 10)
    const whole = await hands.upload(rep.me, sendId, 'b.bin', randomBytes(10))
    for (const who of [(await reps.newRep()).me, reps.founder]) {
      const answers = [
        await who.call('GET', `/uploads/${begun.id}`),
        await hands.put(who, begun.id, 0, randomBytes(10)),
        await who.call('DELETE', `/uploads/${begun.id}`),
        await hands.begin(who, sendId, 'c.bin', 1),
        await hands.remove(who, sendId, whole.body.id),
        await who.call('GET', `/sends/${sendId}/files/${whole.body.id}/content`),
      ]
      expect(answers.map((one) => one.status)).toEqual([404, 404, 404, 404, 404, 404])
    }
    const other = await hands.draft(rep.me)
    const crossed = await rep.me.call('GET', `/sends/${other.id}/files/${whole.body.id}/content`)
    expect(refusal(crossed).reason).toBe('file_missing')
    expect(ready(await hands.see(rep.me, sendId))).toEqual([
      ['a.bin', 'waiting'],
      ['b.bin', 'ready'],
    ])
  })

  test('S-042: a colleague who sees a scheduled mail may neither change its files nor open them', async () => {
    const { rep, sendId } = await newDraft()
    const colleague = await reps.newRep()
    const address = someone()
    const recordId = await contact(rep, address)
    const whole = await hands.upload(rep.me, sendId, 'b.bin', randomBytes(10))
    expect((await rep.me.call('PUT', '/sharing', { mode: 'public' })).status).toBe(200)
    const { version } = await hands.see(rep.me, sendId)
    const body = {
      version,
      recordId,
      to: [{ address }],
      subject: 'Files',
      html: '<p>See the attached file.</p>',
    }
    const saved = await rep.me.call<{ version: number }>('PUT', `/sends/${sendId}/draft`, body)
    const when = { kind: 'at', local: '2026-12-01T09:00', zone: 'UTC' }
    const submit = { version: saved.body.version, when, overrule: [] }
    expect((await rep.me.call('POST', `/sends/${sendId}/submit`, submit)).status).toBe(200)
    expect(await hands.see(colleague.me, sendId)).toMatchObject({ level: 'full', files: [{ name: 'b.bin' }] })
    for (const answer of [
      await hands.begin(colleague.me, sendId, 'c.bin', 1),
      await hands.remove(colleague.me, sendId, whole.body.id),
      await colleague.me.call('GET', `/sends/${sendId}/files/${whole.body.id}/content`),
    ])
      expect(refusal(answer)).toMatchObject({ status: 403, reason: 'not_author' })
    // Its author may, until it goes (S-040).
    expect((await hands.upload(rep.me, sendId, 'c.bin', randomBytes(5))).body.file?.state).toBe('ready')
    expect((await hands.remove(rep.me, sendId, whole.body.id)).status).toBe(204)
    expect(ready(await hands.see(rep.me, sendId))).toEqual([['c.bin', 'ready']])
  })

  test('a mail on its way takes no more files and loses none', async () => {
    const { rep, sendId } = await newDraft()
    const { body: begun } = await hands.begin(rep.me, sendId, 'late.bin', 10)
    const whole = await hands.upload(rep.me, sendId, 'b.bin', randomBytes(10))
    const { db } = reps.town.house
    const set = (status: 'sending' | 'sent') =>
      db.updateTable('sends').set({ status }).where('id', '=', sendId).execute()
    for (const status of ['sending', 'sent'] as const) {
      await set(status)
      const reason = status === 'sending' ? 'already_claimed' : 'already_final'
      expect(refusal(await hands.begin(rep.me, sendId, 'c.bin', 1)).reason).toBe(reason)
      expect(refusal(await hands.remove(rep.me, sendId, whole.body.id)).reason).toBe(reason)
    }
    expect(refusal(await hands.put(rep.me, begun.id, 0, randomBytes(10))).reason).toBe('already_final')
    expect(ready(await hands.see(rep.me, sendId))).toEqual([
      ['late.bin', 'waiting'],
      ['b.bin', 'ready'],
    ])
  })
})
