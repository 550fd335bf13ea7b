import { randomUUID } from 'node:crypto'
import { createGateway } from '../../../backend/google/connect.ts'
import type { Deps } from '../../../backend/services/context.ts'
import { claimDueSends } from '../../../backend/services/sends/claim.ts'
import { deliverSend } from '../../../backend/services/sends/deliver.ts'
import type { Send } from '../../../lib/contract/sends.ts'
import type { Clock } from '../../../lib/domain/clock.ts'
import type { Answer, Person } from '../../stand-ins/door.ts'
import type { GoogleStandIn, StandInMailbox } from '../../stand-ins/google/types.ts'
import type { TestHouse } from './house.ts'

/** A rep with a connected mailbox and a customer whose mailbox shows what arrived. */
export interface Pair {
  rep: Person
  customer: StandInMailbox
}

let made = 0

/** Two fresh accounts; the rep has signed in and given these stages. */
export async function newPair(town: TestHouse, stages: ('send' | 'read')[]): Promise<Pair> {
  const nth = ++made
  const email = `rep${nth}@arbor.example`
  town.google.addAccount({ email, name: `Rep ${nth}` })
  const customer = town.google.addAccount({ email: `customer${nth}@halden.example`, name: 'Elena Brandt' })
  const rep = await town.signIn(email)
  const answer = await town.consent(rep, stages)
  if (answer.status !== 200) throw new Error(`Consent answered ${JSON.stringify(answer.body)}`)
  return { rep, customer }
}

/** Writes a mail from the rep to the customer, due now unless told otherwise. */
export async function write(pair: Pair, more: object = {}): Promise<Send> {
  const answer = await tryWrite(pair, more)
  if (answer.status !== 201) throw new Error(`Writing answered ${JSON.stringify(answer.body)}`)
  return answer.body
}

export function tryWrite({ rep, customer }: Pair, more: object = {}): Promise<Answer<Send>> {
  return rep.call<Send>('POST', '/sends', {
    account: rep.email,
    to: [{ address: customer.email, name: 'Elena Brandt' }],
    subject: 'Offer',
    body: 'Dear Elena,\nhere it is.',
    when: { kind: 'now' },
    ...more,
  })
}

/** A `when` this many minutes from now, in UTC. */
export function inMinutes({ google }: TestHouse, minutes: number): object {
  const local = new Date(google.clock.now() + minutes * 60_000).toISOString().slice(0, 16)
  return { when: { kind: 'at', local, zone: 'UTC' } }
}

export async function see(rep: Person, id: string): Promise<Send> {
  return (await rep.call<Send>('GET', `/sends/${id}`)).body
}

/**
 * The house as a worker has it, on a clock that jumps: whoever sleeps a short while moves the stand-in's clock there at
 * once, so that nothing waits in real time. Longer sleeps (a lease's renewal) wait for the test to move the clock.
 */
export function workerDeps(town: TestHouse, more: { limitMs?: number } = {}): Deps {
  const clock = jumping(town.google)
  const { google } = town
  return {
    ...town.house,
    clock,
    newId: randomUUID,
    google: createGateway({
      clientId: google.clientId,
      clientSecret: google.clientSecret,
      redirectUri: `${town.house.baseUrl}/auth/google/callback`,
      base: google.url,
      clock,
      ...more,
    }),
  }
}

function jumping({ clock }: GoogleStandIn): Clock {
  return {
    now: () => clock.now(),
    async sleepUntil(at, signal) {
      if (at - clock.now() > 30_000) return clock.sleepUntil(at, signal)
      if (!signal.aborted && at > clock.now()) clock.set(at)
      // Others run first, as in a real wait.
      await new Promise<void>((resolve) => setImmediate(resolve))
    },
  }
}

/** Claims and delivers everything due, as one worker does it in one round. Returns how many were claimed. */
export async function deliverDue(deps: Deps, worker = 'worker'): Promise<number> {
  const claimed = await claimDueSends(deps, { worker, limit: 50 })
  const results = await Promise.allSettled(
    claimed.map((one) => deliverSend(deps, one, new AbortController().signal)),
  )
  for (const result of results) if (result.status === 'rejected') throw result.reason
  return claimed.length
}

/** Claims and delivers until the send has come to rest, moving the clock as far as its own waits ask. */
export async function deliverToRest(deps: Deps, rep: Person, id: string): Promise<Send> {
  const google = deps.clock
  for (let round = 0; round < 20; round++) {
    await deliverDue(deps, `worker ${round}`)
    const send = await see(rep, id)
    if (send.status !== 'sending' && send.status !== 'scheduled') return send
    await google.sleepUntil(google.now() + 30_000, new AbortController().signal)
  }
  throw new Error('The send came to no rest in 20 rounds.')
}

/** Mails with this subject in a mailbox, drafts and sent copies left out, as raw text. */
export function arrived(mailbox: StandInMailbox, subject = 'Offer'): string[] {
  return mailbox
    .listThreads({ q: `subject:${subject}` })
    .flatMap((thread) => thread.messages ?? [])
    .filter((message) => message.labelIds?.includes('INBOX'))
    .map((message) => mailbox.rawMessage(message.id ?? '')?.toString('latin1') ?? '')
}

export function headerOf(raw: string, name: string): string | undefined {
  const head = (raw.split('\r\n\r\n', 1)[0] ?? '').replace(/\r\n[ \t]+/g, ' ')
  return new RegExp(`^${name}:[ \\t]*(.*)$`, 'im').exec(head)?.[1]?.trim()
}

/** Waits in real time for what happens in the background, without moving the clock. */
export async function until(done: () => Promise<boolean>): Promise<void> {
  // A server is another process: turns of our own loop say nothing about how long it needs.
  const deadline = performance.now() + 10_000
  while (performance.now() < deadline) {
    if (await done()) return
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  throw new Error('It did not happen.')
}
