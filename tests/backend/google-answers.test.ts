import './harness/loopback-only.ts'
import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { decodeAttachment } from '../../backend/google/attachment-stream.ts'
import { composeScope, freely, testGateway } from './harness/gateway.ts'
import { rawMail } from './harness/mails.ts'

const signal = new AbortController().signal
const town = await testGateway()
const { google, gateway, newMailbox } = town

describe('attachments', () => {
  const collect = async (stream: AsyncIterable<Uint8Array>) => {
    const parts: Uint8Array[] = []
    for await (const part of stream) parts.push(part)
    return Buffer.concat(parts)
  }

  async function received(bytes: Buffer) {
    const { email, own, mailbox } = newMailbox()
    const raw = rawMail({ from: 'a@halden.example', to: email, files: [{ name: 'offer.pdf', bytes }] })
    const { id } = own.deliver(raw)
    const message = await mailbox.getMessage(id ?? '', 'full', signal)
    const part = message.payload?.parts.find((one) => one.filename === 'offer.pdf')
    return { email, mailbox, messageId: message.id, attachmentId: part?.attachmentId ?? '' }
  }

  test('come whole and in pieces', async () => {
    const bytes = randomBytes(3_000_001)
    const { mailbox, messageId, attachmentId } = await received(bytes)
    const stream = await mailbox.openAttachment(messageId, attachmentId, signal)
    let largest = 0
    const parts: Uint8Array[] = []
    for await (const part of stream) {
      largest = Math.max(largest, part.length)
      parts.push(part)
    }
    expect(Buffer.concat(parts).equals(bytes)).toBe(true)
    expect(largest).toBeLessThan(300_000)
  })

  test('that are cut short are an error, never a short file', async () => {
    const { email, mailbox, messageId, attachmentId } = await received(randomBytes(400_000))
    google.addFault({ account: email, path: /\/attachments\//, kind: { truncate: true } })
    const stream = await mailbox.openAttachment(messageId, attachmentId, signal)
    await expect(collect(stream)).rejects.toMatchObject({ kind: 'uncertain' })
  })

  test('given up on make room for other calls', async () => {
    const { mailbox, messageId, attachmentId } = await received(randomBytes(400_000))
    for (let nth = 0; nth < 6; nth++) {
      for await (const part of await mailbox.openAttachment(messageId, attachmentId, signal)) {
        expect(part.length).toBeGreaterThan(0)
        break
      }
    }
    expect((await mailbox.getProfile(signal)).email).toContain('@')
  })

  async function* pieces(text: string, size: number): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size))
  }

  test.each([
    ['size first', (data: string) => `{\n  "size": 5,\n  "data": "${data}"\n}`],
    ['size last', (data: string) => `{"attachmentId":"x","data":"${data}","size":5}`],
    ['escaped padding', (data: string) => `{"data":"${data.replaceAll('=', '\\u003d')}","size":5}`],
  ])('%s, however the answer is chopped', async (_, wrap) => {
    const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x3e])
    const data = bytes.toString('base64url').padEnd(8, '=')
    for (let size = 1; size < 30; size++)
      expect((await collect(decodeAttachment(pieces(wrap(data), size)))).equals(bytes)).toBe(true)
  })

  test.each(['{"size":5,"data":"AAAA', '{"size":5,"data":"AAAA"', '{"size":5,"data":"AAAA"}', '<html>'])(
    'not a whole answer: %s',
    async (text) => {
      await expect(collect(decodeAttachment(pieces(text, 7)))).rejects.toMatchObject({ kind: 'uncertain' })
    },
  )
})

describe('history', () => {
  test('one line a message, deleted ones apart; a cursor below the floor is told apart from a missing mail', async () => {
    const { email, own, mailbox } = newMailbox()
    const { historyId } = await mailbox.getProfile(signal)
    const kept = own.deliver(rawMail({ from: 'a@halden.example', to: email }))
    const draft = own.createDraft(rawMail({ from: email, to: 'a@halden.example' }))
    own.modify(kept.id ?? '', { remove: ['UNREAD'] })
    own.deleteDraft(draft.id ?? '')
    const page = await mailbox.listHistory(historyId, undefined, signal)
    expect(page.changed).toMatchObject([{ messageId: kept.id, kind: 'added', threadId: kept.threadId }])
    expect(page.deleted).toEqual([draft.message?.id])
    google.expireHistory(email)
    await expect(mailbox.listHistory(historyId, undefined, signal)).rejects.toMatchObject({
      kind: 'history_expired',
    })
  })
})

describe('sign-in with Google', () => {
  async function codeFor(email: string, nonce: string) {
    const codeVerifier = randomBytes(32).toString('base64url')
    const url = gateway.consentUrl({
      state: 'st',
      codeChallenge: createHash('sha256').update(codeVerifier).digest('base64url'),
      nonce,
      scopes: ['openid', 'email', 'profile', composeScope],
      loginHint: email,
      askOffline: true,
    })
    const answer = await fetch(url, { redirect: 'manual' })
    const back = new URL(answer.headers.get('location') ?? '')
    expect(back.searchParams.get('state')).toBe('st')
    return { code: back.searchParams.get('code') ?? '', codeVerifier }
  }

  test('gives the verified person, the granted scopes and tokens that work', async () => {
    const { email } = newMailbox()
    const grant = await gateway.exchangeCode({ ...(await codeFor(email, 'n1')), nonce: 'n1' })
    expect(grant.person).toMatchObject({ email, name: 'Box', hostedDomain: 'arbor.example' })
    expect(grant.scopes).toContain(composeScope)
    expect(grant.expiresAt - google.clock.now()).toBeGreaterThan(3_500_000)
    const { accessToken } = await gateway.refresh(grant.refreshToken ?? '')
    const mailbox = gateway.openMailbox(email, async () => accessToken, freely)
    expect((await mailbox.getProfile(signal)).email).toBe(email)
    await gateway.revoke(grant.refreshToken ?? '')
    await expect(gateway.refresh(grant.refreshToken ?? '')).rejects.toMatchObject({ kind: 'reauth' })
  })

  test('a replayed id token, a used code or a wrong verifier is refused', async () => {
    const { email } = newMailbox()
    const given = await codeFor(email, 'n1')
    await expect(gateway.exchangeCode({ ...given, nonce: 'another' })).rejects.toMatchObject({
      kind: 'refused',
    })
    await expect(gateway.exchangeCode({ ...given, nonce: 'n1' })).rejects.toMatchObject({ kind: 'reauth' })
    const fresh = await codeFor(email, 'n1')
    await expect(
      gateway.exchangeCode({ ...fresh, codeVerifier: 'x'.repeat(43), nonce: 'n1' }),
    ).rejects.toMatchObject({ kind: 'reauth' })
  })

  test('the token endpoint is asked once, never repeated by a library', async () => {
    google.addFault({ path: /\/token$/, kind: { status: 503 } })
    const { email } = newMailbox()
    const token = google.issueToken(email, [composeScope]).refreshToken
    await expect(gateway.refresh(token)).rejects.toMatchObject({ kind: 'uncertain' })
    expect(google.requests.filter(({ path }) => path.endsWith('/token'))).toHaveLength(1)
  })
})
