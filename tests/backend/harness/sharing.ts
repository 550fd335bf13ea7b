import { expect } from 'vitest'
import type { MessageBody, MessageDetail } from '../../../lib/contract/messages.ts'
import type { Ledger, MySharing, WhoSees } from '../../../lib/contract/sharing.ts'
import type { TestHouse } from './house.ts'
import { contact, deliver, emails, type HouseOfReps, type Rep, someone } from './reps.ts'
import { threadOf } from './standing.ts'
import { workOff } from './work.ts'

export interface Mail {
  id: string
  gmailId: string
  threadId: string
  recordId: string
  elena: string
}

/** A mail of a new contact in the rep's mailbox, stored and standing on that contact's record. */
export async function mailOf(town: TestHouse, rep: Rep, more: object = {}): Promise<Mail> {
  const elena = someone()
  const recordId = await contact(rep, elena)
  await workOff(town)
  const gmailId = deliver(rep, {
    from: `Elena <${elena}>`,
    subject: 'Secret offer',
    text: 'The price is 5',
    ...more,
  })
  town.google.clock.advance(60_000)
  await workOff(town)
  const [row] = (await emails(rep, recordId)).rows
  return { id: row?.messageId ?? '', gmailId, threadId: threadOf(rep, gmailId), recordId, elena }
}

/** What a person sees of a mail: nothing, who and when, or everything. */
export async function levelFor(person: Pick<Rep, 'me'>, mail: Pick<Mail, 'id'>): Promise<string> {
  const answer = await person.me.call<MessageDetail>('GET', `/messages/${mail.id}`)
  if (answer.status === 404) return 'none'
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return answer.body.level
}

export const detailFor = (rep: Rep, mail: Mail) => ask<MessageDetail>(rep, 'GET', `/messages/${mail.id}`)
export const bodyFor = (rep: Rep, mail: Mail) => rep.me.call<MessageBody>('GET', `/messages/${mail.id}/body`)
export const ledgerOf = (rep: Rep, mail: Mail) => ask<Ledger>(rep, 'GET', `/messages/${mail.id}/ledger`)
export const mine = (rep: Rep) => ask<MySharing>(rep, 'GET', '/sharing')
export const chooseMode = (rep: Rep, mode: string | null) => ask<MySharing>(rep, 'PUT', '/sharing', { mode })

export function share(rep: Rep, mail: Mail, level: string, more: object = {}): Promise<WhoSees> {
  return ask(rep, 'PUT', '/sharing/mail', { account: rep.me.email, threadId: mail.threadId, level, ...more })
}

export function preview(rep: Rep, mail: Pick<Mail, 'threadId'>, more: object = {}): Promise<WhoSees> {
  return ask(rep, 'POST', '/sharing/preview', { account: rep.me.email, threadId: mail.threadId, ...more })
}

/** `name level reason` of everybody the answer names, with what is new of it; admins of whom nothing is told left out. */
export function named({ people }: WhoSees): string[] {
  return people
    .filter((one) => one.level !== 'none')
    .map(
      (one) =>
        `${one.name} ${one.level} ${one.reason}${one.has ? ` ${one.has}` : ''}${one.isNew ? ' new' : ''}`,
    )
}

/** The ledger's lines, the oldest first. */
export function lines({ entries }: Ledger): string[] {
  const names = (people: { name: string }[]) => people.map((one) => one.name).join(', ')
  return entries
    .toReversed()
    .map((one) =>
      [
        one.kind,
        one.level,
        one.gained.length > 0 && `+${names(one.gained)}`,
        one.lost.length > 0 && `-${names(one.lost)}`,
        !one.isMe && `by ${one.who.name}`,
      ]
        .filter(Boolean)
        .join(' '),
    )
}

async function ask<T>(rep: Rep, method: string, path: string, body?: object): Promise<T> {
  const answer = await rep.me.call<T>(method, path, body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return answer.body
}

export async function idOf({ house }: TestHouse, rep: Rep): Promise<string> {
  const { id } = await house.db
    .selectFrom('users')
    .select('id')
    .where('email', '=', rep.me.email)
    .executeTakeFirstOrThrow()
  return id
}

export async function setStatus(
  { founder }: HouseOfReps,
  userId: string,
  status: 'active' | 'deactivated',
): Promise<void> {
  const answer = await founder.call('PATCH', `/people/${userId}`, { status })
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
}
