import MailComposer from 'nodemailer/lib/mail-composer'
import type { Party } from '../../lib/domain/addresses.ts'
import type { OutgoingMail } from './gateway.ts'

/** Never resolves (RFC 2606): our ids in References are marks, not places. */
const markDomain = 'sends.inlay.invalid'
/** Some servers refuse longer chains; the first says what the thread is, the last whom we answer. */
const longestChain = 30

/** Builds the raw mail: 7-bit throughout, Bcc kept because Gmail takes the recipients from the headers (gmail-api, B7). */
export async function buildMime(mail: OutgoingMail): Promise<Buffer> {
  const parties = (list: readonly Party[]) => list.map(toMailbox)
  const composer = new MailComposer({
    from: toMailbox(mail.from),
    to: parties(mail.to),
    cc: parties(mail.cc),
    bcc: parties(mail.bcc),
    subject: oneLine(mail.subject),
    // RFC 2046, 4.1.1: lines of text end with CRLF also inside base64.
    text: mail.text.toWellFormed().replace(/\r\n|\r|\n/g, '\r\n'),
    date: new Date(mail.date),
    references: chain(mail),
    ...(mail.inReplyTo !== undefined && { inReplyTo: oneLine(mail.inReplyTo) }),
    headers: { 'X-Inlay-Send-Id': oneLine(mail.sendId), 'X-Inlay-Mark': oneLine(mail.mark) },
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const message = composer.compile()
  message.keepBcc = true
  return message.build()
}

function toMailbox(party: Party): { name: string; address: string } {
  return { name: oneLine(party.name), address: oneLine(party.address) }
}

function chain(mail: OutgoingMail): string[] {
  const known = mail.references.map(oneLine).filter((id) => /^<[^<>\s]+>$/.test(id))
  const kept = known.length > longestChain ? [...known.slice(0, 1), ...known.slice(1 - longestChain)] : known
  return [...kept, `<${oneLine(mail.sendId)}@${markDomain}>`]
}

/** A header's value cannot start another header: control characters become spaces (RFC 5322, 2.2). */
function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ')
    .trim()
}
