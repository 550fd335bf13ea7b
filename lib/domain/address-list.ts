import { normaliseAddress, type Party } from './addresses.ts'
import { cleanText } from './text.ts'

/** What an address header holds. `malformed` counts entries that name nobody; empty entries do not count. */
export interface AddressList {
  parties: Party[]
  malformed: number
}

interface Entry {
  /** Text outside comments and angle brackets, quotes taken off. */
  text: string
  /** Content of the last angle brackets. */
  angle: string | undefined
  /** Text of comments, for `a@b.example (Ann)`. */
  comment: string
  quoted: boolean
}

const maxNameLength = 200

/**
 * The parties of one address header (RFC 5322, 3.4) whose encoded words are already decoded, as Gmail's API hands it
 * out. Groups are flattened, `;` separates like `,`. Decoding may have set a comma free inside a name
 * (`Doe, John <j@x>`): a piece without any address before a piece with angle brackets belongs to that name.
 * Linear in the length of the header; the same address twice is one party.
 */
export function parseAddressList(header: string): AddressList {
  const parties = new Map<string, Party>()
  let malformed = 0
  let prefix = ''
  let pending = 0
  for (const entry of readEntries(cleanText(header))) {
    if (entry.angle === undefined && !entry.text.includes('@') && entry.text !== '' && !entry.quoted) {
      prefix = prefix === '' ? entry.text : `${prefix}, ${entry.text}`
      pending += 1
      continue
    }
    if (entry.angle === undefined) {
      malformed += pending
      prefix = ''
    }
    pending = 0
    const party = partyOf(entry, prefix)
    prefix = ''
    if (party === undefined) malformed += 1
    else if (!parties.has(party.address)) parties.set(party.address, party)
  }
  return { parties: [...parties.values()], malformed: malformed + pending }
}

function partyOf(entry: Entry, prefix: string): Party | undefined {
  if (entry.angle !== undefined) {
    const route = /^\s*@[^:]*:/
    const address = normaliseAddress(entry.angle.replace(route, '').replace(/^\s*mailto:/i, ''))
    if (address === undefined) return undefined
    return { address, name: nameOf(prefix === '' ? entry.text : `${prefix}, ${entry.text}`) }
  }
  const bare = /^'(.*)'$/.exec(entry.text)?.[1] ?? entry.text
  const address = normaliseAddress(bare)
  return address === undefined ? undefined : { address, name: nameOf(entry.comment) }
}

function nameOf(text: string): string {
  const name = text.replace(/\s+/g, ' ').trim()
  return name.length <= maxNameLength ? name : name.slice(0, maxNameLength).toWellFormed()
}

/** Splits at separators that stand outside quotes, comments and angle brackets. Unclosed ones are plain characters. */
function readEntries(header: string): Entry[] {
  const entries: Entry[] = []
  let entry = emptyEntry()
  let commentsOff = false
  let at = 0
  const flush = () => {
    entry.text = entry.text.trim()
    if (entry.text !== '' || entry.angle !== undefined || entry.comment !== '') entries.push(entry)
    entry = emptyEntry()
  }
  while (at < header.length) {
    const char = header.charAt(at)
    if (char === '\\') {
      entry.text += header.charAt(at + 1)
      at += 2
      continue
    }
    const end = commentsOff && char === '(' ? -1 : closing(header, at, char)
    if (end > at) {
      take(entry, char, header.slice(at + 1, end))
      at = end + 1
      continue
    }
    if (char === '(') commentsOff = true
    if (char === ',' || char === ';') flush()
    else if (char === ':' && entry.angle === undefined && !entry.text.includes('@')) entry = emptyEntry()
    else entry.text += char
    at += 1
  }
  flush()
  return entries
}

function emptyEntry(): Entry {
  return { text: '', angle: undefined, comment: '', quoted: false }
}

function take(entry: Entry, char: string, inside: string): void {
  if (char === '"') {
    entry.text += inside.replace(/\\(.)/gs, '$1')
    entry.quoted = true
  } else if (char === '<') {
    // A name may hold brackets of its own once it is decoded; the last ones are the address.
    if (entry.angle !== undefined) entry.text += `<${entry.angle}>`
    entry.angle = inside
  } else {
    const comment = inside.replace(/\\(.)/gs, '$1')
    entry.comment = entry.comment === '' ? comment : `${entry.comment} ${comment}`
  }
}

/** Index of what closes the quote, comment or bracket that opens at `from`; -1 when nothing opens or it never closes. */
function closing(text: string, from: number, char: string): number {
  if (char === '<') {
    const next = /[<>]/g
    next.lastIndex = from + 1
    const found = next.exec(text)
    return found?.[0] === '>' ? found.index : -1
  }
  if (char !== '"' && char !== '(') return -1
  let depth = 1
  for (let at = from + 1; at < text.length; at += 1) {
    const here = text.charAt(at)
    if (here === '\\') at += 1
    else if (char === '"' && here === '"') return at
    else if (char === '(' && here === '(') depth += 1
    else if (char === '(' && here === ')') {
      depth -= 1
      if (depth === 0) return at
    }
  }
  return -1
}
