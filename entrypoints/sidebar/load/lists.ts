import { attachments, cards, places } from '../state.ts'
import { refreshEmails } from './emails.ts'
import { newest } from './newest.ts'

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
  const answer = await newest(`attachments:${recordId}:${cursor ?? ''}`, ({ backend }) =>
    backend.attachments(recordId, cursor === undefined ? {} : { cursor }),
  )
  const here = attachments.value
  if (answer === undefined || here?.recordId !== recordId) return
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
  refreshEmails(recordId)
  if (attachments.value?.recordId === recordId) void readAttachments(recordId, undefined)
}
