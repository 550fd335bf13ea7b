import {
  ChangesPage,
  type CreateTodo,
  NotesPage,
  RecordAsOf,
  TodosPage,
  type UpdateTodo,
} from '../contract/history.ts'
import { Note, Todo } from '../contract/records.ts'
import { at, type Calls, done, read } from './api-core.ts'

interface TodosFilter {
  scope?: 'mine' | 'everybody'
  done?: 'open' | 'done'
  recordId?: string
  cursor?: string
}

/** Notes, tasks, history, and which record an address stands for. */
export function historyCalls({ v1, once }: Calls) {
  return {
    notes: (recordId: string, query: { cursor?: string } = {}) =>
      read(v1.records[':id'].notes.$get({ param: at(recordId), query }), NotesPage),
    createNote: (recordId: string, text: string, key: string) =>
      read(v1.records[':id'].notes.$post({ param: at(recordId), json: { text } }, once(key)), Note),
    updateNote: (id: string, json: { version: number; text: string }) =>
      read(v1.notes[':id'].$patch({ param: at(id), json }), Note),
    deleteNote: (id: string, version: number) =>
      done(v1.notes[':id'].$delete({ param: at(id), query: { version: String(version) } })),
    restoreNote: (id: string) => read(v1.notes[':id'].restore.$post({ param: at(id) }), Note),

    todos: (query: TodosFilter = {}) => read(v1.todos.$get({ query }), TodosPage),
    createTodo: (json: CreateTodo, key: string) => read(v1.todos.$post({ json }, once(key)), Todo),
    todo: (id: string) => read(v1.todos[':id'].$get({ param: at(id) }), Todo),
    updateTodo: (id: string, json: UpdateTodo) => read(v1.todos[':id'].$patch({ param: at(id), json }), Todo),
    deleteTodo: (id: string, version: number) =>
      done(v1.todos[':id'].$delete({ param: at(id), query: { version: String(version) } })),
    restoreTodo: (id: string) => read(v1.todos[':id'].restore.$post({ param: at(id) }), Todo),

    changes: (recordId: string, query: { cursor?: string } = {}) =>
      read(v1.records[':id'].changes.$get({ param: at(recordId), query }), ChangesPage),
    /** `moment`: an instant, RFC 3339 in UTC with milliseconds. */
    recordAsOf: (recordId: string, moment: string) =>
      read(v1.records[':id']['as-of'].$get({ param: at(recordId), query: { at: moment } }), RecordAsOf),

    /** null asks again. */
    pick: (address: string, recordId: string | null) => done(v1.picks.$put({ json: { address, recordId } })),
  }
}
