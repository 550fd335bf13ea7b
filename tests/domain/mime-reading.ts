import { domainToASCII } from 'node:url'
import { type AddressObject, type ParsedMail, simpleParser } from 'mailparser'
import PostalMime, { type Address } from 'postal-mime'
import type { OutgoingMail } from '../../backend/google/gateway.ts'
import { mailedName } from '../../lib/domain/file-names.ts'
import type { CorpusMail } from './mime-corpus.ts'

/** What a reader makes of a mail, in one shape for all. */
export interface ReadMail {
  from: string[]
  to: string[]
  cc: string[]
  bcc: string[]
  subject: string
  text: string
  html: string
  messageIds: string[]
  inReplyTo: string
  unsubscribe: string[]
  sendId: string
  date: string
  files: { name: string; type: string; cid: string; inside: boolean; bytes: string }[]
}

export async function readByMailparser(raw: Buffer): Promise<ReadMail> {
  const mail = await simpleParser(raw, { skipImageLinks: true, skipHtmlToText: true, skipTextToHtml: true })
  return {
    from: shown(mail.from),
    to: shown(mail.to),
    cc: shown(mail.cc),
    bcc: shown(mail.bcc),
    subject: mail.subject ?? '',
    text: trimmed(mail.text ?? ''),
    html: trimmed(mail.html || ''),
    messageIds: [mail.references ?? []].flat(),
    inReplyTo: mail.inReplyTo ?? '',
    unsubscribe: rawHeaders(mail, 'list-unsubscribe'),
    sendId: String(mail.headers.get('x-inlay-send-id') ?? ''),
    date: mail.date?.toISOString() ?? '',
    files: mail.attachments.map((file) => ({
      name: file.filename ?? '',
      type: structured(file.headers.get('content-type')),
      cid: file.cid ?? '',
      inside: file.contentDisposition === 'inline',
      bytes: file.content.toString('base64'),
    })),
  }
}

export async function readByPostalMime(raw: Buffer): Promise<ReadMail> {
  const mail = await PostalMime.parse(raw, { attachmentEncoding: 'arraybuffer' })
  const header = (name: string): string => mail.headers.find(({ key }) => key === name)?.value ?? ''
  return {
    from: names(mail.from === undefined ? [] : [mail.from]),
    to: names(mail.to),
    cc: names(mail.cc),
    bcc: names(mail.bcc),
    subject: mail.subject ?? '',
    text: trimmed(mail.text ?? ''),
    html: trimmed(mail.html ?? ''),
    messageIds: (mail.references ?? '').split(/\s+/).filter(Boolean),
    inReplyTo: mail.inReplyTo ?? '',
    unsubscribe: header('list-unsubscribe').split(/,\s*/).filter(Boolean),
    sendId: header('x-inlay-send-id'),
    date: new Date(mail.date ?? 0).toISOString(),
    files: mail.attachments.map((file) => ({
      name: file.filename ?? '',
      type: file.mimeType,
      cid: (file.contentId ?? '').replace(/^<|>$/g, ''),
      inside: file.disposition === 'inline',
      bytes: asBase64(file.content),
    })),
  }
}

function asBase64(content: ArrayBuffer | Uint8Array | string): string {
  if (typeof content === 'string') throw new Error('Bytes were asked for.')
  return Buffer.from(content instanceof ArrayBuffer ? new Uint8Array(content) : content).toString('base64')
}

function shown(list: AddressObject | AddressObject[] | undefined): string[] {
  const all = list === undefined ? [] : [list].flat()
  return all.flatMap(({ value }) => value.map(({ name, address }) => `${name} <${inAscii(address ?? '')}>`))
}

/** As it stands in the part: for unknown bytes mailparser itself guesses by the name. */
function structured(value: unknown): string {
  const type = typeof value === 'object' && value !== null ? Reflect.get(value, 'value') : undefined
  return typeof type === 'string' ? type : ''
}

/** mailparser shows domains in letters. */
function inAscii(address: string): string {
  const at = address.lastIndexOf('@')
  return `${address.slice(0, at)}@${domainToASCII(address.slice(at + 1))}`
}

function names(list: readonly Address[] | undefined): string[] {
  return (list ?? []).map(({ name, address }) => `${name} <${address}>`)
}

function rawHeaders(mail: ParsedMail, key: string): string[] {
  const line = mail.headerLines.find((one) => one.key === key)?.line ?? ''
  return [...line.matchAll(/<[^<>]+>/g)].map(([link]) => link)
}

/** Readers differ in whether the end of the last line belongs to the text. */
function trimmed(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/\n+$/, '')
}

/** What every reader must make of this mail: its texts on one line where they stand in headers, its domains in ASCII. */
export function meant(mail: CorpusMail): ReadMail {
  const party = ({ name, address }: OutgoingMail['from']): string => {
    return `${line(name)} <${inAscii(address)}>`
  }
  const chain = [...mail.references, `<${mail.sendId}@sends.inlay.invalid>`]
  const inside =
    mail.html === ''
      ? []
      : mail.files.filter((file) => file.cid !== null && file.mimeType.startsWith('image/'))
  const others = mail.files.filter((file) => !inside.includes(file))
  return {
    from: [party(mail.from)],
    to: mail.to.map(party),
    cc: mail.cc.map(party),
    bcc: mail.bcc.map(party),
    subject: line(mail.subject),
    text: trimmed(mail.text.toWellFormed()),
    html: trimmed(mail.html.toWellFormed()),
    messageIds: chain.length > 31 ? [...chain.slice(0, 1), ...chain.slice(-30)] : chain,
    inReplyTo: mail.inReplyTo ?? '',
    unsubscribe: (mail.unsubscribe?.links ?? []).map((link) => `<${link}>`),
    sendId: mail.sendId,
    date: new Date(mail.date).toISOString(),
    files: [...inside, ...others].map((file) => ({
      name: mailedName(file.name),
      type:
        /^[a-z]+\/[a-z.-]+$/.test(file.mimeType) && !/^m(essage|ultipart)\//.test(file.mimeType)
          ? file.mimeType
          : 'application/octet-stream',
      cid: inside.includes(file) ? (file.cid ?? '') : '',
      inside: inside.includes(file),
      bytes: file.bytes.toString('base64'),
    })),
  }
}

function line(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
}
