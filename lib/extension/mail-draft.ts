import type { Party } from '../domain/addresses.ts'

/**
 * An unsent mail as this browser keeps it. `id` says what it is: `reply:<thread>` opens again with its thread, `new:<key>` is
 * a mail of its own, `send:<id>` one that stands in the queue, `draft:<id>` one that came from the server.
 */
export interface Draft {
  id: string
  recordId: string | undefined
  replyTo: { threadId: string; messageId: string } | undefined
  /** A verified alias; undefined: the account itself. */
  from: string | undefined
  to: Party[]
  cc: Party[]
  bcc: Party[]
  subject: string
  html: string
  /** What is answered, folded below the text. */
  quote: string
  /** Text still in a recipient field that is not an address yet. */
  pending: { to: string; cc: string; bcc: string }
  templateId: string | undefined
  /** What becomes of it when some of its recipients may not be mailed. */
  partial: 'hold' | 'drop'
  /** Where the server keeps it; undefined until it was saved there. */
  server: { id: string; version: number } | undefined
  /** Changed since the server has heard of it. */
  unsaved: boolean
  /** An edit of a mail that stands in the queue; `due` while it has a time. */
  editing: { sendId: string; version: number; due?: { at: string; zone: string } } | undefined
  /** One mail each to these records (decisions 13); `to` is empty then. */
  mass: { recordIds: readonly string[] } | undefined
  /** The Idempotency-Key under which the server makes it; the same until it has. */
  attempt: string
  /** When it was thrown away, by this browser's own clock; kept until the server has forgotten it too. */
  discarded?: number
  at: number
}

/** What an earlier build kept: plain text, and nothing at the server. */
export function upgradeDraft(kept: Partial<Draft> & { id: string; body?: string }): Draft {
  const { body = '', ...rest } = kept
  return {
    ...emptyDraft(kept.id, kept.at ?? 0),
    ...rest,
    html: kept.html ?? htmlOf(body),
  }
}

export function emptyDraft(id: string, at: number): Draft {
  return {
    ...{ id, recordId: undefined, replyTo: undefined, from: undefined },
    ...{ to: [], cc: [], bcc: [], subject: '', html: '', quote: '' },
    pending: { to: '', cc: '', bcc: '' },
    ...{ templateId: undefined, partial: 'hold', server: undefined, unsaved: false },
    ...{ editing: undefined, mass: undefined, attempt: crypto.randomUUID(), at },
  }
}

/** Plain text as paragraphs. */
export function htmlOf(text: string): string {
  if (text === '') return ''
  return text
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => `<p>${escaped(line)}</p>`)
    .join('')
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}
