import { contactListsOf, type Renamed, type Road } from '../../storage/belongings.ts'
import type { Trx } from '../../storage/database.ts'
import { type NewChange, noteChanges } from '../../storage/record-changes.ts'
import { contactsLink } from '../../storage/record-links.ts'
import type { StoredChange } from '../../storage/record-tables.ts'
import type { Context } from '../context.ts'

const linesAtOnce = 500

/**
 * Tells the histories of all records that named `road.from` and name `road.to` now. `undone` when links that had been
 * dropped as double came back.
 */
export async function noteRenamed(
  ctx: Context,
  trx: Trx,
  input: { renamed: Renamed; road: Road; undone: boolean; facts: Readonly<Record<string, string>> },
): Promise<string[]> {
  const changes = await changesOf(trx, input)
  const { orgId, userId } = ctx.actor
  const lines = [...changes].map(
    ([recordId, list]): NewChange => ({
      id: ctx.newId(),
      orgId,
      recordId,
      at: input.road.now,
      by: userId,
      kind: 'changed',
      changes: list,
      facts: input.facts,
    }),
  )
  for (let from = 0; from < lines.length; from += linesAtOnce)
    await noteChanges(trx, lines.slice(from, from + linesAtOnce))
  return [...changes.keys()]
}

async function changesOf(
  trx: Trx,
  { renamed, road, undone }: { renamed: Renamed; road: Road; undone: boolean },
): Promise<Map<string, StoredChange[]>> {
  const changes = new Map<string, StoredChange[]>()
  const add = (id: string, change: StoredChange) => {
    const list = changes.get(id)
    if (list) list.push(change)
    else changes.set(id, [change])
  }
  const single = [...renamed.relations, ...renamed.links.filter((link) => link.field !== contactsLink)]
  for (const { id, field } of single) add(id, { field, old: road.from, new: road.to })
  const among = renamed.links.filter((link) => link.field === contactsLink)
  const now = await contactListsOf(trx, [...among.map((link) => link.id), ...renamed.mains])
  for (const [id, list] of now) {
    const before = new Set(list)
    const link = among.find((one) => one.id === id)
    if (link && !link.doubled) before.add(road.from)
    if (link && (!link.doubled || undone)) before.delete(road.to)
    if (link?.doubled && !undone) before.add(road.from)
    if (renamed.mains.includes(id)) {
      if (undone) before.delete(road.from)
      else before.add(road.to)
    }
    add(id, { field: 'contactIds', old: [...before].sort().join(';'), new: list.join(';') })
  }
  return changes
}
