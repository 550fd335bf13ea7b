import { randomUUID } from 'node:crypto'
import type { RawMail } from '../../../backend/google/gateway.ts'

export interface TestFile {
  name: string
  type?: string
  bytes: Buffer
  /** Further headers of the part, e.g. `X-Attachment-Id: f_1`. */
  headers?: string[]
}

export interface TestMail {
  from: string
  to: string
  cc?: string
  subject?: string
  date?: string
  messageId?: string | null
  text?: string
  headers?: string[]
  files?: TestFile[]
}

/** A raw mail as it arrives from outside or leaves another client. */
export function rawMail(mail: TestMail): Buffer {
  const id = mail.messageId === undefined ? `<${randomUUID()}@test.example>` : mail.messageId
  const head = [
    `From: ${mail.from}`,
    `To: ${mail.to}`,
    ...(mail.cc === undefined ? [] : [`Cc: ${mail.cc}`]),
    `Subject: ${mail.subject ?? 'Hello'}`,
    `Date: ${mail.date ?? 'Mon, 23 Nov 2026 09:00:00 +0000'}`,
    ...(id === null ? [] : [`Message-ID: ${id}`]),
    'MIME-Version: 1.0',
    ...(mail.headers ?? []),
  ]
  const text = `Content-Type: text/plain; charset=utf-8\r\n\r\n${mail.text ?? 'Hello'}\r\n`
  if (mail.files === undefined) return Buffer.from(`${head.join('\r\n')}\r\n${text}`)
  const line = `b_${randomUUID()}`
  const parts = mail.files.map((file) => {
    const name = encodeURIComponent(file.name)
    return [
      `Content-Type: ${file.type ?? 'application/octet-stream'}`,
      `Content-Disposition: attachment; filename*=UTF-8''${name}`,
      'Content-Transfer-Encoding: base64',
      ...(file.headers ?? []),
      '',
      file.bytes.toString('base64').replace(/.{76}/g, '$&\r\n'),
      '',
    ].join('\r\n')
  })
  const body = [text, ...parts].map((part) => `--${line}\r\n${part}`).join('\r\n')
  return Buffer.from(
    `${head.join('\r\n')}\r\nContent-Type: multipart/mixed; boundary="${line}"\r\n\r\n${body}\r\n--${line}--\r\n`,
  )
}

/** Bytes at hand as a mail that is read in pieces. */
export function asMail(bytes: Buffer, piece = 64 * 1024): RawMail {
  return {
    size: bytes.length,
    async *open() {
      for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece)
    },
  }
}
