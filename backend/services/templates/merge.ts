import { fieldsIn } from '../../../lib/domain/guards.ts'
import type { Queryable } from '../../storage/database.ts'

/** A text as one recipient gets it; `broken` says why it cannot be merged at all. */
export interface Merged {
  subject: string
  html: string
  unresolved: string[]
  broken: { why: string; line: number } | null
}

/** Merges a text for one record or address with what its author may open. */
export async function mergeFor(
  _q: Queryable,
  _who: { orgId: string; userId: string },
  text: { subject: string; html: string; recordId: string | null; address: string },
): Promise<Merged> {
  const { subject, html } = text
  return { subject, html, unresolved: fieldsIn(`${subject}\n${html}`), broken: null }
}
