import { randomBytes } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { runFiling } from '../../backend/services/filings/run.ts'
import { filingHands, pdf, sha } from './harness/filing-hands.ts'
import type { TestHouse } from './harness/house.ts'
import { contact, deliver, type HouseOfReps, houseOfReps, someone } from './harness/reps.ts'
import { passTime, workOff } from './harness/work.ts'

let town: TestHouse
let house: HouseOfReps
let hands: ReturnType<typeof filingHands>

beforeAll(async () => {
  house = await houseOfReps()
  town = house.town
  hands = filingHands(house)
})

const name = 'offer.pdf'

async function keptFiles(bytes: Buffer): Promise<{ rows: number; onDisk: boolean }> {
  const org = await town.house.db.selectFrom('organisations').select('id').executeTakeFirstOrThrow()
  const rows = await town.house.db
    .selectFrom('files')
    .select('size')
    .where('sha256', '=', sha(bytes))
    .execute()
  return { rows: rows.length, onDisk: await town.house.files.has(org.id, sha(bytes)) }
}

test('attachment ids die between the card and the click, and between two tries: each try reads a fresh one', async () => {
  town.google.settings.attachmentIdLifetimeMs = 1000
  const sent = pdf()
  const { rep, recordId, messageId } = await hands.mailWith([sent])
  await rep.me.call('GET', `/threads/${messageId}?account=${rep.me.email}`)
  town.google.clock.advance(60_000)
  town.google.addFault({ account: rep.me.email, path: '/attachments/', kind: { truncate: true } })
  const { id } = await hands.file(rep, messageId, recordId, { name })
  await workOff(town)
  expect(await hands.look(rep, id)).toMatchObject({ status: 'waiting', reason: 'google_slow' })
  expect((await hands.attachments(rep, recordId)).total).toBe(0)
  await passTime(town, 15_000)
  const done = await hands.look(rep, id)
  expect(done.status).toBe('done')
  expect(sha((await hands.download(rep, done.attachmentId)).bytes)).toBe(sha(sent.bytes))
  town.google.settings.attachmentIdLifetimeMs = 10 * 60_000
})

test('the mail is gone by the time: said, and nothing is left', async () => {
  const { rep, recordId, messageId } = await hands.mailWith([pdf()])
  const { id } = await hands.file(rep, messageId, recordId, { name })
  town.google.addFault({ account: rep.me.email, path: `/messages/${messageId}$`, kind: { status: 404 } })
  await workOff(town, ['file'])
  expect(await hands.look(rep, id)).toMatchObject({ status: 'failed', reason: 'message_missing' })
  expect((await hands.attachments(rep, recordId)).total).toBe(0)
})

test('a mailbox to be reconnected: the filing waits with its reason and goes on by itself', async () => {
  const { rep, recordId, messageId } = await hands.mailWith([pdf()])
  await workOff(town)
  town.google.revokeTokens(rep.me.email)
  town.google.clock.advance(3_600_000)
  const { id } = await hands.file(rep, messageId, recordId, { name })
  await workOff(town)
  expect(await hands.look(rep, id)).toMatchObject({ status: 'waiting', reason: 'mailbox_reauth' })
  await town.consent(rep.me, ['send', 'read'])
  await passTime(town, 60_000)
  expect(await hands.look(rep, id)).toMatchObject({ status: 'done', reason: null })
})

test('Google asks for patience: the filing waits until then', async () => {
  const { rep, recordId, messageId } = await hands.mailWith([pdf()])
  await workOff(town)
  const { id } = await hands.file(rep, messageId, recordId, { name })
  const retry = new Date(town.google.clock.now() + 90_000).toISOString()
  const message = `User-rate limit exceeded.  Retry after ${retry}`
  const body = { error: { code: 429, message, errors: [{ reason: 'rateLimitExceeded', message }] } }
  town.google.addFault({ account: rep.me.email, path: '/messages/', kind: { status: 429, body } })
  await workOff(town)
  expect(await hands.look(rep, id)).toMatchObject({ status: 'waiting', reason: 'google_rate' })
  await passTime(town, 80_000)
  expect((await hands.look(rep, id)).status).toBe('waiting')
  await passTime(town, 10_000)
  expect((await hands.look(rep, id)).status).toBe('done')
})

test('stopped in the middle: nothing half is seen, and whoever comes next finishes it', async () => {
  const sent = pdf(name, randomBytes(3_000_000))
  const { rep, recordId, messageId } = await hands.mailWith([sent])
  const { id } = await hands.file(rep, messageId, recordId, { name })
  const stop = new AbortController()
  const { files } = town.house
  const dying = {
    ...town.house,
    files: {
      ...files,
      put: (org: string, source: AsyncIterable<Uint8Array>, options: Parameters<typeof files.put>[2]) =>
        files.put(org, source, {
          ...options,
          onBytes(total) {
            options.onBytes?.(total)
            stop.abort()
          },
        }),
    },
  }
  const payload = { realAttachmentId: '', name }
  await expect(runFiling(dying, { key: id, payload, attempts: 1 }, stop.signal)).rejects.toThrow()
  expect(await hands.look(rep, id)).toMatchObject({ status: 'waiting', reason: null })
  expect((await hands.attachments(rep, recordId)).total).toBe(0)
  expect(await keptFiles(sent.bytes)).toEqual({ rows: 0, onDisk: false })
  await workOff(town)
  expect((await hands.look(rep, id)).status).toBe('done')
})

test('killed after the bytes were kept and before anybody was told: the second run files it once', async () => {
  const sent = pdf()
  const { rep, recordId, messageId } = await hands.mailWith([sent])
  const { id } = await hands.file(rep, messageId, recordId, { name })
  const org = await town.house.db.selectFrom('organisations').select('id').executeTakeFirstOrThrow()
  await town.house.db.updateTable('filings').set({ status: 'running' }).where('id', '=', id).execute()
  const source = (async function* () {
    yield sent.bytes
  })()
  await town.house.files.put(org.id, source, { maxBytes: 1e9, signal: new AbortController().signal })
  await workOff(town)
  expect((await hands.look(rep, id)).status).toBe('done')
  expect(await hands.attachments(rep, recordId)).toMatchObject({ total: 1 })
})

test('cancelled on the way: nothing is filed and no bytes stay', async () => {
  const sent = pdf(name, randomBytes(2_000_000))
  const { rep, recordId, messageId } = await hands.mailWith([sent])
  const { id } = await hands.file(rep, messageId, recordId, { name })
  const { files } = town.house
  const slow = {
    ...town.house,
    files: {
      ...files,
      async put(org: string, source: AsyncIterable<Uint8Array>, options: Parameters<typeof files.put>[2]) {
        const stored = await files.put(org, source, options)
        await rep.me.call('DELETE', `/filings/${id}`)
        return stored
      },
    },
  }
  await runFiling(slow, { key: id, payload: { name }, attempts: 1 }, new AbortController().signal)
  expect((await hands.look(rep, id)).status).toBe('cancelled')
  expect(await keptFiles(sent.bytes)).toEqual({ rows: 0, onDisk: false })
  expect(await workOff(town)).toEqual([])
})

test('undone: off the record at once, its bytes forgotten a day later, and it can be filed again', async () => {
  const sent = pdf()
  const { rep, recordId, messageId } = await hands.mailWith([sent])
  const { id } = await hands.file(rep, messageId, recordId, { name })
  await workOff(town)
  const { attachmentId } = await hands.look(rep, id)
  expect((await rep.me.call('DELETE', `/filings/${id}`)).body).toMatchObject({ status: 'cancelled' })
  expect((await rep.me.call('DELETE', `/filings/${id}`)).status).toBe(200)
  expect((await hands.attachments(rep, recordId)).total).toBe(0)
  expect((await hands.download(rep, attachmentId)).status).toBe(404)
  const again = await hands.file(rep, messageId, recordId, { name })
  await workOff(town)
  expect((await hands.look(rep, again.id)).status).toBe('done')
  await passTime(town, 25 * 3600_000)
  expect(await keptFiles(sent.bytes)).toEqual({ rows: 1, onDisk: true })
  await rep.me.call('DELETE', `/filings/${again.id}`)
  await passTime(town, 25 * 3600_000)
  expect(await keptFiles(sent.bytes)).toEqual({ rows: 0, onDisk: false })
})

test('who may not: viewers, other accounts, mailboxes without permission to read, unknown records', async () => {
  const { rep, recordId, messageId } = await hands.mailWith([pdf()])
  const click = (change: object) =>
    rep.me.call('POST', '/filings', { account: rep.me.email, messageId, part: { name }, recordId, ...change })
  const unknown = '00000000-0000-4000-8000-000000000000'
  expect(await click({ recordId: unknown })).toMatchObject({
    status: 404,
    body: { error: { reason: 'record_missing' } },
  })
  expect(await click({ account: 'someone@else.example' })).toMatchObject({ status: 403 })
  expect(await click({ part: {} })).toMatchObject({
    status: 400,
    body: { error: { reason: 'part_missing' } },
  })
  const users = town.house.db.updateTable('users').where('email', '=', rep.me.email)
  await users.set({ role: 'viewer' }).execute()
  expect(await click({})).toMatchObject({ status: 403, body: { error: { reason: 'role_cannot_write' } } })
  await users.set({ role: 'rep' }).execute()
  const sender = await town.house.db
    .updateTable('mailboxes')
    .set({ scopes: [] })
    .where('id', '=', rep.mailboxId)
    .execute()
  expect(sender).toHaveLength(1)
  expect(await click({})).toMatchObject({ status: 403, body: { error: { reason: 'scope_read_missing' } } })
})

test('the record was deleted while the bytes came: said, and no bytes stay', async () => {
  const sent = pdf()
  const rep = await house.newRep()
  const from = someone()
  const recordId = await contact(rep, from)
  const messageId = deliver(rep, { from, files: [sent] })
  const { id } = await hands.file(rep, messageId, recordId, { name })
  await rep.me.call('DELETE', `/records/${recordId}`)
  await workOff(town)
  expect(await hands.look(rep, id)).toMatchObject({ status: 'failed', reason: 'record_missing' })
  expect(await keptFiles(sent.bytes)).toEqual({ rows: 0, onDisk: false })
})
