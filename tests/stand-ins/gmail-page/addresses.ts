import type { Party } from './model.ts'

/**
 * The parties of an address header as Gmail shows them. Anything goes: quoted commas, groups, comments, garbage;
 * what holds no address becomes a party with the text as name and no address.
 */
export function partiesOf(header: string | undefined): Party[] {
  return splitOutsideQuotes(header ?? '')
    .map(partyOf)
    .filter((party) => party.name !== '' || party.email !== '')
}

function partyOf(text: string): Party {
  const angled = /^(.*)<([^<>]*)>[^>]*$/s.exec(text)
  if (angled) {
    const email = (angled[2] ?? '').trim()
    return { name: plain(angled[1] ?? '') || email, email: isAddress(email) ? email : '' }
  }
  const bare = text.replace(/\([^)]*\)/g, '').trim()
  if (isAddress(bare)) return { name: /\(([^)]*)\)/.exec(text)?.[1] ?? bare, email: bare }
  return { name: plain(text), email: '' }
}

function isAddress(text: string): boolean {
  return /^[^\s@"]+@[^\s@]+$/.test(text) || /^"[^"]+"@[^\s@]+$/.test(text)
}

function plain(text: string): string {
  const trimmed = text.trim()
  const quoted = /^"(.*)"$/s.exec(trimmed)
  return (quoted?.[1] ?? trimmed).replace(/\\(.)/g, '$1').trim()
}

/** Cuts at commas and at the frame of a group (`Team: a@x, b@x;`), not inside quotes, comments or brackets. */
function splitOutsideQuotes(text: string): string[] {
  const parts: string[] = []
  let part = ''
  let quoted = false
  let depth = 0
  for (const [i, char] of [...text].entries()) {
    const escaped = text[i - 1] === '\\'
    if (char === '"' && !escaped) quoted = !quoted
    if (!quoted && (char === '<' || char === '(')) depth++
    if (!quoted && (char === '>' || char === ')')) depth = Math.max(0, depth - 1)
    const ends = !quoted && depth === 0 && (char === ',' || char === ';')
    if (ends) parts.push(part)
    part = ends ? '' : !quoted && depth === 0 && char === ':' ? '' : part + char
  }
  return [...parts, part].map((p) => p.trim()).filter(Boolean)
}

/** `Name <address>`, quoted where the name needs it. */
export function headerOf({ name, email }: Party): string {
  if (!name || name === email) return email
  return /^[\w .'-]*$/.test(name) || /[^ -~]/.test(name)
    ? `${name} <${email}>`
    : `"${name.replace(/["\\]/g, '\\$&')}" <${email}>`
}
