import type { EmailFilter } from '@/lib/extension/api.ts'
import { attachments, cards, emails, places } from '../state.ts'
import { attempt } from './core.ts'

/** Opens a record's Emails list; what the card already knows stands there at once. */
export function openEmails(recordId: string, filter: EmailFilter = 'all'): void {
  const known = filter === 'all' ? cards.value.get(recordId)?.emails : undefined
  emails.value = {
    recordId,
    filter,
    rows: known?.rows ?? [],
    total: known?.total ?? 0,
    emptyReason: known?.emptyReason ?? null,
    nextCursor: undefined,
    loading: true,
    problem: undefined,
  }
  if (places.value.at(-1)?.kind !== 'emails') places.value = [...places.value, { kind: 'emails', recordId }]
  void readEmails(recordId, filter)
}

/** Another filter of the open list. */
export function filterEmails(filter: EmailFilter): void {
  const list = emails.value
  if (list === undefined || list.filter === filter) return
  emails.value = { ...list, filter, nextCursor: undefined, loading: true }
  void readEmails(list.recordId, filter)
}

/** The next page, below what stands there. */
export async function moreEmails(): Promise<void> {
  const list = emails.value
  if (list?.nextCursor === undefined || list.loading) return
  emails.value = { ...list, loading: true }
  const cursor = list.nextCursor
  const answer = await attempt(({ backend }) =>
    backend.emails(list.recordId, { filter: list.filter, cursor }),
  )
  const here = emails.value
  if (here?.recordId !== list.recordId || here.filter !== list.filter || here.nextCursor !== cursor) return
  if (!answer.ok) {
    emails.value = { ...here, loading: false, problem: answer.problem }
    return
  }
  const seen = new Set(here.rows.map((row) => row.key))
  const { rows, nextCursor, total } = answer.value
  emails.value = {
    ...here,
    rows: [...here.rows, ...rows.filter((row) => !seen.has(row.key))],
    total,
    nextCursor: nextCursor ?? undefined,
    loading: false,
  }
}

async function readEmails(recordId: string, filter: EmailFilter): Promise<void> {
  const answer = await attempt(({ backend }) => backend.emails(recordId, { filter }))
  const here = emails.value
  if (here?.recordId !== recordId || here.filter !== filter) return
  if (!answer.ok) {
    emails.value = { ...here, loading: false, problem: answer.problem }
    return
  }
  const { rows, total, emptyReason, nextCursor } = answer.value
  // Pages that were opened before stay, or the list would jump under the person's hand.
  const fresh = new Set(rows.map((row) => row.key))
  const older = here.rows.slice(rows.length).filter((row) => !fresh.has(row.key))
  const keeps = here.nextCursor !== undefined && older.length > 0
  emails.value = {
    ...here,
    rows: keeps ? [...rows, ...older] : rows,
    total,
    emptyReason,
    nextCursor: keeps ? here.nextCursor : (nextCursor ?? undefined),
    loading: false,
    problem: undefined,
  }
}

/** Opens a record's Attachments list. */
export function openAttachments(recordId: string): void {
  const known = cards.value.get(recordId)?.attachments
  attachments.value = {
    recordId,
    rows: known?.rows ?? [],
    total: known?.total ?? 0,
    nextCursor: undefined,
    loading: true,
    problem: undefined,
  }
  places.value = [...places.value, { kind: 'attachments', recordId }]
  void readAttachments(recordId, undefined)
}

export function moreAttachments(): void {
  const list = attachments.value
  if (list?.nextCursor !== undefined && !list.loading) void readAttachments(list.recordId, list.nextCursor)
}

async function readAttachments(recordId: string, cursor: string | undefined): Promise<void> {
  const answer = await attempt(({ backend }) =>
    backend.attachments(recordId, cursor === undefined ? {} : { cursor }),
  )
  const here = attachments.value
  if (here?.recordId !== recordId) return
  if (!answer.ok) {
    attachments.value = { ...here, loading: false, problem: answer.problem }
    return
  }
  const before = cursor === undefined ? [] : here.rows
  const seen = new Set(before.map((row) => row.id))
  attachments.value = {
    ...here,
    rows: [...before, ...answer.value.rows.filter((row) => !seen.has(row.id))],
    total: answer.value.total,
    nextCursor: answer.value.nextCursor ?? undefined,
    loading: false,
    problem: undefined,
  }
}

/** Something of this record changed at the server: the open lists are read again, in place. */
export function refreshList(recordId: string): void {
  if (emails.value?.recordId === recordId) void readEmails(recordId, emails.value.filter)
  if (attachments.value?.recordId === recordId) void readAttachments(recordId, undefined)
}
