import { domainToASCII } from 'node:url'
import type { Party } from '../../lib/domain/addresses.ts'
import { GoogleError } from './gateway.ts'

/** Column up to which lines of a header go (RFC 2047, 2 and RFC 5322, 2.1.1). */
const widest = 76
/** `=?UTF-8?B?` and `?=` */
const wordFrame = 12
const token = "[A-Za-z0-9!#$%&'*+\\-/=?^_`{|}~]+"
const atoms = new RegExp(`^${token}(?: ${token})*$`)
const dotAtom = new RegExp(`^${token}(?:\\.${token})*$`)

/** A header's value cannot start another header: what breaks lines or is not seen becomes a space (RFC 5322, 2.2). */
export function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .trim()
}

/** Free text such as a subject. */
export function textHeader(name: string, text: string): string[] {
  const plain = oneLine(text)
  if (plain === '') return []
  const simple = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/.test(plain) && !plain.includes('=?')
  if (!simple || plain.split(' ').some((word) => word.length > widest - name.length - 2))
    return [`${name}: ${encodedWords(plain, name.length + 2)}`]
  return [fold(`${name}:`, plain.split(' '))]
}

/** A list of parties, a line each at most. */
export function partiesHeader(name: string, parties: readonly Party[]): string[] {
  if (parties.length === 0) return []
  const shown = parties.map((party, nth) => mailbox(party, nth === 0 ? name.length + 2 : 1))
  return [`${name}: ${shown.join(',\r\n ')}`]
}

/** Message-IDs; what is none is left out. */
export function idsHeader(name: string, ids: readonly string[]): string[] {
  const good = ids.flatMap((id) => asId(id) ?? [])
  return good.length === 0 ? [] : [fold(`${name}:`, good)]
}

/** `<…>` as RFC 5322 has it, brackets added where they are missing; undefined for what cannot be one. */
export function asId(text: string): string | undefined {
  const inner = /<([^<>]*)>/.exec(text)?.[1]
  const plain = (inner ?? text).trim()
  const good = /^[\x21-\x3b\x3d\x3f-\x7e]{1,900}$/.test(plain)
  return good && (inner !== undefined || plain.includes('@')) ? `<${plain}>` : undefined
}

/** `<link>`s of a List- header (RFC 2369); what could end its bracket is left out. */
export function linksHeader(name: string, links: readonly string[]): string[] {
  const good = links.filter((link) => /^(?:https:\/\/|mailto:)[\x21-\x7e]{1,900}$/.test(link))
  const safe = good.filter((link) => !/[<>,]/.test(link))
  return safe.length === 0 ? [] : [`${name}: ${safe.map((link) => `<${link}>`).join(',\r\n ')}`]
}

/**
 * A parameter whose value is a file's name: as RFC 2231 has it, and, for programs that do not know that, with encoded
 * words, as Gmail and Outlook write it. `; name=…` lines, folded.
 */
export function nameParameters(parameter: string, value: string, forms: 'both' | 'words'): string {
  const plain = oneLine(value)
  if (/^[\x20-\x7e]{0,60}$/.test(plain) && !/["\\]|=\?|\s\s/.test(plain))
    return `;\r\n ${parameter}="${plain}"`
  const words = `;\r\n ${parameter}="${encodedWords(plain, parameter.length + 4)}"`
  return forms === 'words' ? words : words + continued(parameter, plain)
}

/** RFC 2231, 3 and 4: in pieces that hold whole characters. */
function continued(parameter: string, value: string): string {
  const pieces: string[] = []
  let piece = "UTF-8''"
  for (const sign of value) {
    const coded = percent(sign)
    if (piece.length + coded.length > widest - parameter.length - 8) {
      pieces.push(piece)
      piece = ''
    }
    piece += coded
  }
  pieces.push(piece)
  const [only = ''] = pieces
  if (pieces.length === 1) return `;\r\n ${parameter}*=${only}`
  return pieces.map((one, nth) => `;\r\n ${parameter}*${nth}*=${one}`).join('')
}

function percent(sign: string): string {
  if (/^[A-Za-z0-9!#$&+.^_`{|}~-]$/.test(sign)) return sign
  return [...Buffer.from(sign)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
}

/**
 * RFC 2047, B: each word holds whole characters, because a decoder that undoes word by word makes two halves of one.
 * `column`: where the first word begins.
 */
function encodedWords(text: string, column: number): string {
  const words: string[] = []
  let bytes = 0
  let word = ''
  let room = roomAt(column)
  for (const sign of text) {
    const size = Buffer.byteLength(sign)
    if (bytes + size > room) {
      words.push(word)
      word = ''
      bytes = 0
      room = roomAt(1)
    }
    word += sign
    bytes += size
  }
  words.push(word)
  return words.map((one) => `=?UTF-8?B?${Buffer.from(one).toString('base64')}?=`).join('\r\n ')
}

/** Bytes that a word beginning there can hold; at least one character. */
function roomAt(column: number): number {
  return Math.max(4, Math.floor((widest - 1 - column - wordFrame) / 4) * 3)
}

function mailbox(party: Party, column: number): string {
  const address = addrSpec(party.address)
  const name = oneLine(party.name)
  if (name === '') return address
  const shown = displayName(name, column)
  const last = shown.slice(shown.lastIndexOf('\n') + 1)
  return `${shown}${last.length + address.length > widest - column - 4 ? '\r\n ' : ' '}<${address}>`
}

function displayName(name: string, column: number): string {
  if (name.includes('=?') || name.length > 60 || !/^[\x20-\x7e]*$/.test(name) || /\s\s/.test(name))
    return encodedWords(name, column)
  return atoms.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`
}

/**
 * The address in ASCII: its domain by RFC 5891. A local part in other letters needs SMTPUTF8 (RFC 6531), which Gmail's API
 * does not promise. @throws GoogleError refused
 */
function addrSpec(address: string): string {
  const at = address.lastIndexOf('@')
  const local = address.slice(0, at)
  const given = address.slice(at + 1)
  if (/[^\x00-\x7f]/.test(local)) throw new GoogleError('refused', 'address_not_ascii')
  const domain = /[^\x00-\x7f]/.test(given) ? domainToASCII(given) : given
  const shaped = /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(domain) && /[A-Za-z]/.test(domain)
  if (at < 1 || !dotAtom.test(local) || !shaped) throw new GoogleError('refused', 'address_invalid')
  return `${local}@${domain}`
}

/** Words after `start`, broken between them. */
function fold(start: string, words: readonly string[]): string {
  let line = start
  const lines: string[] = []
  for (const word of words) {
    if (line !== start && line.length + 1 + word.length > widest) {
      lines.push(line)
      line = ''
    }
    line += ` ${word}`
  }
  return [...lines, line].join('\r\n')
}
