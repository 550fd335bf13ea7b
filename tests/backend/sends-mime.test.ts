import './harness/loopback-only.ts'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simpleParser } from 'mailparser'
import PostalMime from 'postal-mime'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { GmailMailbox, MessagePart } from '../../backend/google/gateway.ts'
import type { Deps } from '../../backend/services/context.ts'
import { claimDueSends, leaseMs } from '../../backend/services/sends/claim.ts'
import { deliverSend } from '../../backend/services/sends/deliver.ts'
import { sweepMails } from '../../backend/services/sends/sweep.ts'
import { createMimeFiles, type MimeFiles } from '../../backend/storage/mime-files.ts'
import type { StandInMailbox } from '../stand-ins/google/types.ts'
import { dress } from './harness/dressing.ts'
import { freely } from './harness/gateway.ts'
import { type TestHouse, testHouse } from './harness/house.ts'
import { rawMail } from './harness/mails.ts'
import {
  arrived,
  deliverToRest,
  headerOf,
  newPair,
  type Pair,
  see,
  tryWrite,
  workerDeps,
  write,
} from './harness/sending.ts'

let town: TestHouse
let deps: Deps
const never = new AbortController().signal
const folders: string[] = []
const readScope = 'https://www.googleapis.com/auth/gmail.readonly'

beforeAll(async () => {
  town = await testHouse()
  deps = workerDeps(town)
})
afterEach(() => town.google.clearFaults())
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

async function ownDisk(): Promise<{ folder: string; mails: MimeFiles }> {
  const folder = await mkdtemp(join(tmpdir(), 'inlay-mails-'))
  folders.push(folder)
  return { folder, mails: await createMimeFiles(folder) }
}

async function rowOf(id: string) {
  return town.house.db.selectFrom('sends').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
}

/** The copy a mailbox has of the only mail with this subject. */
function copyIn(mailbox: StandInMailbox, subject: string): Buffer {
  const [thread] = mailbox.listThreads({ q: `subject:${subject}` })
  return mailbox.rawMessage(thread?.messages?.[0]?.id ?? '') ?? Buffer.alloc(0)
}

/** Deps whose mailboxes run `instead` for one of their calls. */
function calling<K extends 'createDraft' | 'getDraft'>(
  name: K,
  instead: (box: GmailMailbox) => GmailMailbox[K],
  more: Partial<Deps> = {},
): Deps {
  const openMailbox: Deps['google']['openMailbox'] = (...given) => {
    const box = deps.google.openMailbox(...given)
    return { ...box, [name]: instead(box) }
  }
  return { ...deps, google: { ...deps.google, openMailbox }, ...more }
}

const picture = Buffer.from('89504e470d0a1a0a', 'hex')

describe('what arrives', () => {
  test('text, HTML, an image in it and files, with Japanese names, as two readers see it', async () => {
    const pair = await newPair(town, ['send', 'read'])
    const send = await write(pair, { subject: '見積書の件(至急)', body: '山田様\n\n見積書です。' })
    const files = [
      { name: '見積書 2026年11月.pdf', bytes: Buffer.from('%PDF-1.7 見積') },
      { name: 'logo.png', bytes: picture, mimeType: 'image/png', cid: 'logo-1@inlay' },
      { name: 'taken-out.png', bytes: picture, mimeType: 'image/png', cid: 'logo-1@inla' },
      { name: 'empty.txt', bytes: Buffer.alloc(0), mimeType: 'text/plain' },
    ]
    await dress(town, send, '<p>山田様</p><img src="cid:logo-1@inlay">', files)
    expect((await deliverToRest(deps, pair.rep, send.id)).status).toBe('sent')
    const raw = copyIn(pair.customer, '見積書の件')
    const names = ['logo.png', '見積書 2026年11月.pdf', 'empty.txt']
    const first = await simpleParser(raw, { skipImageLinks: true })
    const second = await PostalMime.parse(raw)
    for (const mail of [first, second]) {
      expect(mail.subject).toBe('見積書の件(至急)')
      expect(mail.text?.trim().replaceAll('\r', '')).toBe('山田様\n\n見積書です。')
      expect(mail.html).toContain('<p>山田様</p><img src="cid:logo-1@inlay">')
      expect(mail.attachments.map(({ filename }) => filename)).toEqual(names)
    }
    expect(first.attachments.map(({ size }) => size)).toEqual([8, 15, 0])
    // As Gmail's API names them, from which lists of files are made.
    const [thread] = pair.customer.listThreads({ q: 'has:attachment' })
    const token = town.google.issueToken(pair.customer.email, [readScope]).accessToken
    const box = town.house.google.openMailbox(pair.customer.email, async () => token, freely)
    const { payload } = await box.getMessage(thread?.messages?.[0]?.id ?? '', 'full', never)
    const named = (part: MessagePart): string[] => [part.filename, ...part.parts.flatMap(named)]
    expect(payload && named(payload).filter(Boolean)).toEqual(names)
    const { steps } = await see(pair.rep, send.id)
    const built = steps.find(({ step }) => step === 'built')
    expect(Number(built?.detail)).toBeGreaterThan(1000)
  })

  test('S-008: who is in Bcc stands in the sender’s copy only', async () => {
    const pair = await newPair(town, ['send', 'read'])
    const secret = town.google.addAccount({ email: `secret-${randomUUID()}@halden.example`, name: 'S' })
    const send = await write(pair, { bcc: [{ address: secret.email, name: 'Silent' }], subject: 'Silently' })
    expect((await deliverToRest(deps, pair.rep, send.id)).status).toBe('sent')
    for (const box of [pair.customer, secret]) {
      expect(arrived(box, 'Silently')).toHaveLength(1)
      expect(copyIn(box, 'Silently').toString('latin1')).not.toMatch(/^bcc:|Silent </im)
    }
    expect(copyIn(pair.customer, 'Silently').toString('latin1')).not.toContain('secret-')
    const own = town.google.mailbox(pair.rep.email)
    expect(headerOf(copyIn(own, 'Silently').toString('latin1'), 'Bcc')).toContain(secret.email)
  })

  test('S-018: 10 MB and 25 MB of files go through, an answer among them joins its thread', async () => {
    const pair = await newPair(town, ['send', 'read'])
    const question = rawMail({
      from: pair.customer.email,
      to: pair.rep.email,
      subject: 'Plans',
      messageId: '<plans@halden.example>',
    })
    const { id = '', threadId = '' } = town.google.mailbox(pair.rep.email).deliver(question)
    const ten = await write(pair, {
      subject: 'Re: Plans',
      replyTo: { messageId: id ?? '', threadId: threadId ?? '' },
    })
    const more = await write(pair, { subject: 'Everything' })
    const mb = 1024 * 1024
    await dress(town, ten, '', [{ name: 'ten.bin', bytes: Buffer.alloc(10 * mb, 'ten') }])
    await dress(town, more, '', [
      { name: 'a.bin', bytes: Buffer.alloc(15 * mb, 'a') },
      { name: 'b.bin', bytes: Buffer.alloc(10 * mb, 'b') },
    ])
    expect(await deliverToRest(deps, pair.rep, ten.id)).toMatchObject({ status: 'sent', threadId })
    expect(await deliverToRest(deps, pair.rep, more.id)).toMatchObject({ status: 'sent' })
    const sizes = ['Plans', 'Everything'].map(
      (subject) => copyIn(town.google.mailbox(pair.rep.email), subject).length,
    )
    expect(Math.max(...sizes)).toBeGreaterThan(34 * mb)
    expect(copyIn(pair.customer, 'Everything').length).toBeGreaterThan(34 * mb)
  })
})

describe('a raw mail is built once', () => {
  /** Every draft's bytes as they were handed in; the nth upload is cut off before Google has anything. */
  function recorded(given: Buffer[], more: Partial<Deps> = {}, cutFirst = 0): Deps {
    let left = cutFirst
    return calling(
      'createDraft',
      (box) => async (mail, threadId, signal) => {
        given.push(Buffer.concat(await Array.fromAsync(mail.open())))
        if (left-- > 0) throw new Error('The process was killed.')
        return box.createDraft(mail, threadId, signal)
      },
      more,
    )
  }

  async function twoTries(first: Partial<Deps>, second: Partial<Deps>) {
    const pair = await newPair(town, ['send', 'read'])
    const send = await write(pair)
    await dress(town, send, '<p>Hello</p>', [{ name: 'offer.pdf', bytes: Buffer.from('%PDF') }])
    const given: Buffer[] = []
    const [claimed] = await claimDueSends(deps, { worker: 'mortal', limit: 1 })
    if (claimed === undefined) throw new Error('nothing was claimed')
    await deliverSend(recorded(given, first, 1), claimed, never).catch(() => undefined)
    expect((await rowOf(send.id)).mime_file).toMatch(new RegExp(`^${send.id}\\.[0-9a-f]{16}$`))
    town.google.clock.advance(leaseMs + 1)
    const after = await deliverToRest(recorded(given, second), pair.rep, send.id)
    expect(after.status).toBe('sent')
    expect(arrived(pair.customer)).toHaveLength(1)
    expect(after.steps.filter(({ step }) => step === 'built')).toHaveLength(1)
    return { given, send }
  }

  test('a try after a crash hands in the same bytes, and nothing stays on the disk', async () => {
    const { folder, mails } = await ownDisk()
    const { given } = await twoTries({ mails }, { mails })
    expect(given).toHaveLength(2)
    expect(given[0]?.equals(given[1] ?? Buffer.alloc(0))).toBe(true)
    expect(await readdir(folder)).toEqual(['aside'])
  })

  test('on another machine’s disk it is built again, byte for byte', async () => {
    const [here, there] = [await ownDisk(), await ownDisk()]
    const { given, send } = await twoTries({ mails: here.mails }, { mails: there.mails })
    expect(given).toHaveLength(2)
    expect(given[0]?.equals(given[1] ?? Buffer.alloc(0))).toBe(true)
    expect(await readdir(there.folder)).toEqual(['aside'])
    // The first machine's is swept once nobody can be writing it any more.
    const left = (await readdir(here.folder)).filter((name) => name.startsWith(send.id))
    expect(left).toHaveLength(1)
    await sweepMails({ ...deps, mails: here.mails })
    expect(await readdir(here.folder)).toHaveLength(2)
    const hoursAgo = new Date(Date.now() - 2 * 3_600_000)
    await utimes(join(here.folder, left[0] ?? ''), hoursAgo, hoursAgo)
    await sweepMails({ ...deps, mails: here.mails })
    expect(await readdir(here.folder)).toEqual(['aside'])
  })

  test('where Gmail has the draft already, it is used, and nothing is built', async () => {
    const pair = await newPair(town, ['send', 'read'])
    const send = await write(pair)
    const [claimed] = await claimDueSends(deps, { worker: 'mortal', limit: 1 })
    if (claimed === undefined) throw new Error('nothing was claimed')
    const dying = calling('createDraft', (box) => async (...given) => {
      await box.createDraft(...given)
      throw new Error('The process was killed.')
    })
    await deliverSend(dying, claimed, never).catch(() => undefined)
    town.google.clock.advance(leaseMs + 1)
    const { folder, mails } = await ownDisk()
    const unused = calling(
      'createDraft',
      () => async () => {
        throw new Error('There is a draft.')
      },
      { mails },
    )
    const after = await deliverToRest(unused, pair.rep, send.id)
    expect(after.steps.map(({ step }) => step)).toContain('draft_found')
    expect(arrived(pair.customer)).toHaveLength(1)
    expect(await readdir(folder)).toEqual(['aside'])
  })

  test('a kept mail that a send waits for is not swept', async () => {
    const { folder, mails } = await ownDisk()
    const pair: Pair = await newPair(town, ['send', 'read'])
    const { id } = await write(pair)
    const name = `${id}.0123456789abcdef`
    await mails.put(name, (async function* () {})(), never)
    const long = new Date(Date.now() - 2 * 3_600_000)
    await utimes(join(folder, name), long, long)
    const set = (status: 'sending' | 'held') =>
      town.house.db.updateTable('sends').set({ status, mime_file: name }).where('id', '=', id).execute()
    await set('sending')
    await sweepMails({ ...deps, mails })
    expect(await mails.find(name)).toMatchObject({ size: 0 })
    await set('held')
    await sweepMails({ ...deps, mails })
    expect(await mails.find(name)).toBeUndefined()
  })
})

describe('what cannot be built', () => {
  test('a file that is not here, or whose bytes are gone, holds the mail', async () => {
    const pair = await newPair(town, ['send', 'read'])
    const [waits, gone] = [await write(pair), await write(pair)]
    await dress(town, waits, '', [{ name: 'a.pdf', bytes: Buffer.from('a'), state: 'waiting' }])
    await dress(town, gone, '', [{ name: 'b.pdf', bytes: Buffer.from(`only ${gone.id}`) }])
    const [file] = await town.house.db
      .selectFrom('send_files')
      .selectAll()
      .where('send_id', '=', gone.id)
      .execute()
    await town.house.files.delete(file?.org_id ?? '', file?.sha256 ?? '')
    for (const { id } of [waits, gone]) {
      const after = await deliverToRest(deps, pair.rep, id)
      expect(after).toMatchObject({ status: 'held', reason: 'file_missing' })
    }
    expect(arrived(pair.customer)).toEqual([])
  })

  test('an address in other letters than ASCII before its @ is refused loudly', async () => {
    const pair = await newPair(town, ['send', 'read'])
    const to = [{ address: '山田@halden.example', name: '' }]
    expect(await tryWrite(pair, { to: [], cc: to })).toMatchObject({
      status: 400,
      body: { error: { reason: 'address_not_ascii', fields: [{ field: 'cc' }] } },
    })
    // One that slipped in before is not sent either.
    const { id } = await write(pair)
    await town.house.db
      .updateTable('sends')
      .set({ to_parties: JSON.stringify(to) })
      .where('id', '=', id)
      .execute()
    const after = await deliverToRest(deps, pair.rep, id)
    expect(after).toMatchObject({ status: 'failed', reason: 'refused_by_google' })
    expect(after.steps).toContainEqual(
      expect.objectContaining({ step: 'refused', detail: 'address_not_ascii' }),
    )
  })
})
