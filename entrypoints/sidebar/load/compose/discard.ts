import type { ApiProblem } from '@/lib/extension/api-core.ts'
import { now } from '@/lib/extension/clock.ts'
import type { Draft } from '@/lib/extension/mail-draft.ts'
import { attempt, link } from '../core.ts'

/** Ms in which a draft that was thrown away can be brought back as it was, files and all: as long as its toast. */
const second = 10_000
/** Ms after a discard in which the server may still have taken a save of this browser whose answer was lost. */
const late = 5_000
let next: ReturnType<typeof setTimeout> | undefined

/** What is thrown away is marked in this browser at once, so that it stays thrown away whatever happens to the panel. */
export async function markDiscarded(gone: Draft): Promise<void> {
  const mark: Draft = { ...gone, id: markId(gone), discarded: Date.now(), at: now() }
  const marking = link()?.cache?.writeDraft(mark)
  const isMarked = await Promise.resolve(marking).then(
    () => marking !== undefined,
    () => false,
  )
  // A browser that keeps nothing can't do it later.
  if (!isMarked) return void (await deleted(mark))
  sweepIn(second)
}

/** The mark of a draft, while the server has not forgotten it. */
export async function markOf(one: Draft): Promise<Draft | undefined> {
  return await link()
    ?.cache?.readDraft(markId(one))
    .catch(() => undefined)
}

/** It is wanted after all. */
export async function unmark(one: Draft): Promise<void> {
  await link()
    ?.cache?.removeDraft(markId(one))
    .catch(() => undefined)
}

/** A save that was on its way when its draft was thrown away: the mark learns what there is to delete. */
export async function tellMark(one: Draft, server: NonNullable<Draft['server']>): Promise<void> {
  const mark = await markOf(one)
  if (mark !== undefined)
    await link()
      ?.cache?.writeDraft({ ...mark, server })
      .catch(() => undefined)
}

export async function readMarks(): Promise<Draft[]> {
  const kept =
    (await link()
      ?.cache?.readDrafts()
      .catch(() => [])) ?? []
  return kept.filter((one) => one.discarded !== undefined)
}

/** Deletes at the server what was thrown away here and is past its undo; what fails has its turn at the next start or online. */
export async function sweepDiscarded(): Promise<void> {
  for (const mark of await readMarks()) {
    const left = (mark.discarded ?? 0) + second - Date.now()
    if (left > 0 && left <= second) sweepIn(left)
    else if (await deleted(mark)) await unmark(mark)
  }
}

function markId(one: Draft): string {
  return `gone:${one.attempt}`
}

function sweepIn(ms: number): void {
  clearTimeout(next)
  next = setTimeout(() => void sweepDiscarded(), ms)
}

/** True once there is nothing left to do for it. */
async function deleted({ server, at }: Draft): Promise<boolean> {
  if (server === undefined) return true
  const problem = await discardAt(server.id, server.version)
  if (problem?.kind !== 'refused') return problem === undefined
  if (problem.reason !== 'version_stale') return ['not_found', 'conflict'].includes(problem.code)
  // Gone on with elsewhere after this: that text counts. Else it was this browser's own last save.
  const answer = await attempt(({ backend }) => backend.drafts())
  if (!answer.ok) return false
  const row = answer.value.drafts.find(({ id }) => id === server.id)
  if (row === undefined || Date.parse(row.updatedAt) > at + late) return true
  return (await discardAt(row.id, row.version)) === undefined
}

async function discardAt(id: string, version: number): Promise<ApiProblem | undefined> {
  const answer = await attempt(({ backend }) => backend.discardDraft(id, version))
  return answer.ok ? undefined : answer.problem
}
