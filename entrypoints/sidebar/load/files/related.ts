import type { RecordRef } from '@/lib/contract/records.ts'
import { cards, draft } from '../../state.ts'
import { checked } from '../../state-compose.ts'

/** So many related records are offered beside the first. */
const most = 12

/** The record the open mail is about: the one it was written from, else the first recipient's. `files`: how many it has. */
export function aboutRecord(): (RecordRef & { files: number | undefined }) | undefined {
  const one = draft.value
  if (one === undefined) return undefined
  const id =
    one.recordId ??
    [...one.to, ...one.cc].map((party) => checked.value.get(party.address)?.record?.id).find((known) => known)
  if (id === undefined) return undefined
  const card = cards.value.get(id)
  if (card !== undefined) {
    const { module, name } = card.record
    return { id, module, name, files: card.attachments.total }
  }
  const named = [...checked.value.values()].map(({ record }) => record).find((record) => record?.id === id)
  return named == null ? undefined : { id, module: named.module, name: named.name, files: undefined }
}

/** That record and those it belongs with, whose files may be meant as well (S-045, S-046). */
export function recordsNear(): RecordRef[] {
  const about = aboutRecord()
  if (about === undefined) return []
  const card = cards.value.get(about.id)
  const near =
    card === undefined
      ? []
      : [
          ...card.deals,
          ...card.record.refs,
          ...card.related.flatMap((list) => list.rows),
          ...card.people,
        ].map(({ id, module, name }) => ({ id, module, name }))
  const all = new Map([about, ...near].map((one) => [one.id, one]))
  return [...all.values()]
    .filter((one) => one.name !== '')
    .slice(0, most + 1)
    .map(({ id, module, name }) => ({ id, module, name }))
}
