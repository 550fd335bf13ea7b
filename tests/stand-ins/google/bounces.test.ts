import type { gmail_v1 } from 'googleapis/build/src/apis/gmail/v1.js'
import { simpleParser } from 'mailparser'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startGoogle } from './start.ts'
import { asRaw, gmailOf, headerOf, rawMail } from './testing.ts'
import type { BounceRule, GoogleStandIn, StandInMailbox } from './types.ts'

const HOUR = 3_600_000
const NOW = Date.parse('2026-03-02T09:00:00Z')

let google: GoogleStandIn
let rep: StandInMailbox
let api: gmail_v1.Gmail

beforeAll(async () => {
  google = await startGoogle({ startAt: NOW, running: false })
})
afterAll(() => google.stop())
beforeEach(() => {
  google.reset()
  google.clock.set(NOW)
  rep = google.addAccount({ email: 'rep@acme.example', name: 'Rep' })
  api = gmailOf(google, 'rep@acme.example')
})

async function send(to = 'gone@far.example'): Promise<gmail_v1.Schema$Message> {
  const raw = asRaw(rawMail({ To: to, Subject: 'Offer', 'X-CRM-Send-Id': 'send-7', Bcc: 'boss@far.example' }))
  return (await api.users.messages.send({ userId: 'me', requestBody: { raw } })).data
}

/** Reports in the mailbox, oldest first. */
function reports(): gmail_v1.Schema$Message[] {
  const threads = rep.listThreads({ q: 'from:mailer-daemon@googlemail.com' })
  const messages = threads.flatMap(({ id }) => rep.getThread(String(id))?.messages ?? [])
  return messages
    .filter((message) => headerOf(message, 'From')?.includes('mailer-daemon'))
    .sort((a, b) => Number(a.internalDate) - Number(b.internalDate))
}

/** The report a mail to the rule's address brings at once. */
async function reportOf(
  rule: Omit<BounceRule, 'address'>,
): Promise<{ sent: gmail_v1.Schema$Message; report: gmail_v1.Schema$Message; raw: string }> {
  google.addBounceRule({ address: 'gone@far.example', ...rule })
  const sent = await send()
  google.clock.advance(rule.afterMs ?? 5000)
  const report = reports()[0]
  if (report === undefined) throw new Error('No report came')
  return { sent, report, raw: String(rep.rawMessage(String(report.id))) }
}

function partTypes(part: gmail_v1.Schema$MessagePart | undefined): string[] {
  return part === undefined
    ? []
    : [`${part.partId} ${part.mimeType}`, ...(part.parts ?? []).flatMap(partTypes)]
}

describe('a bounce', () => {
  it("comes by the clock, shaped as Gmail's, in the thread of the mail", async () => {
    google.addBounceRule({ address: /@far\.example$/, kind: 'hard', afterMs: 60_000 })
    const sent = await send()
    google.clock.advance(59_999)
    expect(reports()).toEqual([])
    google.clock.advance(1)
    const [report] = reports()
    expect(report?.threadId).toBe(sent.threadId)
    expect(report?.labelIds).toEqual(['UNREAD', 'INBOX'])
    expect(report?.internalDate).toBe(String(NOW + 60_000))
    const id = headerOf(rep.getMessage(String(sent.id)), 'Message-ID')
    const heads = [
      'From',
      'Subject',
      'Auto-Submitted',
      'Return-Path',
      'In-Reply-To',
      'References',
      'X-Failed-Recipients',
    ]
    expect(heads.map((name) => headerOf(report, name))).toEqual([
      'Mail Delivery Subsystem <mailer-daemon@googlemail.com>',
      'Delivery Status Notification (Failure)',
      'auto-replied',
      '<>',
      id,
      id,
      'gone@far.example',
    ])
    expect(partTypes(report?.payload)).toEqual([
      ' multipart/report',
      '0 multipart/related',
      '0.0 multipart/alternative',
      '0.0.0 text/plain',
      '0.0.1 text/html',
      '0.1 image/png',
      '1 message/delivery-status',
      '1.0 text/plain',
      '2 message/rfc822',
      '2.0 text/plain',
    ])
    expect(report?.payload?.parts?.[0]?.parts?.[1]?.filename).toBe('icon.png')
    expect(reports()).toHaveLength(2)
  })

  it('carries the whole original with our headers, but no Bcc', async () => {
    const { sent, report } = await reportOf({ kind: 'hard' })
    const original = report.payload?.parts?.[2]?.parts?.[0]
    const names = original?.headers?.map((one) => one.name)
    expect(names).toContain('X-CRM-Send-Id')
    expect(names).not.toContain('Bcc')
    const status = report.payload?.parts?.[1]?.parts?.[0]
    const own = headerOf(rep.getMessage(String(sent.id)), 'Message-ID')
    expect(status?.headers?.find((one) => one.name === 'X-Original-Message-ID')?.value).toBe(own)
  })

  it.each([
    ['hard', 'failed', '5.1.1'],
    ['full', 'failed', '5.2.2'],
    ['policy', 'failed', '5.7.1'],
    ['nxdomain', 'failed', '4.0.0'],
    ['delay-then-fail', 'delayed', '4.4.1'],
  ] as const)('of kind %s says %s %s', async (kind, action, status) => {
    const { report } = await reportOf({ kind })
    const fields = Buffer.from(
      String(report.payload?.parts?.[1]?.parts?.[0]?.body?.data),
      'base64url',
    ).toString()
    expect(fields).toContain('Final-Recipient: rfc822; gone@far.example')
    expect(fields).toContain(`Action: ${action}\r\nStatus: ${status}`)
    expect(fields.includes('Will-Retry-Until')).toBe(action === 'delayed')
    expect(headerOf(report, 'X-Failed-Recipients') !== undefined).toBe(action === 'failed')
  })

  it('of delay-then-fail first announces, then gives up after 76 hours', async () => {
    await reportOf({ kind: 'delay-then-fail', afterMs: 24 * HOUR })
    google.clock.advance(52 * HOUR - 1)
    expect(reports()).toHaveLength(1)
    google.clock.advance(1)
    const [delay, failure] = reports()
    expect(headerOf(delay, 'Subject')).toBe('Delivery Status Notification (Delay)')
    expect(headerOf(failure, 'Subject')).toBe('Delivery Status Notification (Failure)')
    expect(failure?.internalDate).toBe(String(NOW + 76 * HOUR))
    expect(failure?.threadId).toBe(delay?.threadId)
  })

  it('both reports arrive in order when the clock jumps over them', async () => {
    google.addBounceRule({ address: 'gone@far.example', kind: 'delay-then-fail', afterMs: 24 * HOUR })
    await send()
    google.clock.advance(100 * HOUR)
    expect(reports().map((report) => Number(report.internalDate))).toEqual([NOW + 24 * HOUR, NOW + 76 * HOUR])
  })

  it("speaks the sender's language below an English subject", async () => {
    const { report, raw } = await reportOf({ kind: 'full', language: 'ja' })
    const parsed = await simpleParser(raw, { keepDeliveryStatus: true })
    expect(parsed.subject).toBe('Delivery Status Notification (Failure)')
    expect(parsed.text).toContain('メールは届きませんでした')
    expect(parsed.attachments.map((one) => one.contentType)).toEqual([
      'image/png',
      'message/delivery-status',
      'message/rfc822',
    ])
    expect(report.snippet).toContain('gone@far.example')
  })

  it('comes in the older and broken shapes too', async () => {
    const plain = await reportOf({ kind: 'hard', shape: 'plain' })
    expect(partTypes(plain.report.payload)).toEqual([' text/plain'])
    expect(headerOf(plain.report, 'X-Failed-Recipients')).toBe('gone@far.example')
    expect(plain.raw).toContain('X-CRM-Send-Id: send-7')
    google.reset()
    rep = google.addAccount({ email: 'rep@acme.example', name: 'Rep' })
    api = gmailOf(google, 'rep@acme.example')
    const loose = await reportOf({ kind: 'hard', shape: 'unthreaded' })
    expect(headerOf(loose.report, 'In-Reply-To')).toBeUndefined()
    expect(loose.report.threadId).not.toBe(loose.sent.threadId)
    google.reset()
    rep = google.addAccount({ email: 'rep@acme.example', name: 'Rep' })
    api = gmailOf(google, 'rep@acme.example')
    const global = await reportOf({ kind: 'hard', shape: 'global' })
    expect(partTypes(global.report.payload)).toContain('2 message/global')
    expect(global.report.payload?.parts?.[2]?.body?.attachmentId).toMatch(/^ANGjdJ/)
  })

  it('keeps a local mailbox from getting the mail, leaves other recipients alone, and dies with a reset', async () => {
    const full = google.addAccount({ email: 'full@shop.example', name: 'Full' })
    const other = google.addAccount({ email: 'other@shop.example', name: 'Other' })
    google.addBounceRule({ address: 'full@shop\\.example', kind: 'full' })
    await send('full@shop.example, other@shop.example')
    expect(full.listThreads()).toHaveLength(0)
    expect(other.listThreads()).toHaveLength(1)
    google.clock.advance(5000)
    expect(reports().map((report) => headerOf(report, 'X-Failed-Recipients'))).toEqual(['full@shop.example'])
    await send('full@shop.example')
    google.reset()
    rep = google.addAccount({ email: 'rep@acme.example', name: 'Rep' })
    google.clock.advance(HOUR)
    expect(rep.listThreads()).toHaveLength(0)
  })
})
