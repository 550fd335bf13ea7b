import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { documentModules, type ModuleKey } from '../../lib/domain/modules.ts'
import type { Queryable } from './database.ts'
import { thoseReached } from './mail/addresses.ts'
import { contactsLink } from './record-links.ts'
import { type RecordRow, selectRecords, type Viewer, visibleTo } from './records.ts'

/** A record that stands around another one, and as what. */
export type AroundRow = RecordRow & {
  cardId: string
  role: 'related' | 'person'
  /** How many of this module and role the viewer may see. */
  total: number
  /** From 1, the newest first; a deal's main contact comes before all others. */
  place: number
  /** The same among open deals; null for everything else. */
  openPlace: number | null
  /** The same among unpaid invoices past their date, the oldest first; null for everything else. */
  overduePlace: number | null
}

/** Deals and documents that reach one of these contacts, newest first (S-061). */
export async function recordsReaching(
  q: Queryable,
  viewer: Viewer,
  contactIds: readonly string[],
): Promise<RecordRow[]> {
  if (contactIds.length === 0) return []
  return selectRecords(q, viewer)
    .where('records.module', 'in', ['deals', ...documentModules])
    .where(sql<SqlBool>`records.id in (
      with held as (select unnest(${[...contactIds]}::uuid[]) as id)
      select reached.id::uuid from (${thoseReached}) as reached)`)
    .orderBy('records.updated_at', 'desc')
    .execute()
}

type Card = Pick<RecordRow, 'id' | 'module' | 'main_contact_id'>

interface AroundInput {
  /** ISO date. */
  today: string
  limits: { related: number; people: number; openDeals: number }
}

/**
 * What names these records, by relation, lookup or as a deal's contact, and a deal's own contacts; the few of each that
 * cards show, with how many there are. One statement however many records.
 */
export async function recordsAround(
  q: Queryable,
  viewer: Viewer,
  cards: readonly Card[],
  { today, limits }: AroundInput,
): Promise<AroundRow[]> {
  if (cards.length === 0) return []
  const placed = sql<Omit<AroundRow, keyof RecordRow> & { targetId: string }>`(
    select * from (
      select n.card_id as "cardId", n.role, r.id as "targetId",
        (count(*) over (partition by n.card_id, n.role, r.module))::int as total,
        (row_number() over (partition by n.card_id, n.role, r.module
          order by n.rank, r.updated_at desc, r.id))::int as place,
        case when s.open then (row_number() over (partition by n.card_id, n.role, s.open
          order by r.updated_at desc, r.id))::int end as "openPlace",
        case when s.overdue is not null then (row_number() over (partition by n.card_id, n.role
          order by s.overdue, r.id))::int end as "overduePlace"
      from (select card_id, target_id, role, min(rank) as rank from (${named(cards)}) as all_named group by 1, 2, 3) n
      join records r on r.id = n.target_id and r.org_id = ${viewer.orgId} and r.deleted_at is null
        and ${visibleTo(viewer, 'r')}
      cross join lateral (select
        r.module = 'deals' and coalesce(r.fields->>'stage', '') not in ('won', 'lost') as open,
        case when r.module = 'invoices' and coalesce(r.fields->>'status', '') not in ('paid', 'cancelled')
          and r.fields->>'dueOn' <> '' and r.fields->>'dueOn' < ${today} then r.fields->>'dueOn' end as overdue) s
    ) as every
    where place <= case role when 'person' then ${limits.people}::int else ${limits.related}::int end
      or "openPlace" <= ${limits.openDeals}::int or "overduePlace" = 1)`
  return selectRecords(q, viewer)
    .innerJoin(placed.as('p'), 'p.targetId', 'records.id')
    .select(['p.cardId', 'p.role', 'p.total', 'p.place', 'p.openPlace', 'p.overduePlace'])
    .orderBy('p.place')
    .execute()
}

/** Rows of `card_id`, `target_id`, `role`, `rank`; only the roads that a record of the module can be reached by. */
function named(cards: readonly Card[]): RawBuilder<unknown> {
  const ids = (...modules: ModuleKey[]) =>
    cards.filter((card) => modules.includes(card.module)).map((card) => card.id)
  const [accounts, deals] = [ids('accounts'), ids('deals')]
  const people = cards.filter((card) => card.module !== 'accounts' && card.module !== 'deals')
  const roads = [
    sql`select l.target_id, l.record_id, 'related', 0 from record_links l
      where l.target_id = any(${cards.map((card) => card.id)}::uuid[])`,
  ]
  const by = (column: string, of: readonly string[]) => {
    if (of.length === 0) return
    const one = sql.ref(`r.${column}`)
    roads.push(sql`select ${one}, r.id, 'related', 0 from records r where ${one} = any(${[...of]}::uuid[])
      and r.deleted_at is null`)
  }
  by(
    'main_contact_id',
    people.map((card) => card.id),
  )
  by('account_id', accounts)
  by('deal_id', deals)
  if (accounts.length > 0)
    roads.push(sql`select r.account_id, r.id, 'person', 0 from records r
      where r.account_id = any(${accounts}::uuid[]) and r.module = 'contacts' and r.deleted_at is null`)
  if (deals.length > 0)
    roads.push(
      sql`select r.id, r.main_contact_id, 'person', 0 from records r
        where r.id = any(${deals}::uuid[]) and r.main_contact_id is not null`,
      sql`select l.record_id, l.target_id, 'person', 1 from record_links l
        where l.record_id = any(${deals}::uuid[]) and l.field = ${contactsLink}`,
    )
  const [first = sql``, ...others] = roads
  const rest = others.map((road) => sql` union all ${road}`)
  return sql`select * from (${first}${sql.join(rest, sql``)}) as roads(card_id, target_id, role, rank)`
}

interface OpenTodo {
  id: string
  version: number
  title: string
  dueOn: string | null
  assigneeId: string
  assigneeName: string
  createdAt: Date
}

/** Open tasks of each record, due first, at most `limit` each. */
export async function todosOfCards(
  q: Queryable,
  input: { orgId: string; recordIds: readonly string[]; limit: number },
): Promise<(OpenTodo & { recordId: string })[]> {
  const { rows } = await sql<OpenTodo & { recordId: string }>`
    select t.record_id as "recordId", t.id, t.version, t.title, to_char(t.due_on, 'YYYY-MM-DD') as "dueOn",
      t.assignee_id as "assigneeId", u.name as "assigneeName", t.created_at as "createdAt"
    from (select *, row_number() over (partition by record_id
        order by coalesce(due_on, 'infinity'::date), created_at, id) as place
      from todos where org_id = ${input.orgId} and record_id = any(${[...input.recordIds]}::uuid[])
        and deleted_at is null and done_at is null) t
    join users u on u.id = t.assignee_id
    where t.place <= ${input.limit} order by t.place`.execute(q)
  return rows
}

interface NewNote {
  id: string
  version: number
  text: string
  authorId: string
  authorName: string
  createdAt: Date
  updatedAt: Date
}

/** The newest notes of each record, at most `limit` each, with how many there are. */
export async function notesOfCards(
  q: Queryable,
  input: { orgId: string; recordIds: readonly string[]; limit: number },
): Promise<(NewNote & { recordId: string; total: number })[]> {
  const { rows } = await sql<NewNote & { recordId: string; total: number }>`
    select n.record_id as "recordId", n.total, n.id, n.version, n.text, n.author_id as "authorId",
      u.name as "authorName", n.created_at as "createdAt", n.updated_at as "updatedAt"
    from (select *, (count(*) over (partition by record_id))::int as total,
        row_number() over (partition by record_id order by created_at desc, id desc) as place
      from notes where org_id = ${input.orgId} and record_id = any(${[...input.recordIds]}::uuid[])
        and deleted_at is null) n
    join users u on u.id = n.author_id
    where n.place <= ${input.limit} order by n.place`.execute(q)
  return rows
}
