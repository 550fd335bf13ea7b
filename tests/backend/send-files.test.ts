import './harness/loopback-only.ts'
import { randomBytes, randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { keepHouse } from '../../backend/services/housekeeping.ts'
import { standardModules } from '../../lib/domain/modules.ts'
import { fileHands, MB, refusal } from './harness/files.ts'
import { sha } from './harness/filing-hands.ts'
import { made } from './harness/own-modules.ts'
import { type HouseOfReps, houseOfReps, type Rep } from './harness/reps.ts'
import { passTime } from './harness/work.ts'
import { zipOf } from './harness/zip.ts'

let reps: HouseOfReps
let hands: ReturnType<typeof fileHands>
let orgId: string
let rep: Rep
const day = 24 * 60 * 60_000

beforeAll(async () => {
  reps = await houseOfReps()
  hands = fileHands(reps.town)
  const row = await reps.town.house.db.selectFrom('organisations').select('id').executeTakeFirstOrThrow()
  orgId = row.id
  rep = await reps.newRep()
})

const names = { leads: 'lastName', contacts: 'lastName', accounts: 'accountName', deals: 'dealName' }

async function record(module: string): Promise<string> {
  const key = names[module as keyof typeof names] ?? (module.startsWith('x_') ? 'name' : 'number')
  const answer = await rep.me.call<{ record: { id: string } }>('POST', '/records', {
    module,
    fields: { [key]: `R ${randomUUID()}` },
  })
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return answer.body.record.id
}

/** A file on a record, put there as a filing would. */
async function filed(recordId: string, bytes = randomBytes(1000), name = 'offer.pdf'): Promise<string> {
  const { db, files, clock } = reps.town.house
  const at = new Date(clock.now())
  const stored = await files.put(orgId, oneChunk(bytes), {
    maxBytes: 30 * MB,
    signal: AbortSignal.timeout(9999),
  })
  await db
    .insertInto('files')
    .values({ org_id: orgId, ...stored, created_at: at })
    .onConflict((oc) => oc.doNothing())
    .execute()
  const id = randomUUID()
  const { id: filed_by } = await db
    .selectFrom('users')
    .select('id')
    .where('email', '=', rep.me.email)
    .executeTakeFirstOrThrow()
  await db
    .insertInto('attachments')
    .values({
      ...{ id, org_id: orgId, record_id: recordId, sha256: stored.sha256, size: bytes.length, filed_by },
      ...{ name, mime_type: 'application/pdf', filed_at: at, deleted_at: null },
      ...{ mailbox_id: null, gmail_message_id: null, part_id: null },
    })
    .execute()
  return id
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

describe('from a record', () => {
  test('S-045, S-046: the Attachments of all seven modules, of accounts, and of one’s own', async () => {
    const own = await made(
      reps.founder.call('POST', '/modules', { labels: { one: 'Visit', many: 'Visits' } }),
    )
    const sendId = (await hands.draft(rep.me)).id
    const modules = [...standardModules, own]
    expect(modules).toHaveLength(9)
    for (const module of modules) {
      const bytes = randomBytes(500)
      const attachmentId = await filed(await record(module), bytes, `${module}.pdf`)
      const added = await hands.add(rep.me, sendId, { source: 'record', attachmentId })
      expect([module, added.status, added.body.state, added.body.size]).toEqual([module, 201, 'ready', 500])
      const got = await hands.download(rep.me, `/sends/${sendId}/files/${added.body.id}/content`)
      expect(sha(got.bytes)).toBe(sha(bytes))
    }
    const { files } = await hands.see(rep.me, sendId)
    expect(files.map((file) => [file.source, file.name])).toEqual(
      modules.map((one) => ['record', `${one}.pdf`]),
    )
  })

  test('twice is once; whoever may not see the record has no such file; what Gmail blocks is refused', async () => {
    const recordId = await record('contacts')
    const attachmentId = await filed(recordId)
    const sendId = (await hands.draft(rep.me)).id
    const add = () => hands.add(rep.me, sendId, { source: 'record', attachmentId })
    const both = await Promise.all([add(), add()])
    expect(both[0].body.id).toBe(both[1].body.id)
    expect((await hands.see(rep.me, sendId)).files).toHaveLength(1)
    const exe = await filed(recordId, randomBytes(10), 'tool.exe')
    const blocked = await hands.add(rep.me, sendId, { source: 'record', attachmentId: exe })
    expect(refusal(blocked)).toMatchObject({ reason: 'file_blocked', facts: { type: '.exe' } })
    await hands.quota(orgId, 5000 * MB, { 'access.contacts': 'private' })
    const other = await reps.newRep()
    const theirs = (await hands.draft(other.me)).id
    const hidden = await hands.add(other.me, theirs, { source: 'record', attachmentId })
    await hands.quota(orgId, 5000 * MB)
    expect(refusal(hidden)).toMatchObject({ status: 404, reason: 'file_missing' })
    expect((await hands.add(other.me, theirs, { source: 'record', attachmentId })).status).toBe(201)
    expect((await hands.add(other.me, sendId, { source: 'record', attachmentId })).status).toBe(404)
  })

  test('S-018: a zip with a file in it that Gmail refuses is refused by that name, from wherever it comes', async () => {
    const run = randomBytes(50)
    const bad = zipOf({ 'read me.txt': run, '../tools/run.exe': run })
    const nested = zipOf({ 'all.zip': zipOf({ 'run.exe': run }) })
    const named = { status: 400, reason: 'file_blocked', facts: { type: '.exe', inside: 'run.exe' } }
    const sendId = (await hands.draft(rep.me)).id
    const free = await hands.used(orgId)
    for (const bytes of [bad, nested])
      expect(refusal(await hands.upload(rep.me, sendId, 'tools.zip', bytes))).toMatchObject(named)
    const begun = await hands.beginForLibrary(rep.me, 'tools.zip', bad.length)
    expect(refusal(await hands.putAll(rep.me, begun.body, bad))).toMatchObject(named)
    // Nothing of them stays, in the mail or in the store.
    expect((await hands.see(rep.me, sendId)).files).toEqual([])
    expect(await hands.used(orgId)).toBe(free)
    const sha256 = sha(bad)
    expect(await reps.town.house.files.has(orgId, sha256)).toBe(false)
    const attachmentId = await filed(await record('contacts'), bad, 'tools.zip')
    const onRecord = await hands.add(rep.me, sendId, { source: 'record', attachmentId })
    expect(refusal(onRecord)).toMatchObject(named)
    // One that came into the library before.
    const { id: versionId } = await hands.toLibrary(rep.me, 'old.zip', zipOf({ 'a.txt': run }))
    const old = reps.town.house.db.updateTable('library_versions').where('id', '=', versionId)
    await old.set({ sha256 }).execute()
    expect(refusal(await hands.add(rep.me, sendId, { source: 'library', versionId }))).toMatchObject(named)
    // Harmless ones, broken ones and empty files go.
    for (const [name, bytes] of [
      ['fine.zip', zipOf({ 'a.txt': run, 'b.zip': run })],
      ['broken.zip', Buffer.from('PK')],
      ['empty.zip', Buffer.alloc(0)],
    ] as const)
      expect([name, (await hands.upload(rep.me, sendId, name, bytes)).status < 300]).toEqual([name, true])
  })

  test('S-018: its size counts; 10 MB filed and one byte more do not go together', async () => {
    const recordId = await record('leads')
    const sendId = (await hands.draft(rep.me)).id
    const large = await filed(recordId, randomBytes(10 * MB - 5), 'large.bin')
    expect((await hands.add(rep.me, sendId, { source: 'record', attachmentId: large })).status).toBe(201)
    const six = await filed(recordId, randomBytes(6), 'six.bin')
    const refused = refusal(await hands.add(rep.me, sendId, { source: 'record', attachmentId: six }))
    expect(refused).toMatchObject({ reason: 'mail_too_large', facts: { file: 'six.bin', size: 6, over: 1 } })
    const five = await filed(recordId, randomBytes(5), 'five.bin')
    expect((await hands.add(rep.me, sendId, { source: 'record', attachmentId: five })).status).toBe(201)
  })
})

describe('from the library', () => {
  test('S-053: five, and a sixth is refused; the policy may say otherwise; others count for nothing', async () => {
    const sendId = (await hands.draft(rep.me)).id
    const versions: string[] = []
    for (let n = 0; n < 6; n++)
      versions.push((await hands.toLibrary(rep.me, `f${n}.pdf`, randomBytes(100))).id)
    const attachmentId = await filed(await record('deals'))
    await hands.add(rep.me, sendId, { source: 'record', attachmentId })
    const add = (n: number) => hands.add(rep.me, sendId, { source: 'library', versionId: versions[n] ?? '' })
    for (let n = 0; n < 5; n++) expect((await add(n)).status).toBe(201)
    // The same one again is no sixth.
    expect((await add(2)).status).toBe(201)
    expect(refusal(await add(5))).toMatchObject({
      status: 400,
      reason: 'library_files_most',
      facts: { n: 5 },
    })
    await hands.quota(orgId, 5000 * MB, { 'mail.maxLibraryFiles': 6 })
    expect((await hands.limits(rep.me)).maxLibraryFiles).toBe(6)
    const sixth = await add(5)
    await hands.quota(orgId, 5000 * MB)
    expect(sixth.status).toBe(201)
    const { files } = await hands.see(rep.me, sendId)
    await hands.remove(rep.me, sendId, sixth.body.id)
    await hands.remove(rep.me, sendId, sixth.body.id)
    expect((await hands.see(rep.me, sendId)).files).toEqual(files.slice(0, -1))
    expect((await hands.told(sendId)).at(-1)?.[0]).toBe('gone')
  })

  test('of the one it was: a newer version, or none at all, changes nothing in a mail', async () => {
    const old = randomBytes(50)
    const { id: versionId, libraryFileId } = await hands.toLibrary(rep.me, 'terms.pdf', old)
    const sendId = (await hands.draft(rep.me)).id
    const { body: file } = await hands.add(rep.me, sendId, { source: 'library', versionId })
    await hands.toLibrary(rep.me, 'terms.pdf', randomBytes(60), { fileId: libraryFileId })
    await rep.me.call('DELETE', `/library/files/${libraryFileId}`)
    const refused = await hands.add(rep.me, sendId, { source: 'library', versionId })
    expect(refusal(refused).reason).toBe('file_missing')
    await keepAll(31 * day)
    const got = await hands.download(rep.me, `/sends/${sendId}/files/${file.id}/content`)
    expect(sha(got.bytes)).toBe(sha(old))
  })
})

/** Time passes, the hourly work is done, and what it asked for a day later. */
async function keepAll(ms: number): Promise<void> {
  reps.town.google.clock.advance(ms)
  await keepHouse(reps.town.house, false)
  expect(await passTime(reps.town, day + 1)).toEqual([])
}

async function setStatus(sendId: string, status: 'sent' | 'cancelled'): Promise<void> {
  const now = new Date(reps.town.google.clock.now())
  await reps.town.house.db
    .updateTable('sends')
    .set({ status, updated_at: now, sent_at: status === 'sent' ? now : null })
    .where('id', '=', sendId)
    .execute()
}

describe('bytes', () => {
  const kept = (bytes: Buffer) => reps.town.house.files.has(orgId, sha(bytes))
  const withFile = async (bytes: Buffer) => {
    const sendId = (await hands.draft(rep.me)).id
    return { sendId, fileId: (await hands.upload(rep.me, sendId, 'a.bin', bytes)).body.id }
  }

  test('of a mail that went out are let go after a week: Gmail has them; what else holds them keeps them', async () => {
    const [alone, both] = [randomBytes(300), randomBytes(301)]
    const one = await withFile(alone)
    const two = await withFile(both)
    const waiting = await withFile(both)
    await setStatus(one.sendId, 'sent')
    await setStatus(two.sendId, 'sent')
    const shelved = randomBytes(299)
    await setStatus((await withFile(shelved)).sendId, 'sent')
    await hands.toLibrary(rep.me, 'shelved.bin', shelved)
    await keepAll(6 * day)
    expect([await kept(alone), await kept(both)]).toEqual([true, true])
    await keepAll(day)
    expect([await kept(alone), await kept(both), await kept(shelved)]).toEqual([false, true, true])
    // The receipt still names it.
    expect((await hands.see(rep.me, one.sendId)).files).toMatchObject([{ name: 'a.bin', size: 300 }])
    const gone = await rep.me.call('GET', `/sends/${one.sendId}/files/${one.fileId}/content`)
    expect(refusal(gone).reason).toBe('file_missing')
    const path = `/sends/${waiting.sendId}/files/${waiting.fileId}/content`
    expect(sha((await hands.download(rep.me, path)).bytes)).toBe(sha(both))
  })

  test('of a cancelled mail stay for a month, and it then says that they are gone', async () => {
    const bytes = randomBytes(302)
    const { sendId } = await withFile(bytes)
    await setStatus(sendId, 'cancelled')
    await keepAll(28 * day)
    expect(await kept(bytes)).toBe(true)
    await keepAll(2 * day)
    expect(await kept(bytes)).toBe(false)
    expect((await hands.see(rep.me, sendId)).files).toMatchObject([
      { state: 'failed', reason: 'file_missing' },
    ])
  })

  test('of a draft thrown away, of a file taken off and of a record’s deleted file go when nobody has them', async () => {
    const [discarded, removed, shared] = [randomBytes(303), randomBytes(304), randomBytes(305)]
    const one = await withFile(discarded)
    const two = await withFile(removed)
    const attachmentId = await filed(await record('leads'), shared)
    await hands.add(rep.me, two.sendId, { source: 'record', attachmentId })
    const version = (await hands.see(rep.me, one.sendId)).version
    await rep.me.call('DELETE', `/sends/${one.sendId}?version=${version}`)
    await hands.remove(rep.me, two.sendId, two.fileId)
    await reps.town.house.db
      .updateTable('attachments')
      .set({ deleted_at: new Date(reps.town.google.clock.now()) })
      .where('id', '=', attachmentId)
      .execute()
    expect([await kept(discarded), await kept(removed)]).toEqual([true, true])
    await keepAll(day + 1)
    expect([await kept(discarded), await kept(removed), await kept(shared)]).toEqual([false, false, true])
  })
})
