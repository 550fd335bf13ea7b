import { isDocumentModule, isOpenStage, isOpenStatus, type ModuleKey } from './modules.ts'

/** A record a thread stands on, and how. */
export interface ChipCandidate {
  id: string
  module: ModuleKey
  name: string
  stage: string
  how: 'chosen' | 'hand' | 'through' | 'held'
  isSender: boolean
}

/**
 * The one record that tells most about a thread: the deal it is about, else a deal put there by hand, else anything put
 * there, else the one open deal of its people, or without any the one open document, else the person.
 */
export function mostTelling<C extends ChipCandidate>(all: readonly C[]): C | undefined {
  const chosen = all.find((one) => one.how === 'chosen')
  if (chosen !== undefined) return chosen
  const hand = all.filter((one) => one.how === 'hand')
  if (hand.length > 0) return hand.find((one) => one.module === 'deals') ?? hand.toSorted(byPerson)[0]
  const through = all.filter((one) => one.how === 'through')
  const deals = through.filter((one) => one.module === 'deals' && isOpenStage(one.stage))
  const documents = through.filter((one) => isDocumentModule(one.module) && isOpenStatus(one.stage))
  const open = deals.length > 0 ? deals : documents
  if (open.length === 1) return open[0]
  return all.filter((one) => one.how === 'held').toSorted(byPerson)[0]
}

const people: readonly ModuleKey[] = ['contacts', 'leads', 'accounts']

function byPerson(a: ChipCandidate, b: ChipCandidate): number {
  const place = (one: ChipCandidate) => (people.indexOf(one.module) + people.length + 1) % (people.length + 1)
  return Number(b.isSender) - Number(a.isSender) || place(a) - place(b) || (a.id < b.id ? -1 : 1)
}
