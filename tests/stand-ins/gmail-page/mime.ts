import { randomBytes } from 'node:crypto'

export interface MimeFile {
  name: string
  mimeType: string
  bytes: Buffer
  /** Gmail's own clients set it as `X-Attachment-Id`; other senders do not. */
  attachmentId?: string
  /** Makes the part an inline image that the HTML names as `cid:<contentId>`. */
  contentId?: string
}

export interface MailText {
  /** In order; values may hold any character and are encoded as needed. */
  headers: [name: string, value: string][]
  text?: string
  html?: string
  files?: readonly MimeFile[]
  /** Encoder of another charset for a plain text body and the Subject, as old Japanese clients use it. */
  charset?: { name: string; encode: (text: string) => Buffer }
}

/** Writes a mail as raw MIME, CRLF lines. Bodies are base64, so any text survives every transport. */
export function buildMail(mail: MailText): Buffer {
  const inline = (mail.files ?? []).filter((file) => file.contentId)
  const attached = (mail.files ?? []).filter((file) => !file.contentId)
  let body =
    mail.html === undefined ? textPart(mail, 'plain', mail.text ?? '') : textPart(mail, 'html', mail.html)
  if (mail.html !== undefined && mail.text !== undefined) {
    body = multipart('alternative', [textPart(mail, 'plain', mail.text), body])
  }
  if (inline.length > 0) body = multipart('related', [body, ...inline.map(filePart)])
  if (attached.length > 0) body = multipart('mixed', [body, ...attached.map(filePart)])
  const head = mail.headers.map(([name, value]) => `${name}: ${encodeHeader(value, name, mail.charset)}`)
  return Buffer.from([...head, 'MIME-Version: 1.0', body].join('\r\n'), 'latin1')
}

/** A Message-ID of the form Gmail's own page gives. */
export function gmailMessageId(): string {
  return `<CA${randomBytes(24).toString('base64url')}@mail.gmail.com>`
}

function textPart({ charset }: MailText, kind: 'plain' | 'html', text: string): string {
  if (charset && kind === 'plain') {
    const bytes = charset.encode(text.replace(/\r?\n/g, '\r\n'))
    const seven = bytes.every((byte) => byte < 128)
    const encoding = seven ? '7bit' : 'base64'
    const content = seven ? bytes.toString('latin1') : wrapped(bytes)
    return `Content-Type: text/plain; charset=${charset.name}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${content}`
  }
  return `Content-Type: text/${kind}; charset="UTF-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n${wrapped(Buffer.from(text))}`
}

function filePart(file: MimeFile): string {
  const ascii = /^[ -~]*$/.test(file.name) && !/["\\]/.test(file.name)
  const named = ascii ? `name="${file.name}"` : `name="${encodedWords(file.name)}"`
  const star = ascii ? `filename="${file.name}"` : `filename*=UTF-8''${encodeURIComponent(file.name)}`
  return [
    `Content-Type: ${file.mimeType}; ${named}`,
    `Content-Disposition: ${file.contentId ? 'inline' : 'attachment'}; ${star}`,
    'Content-Transfer-Encoding: base64',
    ...(file.contentId ? [`Content-ID: <${file.contentId}>`] : []),
    ...(file.attachmentId ? [`X-Attachment-Id: ${file.attachmentId}`] : []),
    '',
    wrapped(file.bytes),
  ].join('\r\n')
}

function multipart(kind: string, parts: string[]): string {
  const boundary = `0000${randomBytes(12).toString('hex')}`
  const inner = parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')
  return `Content-Type: multipart/${kind}; boundary="${boundary}"\r\n\r\n${inner}--${boundary}--\r\n`
}

function wrapped(bytes: Buffer): string {
  return bytes.toString('base64').replace(/.{76}/g, '$&\r\n')
}

/** Address headers keep their addresses bare and encode only the words around them. */
function encodeHeader(value: string, name: string, charset: MailText['charset']): string {
  if (/^[ -~]*$/.test(value)) return value
  if (charset && name === 'Subject') return charsetWord(charset.name, charset.encode(value))
  return value.replace(/[^ -~]+(?: +[^ -~]+)*/g, (run) => encodedWords(run))
}

function encodedWords(text: string): string {
  const words: string[] = []
  let word = ''
  for (const char of text) {
    if (Buffer.byteLength(word + char) > 42) {
      words.push(word)
      word = ''
    }
    word += char
  }
  return [...words, word].map((w) => charsetWord('UTF-8', Buffer.from(w))).join(' ')
}

function charsetWord(charset: string, bytes: Buffer): string {
  return `=?${charset}?B?${bytes.toString('base64')}?=`
}
