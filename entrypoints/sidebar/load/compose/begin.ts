import type { RecordCard } from '@/lib/contract/records.ts'
import type { Person } from '../../state.ts'
import { newMail, openOrResume } from './open.ts'

/** A new mail to whom a card reaches, or to a person without one, also beside an open thread. An unsent draft opens again. */
export function composeTo(one: Person | undefined, card: RecordCard | undefined): Promise<void> {
  const fresh = newMail(card)
  if (one === undefined || card !== undefined) return openOrResume(fresh)
  const party = { address: one.address, name: one.name }
  return openOrResume({ ...fresh, id: `new:${one.address}`, to: [party] })
}
