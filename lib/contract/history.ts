import * as z from 'zod'
import { Id, Instant } from './common.ts'
import { ModuleKeySchema } from './modules.ts'
import { Note, RecordRefs, Todo } from './records.ts'

/** What happened to a record: who, when, and each field's old and new value in canonical form. */
export const RecordChange = z.object({
  id: Id,
  at: Instant,
  /** null: Inlay itself. */
  by: z.object({ id: Id, name: z.string() }).nullable(),
  kind: z.enum([
    'created',
    'changed',
    'deleted',
    'restored',
    'merged',
    'unmerged',
    'converted',
    'imported',
    'import_undone',
  ]),
  changes: z.array(z.object({ field: z.string(), old: z.string(), new: z.string() })),
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
})
export type RecordChange = z.infer<typeof RecordChange>

/** `refs` names the records and people whose ids stand in the values. */
export const ChangesPage = z.object({
  rows: z.array(RecordChange),
  refs: RecordRefs,
  people: z.array(z.object({ id: Id, name: z.string() })),
  nextCursor: z.string().nullable(),
})
export type ChangesPage = z.infer<typeof ChangesPage>

/** The record as it stood at `at`; `exists` is false before it was made and while it was deleted. */
export const RecordAsOf = z.object({
  id: Id,
  module: ModuleKeySchema,
  at: Instant,
  exists: z.boolean(),
  name: z.string(),
  /** Every field with its value then, columns (`primaryAddress`, `ownerId` …) included. */
  values: z.record(z.string(), z.string()),
  refs: RecordRefs,
  people: z.array(z.object({ id: Id, name: z.string() })),
})
export type RecordAsOf = z.infer<typeof RecordAsOf>

/** Of a version the person saw, where a call has no body. */
export const SeenVersion = z.object({
  version: z
    .string()
    .regex(/^[0-9]{1,9}$/)
    .transform(Number),
})

const Version = z.number().int().min(1).max(2_147_483_647)
const NoteText = z.string().trim().min(1).max(20_000)
export const CreateNote = z.strictObject({ text: NoteText })
export const UpdateNote = z.strictObject({ version: Version, text: NoteText })
/** Any page of a list from new to old. */
export const PageQuery = z.object({ cursor: z.string().max(200).optional() })
export const AsOfQuery = z.object({ at: Instant.refine((at) => at >= '1000') })
export const NotesPage = z.object({
  rows: z.array(Note),
  total: z.number().int(),
  nextCursor: z.string().nullable(),
})
export type NotesPage = z.infer<typeof NotesPage>

const DueOn = z.iso
  .date()
  .refine((day) => day >= '1900-01-01')
  .nullable()
const TodoTitle = z.string().trim().min(1).max(500)
export const CreateTodo = z.strictObject({
  recordId: Id.nullable().default(null),
  title: TodoTitle,
  dueOn: DueOn.default(null),
  assigneeId: Id.optional(),
})
export type CreateTodo = z.input<typeof CreateTodo>
export const UpdateTodo = z.strictObject({
  version: Version,
  title: TodoTitle.optional(),
  /** null takes the date off. */
  dueOn: DueOn.optional(),
  assigneeId: Id.optional(),
  done: z.boolean().optional(),
})
export type UpdateTodo = z.infer<typeof UpdateTodo>
export const TodosQuery = z.object({
  scope: z.enum(['mine', 'everybody']).default('mine'),
  done: z.enum(['open', 'done']).default('open'),
  recordId: Id.optional(),
  cursor: z.string().max(200).optional(),
})
export const TodosPage = z.object({
  rows: z.array(Todo),
  total: z.number().int(),
  nextCursor: z.string().nullable(),
})
export type TodosPage = z.infer<typeof TodosPage>
