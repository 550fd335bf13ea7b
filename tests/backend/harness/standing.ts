import { expect } from 'vitest'
import type { Chips, ThreadStanding } from '../../../lib/contract/messages.ts'
import type { RecordCard } from '../../../lib/contract/records.ts'
import type { EventPayload } from '../../../lib/domain/events.ts'
import type { SharingMode } from '../../../lib/domain/sharing.ts'
import type { TestHouse } from './house.ts'
import { deliver, type Rep } from './reps.ts'

/** The thread of a mail in the rep's mailbox. */
export function threadOf(rep: Rep, gmailId: string): string {
  return rep.gmail.getMessage(gmailId)?.threadId ?? ''
}

export async function standing(rep: Rep, threadId: string): Promise<ThreadStanding> {
  const path = `/threads/${threadId}/standing?account=${encodeURIComponent(rep.me.email)}`
  const { status, body } = await rep.me.call<ThreadStanding>('GET', path)
  expect(status, JSON.stringify(body)).toBe(200)
  return body
}

type Done = Promise<ThreadStanding>

/** Puts the thread, or with `gmailId` one mail of it, on a record. */
export function link(rep: Rep, threadId: string, recordId: string, more: object = {}): Done {
  return done(rep, 'PUT', `/threads/${threadId}/links`, { recordId, ...more })
}

export function unlink(rep: Rep, threadId: string, recordId: string, more: object = {}): Done {
  return done(rep, 'DELETE', `/threads/${threadId}/links`, { recordId, ...more })
}

export function choose(rep: Rep, threadId: string, dealId: string | null, more: object = {}): Done {
  return done(rep, 'PUT', `/threads/${threadId}/deal`, { dealId, ...more })
}

async function done(rep: Rep, method: string, path: string, body: object): Done {
  const answer = await rep.me.call<ThreadStanding>(method, path, { account: rep.me.email, ...body })
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return answer.body
}

export async function chips(rep: Rep, threadIds: string[]): Promise<string[]> {
  const body = { account: rep.me.email, threadIds }
  const answer = await rep.me.call<Chips>('POST', '/threads/chips', body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return answer.body.chips.map((one) => [one.record.name, one.stage].filter(Boolean).join(', '))
}

/** What this person lets others see of their mail. */
export async function shareBy({ house }: TestHouse, rep: Rep, mode: SharingMode): Promise<string> {
  const { id } = await house.db
    .updateTable('users')
    .set({ sharing: mode })
    .where('email', '=', rep.me.email)
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

export async function make(rep: Rep, body: object): Promise<string> {
  const made = await rep.me.call<RecordCard>('POST', '/records', { fields: {}, ...body })
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  return made.body.record.id
}

/** Another mail in the thread that `<from>` opened as its Message-ID; its Gmail id. */
export function replyTo(town: TestHouse, rep: Rep, from: string, subject: string): string {
  const answers = `<${from}>`
  const headers = [`In-Reply-To: ${answers}`, `References: ${answers}`]
  town.google.clock.advance(1000)
  return deliver(rep, { from, subject: `Re: ${subject}`, headers })
}

/** Ids of what is stored of a thread. */
export async function keptOf({ house }: TestHouse, threadId: string): Promise<string[]> {
  const rows = await house.db
    .selectFrom('sightings')
    .select('id')
    .where('gmail_thread_id', '=', threadId)
    .execute()
  return rows.map((row) => row.id)
}

/** Kinds of the lines of a thread's ledger, sorted. */
export async function ledgerOf({ house }: TestHouse, threadId: string): Promise<string[]> {
  const rows = await house.db
    .selectFrom('mail_ledger as l')
    .innerJoin('sightings as s', 's.id', 'l.sighting_id')
    .select('l.kind')
    .where('s.gmail_thread_id', '=', threadId)
    .execute()
  return rows.map((row) => row.kind).sort()
}

/** Turns somebody's switch on a record on. */
export async function switchOn({ house }: TestHouse, userId: string, recordId: string): Promise<void> {
  const { org_id } = await house.db
    .selectFrom('users')
    .select('org_id')
    .where('id', '=', userId)
    .executeTakeFirstOrThrow()
  const at = new Date(house.clock.now())
  await house.db
    .insertInto('record_shares')
    .values({ user_id: userId, record_id: recordId, org_id, at })
    .onConflict((oc) => oc.doNothing())
    .execute()
}

/** What this person was told of mail and sharing, not the whole organisation with them. */
export async function eventsOf({ house }: TestHouse, rep: Rep): Promise<EventPayload[]> {
  const rows = await house.db
    .selectFrom('events as e')
    .leftJoin('users as u', 'u.id', 'e.user_id')
    .select(['e.payload', 'e.seq'])
    .where((eb) => eb.or([eb('e.user_id', 'is', null), eb('u.email', '=', rep.me.email)]))
    .orderBy('e.seq')
    .execute()
  return rows.map((row) => row.payload).filter(({ type }) => type === 'emails' || type === 'sharing')
}
