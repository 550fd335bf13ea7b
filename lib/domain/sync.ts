import { isRobot } from './addresses.ts'
import { type Header, headerValues, isMail, readParties } from './messages.ts'

/** Why a mail that was read is forgotten again; the order is the one in which it is asked. */
export const skipReasons = [
  'not_mail',
  'colleagues_only',
  'never_link',
  'robots',
  'nobody_on_record',
] as const
export type SkipReason = (typeof skipReasons)[number]

/** What a call at Google is for: synchronisation, what somebody waits for at the screen, a mail on its way out. */
export const quotaUses = ['background', 'person', 'send'] as const
export type QuotaUse = (typeof quotaUses)[number]

/** Of the 6,000 units a user has in a minute (projects since 2026-05-01; gmail-api, B3). */
export const quota = {
  unitsPerMinute: 6_000,
  /** Kept for the person at the screen: synchronisation stops before it. */
  reserve: 1_500,
  /** How far each use may bring a minute's sum: a mail that is due still goes when somebody clicked a lot. */
  upTo: { background: 4_500, person: 5_700, send: 6_000 },
  /** Calls of a mailbox at a time in one process: one place is never taken by the background. */
  concurrent: { background: 3, person: 4, send: 4 },
  /** Units the background takes from the common budget at once. */
  block: 100,
  /** Units are counted by spans this long, ms. */
  spanMs: 1_000,
  /** Google may see a call this much later than we counted it, ms. */
  lateMs: 1_000,
  /** A span counts no longer than this after its begin, ms: its own length, Google's minute, and being late. */
  longestWaitMs: 62_000,
} as const

/** Units of the calls that read (gmail-api, B3). */
export const callUnits = {
  getProfile: 1,
  listSendAs: 1,
  listHistory: 2,
  listMessages: 5,
  getMessage: 20,
  openAttachment: 20,
  getThread: 40,
} as const

/** What decides whether a mail is taken, besides the mail itself. Addresses are normalised. */
export interface TakingFacts {
  /** The organisation's own people and internal domains. */
  isOwn(address: string): boolean
  /** Addresses and domains the organisation never links by. */
  isNever(address: string): boolean
  /** Stands on a record now. */
  isKnown(address: string): boolean
  /** Its owner put the thread on a record, or said which deal it is about. */
  threadIsLinked: boolean
}

/** Why a mail is taken, or why it is forgotten. */
export type Verdict = { taken: true; by: 'thread' | 'address' } | { taken: false; why: SkipReason }

/**
 * Whether a mail is taken (decisions 6). Storing it, explaining it and "why is this mail not here?" all ask this one
 * function. `addresses` are those of every party.
 */
export function decideTaking(
  mail: { labelIds: readonly string[]; addresses: readonly string[] },
  facts: TakingFacts,
): Verdict {
  if (!isMail(mail.labelIds)) return { taken: false, why: 'not_mail' }
  if (facts.threadIsLinked) return { taken: true, by: 'thread' }
  const { addresses } = mail
  if (linkingAddresses(addresses, facts).some(facts.isKnown)) return { taken: true, by: 'address' }
  const others = addresses.filter((address) => !facts.isOwn(address))
  if (addresses.length > 0 && others.length === 0) return { taken: false, why: 'colleagues_only' }
  const allowed = others.filter((address) => !facts.isNever(address))
  if (others.length > 0 && allowed.length === 0) return { taken: false, why: 'never_link' }
  if (allowed.length > 0 && allowed.every(isRobot)) return { taken: false, why: 'robots' }
  return { taken: false, why: 'nobody_on_record' }
}

/** Addresses by which a mail may stand on a record now: no own people, no robots, nobody of the never-link list. */
export function linkingAddresses(
  addresses: readonly string[],
  facts: Pick<TakingFacts, 'isOwn' | 'isNever'>,
): string[] {
  return keptAddresses(addresses, facts).filter((address) => !facts.isNever(address))
}

/**
 * Addresses a stored mail can be found by. Those of the never-link list are among them: it is asked whenever a list is read,
 * so that taking an entry off brings the mail back.
 */
export function keptAddresses(addresses: readonly string[], facts: Pick<TakingFacts, 'isOwn'>): string[] {
  const kept = (address: string) => address !== '' && !facts.isOwn(address) && !isRobot(address)
  return [...new Set(addresses)].filter(kept)
}

const daemons = /^(?:mailer-daemon|mail-daemon|postmaster|mdaemon|double-?bounce)(?:[+._-].*)?$/i

/**
 * Whether a mail may report that another one was not delivered; who reads reports looks closer. Rather one too many: an
 * automatic answer without a way back, a report part, a daemon as its sender.
 */
export function mayBeReport(headers: readonly Header[]): boolean {
  const all = (name: string) => headerValues(headers, name).map((value) => value.trim().toLowerCase())
  if (all('X-Failed-Recipients').length > 0) return true
  if (all('Content-Type').some((type) => type.startsWith('multipart/report') || /report-type\s*=/.test(type)))
    return true
  const senders = readParties(headers).from
  if (senders !== undefined && daemons.test(senders.address.slice(0, senders.address.lastIndexOf('@'))))
    return true
  const emptyReturn = all('Return-Path').some((path) => path === '<>' || path === '')
  return emptyReturn && all('Auto-Submitted').some((value) => value !== '' && value !== 'no')
}
