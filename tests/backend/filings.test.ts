import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ThreadFacts } from '../../lib/contract/threads.ts'
import { filingHands, pdf, sha } from './harness/filing-hands.ts'
import type { TestHouse } from './harness/house.ts'
import type { TestFile } from './harness/mails.ts'
import { contact, deliver, type HouseOfReps, houseOfReps, someone } from './harness/reps.ts'
import { workOff } from './harness/work.ts'

let town: TestHouse
let newRep: HouseOfReps['newRep']
let hands: ReturnType<typeof filingHands>

beforeAll(async () => {
  const house = await houseOfReps()
  town = house.town
  newRep = house.newRep
  hands = filingHands(house)
})

async function setQuota(bytes: number): Promise<void> {
  await town.house.db
    .updateTable('organisations')
    .set({ policy: JSON.stringify({ fileQuotaBytes: bytes }) })
    .execute()
}

describe('S-054: one click', () => {
  test('files the bytes as they are; nothing is seen of it before; the list says who, when and from whom', async () => {
    const sent = pdf('見積書 №4 – “final”.pdf')
    const { rep, recordId, messageId } = await hands.mailWith([pdf('other.pdf'), sent])
    const body = await hands.file(rep, messageId, recordId, { name: sent.name })
    expect(body).toMatchObject({ status: 'waiting', messageId, name: sent.name, attachmentId: null })
    expect((await hands.attachments(rep, recordId)).total).toBe(0)
    expect(await workOff(town)).toEqual([])
    const done = await hands.look(rep, body.id)
    expect(done).toMatchObject({ status: 'done', size: 5000, receivedBytes: 5000, reason: null })
    const list = await hands.attachments(rep, recordId)
    expect(list).toMatchObject({
      total: 1,
      rows: [
        {
          name: sent.name,
          mimeType: 'application/pdf',
          size: 5000,
          from: 'Elena',
          gmailMessageId: messageId,
        },
      ],
    })
    const got = await hands.download(rep, done.attachmentId ?? '')
    expect(sha(got.bytes)).toBe(sha(sent.bytes))
    expect(decodeURIComponent(got.headers.get('content-disposition') ?? '')).toContain(sent.name)
  })

  test('S-056: any type and size, from nothing to 20 MB, with progress in tenths', async () => {
    const big: TestFile = { name: 'plan.zip', type: 'application/zip', bytes: randomBytes(20 * 1024 * 1024) }
    const files: TestFile[] = [
      { name: 'empty.bin', bytes: Buffer.alloc(0) },
      { name: 'note.txt', type: 'text/plain', bytes: Buffer.from('ascii\r\n') },
      { name: 'メール.eml', type: 'application/octet-stream', bytes: Buffer.from('Subject: x\r\n\r\ny') },
      { name: 'photo.jpg', type: 'image/jpeg', bytes: randomBytes(300_000) },
      big,
    ]
    const { rep, recordId, messageId } = await hands.mailWith(files)
    const ids = []
    for (const one of files) ids.push((await hands.file(rep, messageId, recordId, { name: one.name })).id)
    expect(await workOff(town)).toEqual([])
    for (const [at, id] of ids.entries()) {
      const filing = await hands.look(rep, id)
      expect(filing).toMatchObject({ status: 'done', name: files[at]?.name })
      const got = await hands.download(rep, filing.attachmentId ?? '')
      expect(sha(got.bytes)).toBe(sha(files[at]?.bytes ?? Buffer.alloc(0)))
    }
    const told = await hands.told(ids.at(-1) ?? '')
    expect(told[0]).toEqual(['running', 0])
    expect(told.at(-1)).toEqual(['done', 100])
    expect(told.length).toBeGreaterThan(3)
    expect(told.length).toBeLessThanOrEqual(11)
  })

  test('a part is found by its id, by what the page calls it, or by its name; two of one name are asked about', async () => {
    const files = [
      { ...pdf('twin.pdf'), headers: ['X-Attachment-Id: f_one'] },
      { ...pdf('twin.pdf'), headers: ['X-Attachment-Id: f_two'] },
    ]
    const { rep, recordId, messageId } = await hands.mailWith(files)
    const unknown = await hands.file(rep, messageId, recordId, { name: 'twin.pdf' })
    await workOff(town)
    expect(await hands.look(rep, unknown.id)).toMatchObject({ status: 'failed', reason: 'part_ambiguous' })
    await rep.me.call('GET', `/threads/${messageId}?account=${rep.me.email}`)
    await expect(hands.file(rep, messageId, recordId, { name: 'twin.pdf' })).rejects.toThrow('part_ambiguous')
    const second = await hands.file(rep, messageId, recordId, { realAttachmentId: 'f_two', name: 'twin.pdf' })
    await workOff(town)
    const got = await hands.download(rep, (await hands.look(rep, second.id)).attachmentId ?? '')
    expect(sha(got.bytes)).toBe(sha(files[1]?.bytes ?? Buffer.alloc(0)))
    const missing = await hands.file(rep, messageId, recordId, { partId: '7' })
    await workOff(town)
    expect(await hands.look(rep, missing.id)).toMatchObject({ status: 'failed', reason: 'part_missing' })
  })

  test('S-055: a colleague who sees the record opens the file without having the mail; a stranger knows nothing of it', async () => {
    const sent = pdf()
    const { rep, recordId, messageId } = await hands.mailWith([sent])
    const body = await hands.file(rep, messageId, recordId, { name: sent.name })
    await workOff(town)
    const colleague = await newRep()
    const list = await hands.attachments(colleague, recordId)
    expect(list.rows).toMatchObject([{ name: sent.name, gmailMessageId: null }])
    expect(sha((await hands.download(colleague, list.rows[0]?.id ?? '')).bytes)).toBe(sha(sent.bytes))
    expect((await colleague.me.call('GET', `/filings/${body.id}`)).status).toBe(404)
    expect((await colleague.me.call('DELETE', `/filings/${body.id}`)).status).toBe(404)
    const theirs = await colleague.me.call('POST', '/filings', {
      account: rep.me.email,
      messageId,
      part: { name: sent.name },
      recordId,
    })
    expect(theirs).toMatchObject({ status: 403, body: { error: { reason: 'wrong_account' } } })
  })
})

describe('twice', () => {
  test('a second click while the first runs is the same filing', async () => {
    const { rep, recordId, messageId } = await hands.mailWith([pdf()])
    const [a, b] = await Promise.all([
      hands.file(rep, messageId, recordId, { name: 'offer.pdf' }),
      hands.file(rep, messageId, recordId, { name: 'offer.pdf' }),
    ])
    expect(a.id).toBe(b.id)
  })

  test('the same content on the same record is already filed, with who and when; elsewhere it is a second link', async () => {
    const sent = pdf()
    const { rep, recordId, messageId, from } = await hands.mailWith([sent])
    const first = await hands.file(rep, messageId, recordId, { name: sent.name })
    await workOff(town)
    const done = await hands.look(rep, first.id)
    const again = await hands.file(rep, messageId, recordId, { partId: done.partId })
    expect(again).toMatchObject({
      status: 'already_filed',
      attachmentId: done.attachmentId,
      facts: { by: expect.stringMatching(/^Rep \d+$/) },
    })
    const copy = deliver(rep, { from, subject: 'Once more', files: [{ ...sent, name: 'renamed.pdf' }] })
    const other = await hands.file(rep, copy, recordId, { name: 'renamed.pdf' })
    await workOff(town)
    expect(await hands.look(rep, other.id)).toMatchObject({
      status: 'already_filed',
      attachmentId: done.attachmentId,
      facts: { name: sent.name },
    })
    const elsewhere = await contact(rep, someone())
    const link = await hands.file(rep, copy, elsewhere, { name: 'renamed.pdf' })
    await workOff(town)
    expect(await hands.look(rep, link.id)).toMatchObject({ status: 'done' })
    const kept = await town.house.db
      .selectFrom('files')
      .select('size')
      .where('sha256', '=', sha(sent.bytes))
      .execute()
    expect(kept).toHaveLength(1)
    const facts = await rep.me.call<ThreadFacts>('GET', `/threads/${messageId}?account=${rep.me.email}`)
    const places = facts.body.messages[0]?.parts[0]?.filed.map((place) => place.recordId)
    expect(new Set(places)).toEqual(new Set([recordId, elsewhere]))
  })

  test('two users at once: one attachment, the other is told', async () => {
    const sent = pdf()
    const { rep, recordId, messageId, from } = await hands.mailWith([sent])
    const colleague = await newRep()
    const theirs = deliver(colleague, { from, subject: 'Files', files: [sent] })
    const [a, b] = [
      await hands.file(rep, messageId, recordId, { name: sent.name }),
      await hands.file(colleague, theirs, recordId, { name: sent.name }),
    ]
    await Promise.all([workOff(town), workOff(town)])
    const states = [(await hands.look(rep, a.id)).status, (await hands.look(colleague, b.id)).status]
    expect(states.toSorted()).toEqual(['already_filed', 'done'])
    expect((await hands.attachments(rep, recordId)).total).toBe(1)
  })
})

describe('S-057: the quota', () => {
  test('exactly full is accepted, one byte more is refused, the same content costs nothing, saves at once cannot overrun', async () => {
    const { rep, recordId, messageId } = await hands.mailWith([
      pdf('fits.pdf', randomBytes(1000)),
      pdf('over.pdf', randomBytes(1001)),
      pdf('b.pdf', randomBytes(700)),
      pdf('c.pdf', randomBytes(700)),
    ])
    const used = (
      await town.house.db
        .selectFrom('files')
        .select((eb) => eb.fn.sum<number>('size').as('sum'))
        .executeTakeFirst()
    )?.sum
    await setQuota(Number(used ?? 0) + 1000)
    const over = await hands.file(rep, messageId, recordId, { name: 'over.pdf' })
    await workOff(town)
    expect(await hands.look(rep, over.id)).toMatchObject({
      status: 'failed',
      reason: 'quota_full',
      facts: { size: 1001 },
    })
    const [b, c] = [
      await hands.file(rep, messageId, recordId, { name: 'b.pdf' }),
      await hands.file(rep, messageId, recordId, { name: 'c.pdf' }),
    ]
    await Promise.all([workOff(town), workOff(town)])
    const states = [(await hands.look(rep, b.id)).status, (await hands.look(rep, c.id)).status]
    expect(states.toSorted()).toEqual(['done', 'failed'])
    await setQuota(Number(used ?? 0) + 1700)
    const fits = await hands.file(rep, messageId, recordId, { name: 'fits.pdf' })
    await workOff(town)
    expect(await hands.look(rep, fits.id)).toMatchObject({ status: 'done' })
    const elsewhere = await contact(rep, someone())
    const link = await hands.file(rep, messageId, elsewhere, { name: 'fits.pdf' })
    await workOff(town)
    expect(await hands.look(rep, link.id)).toMatchObject({ status: 'done' })
    await setQuota(5 * 1024 ** 3)
  })
})
