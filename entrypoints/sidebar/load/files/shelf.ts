import type { Signal } from '@preact/signals'
import type { Shelf } from '../../state-files.ts'
import { attempt } from '../core.ts'

/** Ms after the last key until is searched. */
const rest = 200
const turns = new WeakMap<Signal<Shelf>, number>()
const timers = new WeakMap<Signal<Shelf>, ReturnType<typeof setTimeout>>()

/** Opens a folder of the library, or the top; what stood there stays until the answer. */
export async function openFolder(shelf: Signal<Shelf>, folderId: string | undefined): Promise<void> {
  shelf.value = { ...shelf.value, folderId, q: '' }
  await readShelf(shelf)
}

/** Searches all folders as somebody types; nothing typed is the folder again. */
export function searchShelf(shelf: Signal<Shelf>, q: string): void {
  shelf.value = { ...shelf.value, q }
  clearTimeout(timers.get(shelf))
  timers.set(
    shelf,
    setTimeout(() => void readShelf(shelf), rest),
  )
}

/** Asks again, in place. */
export async function readShelf(shelf: Signal<Shelf>): Promise<void> {
  const turn = (turns.get(shelf) ?? 0) + 1
  turns.set(shelf, turn)
  const { folderId, q } = shelf.value
  const query = q.trim() === '' ? { ...(folderId !== undefined && { folderId }) } : { q: q.trim() }
  const answer = await attempt(({ backend }) => backend.library(query))
  if (turns.get(shelf) !== turn) return
  shelf.value = answer.ok
    ? { ...shelf.value, page: answer.value, problem: undefined }
    : { ...shelf.value, problem: answer.problem }
}
