import { counts, list } from '../../state-workspace.ts'
import { newest } from '../newest.ts'

/** How many records each module has for this person. */
export async function loadCounts(): Promise<void> {
  const answer = await newest('counts', ({ backend }) => backend.countRecords())
  if (!answer?.ok) return
  counts.value = new Map(answer.value.counts.map(({ module, total }) => [module, total]))
}

/** The list itself has just said how many there are. */
export function noteCount(): void {
  const shown = list.value
  const whole = shown !== undefined && shown.filter.length === 0 && shown.q === ''
  if (whole && shown.total !== undefined) counts.value = new Map(counts.value).set(shown.module, shown.total)
}
