import type {
  Condition,
  ListPage,
  ListQuery,
  ListRow,
  ModuleCounts,
  ViewDefinition,
} from '../../lib/contract/lists.ts'
import { type FieldProblem, Refusal } from '../../lib/domain/errors.ts'
import {
  type ListColumn,
  type ListEyes,
  type ListTest,
  listColumn,
  readCondition,
} from '../../lib/domain/list-filter.ts'
import type { ModuleDescription, ModuleKey } from '../../lib/domain/modules.ts'
import { isZone } from '../../lib/domain/schedule.ts'
import { readQuery } from '../../lib/domain/search-rank.ts'
import { type Order, orderOf } from '../storage/list-columns.ts'
import {
  countByModule,
  type ListScope,
  listKeys,
  lookThrough,
  mostLookedThrough,
  openDealsOf,
  type PageKey,
} from '../storage/lists.ts'
import { plannedOnce } from '../storage/prepared.ts'
import type { Viewer } from '../storage/records.ts'
import { findAnyRecordsById } from '../storage/search-candidates.ts'
import { todosOfCards } from '../storage/surroundings.ts'
import { viewerOf } from './access.ts'
import type { Context } from './context.ts'
import { emailSummaries } from './emails/summaries.ts'
import { modulesOf } from './modules.ts'
import { toSummaries } from './records/read.ts'
import { toTodo } from './todos.ts'

/** Columns that are worked out for the rows of a page, and only when they are shown. */
const computedColumns = ['lastContact', 'nextStep', 'openDeals'] as const

/** A page of a module's records as the viewer may see them, with how many there are altogether. */
export async function listPage(ctx: Context, query: ListQuery): Promise<ListPage> {
  const module = await moduleOf(ctx, query.module)
  const viewer = viewerOf(ctx)
  const scope = readScope(ctx, module, query)
  refuse(columnProblems(module, query.columns))
  const { order, descending, name } = readSort(module, query.sort, viewer)
  const start =
    query.cursor === undefined ? { at: query.at ?? 0 } : { after: readPlace(query.cursor, name, order) }
  const page = { order, descending, start, limit: query.limit }
  const { total, keys } = await listKeys(ctx.db, viewer, await lookedThrough(ctx, scope), page)
  const ids = keys.map((key) => key.id)
  const found = new Map(
    (await plannedOnce(() => findAnyRecordsById(ctx.db, viewer, ids))).map((row) => [row.id, row]),
  )
  const summaries = await toSummaries(
    ctx,
    ids.flatMap((id) => found.get(id) ?? []),
  )
  const last = keys.length < query.limit ? undefined : keys.at(-1)
  return {
    rows: await withComputed(ctx, summaries, query.columns),
    total,
    nextCursor: last === undefined ? null : writePlace(last, name),
  }
}

/** For the workspace's navigation. */
export async function countRecords(ctx: Context): Promise<ModuleCounts['counts']> {
  const modules = await modulesOf(ctx)
  return (await countByModule(ctx.db, viewerOf(ctx))).filter(({ module }) => modules.has(module))
}

async function moduleOf(ctx: Context, key: ModuleKey): Promise<ModuleDescription> {
  const module = (await modulesOf(ctx)).get(key)
  if (module === undefined) throw new Refusal('not_found', 'module_unknown', { module: key })
  return module
}

/** Which records the list holds. @throws Refusal naming each condition that cannot be met, and why */
export function readScope(
  ctx: Context,
  module: ModuleDescription,
  query: Pick<ListQuery, 'filter' | 'q' | 'zone' | 'bin'>,
): ListScope {
  if (!isZone(query.zone))
    throw new Refusal('invalid', 'zone_unknown', {}, [{ field: 'zone', reason: 'zone_unknown' }])
  const { tests, problems } = readFilter(module, query.filter, eyesOf(ctx, query.zone))
  refuse(problems)
  const search = query.q.trim() === '' ? undefined : readQuery(query.q)
  return { module: module.key, tests, search, bin: query.bin }
}

/** The scope with its texts looked through. @throws Refusal invalid `list_too_long` */
async function lookedThrough(ctx: Context, scope: ListScope): Promise<ListScope> {
  const looked = await lookThrough(ctx.db, viewerOf(ctx), scope)
  if (looked === undefined) throw new Refusal('invalid', 'list_too_long', { most: mostLookedThrough })
  return looked
}

function eyesOf({ actor, clock }: Context, zone: string): ListEyes {
  const now = Temporal.Instant.fromEpochMilliseconds(clock.now())
  return { userId: actor.userId, zone, today: now.toZonedDateTimeISO(zone).toPlainDate().toString() }
}

function readFilter(module: ModuleDescription, filter: readonly Condition[], eyes: ListEyes) {
  const tests: ListTest[] = []
  const problems: FieldProblem[] = []
  for (const [n, condition] of filter.entries()) {
    const column = listColumn(module, condition.field)
    if (column === undefined) {
      problems.push({ field: `filter.${n}.field`, reason: 'field_unknown' })
      continue
    }
    const field = module.fields.find((one) => one.key === condition.field)
    const test = readCondition(column, field, condition, eyes)
    if ('problem' in test) problems.push({ field: `filter.${n}.values`, reason: test.problem })
    else tests.push({ column, test })
  }
  return { tests, problems }
}

/** True for what a list of the module can show. */
export function isListField(module: ModuleDescription, key: string): boolean {
  return listColumn(module, key) !== undefined || computedColumns.some((one) => one === key)
}

function columnProblems(module: ModuleDescription, columns: readonly string[]): FieldProblem[] {
  return columns.flatMap((key, n): FieldProblem[] =>
    isListField(module, key) ? [] : [{ field: `columns.${n}`, reason: 'field_unknown' }],
  )
}

/** What is wrong with a view of the module, each with its path in the definition. */
export function viewProblems(ctx: Context, module: ModuleDescription, view: ViewDefinition): FieldProblem[] {
  const sort = view.sort === undefined ? [] : sortProblems(module, view.sort)
  const { problems } = readFilter(module, view.filter, eyesOf(ctx, 'UTC'))
  return [...columnProblems(module, view.columns ?? []), ...problems, ...sort]
}

/** What is worked out row by row is known only for the rows one sees. */
function sortProblems(module: ModuleDescription, sort: { field: string }): FieldProblem[] {
  if (listColumn(module, sort.field) !== undefined) return []
  const reason = isListField(module, sort.field) ? 'field_invalid' : 'field_unknown'
  return [{ field: 'sort.field', reason }]
}

function refuse(problems: readonly FieldProblem[]): void {
  const [first] = problems
  if (first !== undefined) throw new Refusal('invalid', first.reason, {}, problems.slice(0, 50))
}

const byName: ListColumn = { key: 'name', kind: 'text' }

function readSort(
  module: ModuleDescription,
  sort: ListQuery['sort'],
  viewer: Viewer,
): { order: Order; descending: boolean; name: string } {
  if (sort !== undefined) refuse(sortProblems(module, sort))
  const column = (sort && listColumn(module, sort.field)) ?? byName
  const descending = sort?.direction === 'desc'
  return { order: orderOf(column, viewer), descending, name: `${column.key} ${descending ? 'desc' : 'asc'}` }
}

/** Where a page ended, in this order only. */
function writePlace({ value, id }: PageKey, name: string): string {
  return Buffer.from(JSON.stringify([name, value, id])).toString('base64url')
}

const castable: Readonly<Record<Order['type'], RegExp>> = {
  text: /^/,
  numeric: /^-?\d{1,30}(?:\.\d{1,30})?$/,
  integer: /^\d{1,9}$/,
  timestamptz: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?[+-]\d\d(?::?\d\d)?$/,
}
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** @throws RangeError for what only looks like an instant, or is none to the database */
function sameInstant(text: string): string {
  if (Temporal.Instant.from(text).epochMilliseconds > 0) return text
  throw new RangeError('No row is that old.')
}

/** @throws Refusal for anything {@link writePlace} did not write for this order */
function readPlace(cursor: string, name: string, order: Order): PageKey {
  try {
    const read: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (Array.isArray(read) && read[0] === name && typeof read[2] === 'string' && uuid.test(read[2])) {
      const value: unknown = read[1]
      if (value === null && order.nullable) return { value, id: read[2] }
      if (typeof value === 'string' && castable[order.type].test(value) && !value.includes('\0'))
        return { value: order.type === 'timestamptz' ? sameInstant(value) : value, id: read[2] }
    }
  } catch {
    // Refused below.
  }
  throw new Refusal('invalid', 'field_invalid', {}, [{ field: 'cursor', reason: 'field_invalid' }])
}

/** One statement or few for each computed column, however many rows. */
async function withComputed(
  ctx: Context,
  rows: ListPage['rows'],
  columns: readonly string[],
): Promise<ListRow[]> {
  const ids = rows.map((row) => row.id)
  if (ids.length === 0) return []
  const contacts = columns.includes('lastContact') ? await emailSummaries(ctx, ids) : undefined
  const { orgId } = ctx.actor
  const steps = columns.includes('nextStep')
    ? new Map(
        (await todosOfCards(ctx.db, { orgId, recordIds: ids, limit: 1 })).map((one) => [one.recordId, one]),
      )
    : undefined
  const deals = columns.includes('openDeals')
    ? Map.groupBy(await openDealsOf(ctx.db, viewerOf(ctx), ids), (one) => one.recordId)
    : undefined
  return rows.map((row) => {
    const step = steps?.get(row.id)
    return {
      ...row,
      ...(contacts !== undefined && { lastContact: contacts.of(row.id).lastContact }),
      ...(steps !== undefined && {
        nextStep:
          step === undefined
            ? null
            : toTodo({ ...step, recordModule: row.module, recordName: row.name, doneAt: null }),
      }),
      ...(deals !== undefined && {
        openDeals: (deals.get(row.id) ?? []).map(({ amount, currency }) => ({ amount, currency })),
      }),
    }
  })
}
