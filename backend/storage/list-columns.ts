import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { ListColumn, ListTest, Test } from '../../lib/domain/list-filter.ts'
import { matchedLetters } from '../../lib/domain/loose-match.ts'
import { type Viewer, visibleTo } from './records.ts'

/** Columns of `records` behind fields that are columns; everything else is a member of `fields`. */
const own: Readonly<Record<string, string>> = {
  ownerId: 'records.owner_id',
  accountId: 'records.account_id',
  mainContactId: 'records.main_contact_id',
  dealId: 'records.deal_id',
  createdAt: 'records.created_at',
  updatedAt: 'records.updated_at',
  name: 'records.name',
}

/** A column's value in canonical text, null for none. Keys are parameters, never part of the statement. */
function value({ key, kind }: ListColumn): RawBuilder<unknown> {
  const column = own[key]
  if (column !== undefined) return sql.ref(column)
  if (kind === 'address')
    return sql`(select a.address from record_addresses a where a.record_id = records.id
      and a.kind = ${key === 'secondaryAddress' ? 'secondary' : 'primary'})`
  return sql`nullif(records.fields->>${key}::text, '')`
}

/** Numbers are checked when they are written; what an older version left behind is no number, and no error either. */
function numeric(column: ListColumn): RawBuilder<unknown> {
  return sql`substring(${value(column)} from '^-?[0-9]+(?:[.][0-9]+)?$')::numeric`
}

/** How values given as text are compared with the column. */
function typeOf({ key, kind }: ListColumn): RawBuilder<unknown> {
  if (kind === 'number') return sql`numeric`
  if (key === 'createdAt' || key === 'updatedAt') return sql`timestamptz`
  return own[key] === undefined || key === 'name' ? sql`text` : sql`uuid`
}

/** Condition on `records`. */
export function holdsTest({ column, test }: ListTest): RawBuilder<SqlBool> {
  const found = condition(column, test)
  return 'not' in test && test.not ? sql<SqlBool>`(${found}) is not true` : sql<SqlBool>`(${found})`
}

function condition(column: ListColumn, test: Test): RawBuilder<unknown> {
  if (test.kind === 'empty') return sql`${value(column)} is null`
  if (test.kind === 'matches') return matches(column, test.pattern)
  const by = column.kind === 'number' ? numeric(column) : value(column)
  const type = typeOf(column)
  if (test.kind === 'one_of') {
    if (column.kind === 'choices') return sql`string_to_array(${by}, ';') && ${test.values}::text[]`
    // A box nobody ticked is as good as an empty one.
    if (column.kind === 'boolean') return sql`coalesce(${by}, 'false') = any(${test.values}::text[])`
    if (own[column.key] === undefined && column.kind !== 'number' && column.kind !== 'address')
      return sql.join(
        test.values.map((one) => holdsValue(column.key, one)),
        sql` or `,
      )
    return sql`${by} = any(${test.values}::${type}[])`
  }
  const bounds = [
    test.from &&
      sql`${compared(column, by)} ${test.from.inclusive ? sql`>=` : sql`>`} ${test.from.value}::${type}`,
    test.to && sql`${compared(column, by)} ${test.to.inclusive ? sql`<=` : sql`<`} ${test.to.value}::${type}`,
  ].filter((bound) => bound !== undefined)
  return sql.join(bounds, sql` and `)
}

/** Hardly any text has to be made NFKC first; folding each would take fifty times as long. */
function matches(column: ListColumn, pattern: string): RawBuilder<SqlBool> {
  const text = sql`left(${value(column)}, ${matchedLetters}::int)`
  return sql<SqlBool>`(${text} ~ ${pattern}
    or (${text} is not nfkc normalized and normalize(${text}, NFKC) ~ ${pattern}))`
}

/** One index finds whatever value of whatever field. */
function holdsValue(key: string, one: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`records.fields @> ${JSON.stringify({ [key]: one })}::jsonb`
}

/** Dates and instants are texts that compare as they stand, whatever the server's locale. */
function compared(column: ListColumn, by: RawBuilder<unknown>): RawBuilder<unknown> {
  const isText = own[column.key] === undefined && column.kind !== 'number'
  return isText ? sql`(${by}) collate "C"` : by
}

/** By what rows are put in order. */
export interface Order {
  by: RawBuilder<unknown>
  /** What a cursor's text is read as. */
  type: 'text' | 'numeric' | 'timestamptz' | 'integer'
  /** Rows without a value come last, whatever the direction. */
  nullable: boolean
  /** What else has to stand in the from clause. */
  join: RawBuilder<unknown>
}

/** Letters of a text that decide about its place; the rest is left to the id. */
const orderedLetters = 40

/** A name the viewer may not read decides about no place: the cursor tells it. */
export function orderOf(column: ListColumn, viewer: Viewer): Order {
  const { key, kind } = column
  const plain = { join: sql``, nullable: true, type: 'text' as const }
  if (key === 'name') return { ...plain, by: sql`records.sort_name`, nullable: false }
  if (key === 'createdAt' || key === 'updatedAt')
    return { ...plain, by: value(column), type: 'timestamptz', nullable: false }
  if (kind === 'number') return { ...plain, by: numeric(column), type: 'numeric' }
  if (kind === 'choice' && column.order !== undefined)
    return {
      ...plain,
      by: sql`array_position(${[...column.order]}::text[], ${value(column)})`,
      type: 'integer',
    }
  if (key === 'ownerId')
    return {
      ...plain,
      join: sql`join users sorted on sorted.id = records.owner_id`,
      by: sql`inlay_fold(sorted.name) collate "C"`,
    }
  if (kind === 'id' || kind === 'owner') return byTarget(column, viewer)
  if (kind === 'date' || kind === 'instant' || kind === 'address')
    return { ...plain, by: sql`(${value(column)}) collate "C"` }
  return { ...plain, by: sql`inlay_fold(left(${value(column)}, ${orderedLetters}::int)) collate "C"` }
}

/** Lookups stand where the name they lead to stands. */
function byTarget(column: ListColumn, viewer: Viewer): Order {
  const id = value(column)
  const key =
    own[column.key] === undefined
      ? sql`case when ${id} ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then (${id})::uuid end`
      : id
  const plain = { type: 'text' as const, nullable: true }
  if (column.kind === 'owner')
    return {
      ...plain,
      join: sql`left join users sorted on sorted.id = ${key}`,
      by: sql`inlay_fold(sorted.name) collate "C"`,
    }
  return {
    ...plain,
    join: sql`left join records sorted on sorted.id = ${key} and sorted.deleted_at is null
      and ${visibleTo(viewer, 'sorted')}`,
    by: sql`sorted.sort_name`,
  }
}
