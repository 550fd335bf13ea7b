import { Hono } from 'hono'
import * as z from 'zod'
import {
  AsOfQuery,
  ChangesPage,
  CreateNote,
  CreateTodo,
  NotesPage,
  PageQuery,
  RecordAsOf,
  SeenVersion,
  TodosPage,
  TodosQuery,
  UpdateNote,
  UpdateTodo,
} from '../../../lib/contract/history.ts'
import { Note, PickRecord, Todo } from '../../../lib/contract/records.ts'
import { changesOf, recordAsOf } from '../../services/history.ts'
import { createNote, deleteNote, getNote, notesOf, restoreNote, updateNote } from '../../services/notes.ts'
import { pickRecord } from '../../services/picks.ts'
import { createTodo, deleteTodo, getTodo, listTodos, restoreTodo, updateTodo } from '../../services/todos.ts'
import { createOnce } from '../auth.ts'
import { describe } from '../describe.ts'
import type { Env } from '../house.ts'
import { valid } from '../valid.ts'

const byId = valid('param', z.object({ id: z.uuid() }))
const seen = valid('query', SeenVersion)

/** What is written beside a record: notes, tasks, its history, and which record an address stands for. */
export const historyRoutes = new Hono<Env>()
  .get(
    '/records/:id/notes',
    describe('Notes on a record, newest first', NotesPage),
    byId,
    valid('query', PageQuery),
    async (c) =>
      c.json<NotesPage>(await notesOf(c.get('ctx'), c.req.valid('param').id, c.req.valid('query')), 200),
  )
  .post(
    '/records/:id/notes',
    describe('Put a note on a record', Note, 201, { once: true }),
    byId,
    valid('json', CreateNote),
    async (c) => {
      const { id } = c.req.valid('param')
      const input = c.req.valid('json')
      return c.json<Note>(await createOnce(c, (ctx) => createNote(ctx, id, input), getNote), 201)
    },
  )
  .patch(
    '/notes/:id',
    describe('Change a note; its author or an admin', Note),
    byId,
    valid('json', UpdateNote),
    async (c) =>
      c.json<Note>(await updateNote(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .delete('/notes/:id', describe('Delete a note', null, 204), byId, seen, async (c) => {
    await deleteNote(c.get('ctx'), c.req.valid('param').id, c.req.valid('query'))
    return c.body(null, 204)
  })
  .post('/notes/:id/restore', describe('Bring a deleted note back', Note), byId, async (c) =>
    c.json<Note>(await restoreNote(c.get('ctx'), c.req.valid('param').id), 200),
  )
  .get('/todos', describe('Tasks, due first', TodosPage), valid('query', TodosQuery), async (c) =>
    c.json<TodosPage>(await listTodos(c.get('ctx'), c.req.valid('query')), 200),
  )
  .post(
    '/todos',
    describe('Make a task, on a record or on none', Todo, 201, { once: true }),
    valid('json', CreateTodo),
    async (c) => {
      const input = c.req.valid('json')
      return c.json<Todo>(await createOnce(c, (ctx) => createTodo(ctx, input), getTodo), 201)
    },
  )
  .get('/todos/:id', describe('One task', Todo), byId, async (c) =>
    c.json<Todo>(await getTodo(c.get('ctx'), c.req.valid('param').id), 200),
  )
  .patch(
    '/todos/:id',
    describe('Change a task, or mark it done', Todo),
    byId,
    valid('json', UpdateTodo),
    async (c) =>
      c.json<Todo>(await updateTodo(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .delete('/todos/:id', describe('Delete a task', null, 204), byId, seen, async (c) => {
    await deleteTodo(c.get('ctx'), c.req.valid('param').id, c.req.valid('query'))
    return c.body(null, 204)
  })
  .post('/todos/:id/restore', describe('Bring a deleted task back', Todo), byId, async (c) =>
    c.json<Todo>(await restoreTodo(c.get('ctx'), c.req.valid('param').id), 200),
  )
  .get(
    '/records/:id/changes',
    describe('What happened to a record, newest first', ChangesPage),
    byId,
    valid('query', PageQuery),
    async (c) =>
      c.json<ChangesPage>(await changesOf(c.get('ctx'), c.req.valid('param').id, c.req.valid('query')), 200),
  )
  .get(
    '/records/:id/as-of',
    describe('A record as it stood at a moment', RecordAsOf),
    byId,
    valid('query', AsOfQuery),
    async (c) =>
      c.json<RecordAsOf>(await recordAsOf(c.get('ctx'), c.req.valid('param').id, c.req.valid('query')), 200),
  )
  .put(
    '/picks',
    describe('Remember which record an address stands for, for me', null, 204),
    valid('json', PickRecord),
    async (c) => {
      await pickRecord(c.get('ctx'), c.req.valid('json'))
      return c.body(null, 204)
    },
  )
