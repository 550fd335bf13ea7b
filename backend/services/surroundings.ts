import type { RecordCard, RecordSummary } from '../../lib/contract/records.ts'
import type { RecordRow } from '../storage/records.ts'
import { type AroundRow, notesOfCards, recordsAround, todosOfCards } from '../storage/surroundings.ts'
import { viewerOf } from './access.ts'
import type { Context } from './context.ts'
import { toNote } from './notes.ts'
import { toTodo } from './todos.ts'

/** How many of each a card shows. */
const limits = { related: 3, people: 5, openDeals: 20 }
const todosEach = 5
const notesEach = 3

type Around = Pick<
  RecordCard,
  'company' | 'nextStep' | 'deals' | 'overdue' | 'related' | 'people' | 'todos' | 'notes'
>

export interface Surroundings {
  /** Records the cards show, each once; their summaries are asked for in {@link Surroundings.of}. */
  rows: RecordRow[]
  of: (record: RecordSummary, summaryOf: (id: string) => RecordSummary | undefined) => Around
}

/**
 * What stands around these records: who and what names them, what is to be done, and notes; three statements however
 * many records.
 */
export async function surroundingsOf(ctx: Context, cards: readonly RecordRow[]): Promise<Surroundings> {
  const { orgId } = ctx.actor
  const today = new Date(ctx.clock.now()).toISOString().slice(0, 10)
  const recordIds = cards.map((card) => card.id)
  const found = await recordsAround(ctx.db, viewerOf(ctx), cards, { today, limits })
  const around = Map.groupBy(found, (row) => row.cardId)
  const todos = Map.groupBy(
    await todosOfCards(ctx.db, { orgId, recordIds, limit: todosEach }),
    (row) => row.recordId,
  )
  const notes = Map.groupBy(
    await notesOfCards(ctx.db, { orgId, recordIds, limit: notesEach }),
    (row) => row.recordId,
  )
  return {
    rows: [...new Map(found.map((row) => [row.id, row])).values()],
    of: (record, summaryOf) => {
      const open = (todos.get(record.id) ?? []).map((row) =>
        toTodo({ ...row, recordModule: record.module, recordName: record.name, doneAt: null }),
      )
      const jotted = notes.get(record.id) ?? []
      return {
        company: companyOf(record),
        nextStep: open[0] ?? null,
        todos: open,
        notes: { total: jotted[0]?.total ?? 0, rows: jotted.map(toNote) },
        ...recordsOf(around.get(record.id) ?? [], summaryOf),
      }
    },
  }
}

/** The account's name, else the company as typed. An account the viewer may not open has no name for them. */
function companyOf(record: RecordSummary): string {
  const account = record.refs.find((ref) => ref.id === record.accountId)
  return account?.name || (record.fields['company'] ?? '')
}

function recordsOf(
  rows: readonly AroundRow[],
  summaryOf: (id: string) => RecordSummary | undefined,
): Pick<RecordCard, 'deals' | 'overdue' | 'related' | 'people'> {
  const show = (some: readonly AroundRow[]) => some.flatMap((row) => summaryOf(row.id) ?? [])
  const related = rows.filter((row) => row.role === 'related')
  const newest = related.filter((row) => row.place <= limits.related)
  const open = related.filter((row) => row.openPlace !== null && row.openPlace <= limits.openDeals)
  return {
    deals: show(open.toSorted((a, b) => (a.openPlace ?? 0) - (b.openPlace ?? 0))),
    overdue: show(related.filter((row) => row.overduePlace === 1))[0] ?? null,
    related: [...Map.groupBy(newest, (row) => row.module)].map(([module, some]) => ({
      module,
      total: some[0]?.total ?? 0,
      rows: show(some),
    })),
    people: show(rows.filter((row) => row.role === 'person')),
  }
}
