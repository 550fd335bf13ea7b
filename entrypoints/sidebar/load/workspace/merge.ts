import { batch } from '@preact/signals'
import type { RecordSummary } from '@/lib/contract/records.ts'
import { t } from '@/lib/extension/i18n.ts'
import type { Option } from '@/lib/extension/ui/combobox.tsx'
import { cards, sheets } from '../../state.ts'
import { alike, dataProblem, merging } from '../../state-data.ts'
import { attempt, once, say } from '../core.ts'
import { dropCard } from '../people.ts'
import { refreshCard } from '../records.ts'
import { problemSentence } from '../words.ts'
import { goTo, goToRecord } from './place.ts'

/** The address at which two records stand side by side. */
function mergeRoute(winnerId: string, loserId: string): string {
  return `merge/${winnerId}/${loserId}`
}

/** Opens the question with which record this one shall become one. */
export function startMerge(recordId: string): void {
  sheets.value = [...sheets.value, { kind: 'merge', recordId }]
}

/** Who is like this record; nothing is said where the server can't be asked. */
export async function readAlike(recordId: string): Promise<void> {
  const record = cards.value.get(recordId)?.record
  if (record === undefined) return
  const { module } = record
  const answer = await attempt(({ backend }) => backend.duplicates({ module, recordId }))
  if (answer.ok) alike.value = { recordId, matches: answer.value.matches }
}

/** Other records of the same module, by what is typed. */
export async function findToMerge(record: RecordSummary, q: string): Promise<Option[]> {
  const answer = await attempt(({ backend }) => backend.findRecords(q, record.module))
  if (!answer.ok) return []
  return answer.value.records
    .filter((one) => one.id !== record.id)
    .map(({ id, name, primaryAddress }) => ({
      id,
      label: name,
      ...(primaryAddress && { hint: primaryAddress }),
    }))
}

/** To the place at which the two stand side by side. */
export function openMerge(winnerId: string, loserId: string): void {
  sheets.value = []
  goTo(mergeRoute(winnerId, loserId))
}

/** Both records, what differs, and what would move. */
export async function readMerge(winnerId: string, loserId: string): Promise<void> {
  batch(() => {
    merging.value = undefined
    dataProblem.value = undefined
  })
  const answer = await attempt(({ backend }) => backend.previewMerge({ winnerId, loserId }))
  if (!answer.ok) {
    dataProblem.value = answer.problem
    return
  }
  const take = Object.fromEntries(answer.value.fields.map((one) => [one.field, one.take]))
  merging.value = { preview: answer.value, take, key: crypto.randomUUID() }
}

export function takeFrom(field: string, side: 'winner' | 'loser'): void {
  const here = merging.value
  if (here !== undefined) merging.value = { ...here, take: { ...here.take, [field]: side } }
}

/** The other record becomes the one that stays. */
export function swapSides(): void {
  const here = merging.value
  if (here !== undefined) goTo(mergeRoute(here.preview.loser.id, here.preview.winner.id), true)
}

/** Merges; for 30 days it can be taken back. */
export async function merge(): Promise<void> {
  await once('merge', async () => {
    const here = merging.value
    if (here === undefined) return
    const { winner, loser } = here.preview
    const json = {
      winnerId: winner.id,
      loserId: loser.id,
      winnerVersion: winner.version,
      loserVersion: loser.version,
      take: here.take,
    }
    const answer = await attempt(({ backend }) => backend.merge(json, here.key))
    if (!answer.ok) {
      dataProblem.value = answer.problem
      // What was shown is no longer true: shown anew, with what was chosen so far lost only where it differs.
      merging.value = { ...here, key: crypto.randomUUID() }
      return
    }
    dropCard(loser.id)
    goToRecord(winner.id)
    say(t('merge.done', { record: answer.value.loserName }), {
      kind: 'undo-merge',
      mergeId: answer.value.id,
      recordId: winner.id,
    })
  })
}

/** Both records stand as they stood; what was changed since stays and is said. */
export async function undoMerge(mergeId: string, recordId: string): Promise<void> {
  const answer = await attempt(({ backend }) => backend.undoMerge(mergeId))
  if (!answer.ok) return say(problemSentence(answer.problem))
  void refreshCard(recordId)
  say(t('merge.undone', { record: answer.value.loserName }))
}
