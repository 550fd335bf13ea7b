import { splitMail } from './headers.ts'

/** A change to a mail's head; lines are complete `Name: value` ones without line end. */
export interface HeadEdit {
  /** Names to drop, any case. */
  remove?: readonly string[]
  /** Put before everything else, as a relay does. */
  prepend?: readonly string[]
  /** Put after the existing ones. */
  append?: readonly string[]
}

/** The mail with another head, the body byte for byte the same; head lines end in CRLF afterwards. */
export function editHead(raw: Buffer, edit: HeadEdit): Buffer {
  const { fields, body } = splitMail(raw)
  const drop = new Set((edit.remove ?? []).map((name) => name.toLowerCase()))
  const kept = fields.filter((one) => !drop.has(one.name.toLowerCase())).map((one) => one.raw)
  const lines = [...(edit.prepend ?? []).map(latin1), ...kept, ...(edit.append ?? []).map(latin1)]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body])
}

function latin1(line: string): string {
  return Buffer.from(line, 'utf8').toString('latin1')
}

/** `Tue, 03 Mar 2026 09:05:00 +0000` for a header (RFC 5322). */
export function mailDate(at: number): string {
  return new Date(at).toUTCString().replace('GMT', '+0000')
}

/** A display name for an address header: quoted, or an encoded word when not ASCII. */
export function displayName(name: string): string {
  if (/[^ -~]/.test(name)) return `=?UTF-8?B?${Buffer.from(name, 'utf8').toString('base64')}?=`
  return /^[\w ]*$/.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`
}
