import type { Todo } from '@/lib/contract/records.ts'
import { t } from '@/lib/extension/i18n.ts'
import { tasks } from '../../state-workspace.ts'
import { attempt, once, say } from '../core.ts'
import { newest } from '../newest.ts'
import { problemSentence } from '../words.ts'

/** My open tasks from the first; what was checked off here goes now. */
export async function readTasks(): Promise<void> {
  const answer = await newest('tasks', ({ backend }) => backend.todos({ scope: 'mine', done: 'open' }))
  if (answer === undefined) return
  if (!answer.ok) {
    tasks.value = { ...tasks.value, asked: true, problem: answer.problem }
    return
  }
  const { rows, total, nextCursor } = answer.value
  tasks.value = {
    rows,
    total,
    nextCursor: nextCursor ?? undefined,
    done: new Set(),
    asked: true,
    problem: undefined,
  }
}

export async function moreTasks(): Promise<void> {
  const cursor = tasks.value.nextCursor
  if (cursor === undefined) return
  const answer = await attempt(({ backend }) => backend.todos({ scope: 'mine', done: 'open', cursor }))
  if (!answer.ok || tasks.value.nextCursor !== cursor) return
  const known = new Set(tasks.value.rows.map((row) => row.id))
  tasks.value = {
    ...tasks.value,
    rows: [...tasks.value.rows, ...answer.value.rows.filter((row) => !known.has(row.id))],
    nextCursor: answer.value.nextCursor ?? undefined,
  }
}

/** Checks a task off or back on; the row stays where it is, and the toast takes it back. */
export async function checkTask(todo: Todo, isDone: boolean): Promise<void> {
  mark(todo.id, isDone)
  const answer = await attempt(({ backend }) =>
    backend.updateTodo(todo.id, { version: todo.version, done: isDone }),
  )
  if (!answer.ok) {
    mark(todo.id, !isDone)
    return say(problemSentence(answer.problem))
  }
  const fresh = answer.value
  tasks.value = { ...tasks.value, rows: tasks.value.rows.map((row) => (row.id === fresh.id ? fresh : row)) }
  say(isDone ? t('tasks.checked') : t('tasks.unchecked'), {
    kind: 'check-task',
    todo: fresh,
    done: !isDone,
  })
}

/** A task of my own, about nothing but itself. */
export function addTask(title: string, dueOn: string, key: string) {
  return once('add-task', async () => {
    const answer = await attempt(({ backend }) =>
      backend.createTodo({ recordId: null, title, dueOn: dueOn === '' ? null : dueOn }, key),
    )
    if (!answer.ok) return answer.problem
    tasks.value = { ...tasks.value, rows: [...tasks.value.rows, answer.value], total: tasks.value.total + 1 }
    return undefined
  })
}

/** A task of mine came, went or changed elsewhere; what I have checked off here stays in sight. */
export function hearTodo(): void {
  if (tasks.value.asked && tasks.value.done.size === 0) void readTasks()
}

function mark(id: string, isDone: boolean): void {
  const done = new Set(tasks.value.done)
  if (isDone) done.add(id)
  else done.delete(id)
  tasks.value = { ...tasks.value, done }
}
