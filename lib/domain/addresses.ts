import { asciiDomain, readableDomain } from './internet-names.ts'

/** One party of a mail. `address` is lower-cased and has no angle brackets; `name` is as the sender wrote it. */
export interface Party {
  address: string
  name: string
}

const local = "[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\\-\\u0080-\\uFFFF]+"
const shape = new RegExp(
  `^${local}@[A-Za-z0-9\\u0080-\\uFFFF](?:[A-Za-z0-9\\u0080-\\uFFFF.\\-]*[A-Za-z0-9\\u0080-\\uFFFF])?$`,
)

/** True for an address Gmail would take: local part up to 64 octets, whole up to 254 (RFC 5321, 4.5.3.1). */
export function isAddress(text: string): boolean {
  if (text.length > 254 || !shape.test(text) || text.includes('..')) return false
  const at = text.lastIndexOf('@')
  const localPart = text.slice(0, at)
  return (
    at <= 64 && !localPart.startsWith('.') && !localPart.endsWith('.') && text.slice(at + 1).includes('.')
  )
}

/**
 * The form in which addresses are compared, stored and shown: trimmed, NFC, lower case, the domain as people read it
 * (`info@müller.example`, also where the header has `xn--…`). Returns undefined for anything malformed.
 */
export function normaliseAddress(text: string): string | undefined {
  const plain = text.trim().replace(/^<|>$/g, '').normalize('NFC').toLowerCase()
  if (!isAddress(plain)) return undefined
  const address = withDomain(plain, readableDomain)
  return isAddress(address) ? address : plain
}

/** An address or a domain as lists of the policy hold it. */
export function normaliseEntry(text: string): string {
  return withDomain(text.normalize('NFC').trim().toLowerCase(), readableDomain)
}

/** A normalised address as headers carry it, and Gmail's search finds it. */
export function asciiAddress(address: string): string {
  return withDomain(address, (domain) => asciiDomain(domain) ?? domain)
}

/** An address as we write it and as headers may: one or two. */
export function bothForms(address: string): string[] {
  const plain = normaliseAddress(address)
  return plain === undefined ? [address] : [...new Set([plain, asciiAddress(plain)])]
}

function withDomain(text: string, change: (domain: string) => string): string {
  const at = text.lastIndexOf('@') + 1
  return `${text.slice(0, at)}${change(text.slice(at))}`
}

/** Whether Gmail's API sends there: other letters before the @ need SMTPUTF8 (RFC 6531), which it does not promise. */
export function isMailable(address: string): boolean {
  return /^[\x21-\x7e]+$/.test(address.slice(0, address.lastIndexOf('@')))
}

/** The domain of a normalised address. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1)
}

/** What stands before the @ of role and robot senders, as JavaScript and PostgreSQL both read it. */
export const robotLocalPart =
  '^(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|noreply\\+.*|bounces?(?:[+-].*)?|notifications?|abuse|hostmaster|webmaster|listserv|majordomo)$'
const robots = new RegExp(robotLocalPart)

/** Role and robot senders never link (decisions 6). */
export function isRobot(address: string): boolean {
  return robots.test(address.slice(0, address.lastIndexOf('@')))
}

/** Whether an address is one of these, or of one of these domains or below it: the never-link list (decisions 6). */
export function standsOnList(address: string, entries: readonly string[]): boolean {
  const domain = domainOf(address)
  return entries.some((entry) => entry === address || entry === domain || domain.endsWith(`.${entry}`))
}
