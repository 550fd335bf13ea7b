import type { RecordCard } from '@/lib/contract/records.ts'
import { type Person, page, people } from '../../state.ts'
import { answerAll } from './answer.ts'
import { newMail, openOrResume } from './open.ts'

/** A mail to this person: an answer to all when they are in the open thread, else a new one. An unsent draft opens again. */
export async function composeTo(one: Person | undefined, card: RecordCard | undefined): Promise<void> {
  const here = one !== undefined && people.value.some((other) => other.address === one.address)
  if (one !== undefined && here && page.value?.thread?.threadId !== undefined) return answerAll(one, card)
  const fresh = newMail(card)
  if (one === undefined || card !== undefined) return openOrResume(fresh)
  const party = { address: one.address, name: one.name }
  return openOrResume({ ...fresh, id: `new:${one.address}`, to: [party] })
}

/** A new mail to whom a card reaches, also beside an open thread. */
export function composeNew(card: RecordCard | undefined): Promise<void> {
  return openOrResume(newMail(card))
}
