import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { EmailsPage } from '../../../lib/contract/emails.ts'
import type { RecordCard } from '../../../lib/contract/records.ts'
import type { Person } from '../../stand-ins/door.ts'
import type { AccountSeed, StandInMailbox } from '../../stand-ins/google/types.ts'
import { type TestHouse, testHouse } from './house.ts'
import { rawMail, type TestMail } from './mails.ts'

export interface Rep {
  me: Person
  gmail: StandInMailbox
  mailboxId: string
}

/** A house in which every test gets reps, customers and records of its own. Call it in `beforeAll`. */
export async function houseOfReps() {
  const town = await testHouse()
  town.google.addAccount({ email: 'founder@arbor.example', name: 'Founder' })
  const founder = await town.signIn('founder@arbor.example')
  await founder.call('PUT', '/policy/join', { domains: ['arbor.example'] })
  return { town, founder, newRep: createNewRep(town) }
}

export type HouseOfReps = Awaited<ReturnType<typeof houseOfReps>>

function createNewRep(town: TestHouse) {
  let count = 0
  /** A rep with a connected mailbox, not yet synchronised. */
  return async (seed: Omit<AccountSeed, 'email' | 'name'> = {}): Promise<Rep> => {
    count += 1
    const email = `rep${count}@arbor.example`
    const gmail = town.google.addAccount({ email, name: `Rep ${count}`, ...seed })
    const me = await town.signIn(email)
    await town.consent(me, ['send', 'read'])
    const { id } = await town.house.db
      .selectFrom('mailboxes')
      .select('id')
      .where('email', '=', email)
      .executeTakeFirstOrThrow()
    return { me, gmail, mailboxId: id }
  }
}

/** An address nobody else has. */
export function someone(name = 'elena'): string {
  return `${name}.${randomUUID().slice(0, 8)}@customer.example`
}

/** A new contact's id. */
export async function contact(rep: Rep, address: string): Promise<string> {
  return record(rep, { module: 'contacts', fields: { lastName: address }, primaryAddress: address })
}

export async function deal(
  rep: Rep,
  dealName: string,
  mainContactId: string,
  stage = 'proposal',
): Promise<string> {
  return record(rep, { module: 'deals', fields: { dealName, stage }, mainContactId })
}

async function record(rep: Rep, body: object): Promise<string> {
  const made = await rep.me.call<RecordCard>('POST', '/records', body)
  expect(made.status).toBe(201)
  return made.body.record.id
}

export async function emails(rep: Rep, recordId: string, query = ''): Promise<EmailsPage> {
  const { status, body } = await rep.me.call<EmailsPage>('GET', `/records/${recordId}/emails${query}`)
  expect(status).toBe(200)
  return body
}

export async function subjects(rep: Rep, recordId: string, query = ''): Promise<string[]> {
  return (await emails(rep, recordId, query)).rows.map((row) => row.subject)
}

/** A mail from outside into the rep's mailbox; its Gmail id. */
export function deliver(rep: Rep, mail: Omit<TestMail, 'to'> & { to?: string }, at?: number): string {
  return rep.gmail.deliver(rawMail({ to: rep.me.email, ...mail }), at === undefined ? {} : { at }).id ?? ''
}
