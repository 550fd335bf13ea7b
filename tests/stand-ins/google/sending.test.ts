import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import type { gmail_v1 } from 'googleapis/build/src/apis/gmail/v1.js'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startGoogle } from './start.ts'
import { asRaw, gmailOf, headerOf, rawMail, refusalOf } from './testing.ts'
import type { GoogleStandIn, StandInMailbox } from './types.ts'

const NOW = Date.parse('2026-03-02T09:00:00Z')

let google: GoogleStandIn
let rep: StandInMailbox
let buyer: StandInMailbox
let api: gmail_v1.Gmail

beforeAll(async () => {
  google = await startGoogle({ startAt: NOW, running: false })
})
afterAll(() => google.stop())
beforeEach(() => {
  google.reset()
  google.clock.set(NOW)
  rep = google.addAccount({
    email: 'Rep@acme.example',
    name: 'Rin Ueda',
    aliases: [
      { email: 'sales@acme.example', name: 'Sales' },
      { email: 'pending@acme.example', verified: false },
    ],
  })
  buyer = google.addAccount({ email: 'buyer@shop.example', name: 'Bo Yer' })
  api = gmailOf(google, 'rep@acme.example')
})

function send(mail: string, threadId?: string): Promise<gmail_v1.Schema$Message> {
  const requestBody = { raw: asRaw(mail), ...(threadId !== undefined && { threadId }) }
  return api.users.messages.send({ userId: 'me', requestBody }).then((response) => response.data)
}

function newest(mailbox: StandInMailbox): gmail_v1.Schema$Message | undefined {
  const thread = mailbox.listThreads()[0]
  return mailbox.getThread(thread?.id ?? '')?.messages?.at(-1)
}

describe('what the API does to a mail', () => {
  it("answers ids and SENT, with ids of Gmail's shapes", async () => {
    const sent = await send(rawMail({ To: 'buyer@shop.example', Subject: 'Hi' }))
    expect(sent).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      threadId: sent.id,
      labelIds: ['SENT'],
    })
    const second = await send(rawMail({ To: 'buyer@shop.example', Subject: 'Hi again' }))
    expect(String(second.id) > String(sent.id)).toBe(true)
  })

  it('replaces the Message-ID, adds Received and Date, keeps X- headers and References', async () => {
    const mail = rawMail({
      To: 'buyer@shop.example',
      'Message-ID': '<mine@crm.example>',
      'X-CRM-Send-Id': 'abc',
      References: '<abc@crm.example>',
      From: 'Rin Ueda <rep@acme.example>',
    })
    const { id } = await send(mail)
    const { data } = await api.users.messages.get({ userId: 'me', id: String(id), format: 'metadata' })
    expect(headerOf(data, 'message-id')).toMatch(/^<CA[\w+=-]{50,}@mail\.gmail\.com>$/)
    expect(rep.rawMessage(String(id))?.toString()).not.toContain('mine@crm.example')
    expect(headerOf(data, 'Received')).toMatch(/gmailapi\.google\.com with HTTPREST/)
    expect(headerOf(data, 'Date')).toBe('Mon, 02 Mar 2026 09:00:00 +0000')
    expect(headerOf(data, 'X-CRM-Send-Id')).toBe('abc')
    expect(headerOf(data, 'References')).toBe('<abc@crm.example>')
  })

  it('forces From to the account unless it is an accepted send-as', async () => {
    const froms = ['sales@acme.example', 'boss@other.example', 'pending@acme.example']
    const seen = []
    for (const From of froms) {
      await send(rawMail({ From, To: 'buyer@shop.example', Subject: From }))
      seen.push(headerOf(newest(buyer), 'From'))
      google.clock.advance(1000)
    }
    expect(seen).toEqual(['sales@acme.example', 'Rin Ueda <rep@acme.example>', 'Rin Ueda <rep@acme.example>'])
  })

  it('keeps Bcc in Sent and delivers a copy without it to everybody', async () => {
    const hidden = google.addAccount({ email: 'hidden@shop.example', name: 'Hid' })
    const { id } = await send(
      rawMail({
        To: 'buyer@shop.example',
        Cc: '"Doe, Jo" <jo@far.example>',
        Bcc: 'hidden+x@shop.example',
        Subject: 'S',
      }),
    )
    expect(rep.rawMessage(String(id))?.toString()).toContain('Bcc: hidden+x@shop.example')
    for (const mailbox of [buyer, hidden]) {
      const copy = newest(mailbox)
      expect(headerOf(copy, 'Bcc')).toBeUndefined()
      expect(copy?.labelIds).toEqual(['UNREAD', 'CATEGORY_PERSONAL', 'INBOX'])
      expect(headerOf(copy, 'Return-Path')).toBe('<rep@acme.example>')
      expect(headerOf(copy, 'Message-ID')).toBe(headerOf(rep.getMessage(String(id)), 'Message-ID'))
    }
    expect(headerOf(newest(hidden), 'Delivered-To')).toBe('hidden+x@shop.example')
    expect(google.outbox.map(({ from, to }) => [from, to])).toEqual([['rep@acme.example', 'jo@far.example']])
    expect(google.outbox[0]?.raw.toString()).not.toContain('Bcc')
  })

  it('makes mail to self one message with SENT, INBOX and UNREAD', async () => {
    const sent = await send(rawMail({ To: 'rep@acme.example, buyer@shop.example', Subject: 'Note' }))
    expect(new Set(sent.labelIds)).toEqual(new Set(['SENT', 'INBOX', 'UNREAD']))
    expect(rep.listThreads()).toHaveLength(1)
    expect(buyer.listThreads()).toHaveLength(1)
  })

  it('refuses no recipient, an unknown thread and nonsense', async () => {
    const refusals = [
      await refusalOf(send(rawMail({ Subject: 'To nobody' }))),
      await refusalOf(send(rawMail({ To: 'a@b.example' }), 'ffffffffffffffff')),
      await refusalOf(api.users.messages.send({ userId: 'me', requestBody: { raw: '%%%' } })),
      await refusalOf(api.users.messages.send({ userId: 'me', requestBody: {} })),
    ]
    expect(refusals.map(({ status }) => status)).toEqual([400, 400, 400, 400])
    expect(refusals[0]?.data.error.message).toBe('Recipient address required')
    expect(google.outbox).toHaveLength(0)
  })
})

describe('uploads', () => {
  const bytes = Buffer.concat([
    Buffer.from('To: buyer@shop.example\r\n\r\n'),
    randomBytes(4096),
    Buffer.from([0, 0x80, 0xff]),
  ])

  it('takes raw bytes as they are, as media', async () => {
    const media = { mimeType: 'message/rfc822', body: bytes }
    const { data } = await api.users.messages.send({ userId: 'me', media }, { rootUrl: `${google.url}/` })
    expect(rep.rawMessage(String(data.id))?.subarray(-4000)).toEqual(bytes.subarray(-4000))
    expect(google.requests.at(-1)?.path).toBe('/upload/gmail/v1/users/me/messages/send')
  })

  it('takes JSON and raw bytes together, as multipart/related', async () => {
    const first = buyer.send(rawMail({ From: 'buyer@shop.example', To: 'rep@acme.example', Subject: 'Ask' }))
    const thread = rep.listThreads()[0]?.id ?? ''
    const id = headerOf(first, 'Message-ID') ?? ''
    const mail = Buffer.concat([Buffer.from(`Subject: Re: Ask\r\nIn-Reply-To: ${id}\r\n`), bytes])
    const media = { mimeType: 'message/rfc822', body: Readable.from([mail]) }
    const requestBody = { threadId: thread }
    const { data } = await api.users.messages.send(
      { userId: 'me', requestBody, media },
      { rootUrl: `${google.url}/` },
    )
    expect(data.threadId).toBe(thread)
    expect(rep.rawMessage(String(data.id))?.subarray(-4000)).toEqual(bytes.subarray(-4000))
  })

  it('takes a resumable upload in pieces', async () => {
    const { accessToken } = google.issueToken('rep@acme.example', ['https://mail.google.com/'])
    const headers = { authorization: `Bearer ${accessToken}` }
    const start = `${google.url}/upload/gmail/v1/users/me/messages/send?uploadType=resumable`
    const begun = await fetch(start, { method: 'POST', headers, body: '{}' })
    const location = begun.headers.get('location') ?? ''
    const put = (range: string, body: Buffer): Promise<Response> =>
      fetch(location, {
        method: 'PUT',
        headers: { ...headers, 'content-range': range },
        body: new Uint8Array(body),
      })
    const half = await put(`bytes 0-1999/${bytes.length}`, bytes.subarray(0, 2000))
    expect([half.status, half.headers.get('range')]).toEqual([308, 'bytes=0-1999'])
    const asked = await put(`bytes */${bytes.length}`, Buffer.alloc(0))
    expect([asked.status, asked.headers.get('range')]).toEqual([308, 'bytes=0-1999'])
    const done = await put(`bytes 2000-${bytes.length - 1}/${bytes.length}`, bytes.subarray(2000))
    const sent = (await done.json()) as gmail_v1.Schema$Message
    expect(rep.rawMessage(String(sent.id))?.subarray(-4000)).toEqual(bytes.subarray(-4000))
    expect((await put(`bytes */${bytes.length}`, Buffer.alloc(0))).status).toBe(404)
  })

  it('refuses 5 MB of JSON and 35 MB of mail', async () => {
    const { accessToken } = google.issueToken('rep@acme.example', ['https://mail.google.com/'])
    const headers = { authorization: `Bearer ${accessToken}` }
    const post = (path: string, body: string | Uint8Array<ArrayBuffer>): Promise<Response> =>
      fetch(`${google.url}${path}`, { method: 'POST', headers, body })
    const json = JSON.stringify({ raw: asRaw(rawMail({ To: 'a@b.example' }, 'x'.repeat(4 * 1024 * 1024))) })
    const raw = new Uint8Array(35 * 1024 * 1024 + 1)
    expect((await post('/gmail/v1/users/me/messages/send', json)).status).toBe(413)
    expect((await post('/upload/gmail/v1/users/me/messages/send?uploadType=media', raw)).status).toBe(413)
  })
})

describe('threads', () => {
  function ask(subject = 'Offer'): { id: string; thread: string } {
    const sent = buyer.send(rawMail({ From: 'buyer@shop.example', To: 'rep@acme.example', Subject: subject }))
    return { id: headerOf(sent, 'Message-ID') ?? '', thread: rep.listThreads()[0]?.id ?? '' }
  }

  it('joins an outgoing mail only with threadId, reference and subject together', async () => {
    const { id, thread } = ask()
    const to = { To: 'buyer@shop.example' }
    const right = { ...to, Subject: 'RE: offer', References: `<x@y> ${id}` }
    expect((await send(rawMail(right), thread)).threadId).toBe(thread)
    expect((await send(rawMail({ ...to, Subject: 'Other', References: id }), thread)).threadId).not.toBe(
      thread,
    )
    expect((await send(rawMail({ ...to, Subject: 'Re: Offer' }), thread)).threadId).not.toBe(thread)
    expect((await send(rawMail(right))).threadId).not.toBe(thread)
  })

  it('joins an incoming mail by reference and subject', async () => {
    const { id, thread } = ask()
    const reply = await send(
      rawMail({ To: 'buyer@shop.example', Subject: 'Re: Offer', 'In-Reply-To': id }),
      thread,
    )
    expect(buyer.listThreads()).toHaveLength(1)
    const answer = headerOf(rep.getMessage(String(reply.id)), 'Message-ID')
    buyer.send(rawMail({ To: 'rep@acme.example', Subject: 'Fwd: Re: Offer', 'In-Reply-To': String(answer) }))
    buyer.send(rawMail({ To: 'rep@acme.example', Subject: 'New topic', 'In-Reply-To': String(answer) }))
    expect(rep.getThread(thread)?.messages).toHaveLength(3)
    expect(rep.listThreads()).toHaveLength(2)
  })

  it('leaves the Message-ID of a mail sent natively alone (S-019)', () => {
    const sent = rep.send(
      rawMail({ To: 'buyer@shop.example', 'Message-ID': '<phone@rep.example>', Subject: 'On the road' }),
    )
    expect(headerOf(sent, 'Message-ID')).toBe('<phone@rep.example>')
    expect(headerOf(newest(buyer), 'Message-ID')).toBe('<phone@rep.example>')
    expect(headerOf(sent, 'Received')).toBeUndefined()
  })
})
