import * as z from 'zod'
import { Id, Instant, Name } from './common.ts'
import { FieldKey, ModuleKeySchema } from './modules.ts'
import { RecordSummary, Todo } from './records.ts'

/**
 * One condition of a list; all must hold. Values are canonical text (`lib/domain/fields.ts`); `me` stands for the viewer in
 * an owner field, `today`, `+7d`, `-30d` for dates counted from the viewer's today.
 */
export const Condition = z.strictObject({
  field: FieldKey,
  op: z.enum(['is', 'is_not', 'contains', 'starts', 'empty', 'not_empty', 'before', 'after', 'from', 'to']),
  values: z.array(z.string().max(500)).max(50).default([]),
})
export type Condition = z.infer<typeof Condition>

const Sort = z.strictObject({ field: FieldKey, direction: z.enum(['asc', 'desc']) })

/** What a list shows. Beside the module's fields there are the columns `name`, `createdAt`, `updatedAt`, `lastContact`, `nextStep`, `openDeals`. */
export const ViewDefinition = z.strictObject({
  columns: z.array(FieldKey).max(30).optional(),
  filter: z.array(Condition).max(20).default([]),
  sort: Sort.optional(),
})
export type ViewDefinition = z.infer<typeof ViewDefinition>

/**
 * A page of a module's records. `cursor` goes on from the last page (exact while rows change); `at` jumps to the row with
 * that number from 0 (for a scrollbar over 100,000 rows). `q` filters the list as you type.
 */
export const ListQuery = z.strictObject({
  module: ModuleKeySchema,
  filter: z.array(Condition).max(20).default([]),
  q: z.string().max(200).default(''),
  sort: Sort.optional(),
  columns: z.array(FieldKey).max(30).default([]),
  cursor: z.string().max(4000).optional(),
  at: z.number().int().min(0).max(10_000_000).optional(),
  limit: z.number().int().min(1).max(200).default(100),
  /** IANA zone in which `today` is meant. */
  zone: z.string().max(64).default('UTC'),
  /** Rows in the bin instead of those that stand. */
  bin: z.boolean().default(false),
})
export type ListQuery = z.infer<typeof ListQuery>

/** One row; the computed columns only when asked for. */
export const ListRow = RecordSummary.extend({
  lastContact: z
    .object({ direction: z.enum(['received', 'sent']), at: Instant })
    .nullable()
    .optional(),
  nextStep: Todo.nullable().optional(),
  /** Sums of the open deals, one for each currency. */
  openDeals: z.array(z.object({ amount: z.string(), currency: z.string() })).optional(),
})
export type ListRow = z.infer<typeof ListRow>

export const ListPage = z.object({
  rows: z.array(ListRow),
  total: z.number().int(),
  nextCursor: z.string().nullable(),
})
export type ListPage = z.infer<typeof ListPage>

/** How many records of each module the viewer may see; a module without any is left out. */
export const ModuleCounts = z.object({
  counts: z.array(z.object({ module: ModuleKeySchema, total: z.number().int() })),
})
export type ModuleCounts = z.infer<typeof ModuleCounts>

export const SavedView = z.object({
  id: Id,
  version: z.number().int(),
  module: ModuleKeySchema,
  name: z.string(),
  shared: z.boolean(),
  owner: z.object({ id: Id, name: z.string() }),
  definition: ViewDefinition,
  /** Fields that the view names and its module no longer has; what it says of them is left out of the list. */
  ignored: z.array(z.string()),
})
export type SavedView = z.infer<typeof SavedView>

/** Mine and what others share, by name. */
export const SavedViews = z.object({ views: z.array(SavedView) })
export type SavedViews = z.infer<typeof SavedViews>
export const ViewsQuery = z.object({ module: ModuleKeySchema.optional() })

export const CreateView = z.strictObject({
  module: ModuleKeySchema,
  name: Name(80),
  shared: z.boolean().default(false),
  definition: ViewDefinition,
})
export type CreateView = z.infer<typeof CreateView>
export const UpdateView = z.strictObject({
  version: z.number().int(),
  name: Name(80).optional(),
  shared: z.boolean().optional(),
  definition: ViewDefinition.optional(),
})
export type UpdateView = z.infer<typeof UpdateView>

/** The rows themselves, or all of a list as it stands when the change runs. */
const Selection = z.union([
  z.strictObject({ ids: z.array(Id).min(1).max(500) }),
  z.strictObject({ list: ListQuery.pick({ module: true, filter: true, q: true, zone: true, bin: true }) }),
])

export type Selection = z.infer<typeof Selection>

/** One change to many records, in batches; rows the person may not change are skipped and named. */
export const StartBulk = z.strictObject({
  selection: Selection,
  action: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('set'), fields: z.record(FieldKey, z.string().max(100_000)) }),
    z.strictObject({ kind: z.literal('owner'), ownerId: Id }),
    z.strictObject({ kind: z.literal('delete') }),
    z.strictObject({ kind: z.literal('restore') }),
  ]),
})
export type StartBulk = z.infer<typeof StartBulk>

export const BulkRun = z.object({
  id: Id,
  status: z.enum(['running', 'done', 'cancelled', 'failed']),
  total: z.number().int(),
  done: z.number().int(),
  changed: z.number().int(),
  skipped: z.array(z.object({ id: Id, name: z.string(), reason: z.string() })),
})
export type BulkRun = z.infer<typeof BulkRun>
