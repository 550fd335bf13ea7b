import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { WhoTerm } from '../../../lib/domain/mail-search.ts'

/** What a list is asked for, beside whose mailboxes count. */
export interface EmailsFilter {
  kind: 'all' | 'received' | 'sent' | 'scheduled'
  /** As rows show them; none means any. */
  statuses: readonly string[]
  withFiles: boolean
  /** Archived in Gmail too (S-068). */
  archived: boolean
  byHand: boolean
}

export const everyEmail: EmailsFilter = {
  kind: 'all',
  statuses: [],
  withFiles: false,
  archived: true,
  byHand: false,
}

/** What Gmail found, and what is asked of mail of which only who and when may be seen. */
export interface TextSearch {
  /** Copies whose mailbox was asked. */
  sightingIds: readonly string[]
  messageIds: readonly string[]
  /** All must hold; undefined: such mail cannot match. */
  who: readonly WhoTerm[] | undefined
  /** Words that mail of our own has to contain, which Gmail does not know yet; undefined: it cannot match. */
  words: readonly string[] | undefined
}

/** Nothing is asked that needs more of a mail than its direction. */
export function isPlain({
  filter,
  search,
}: {
  filter: EmailsFilter
  search: TextSearch | undefined
}): boolean {
  const { statuses, withFiles, archived, byHand } = filter
  return search === undefined && statuses.length === 0 && !withFiles && archived && !byHand
}

interface WhoColumns {
  from: string
  to: string
  cc: string
  at: string
}

/** Condition on the columns of a mail's parties and time: nothing else of it is looked at. */
export function whoMatches({ who }: Pick<TextSearch, 'who'>, columns: WhoColumns): RawBuilder<SqlBool> {
  if (who === undefined || who.length === 0) return sql<SqlBool>`false`
  return sql<SqlBool>`(${sql.join(
    who.map((term) => holds(term, columns)),
    sql` and `,
  )})`
}

function holds(term: WhoTerm, columns: WhoColumns): RawBuilder<SqlBool> {
  const day = sql`to_char(${sql.ref(columns.at)} at time zone 'UTC', 'YYYY-MM-DD')`
  if (term.kind === 'on') return sql<SqlBool>`starts_with(${day}, ${term.day})`
  if (term.kind === 'since') return sql<SqlBool>`${day} >= ${term.day}`
  if (term.kind === 'before') return sql<SqlBool>`${day} < ${term.day}`
  const from = sql`jsonb_build_array(${sql.ref(columns.from)})`
  const parties = {
    from,
    to: sql.ref(columns.to),
    cc: sql.ref(columns.cc),
    anybody: sql`${from} || ${sql.ref(columns.to)} || ${sql.ref(columns.cc)}`,
  }[term.of]
  return sql<SqlBool>`exists (select 1 from jsonb_array_elements(${parties}) as p(party)
    where position(inlay_fold(${term.text}) in
      inlay_fold(coalesce(party->>'name', '') || ' ' || coalesce(party->>'address', ''))) > 0)`
}

/** Condition: each word stands in the text. */
export function wordsMatch(
  { words }: Pick<TextSearch, 'words'>,
  text: RawBuilder<unknown>,
): RawBuilder<SqlBool> {
  if (words === undefined || words.length === 0) return sql<SqlBool>`false`
  return sql<SqlBool>`(${sql.join(
    words.map((word) => sql`position(lower(${word}) in ${text}) > 0`),
    sql` and `,
  )})`
}
