import { places } from '../state.ts'
import { history } from '../state-cards.ts'
import { attempt } from './core.ts'

/** Opens what happened to a record, newest first. */
export function openHistory(recordId: string): void {
  history.value = {
    recordId,
    rows: [],
    refs: [],
    people: [],
    nextCursor: undefined,
    loading: true,
    problem: undefined,
    asOfDate: '',
    asOf: undefined,
  }
  places.value = [...places.value, { kind: 'history', recordId }]
  void readChanges(recordId, undefined)
}

export function moreHistory(): void {
  const open = history.value
  if (open?.nextCursor === undefined || open.loading) return
  history.value = { ...open, loading: true }
  void readChanges(open.recordId, open.nextCursor)
}

async function readChanges(recordId: string, cursor: string | undefined): Promise<void> {
  const answer = await attempt(({ backend }) =>
    backend.changes(recordId, cursor === undefined ? {} : { cursor }),
  )
  const open = history.value
  if (open?.recordId !== recordId) return
  if (!answer.ok) {
    history.value = { ...open, loading: false, problem: answer.problem }
    return
  }
  const { rows, refs, people, nextCursor } = answer.value
  const before = cursor === undefined ? [] : open.rows
  const seen = new Set(before.map((row) => row.id))
  history.value = {
    ...open,
    rows: [...before, ...rows.filter((row) => !seen.has(row.id))],
    refs: [...open.refs, ...refs],
    people: [...open.people, ...people],
    nextCursor: nextCursor ?? undefined,
    loading: false,
    problem: undefined,
  }
}

/** The record as it stood at the end of an ISO date on the viewer's calendar; '' goes back to what happened. */
export async function lookBack(date: string, zone: string): Promise<void> {
  const open = history.value
  if (open === undefined) return
  history.value = { ...open, asOfDate: date, asOf: date === '' ? undefined : open.asOf, problem: undefined }
  const moment = endOf(date, zone)
  if (moment === undefined) return
  const answer = await attempt(({ backend }) => backend.recordAsOf(open.recordId, moment))
  const here = history.value
  if (here?.recordId !== open.recordId || here.asOfDate !== date) return
  history.value = answer.ok ? { ...here, asOf: answer.value } : { ...here, problem: answer.problem }
}

/** Who changed one of these fields last; '' when the history doesn't say. */
export async function whoChanged(recordId: string, keys: readonly string[]): Promise<string> {
  const answer = await attempt(({ backend }) => backend.changes(recordId))
  if (!answer.ok) return ''
  const last = answer.value.rows.find((row) => row.changes.some(({ field }) => keys.includes(field)))
  return last?.by?.name ?? ''
}

function endOf(date: string, zone: string): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return undefined
  const next = Temporal.PlainDate.from(date).add({ days: 1 }).toZonedDateTime(zone)
  return new Date(next.epochMilliseconds - 1).toISOString()
}
