import { batch } from '@preact/signals'
import { normaliseAddress } from '@/lib/domain/addresses.ts'
import { readSignature, type Signature } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { cards, chosen, type Person, page, people, picked, places, sheets } from '../state.ts'
import { route } from '../state-workspace.ts'
import { attempt, say } from './core.ts'
import { newest } from './newest.ts'
import { dropCard, keepCard, keepSummary, refreshPeople, setPerson } from './people.ts'
import { problemSentence } from './words.ts'
import { goToRecord } from './workspace/place.ts'

/** Opens one person of the thread; their card may have been left thin by the look-up. */
export function openPerson(address: string): void {
  batch(() => {
    chosen.value = address
    places.value = []
  })
  for (const id of people.value.find((one) => one.address === address)?.cardIds ?? []) void refreshCard(id)
}

/** One of the records an address stands on; `keep` remembers it from now on (S-001, decisions 5). */
export async function pickRecord(address: string, recordId: string, keep: boolean): Promise<void> {
  picked.value = { ...picked.value, [address]: recordId }
  void refreshCard(recordId)
  if (!keep) return
  const answer = await attempt(({ backend }) => backend.pick(address, recordId))
  if (!answer.ok) say(problemSentence(answer.problem))
  else void refreshPeople()
}

/** Puts the question "which record is this?" again; what was remembered stays until there is another answer. */
export function askAgain(address: string): void {
  picked.value = { ...picked.value, [address]: 'ask' }
}

/** Puts the question off; a quiet line stays. */
export function askLater(address: string): void {
  picked.value = { ...picked.value, [address]: 'later' }
}

/** A record as a place of its own, e.g. a deal. */
export function openRecord(recordId: string): void {
  if (route.value !== undefined) {
    goToRecord(recordId)
    return
  }
  const here = places.value.at(-1)
  batch(() => {
    sheets.value = []
    if (here?.kind !== 'record' || here.recordId !== recordId)
      places.value = [...places.value, { kind: 'record', recordId }]
  })
  void refreshCard(recordId)
}

export async function refreshCard(recordId: string): Promise<void> {
  const answer = await newest(`card:${recordId}`, ({ backend }) => backend.record(recordId))
  if (answer === undefined) return
  if (answer.ok) {
    batch(() => {
      keepCard(answer.value)
      keepSummary(answer.value.record)
    })
  } else if (answer.problem.kind === 'refused' && answer.problem.code === 'not_found') dropCard(recordId)
}

/** What the open mail itself says about a person; read in this browser, sent nowhere. */
export function signatureOf(one: Pick<Person, 'address' | 'name'>): Signature {
  const thread = page.value?.thread
  const wrote = normaliseAddress(thread?.signatureFrom ?? '')
  if (thread === undefined || (wrote !== undefined && wrote !== one.address)) return {}
  return readSignature(thread.signatureText, { name: one.name, address: one.address })
}

/** To the bin, from where it comes back whole. */
export async function binRecord(recordId: string): Promise<void> {
  const card = cards.value.get(recordId)
  const answer = await attempt(({ backend }) => backend.deleteRecord(recordId))
  if (!answer.ok) return say(problemSentence(answer.problem))
  forget(recordId, undefined)
  say(t('record.deleted', { name: card?.record.name ?? '' }), { kind: 'restore-record', recordId })
  afterwards(card?.record.mainContactId)
}

/** Takes a creation back. */
export async function deleteRecord(recordId: string, address: string | undefined): Promise<void> {
  const parent = cards.value.get(recordId)?.record.mainContactId
  const answer = await attempt(({ backend }) => backend.deleteRecord(recordId))
  if (!answer.ok) return say(t('send.not_changed'))
  forget(recordId, address)
  say(t('created.undone'))
  afterwards(parent)
}

/** Out of the bin again. */
export async function restoreRecord(recordId: string): Promise<void> {
  const answer = await attempt(({ backend }) => backend.restoreRecord(recordId))
  if (!answer.ok) return say(problemSentence(answer.problem))
  keepCard(answer.value)
  afterwards(answer.value.record.mainContactId)
}

function forget(recordId: string, address: string | undefined): void {
  batch(() => {
    dropCard(recordId)
    const gone = people.value.filter((one) => one.cardIds.length === 1 && one.cardIds[0] === recordId)
    for (const one of gone) setPerson(one.address, undefined)
    if (address !== undefined) setPerson(address, undefined)
    places.value = places.value.filter((place) => !('recordId' in place) || place.recordId !== recordId)
  })
}

function afterwards(parent: string | null | undefined): void {
  if (parent) void refreshCard(parent)
  void refreshPeople()
}
