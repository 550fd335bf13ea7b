import { domainOf } from './addresses.ts'

/** What a mail tells about its sender. `company`, `title`, `phone` only when the text really says so. */
export interface Signature {
  title?: string
  company?: string
  phone?: string
}

const han = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}々ー・\s　]+$/u
const invisible = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g

/** A hostile name made fit for one line: no controls, no direction overrides, single spaces, at most 200 characters. */
export function plainName(name: string): string {
  return name.replace(invisible, ' ').replace(/\s+/g, ' ').trim().slice(0, 200)
}

/** The name to show: what the mail says, else the local part of the address. */
export function displayName(name: string, address: string): string {
  return (
    plainName(name.replace(/^["']+|["']+$/g, '')) || address.slice(0, address.lastIndexOf('@')) || address
  )
}

/** One or two letters for an avatar; one character for Chinese and Japanese names. */
export function initials(name: string): string {
  const words = plainName(name).match(/[\p{L}\p{N}]+/gu) ?? []
  const first = [...(words[0] ?? '?')][0] ?? '?'
  if (han.test(first) || words.length < 2) return first.toUpperCase()
  return (first + ([...(words.at(-1) ?? '')][0] ?? '')).toUpperCase()
}

/** One of the five avatar grounds, the same for an address everywhere. */
export function avatarTone(address: string): 1 | 2 | 3 | 4 | 5 {
  let sum = 0
  for (const char of address) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 9973
  return ((sum % 5) + 1) as 1 | 2 | 3 | 4 | 5
}

/** First and last name. Handles `Brandt, Elena`, family-first Japanese names, and an address without a name. */
export function splitName(name: string, address: string): { firstName: string; lastName: string } {
  const shown = plainName(name.replace(/["“”]/g, '').replace(/\(.*?\)|（.*?）/g, ' '))
  if (shown === '' || shown.includes('@')) return fromLocalPart(address)
  const comma = shown.split(', ')
  if (comma.length === 2) return { firstName: comma[1] ?? '', lastName: comma[0] ?? '' }
  const words = shown.split(/[\s　]+/)
  if (words.length === 1) return { firstName: '', lastName: shown }
  if (han.test(shown)) return { firstName: words.slice(1).join(' '), lastName: words[0] ?? '' }
  return { firstName: words.slice(0, -1).join(' '), lastName: words.at(-1) ?? '' }
}

const freeMail =
  /^(?:gmail|googlemail|outlook|hotmail|live|msn|yahoo|ymail|icloud|me|mac|aol|gmx|web|proton|protonmail|mail\.(?:com|ru)|zoho|qq|163|docomo|ezweb|softbank|nifty|biglobe)(?:\.|$)/

/** A company guessed from the address' domain, e.g. `Haldenmarine`; undefined for free mail. */
export function companyFromDomain(address: string): string | undefined {
  const domain = domainOf(address)
  if (!domain.includes('.') || freeMail.test(domain)) return undefined
  const labels = domain.split('.')
  const shortSecond = labels.length > 2 && /^(?:co|com|or|ne|ac|go|gr|net|org)$/.test(labels.at(-2) ?? '')
  const label = labels.at(shortSecond ? -3 : -2) ?? ''
  return label
    .split('-')
    .filter((part) => part !== '')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join(' ')
}

const phoneLabel =
  /^(?:tel|phone|mobile|mob|cell|direct|office|t|m|p|d|電話|携帯|ＴＥＬ)\s*(?:no)?[.:：]*\s*/i
const phoneShape = /(?:\+|\(?0)[\d０-９][\d０-９\s().\-/‐–]{5,22}[\d０-９]/
const notPhone = /^(?:fax|f[.:]|ファックス|ＦＡＸ|vat|iban|ust|hrb|〒)/i
const titleWords =
  /\b(?:head|chief|director|manager|engineer|officer|president|founder|owner|partner|lead|buyer|procurement|purchasing|sales|marketing|account|assistant|consultant|architect|analyst|specialist|coordinator|representative|supervisor|developer|designer|leiter|leiterin|geschäftsführer|geschäftsführerin|einkauf|vertrieb|chef|directeur|directrice|responsable|ingénieur|director[ae]?|gerente|direttore|c[efto]o|vp)\b|(?:部長|課長|係長|主任|取締役|社長|室長|担当|営業部|購買部|調達部|マネージャー|エンジニア)/iu
const companyWords =
  /(?:^|\s)(?:GmbH(?: & Co\.? KG)?|AG|SE|KG|S\.?A\.?S?|S\.?A\.?R\.?L|S\.?p\.?A|S\.?r\.?l|Inc|Ltd|LLC|LLP|PLC|Corp|Co|B\.?V|N\.?V|A\/S|ApS|AB|AS|Oy|Pty|K\.K)\.?(?=$|[\s,|·])|株式会社|有限会社|合同会社/u

/**
 * Reads the last lines of a mail's own text. Pure reading: a line counts only when it is short, stands at or after the
 * sender's name or within the last ten lines, and looks like what it is taken for.
 */
export function readSignature(text: string, person: { name: string; address: string }): Signature {
  const found: Signature = {}
  for (const line of signatureLines(text.slice(-4000), person)) {
    const phone = phoneIn(line)
    if (phone !== undefined) {
      found.phone ??= phone
      continue
    }
    for (const piece of line.split(/\s*[|·•]\s*|\s+[–—]\s+/)) readPiece(piece, person, found)
  }
  return found
}

function readPiece(piece: string, person: { name: string; address: string }, found: Signature): void {
  const part = piece.trim()
  if (part.length < 2 || part.length > 80 || /[@]|https?:|www\./.test(part) || sameName(part, person.name))
    return
  if (/[.!?。]$/.test(part) && !companyWords.test(part)) return
  const label = companyFromDomain(person.address)
  const named = startsAsDomain(part, label)
  const [head = part] = part.split(/,\s/)
  if (titleWords.test(head) && head !== part && !companyWords.test(head)) {
    // "Plant Manager, Northwind Foods": the title, then whose; "Head of Sales, EMEA" is one title.
    const rest = part.slice(head.length).replace(/^,\s*/, '')
    if (companyWords.test(rest) || startsAsDomain(rest, label)) {
      found.title ??= head
      found.company ??= rest
      return
    }
  }
  if (named || companyWords.test(part)) found.company ??= companyWords.test(head) || named ? head : part
  else if (titleWords.test(part)) found.title ??= part
}

/** Whether a name begins as the address' domain does, spaces and signs left out. */
function startsAsDomain(name: string, label: string | undefined): boolean {
  return label !== undefined && squeeze(name).startsWith(squeeze(label))
}

function squeeze(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}

function signatureLines(text: string, person: { name: string }): string[] {
  const own = text.split(/\n(?=>|On .{5,80} wrote:|-{2,} ?Original|-{2,} ?Forwarded|From: )/)[0] ?? ''
  const lines = own
    .split('\n')
    .map((line) => plainName(line))
    .filter((line) => line !== '')
  const tail = lines.slice(-12)
  const name = tail.findIndex((line) => sameName(line, person.name))
  const rule = tail.findIndex((line) => /^(?:--|__|==|━|─|＿)/.test(line))
  const start = name >= 0 ? name : rule >= 0 ? rule : Math.max(0, tail.length - 6)
  return tail.slice(start).filter((line) => line.length <= 120)
}

function phoneIn(line: string): string | undefined {
  for (const piece of line.split(/\s*[|·•,]\s*/)) {
    if (notPhone.test(piece)) continue
    const hit = phoneShape.exec(piece.replace(phoneLabel, ''))?.[0]
    const digits = hit?.replace(/\D/g, '').length ?? 0
    // A number inside a sentence is an order or a date, not a phone.
    const words = hit === undefined ? 0 : piece.replace(phoneLabel, '').replace(hit, '').trim().length
    if (hit !== undefined && digits >= 8 && digits <= 15 && words <= 12)
      return hit.replace(/\s+/g, ' ').trim()
  }
  return undefined
}

function sameName(line: string, name: string): boolean {
  const plain = (text: string) =>
    plainName(text)
      .toLowerCase()
      .replace(/[\s,　.]/g, '')
  const wanted = plain(name)
  return wanted.length > 1 && (plain(line) === wanted || plain(line).startsWith(`${wanted}(`))
}

function fromLocalPart(address: string): { firstName: string; lastName: string } {
  const at = address.lastIndexOf('@')
  const words = address
    .slice(0, at < 0 ? undefined : at)
    .replace(/\+.*$/, '')
    .split(/[._-]+/)
    .filter((word) => word !== '')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  return { firstName: words.slice(0, -1).join(' '), lastName: words.at(-1) ?? '' }
}

/** How somebody is called in a short line: the first name, or a Chinese or Japanese name whole. */
export function shortName(name: string, address: string): string {
  const shown = displayName(name, address)
  if (han.test(shown) || shown.includes('@')) return shown
  const { firstName } = splitName(shown, address)
  return firstName.split(' ')[0] || shown
}
