import { parentPort } from 'node:worker_threads'
import { type AddressObject, simpleParser } from 'mailparser'
import type { Party } from '../../lib/domain/addresses.ts'
import type { ReadMail } from './gateway.ts'

/** Characters of a text; more of it is no mail a person wrote. */
const longest = 2_000_000

/** Takes one mail apart (see `read-mail.ts`). */
parentPort?.once('message', (raw: Uint8Array) => {
  void take(raw).then((mail) => parentPort?.postMessage(mail))
})

async function take(raw: Uint8Array): Promise<ReadMail> {
  const mail = await simpleParser(Buffer.from(raw), {
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipImageLinks: true,
    skipTextLinks: true,
    keepCidLinks: true,
  })
  return {
    to: partiesOf(mail.to),
    cc: partiesOf(mail.cc),
    bcc: partiesOf(mail.bcc),
    subject: mail.subject ?? '',
    inReplyTo: mail.inReplyTo,
    html: typeof mail.html === 'string' ? mail.html.slice(0, longest) : undefined,
    text: (mail.text ?? '').slice(0, longest),
    isOurs: mail.headers.has('x-inlay-send-id'),
    files: mail.attachments.map((file) => ({
      name: file.filename ?? '',
      mimeType: file.contentType,
      cid: file.cid ?? null,
      bytes: new Uint8Array(file.content),
    })),
  }
}

function partiesOf(field: AddressObject | AddressObject[] | undefined): Party[] {
  const all = field === undefined ? [] : Array.isArray(field) ? field : [field]
  const flat = all.flatMap(({ value }) => value).flatMap((one) => one.group ?? [one])
  return flat.map(({ address = '', name }) => ({ address, name }))
}
