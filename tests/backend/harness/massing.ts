import { expect } from 'vitest'
import type { Deps } from '../../../backend/services/context.ts'
import { nextSendDue } from '../../../backend/services/sends/claim.ts'
import type { MassPlan, MassRows, MassSend } from '../../../lib/contract/mass.ts'
import type { Send } from '../../../lib/contract/sends.ts'
import type { Answer } from '../../stand-ins/door.ts'
import { contact, type HouseOfReps, houseOfReps, type Rep, someone } from './reps.ts'
import { deliverDue, workerDeps } from './sending.ts'

/** A house of reps, and the worker that sends what is due. */
export interface MassHouse {
  reps: HouseOfReps
  deps: Deps
}

export async function massHouse(): Promise<MassHouse> {
  const reps = await houseOfReps()
  return { reps, deps: workerDeps(reps.town) }
}

/** A draft to be sent to many, as the composer saves it. */
export async function draftOf(rep: Rep, more: object = {}): Promise<Send> {
  const made = await rep.me.call<Send>('POST', '/sends/drafts', {
    account: rep.me.email,
    subject: 'News for {{ contact.name }}',
    html: '<p>Dear {{ contact.name }}, our news.</p>',
    ...more,
  })
  expect(made.status).toBe(201)
  return made.body
}

/** So many, each with an address of their own. */
export async function contacts(rep: Rep, count: number): Promise<{ id: string; address: string }[]> {
  const made: { id: string; address: string }[] = []
  for (let nth = 0; nth < count; nth++) {
    const address = someone(`c${nth}`)
    made.push({ id: await contact(rep, address), address })
  }
  return made
}

/** Who would be mailed. */
export const plan = (rep: Rep, draft: Send, recordIds: string[]) =>
  rep.me.call<MassPlan>('POST', '/mass/plan', { draftId: draft.id, recordIds })

/** Sends it, now unless told otherwise. */
export function start(
  rep: Rep,
  draft: Send,
  recordIds: string[],
  more: object = {},
): Promise<Answer<MassSend>> {
  const { id: draftId, version } = draft
  const body = { draftId, version, recordIds, expected: recordIds.length, when: { kind: 'now' }, ...more }
  return rep.me.call<MassSend>('POST', '/mass', body)
}

/** How far it is. */
export async function mass(rep: Rep, id: string): Promise<MassSend> {
  return (await rep.me.call<MassSend>('GET', `/mass/${id}`)).body
}

/** Its mails. */
export async function rows(rep: Rep, id: string): Promise<MassRows> {
  return (await rep.me.call<MassRows>('GET', `/mass/${id}/rows`)).body
}

/** Lets time pass up to `until` and sends what is due on the way, as a worker does that looks every `every` ms. */
export async function work({ reps, deps }: MassHouse, until: number, every = 1): Promise<void> {
  const { clock } = reps.town.google
  for (;;) {
    while ((await deliverDue(deps)) > 0);
    if (clock.now() >= until) return
    const next = (await nextSendDue(deps.db)) ?? until
    clock.set(Math.min(until, Math.max(next, clock.now()) + every))
  }
}

/** What left for this address. */
export function gotBy({ reps }: MassHouse, address: string): string[] {
  return reps.town.google.outbox.filter((one) => one.to === address).map((one) => one.raw.toString('utf8'))
}
