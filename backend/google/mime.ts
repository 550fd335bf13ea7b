import { createHash } from 'node:crypto'
import { mailedName } from '../../lib/domain/file-names.ts'
import type { OutgoingFile, OutgoingMail } from './gateway.ts'
import { encodeBytes, encodeText } from './mime-bodies.ts'
import {
  asId,
  idsHeader,
  linksHeader,
  nameParameters,
  oneLine,
  partiesHeader,
  textHeader,
} from './mime-headers.ts'

/** Never resolves (RFC 2606): our ids in References are marks, not places. */
const markDomain = 'sends.inlay.invalid'
/** Some servers refuse longer chains; the first says what the thread is, the last whom we answer. */
const longestChain = 30
/** Neither base64 nor quoted-printable can hold it, and text that does is encoded. */
const lineStart = '--=_'

/** A part: its header, and its bytes or its own parts. */
type Part = { head: string[] } & (
  | { body: string }
  | { open: () => Promise<AsyncIterable<Uint8Array>> }
  | { kind: string; parts: Part[] }
)

/**
 * The raw mail as it is read: 7-bit throughout, Bcc kept because Gmail takes the recipients from the headers (gmail-api,
 * B7). Files are read when their turn comes, a chunk at a time. Nothing in it is left to chance or the clock.
 */
export async function* buildMime(mail: OutgoingMail): AsyncGenerator<Buffer> {
  const seed = createHash('sha256')
    .update(JSON.stringify([mail.sendId, mail.mark]))
    .digest('hex')
    .slice(0, 24)
  const root = content(mail)
  yield* write({ ...root, head: [...headers(mail), 'MIME-Version: 1.0', ...root.head] }, seed, '0')
}

function headers(mail: OutgoingMail): string[] {
  const date = new Date(mail.date).toUTCString().replace('GMT', '+0000')
  const { unsubscribe } = mail
  const links = linksHeader('List-Unsubscribe', unsubscribe?.links ?? [])
  const oneClick = unsubscribe?.oneClick === true && links.some((line) => line.includes('<https:'))
  return [
    ...partiesHeader('From', [mail.from]),
    ...partiesHeader('To', mail.to),
    ...partiesHeader('Cc', mail.cc),
    ...partiesHeader('Bcc', mail.bcc),
    ...textHeader('Subject', mail.subject),
    `Date: ${date}`,
    ...idsHeader('In-Reply-To', mail.inReplyTo === undefined ? [] : [mail.inReplyTo]),
    ...idsHeader('References', chain(mail)),
    ...links,
    ...(oneClick ? ['List-Unsubscribe-Post: List-Unsubscribe=One-Click'] : []),
    ...textHeader('X-Inlay-Send-Id', mail.sendId),
    ...textHeader('X-Inlay-Mark', mail.mark),
  ]
}

function chain(mail: OutgoingMail): string[] {
  const known = mail.references.flatMap((id) => asId(id) ?? [])
  const kept = known.length > longestChain ? [...known.slice(0, 1), ...known.slice(1 - longestChain)] : known
  return [...kept, `<${oneLine(mail.sendId)}@${markDomain}>`]
}

/** mixed(related(alternative(text, html), images), files), as Gmail's own mails are; levels with one part are left out. */
function content(mail: OutgoingMail): Part {
  const inside = mail.html === '' ? [] : mail.files.filter(isInside)
  const text = textPart('text/plain', mail.text)
  const written = mail.html === '' ? text : multipart('alternative', [text, textPart('text/html', mail.html)])
  const whole = inside.length === 0 ? written : multipart('related', [written, ...inside.map(filePart)])
  const files = mail.files.filter((file) => !inside.includes(file))
  return files.length === 0 ? whole : multipart('mixed', [whole, ...files.map(filePart)])
}

/** Only images: readers add other parts that stand inline to the text. */
function isInside(file: OutgoingFile): boolean {
  return /^image\//i.test(file.mimeType) && file.cid !== null && /^[\w.@+-]{1,200}$/.test(file.cid)
}

function multipart(kind: 'alternative' | 'related' | 'mixed', parts: Part[]): Part {
  return { head: [], kind: kind === 'related' ? 'related; type="multipart/alternative"' : kind, parts }
}

function textPart(type: 'text/plain' | 'text/html', text: string): Part {
  const { encoding, body } = encodeText(text, lineStart)
  return { head: [`Content-Type: ${type}; charset=utf-8`, `Content-Transfer-Encoding: ${encoding}`], body }
}

function filePart(file: OutgoingFile): Part {
  const name = mailedName(file.name)
  const inside = isInside(file)
  return {
    head: [
      `Content-Type: ${typeOf(file)}${nameParameters('name', name, 'words')}`,
      `Content-Disposition: ${inside ? 'inline' : 'attachment'}${nameParameters('filename', name, 'both')}`,
      ...(inside ? [`Content-ID: <${file.cid}>`] : []),
      'Content-Transfer-Encoding: base64',
    ],
    open: file.open,
  }
}

/** Parts that hold mails may not be encoded (RFC 2046, 5.2.1), so they travel as bytes. */
function typeOf(file: OutgoingFile): string {
  const type = file.mimeType.toLowerCase()
  const good = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,100}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,100}$/.test(type)
  return good && !/^(?:message|multipart)\//.test(type) ? type : 'application/octet-stream'
}

/** `place`: no part's boundary may begin with another's, which sloppy readers take for the same. */
async function* write(part: Part, seed: string, place: string): AsyncGenerator<Buffer> {
  if ('parts' in part) {
    const line = `=_${place}_${seed}`
    const type = `Content-Type: multipart/${part.kind};\r\n boundary="${line}"`
    yield Buffer.from(`${[...part.head, type].join('\r\n')}\r\n\r\n`)
    for (const [nth, one] of part.parts.entries()) {
      yield Buffer.from(`${nth === 0 ? '' : '\r\n'}--${line}\r\n`)
      yield* write(one, seed, `${place}.${nth}`)
    }
    yield Buffer.from(`\r\n--${line}--\r\n`)
    return
  }
  yield Buffer.from(`${part.head.join('\r\n')}\r\n\r\n`)
  if ('body' in part) yield Buffer.from(part.body)
  else yield* encodeBytes(await part.open())
}
