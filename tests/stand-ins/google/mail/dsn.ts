import { randomBytes } from 'node:crypto'
import { mailDate } from '../mime/edit.ts'
import { splitMail } from '../mime/headers.ts'
import type { BounceRule } from '../types.ts'
import type { Account } from './account.ts'
import { type ReportText, reportText } from './dsn-text.ts'
import { iconPng } from './icon.ts'
import { departingCopy, type Outgoing, traceHeaders } from './outgoing.ts'

/** All that goes into one delivery report. */
export interface Report {
  kind: Exclude<BounceRule['kind'], 'delay-then-fail'> | 'delayed' | 'gave-up'
  rule: BounceRule
  mail: Outgoing
  account: Account
  recipient: string
  /** Epoch ms of the report, of the sending, and until when Gmail says it will try. */
  at: number
  sentAt: number
  retryUntil: number
}

interface Verdict {
  status: string
  diagnostic: string
  remote: boolean
}

/** Originals longer than this are cut in the report, bytes. */
const LONGEST_ORIGINAL = 100_000

/** A report shaped as Gmail's own (facts/gmail-api.md, A4), or in one of the older or broken shapes the rule names. */
export function buildReport(report: Report): Buffer {
  const verdict = verdictOf(report)
  const text = reportText(report.rule.language ?? 'en', report.recipient, report.kind === 'delayed')
  const outer = `=_${randomBytes(12).toString('hex')}`
  const shape = report.rule.shape ?? 'modern'
  const head = headLines(report)
  if (shape === 'plain') return plainReport(head, report, verdict, text)
  head.push(`Content-Type: multipart/report; boundary="${outer}"; report-type=delivery-status`)
  return Buffer.concat([
    crlf([...head, '', `--${outer}`, ...humanPart(text, verdict), `--${outer}`]),
    crlf(['Content-Type: message/delivery-status', '', ...statusFields(report, verdict), '', `--${outer}`]),
    crlf(originalHead(shape === 'global')),
    original(report),
    crlf(['', `--${outer}--`]),
  ])
}

function headLines(report: Report): string[] {
  const { mail, account, at, recipient, rule } = report
  const delayed = report.kind === 'delayed'
  const id = mail.facts.messageId
  const lines = [
    ...traceHeaders(account.email, '', at),
    'From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>',
    `To: ${account.email}`,
    'Auto-Submitted: auto-replied',
    `Subject: Delivery Status Notification (${delayed ? 'Delay' : 'Failure'})`,
    `Message-ID: <${randomBytes(16).toString('hex')}.${at}@mx.google.com>`,
    `Date: ${mailDate(at)}`,
    'MIME-Version: 1.0',
  ]
  if (rule.shape !== 'unthreaded') lines.push(`References: <${id}>`, `In-Reply-To: <${id}>`)
  if (!delayed) lines.push(`X-Failed-Recipients: ${recipient}`)
  return lines
}

function verdictOf(report: Report): Verdict {
  const domain = report.recipient.slice(report.recipient.indexOf('@') + 1)
  const to = `<${report.recipient}>`
  switch (report.kind) {
    case 'hard':
      return { status: '5.1.1', diagnostic: `smtp; 550 5.1.1 ${to}: no such user here`, remote: true }
    case 'full':
      return { status: '5.2.2', diagnostic: `smtp; 552 5.2.2 ${to}: mailbox is full`, remote: true }
    case 'policy':
      return {
        status: '5.7.1',
        diagnostic: 'smtp; 550 5.7.1 Message refused by content policy',
        remote: true,
      }
    case 'nxdomain':
      return {
        status: '4.0.0',
        diagnostic: `smtp; DNS Error: DNS type 'mx' lookup of ${domain} responded with code NXDOMAIN Domain name not found: ${domain}`,
        remote: false,
      }
    case 'delayed':
    case 'gave-up':
      return { status: '4.4.1', diagnostic: `smtp; connection to mx.${domain} timed out`, remote: true }
    default:
      throw new Error(`No report for ${String(report.kind satisfies never)}`)
  }
}

function humanPart(text: ReportText, verdict: Verdict): string[] {
  const related = `=_r${randomBytes(10).toString('hex')}`
  const alternative = `=_a${randomBytes(10).toString('hex')}`
  const cid = `icon.${randomBytes(6).toString('hex')}`
  const answer = verdict.diagnostic.replace(/^smtp; /, '')
  const plain = `${text.title}\r\n\r\n${text.body}\r\n\r\n${text.reply}\r\n${answer}\r\n`
  const html =
    `<html><body><table><tr><td><img src="cid:${cid}" width="48" height="48"></td><td><h1>${escapeHtml(text.title)}</h1>` +
    `<p>${escapeHtml(text.body)}</p><p>${escapeHtml(text.reply)}<br><code>${escapeHtml(answer)}</code></p></td></tr></table></body></html>`
  return [
    `Content-Type: multipart/related; boundary="${related}"`,
    '',
    `--${related}`,
    `Content-Type: multipart/alternative; boundary="${alternative}"`,
    '',
    `--${alternative}`,
    ...encodedPart('text/plain; charset="UTF-8"', plain),
    `--${alternative}`,
    ...encodedPart('text/html; charset="UTF-8"', html),
    `--${alternative}--`,
    `--${related}`,
    'Content-Type: image/png; name="icon.png"',
    'Content-Disposition: attachment; filename="icon.png"',
    'Content-Transfer-Encoding: base64',
    `Content-ID: <${cid}>`,
    '',
    ...base64Lines(iconPng()),
    `--${related}--`,
    '',
  ]
}

function encodedPart(type: string, text: string): string[] {
  return [
    `Content-Type: ${type}`,
    'Content-Transfer-Encoding: base64',
    '',
    ...base64Lines(Buffer.from(text, 'utf8')),
  ]
}

function base64Lines(bytes: Buffer): string[] {
  return bytes.toString('base64').match(/.{1,76}/g) ?? []
}

function statusFields(report: Report, verdict: Verdict): string[] {
  const domain = report.recipient.slice(report.recipient.indexOf('@') + 1)
  const perMessage = [
    'Reporting-MTA: dns; googlemail.com',
    `Arrival-Date: ${mailDate(report.sentAt)}`,
    `X-Original-Message-ID: <${report.mail.facts.messageId}>`,
  ]
  const perRecipient = [
    `Final-Recipient: rfc822; ${report.recipient}`,
    `Action: ${report.kind === 'delayed' ? 'delayed' : 'failed'}`,
    `Status: ${verdict.status}`,
    ...(verdict.remote ? [`Remote-MTA: dns; mx.${domain}`] : []),
    `Diagnostic-Code: ${verdict.diagnostic}`,
    `Last-Attempt-Date: ${mailDate(report.at)}`,
    ...(report.kind === 'delayed' ? [`Will-Retry-Until: ${mailDate(report.retryUntil)}`] : []),
  ]
  return [...perMessage, '', ...perRecipient]
}

function originalHead(global: boolean): string[] {
  return global
    ? ['Content-Type: message/global', 'Content-Transfer-Encoding: 8bit', '']
    : ['Content-Type: message/rfc822', '']
}

function original(report: Report): Buffer {
  const copy = departingCopy(report.mail)
  if (copy.length <= LONGEST_ORIGINAL) return copy
  const cut = Buffer.from('\r\n\r\n----- Message truncated -----\r\n', 'latin1')
  const headLength = copy.length - splitMail(copy).body.length
  return Buffer.concat([copy.subarray(0, Math.max(headLength, LONGEST_ORIGINAL)), cut])
}

/** The form before 2016: one text part, X-Failed-Recipients the only field a machine can read. */
function plainReport(head: string[], report: Report, verdict: Verdict, text: ReportText): Buffer {
  const copy = original(report)
  const quoted = copy.subarray(0, copy.length - splitMail(copy).body.length)
  const lines = [
    ...head,
    'Content-Type: text/plain; charset=UTF-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    `${text.title}: ${report.recipient}`,
    '',
    text.body,
    `${text.reply} ${verdict.diagnostic.replace(/^smtp; /, '')}`,
    '',
    '----- Original message -----',
    '',
  ]
  return Buffer.concat([crlf(lines), quoted])
}

function crlf(lines: readonly string[]): Buffer {
  return Buffer.from(`${lines.join('\r\n')}\r\n`, 'utf8')
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
