import { batch } from '@preact/signals'
import type { Note, Todo } from '@/lib/contract/records.ts'
import { t } from '@/lib/extension/i18n.ts'
import { sheets } from '../state.ts'
import { allNotes, type Jotting, jotting, noteEdit, ticked } from '../state-cards.ts'
import { attempt, once, say } from './core.ts'
import { refreshCard } from './records.ts'
import { problemSentence } from './words.ts'

/** Begins a note or a task below the actions of a record's card; what is being written there stays. */
export function startJotting(kind: Jotting['kind'], recordId: string): void {
  const open = jotting.value
  if (open?.recordId === recordId && open.kind === kind) return
  const fresh = { recordId, text: '', problem: undefined, key: crypto.randomUUID() }
  sheets.value = []
  jotting.value = kind === 'note' ? { kind, ...fresh } : { kind, dueOn: '', ...fresh }
}

export function typeJotting(part: { text?: string; dueOn?: string }): void {
  if (jotting.value !== undefined) jotting.value = { ...jotting.value, ...part, problem: undefined }
}

export function leaveJotting(): void {
  jotting.value = undefined
}

/** Writes it down. On failure the text stays, and the same key makes a second try safe. */
export function saveJotting(): Promise<void> {
  return once('jot', async () => {
    const open = jotting.value
    const text = open?.text.trim() ?? ''
    if (open === undefined || text === '') return
    const answer = await attempt(async ({ backend }) => {
      const { recordId, key } = open
      if (open.kind === 'note') return { note: await backend.createNote(recordId, text, key) }
      const todo = { recordId, title: text, dueOn: open.dueOn || null }
      return { todo: await backend.createTodo(todo, key) }
    })
    if (!answer.ok) {
      // A definite no made nothing; what is sent next is another request.
      const key = answer.problem.kind === 'refused' ? crypto.randomUUID() : open.key
      jotting.value = { ...open, problem: answer.problem, key }
      return
    }
    const made = answer.value
    await refreshNotes(open.recordId)
    batch(() => {
      jotting.value = undefined
      if ('note' in made)
        say(t('note.saved'), { kind: 'delete-note', recordId: open.recordId, note: made.note })
      else say(t('todo.saved'), { kind: 'delete-todo', recordId: open.recordId, todo: made.todo })
    })
  })
}

/** Ticks a task off, or opens it again; the box changes at once. */
export async function tick(todo: Todo, recordId: string, isDone: boolean): Promise<void> {
  ticked.value = new Map(ticked.value).set(todo.id, isDone)
  const answer = await attempt(({ backend }) =>
    backend.updateTodo(todo.id, { version: todo.version, done: isDone }),
  )
  await refreshCard(recordId)
  batch(() => {
    const rest = new Map(ticked.value)
    rest.delete(todo.id)
    ticked.value = rest
    if (!answer.ok) say(problemSentence(answer.problem))
    else say(isDone ? t('todo.done') : t('todo.open_again'), { kind: 'tick', recordId, todo: answer.value })
  })
}

/** Every note of a record, page after page. */
export function readAllNotes(recordId: string): Promise<void> {
  return once('notes', async () => {
    const rows: Note[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const query: { cursor?: string } = cursor === '' ? {} : { cursor }
      const answer = await attempt(({ backend }) => backend.notes(recordId, query))
      if (!answer.ok) return say(problemSentence(answer.problem))
      rows.push(...answer.value.rows)
      cursor = answer.value.nextCursor
    }
    allNotes.value = { recordId, rows }
  })
}

/** A note came, went or changed: the card is read again, and the whole list where it is shown. */
async function refreshNotes(recordId: string): Promise<void> {
  await refreshCard(recordId)
  if (allNotes.value?.recordId === recordId) await readAllNotes(recordId)
}

/** One's own note, changed in its place. */
export function saveNote(note: Note, recordId: string): Promise<void> {
  return once('note', async () => {
    const open = noteEdit.value
    const text = open?.text.trim() ?? ''
    if (open?.id !== note.id || text === '') return
    if (text === note.text) {
      noteEdit.value = undefined
      return
    }
    const { version } = note
    const answer = await attempt(({ backend }) => backend.updateNote(note.id, { version, text }))
    if (!answer.ok) {
      noteEdit.value = { ...open, problem: answer.problem }
      return
    }
    await refreshNotes(recordId)
    noteEdit.value = undefined
  })
}

export async function deleteNote(note: Note, recordId: string): Promise<void> {
  const answer = await attempt(({ backend }) => backend.deleteNote(note.id, note.version))
  if (!answer.ok) return say(problemSentence(answer.problem))
  await refreshNotes(recordId)
  say(t('note.deleted'), { kind: 'restore-note', recordId, noteId: note.id })
}

export async function restoreNote(noteId: string, recordId: string): Promise<void> {
  const answer = await attempt(({ backend }) => backend.restoreNote(noteId))
  if (!answer.ok) return say(problemSentence(answer.problem))
  await refreshNotes(recordId)
}

/** Takes a task back that was just written. */
export async function deleteTodo(todo: Todo, recordId: string): Promise<void> {
  const answer = await attempt(({ backend }) => backend.deleteTodo(todo.id, todo.version))
  if (!answer.ok) return say(problemSentence(answer.problem))
  await refreshCard(recordId)
  say(t('created.undone'))
}
