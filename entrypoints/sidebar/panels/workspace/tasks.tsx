import { useEffect, useState } from 'preact/hooks'
import type { Todo } from '@/lib/contract/records.ts'
import { plainNumber } from '@/lib/domain/intl.ts'
import { plainName } from '@/lib/domain/people.ts'
import type { ApiProblem } from '@/lib/extension/api-core.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button, IconButton } from '@/lib/extension/ui/button.tsx'
import { TextField } from '@/lib/extension/ui/field.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { Empty } from '@/lib/extension/ui/list.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Bone, useSkeleton } from '@/lib/extension/ui/skeleton.tsx'
import { whyNoRecords } from '../../load/rights.ts'
import { problemSentence } from '../../load/words.ts'
import { goToRecord, switchWidth } from '../../load/workspace/place.ts'
import { addTask, checkTask, moreTasks, readTasks } from '../../load/workspace/tasks.ts'
import { busy, view } from '../../state.ts'
import { tasks } from '../../state-workspace.ts'
import { moduleIcon } from '../record-icons.ts'
import { daysUntil } from '../todo-row.tsx'
import { Due } from './due.tsx'
import './tasks.css'

const groups = ['late', 'today', 'later', 'undated'] as const
type Group = (typeof groups)[number]

/** What I have to do: late first, then today, later, and what has no date. */
export function TasksPlace() {
  const { rows, total, asked, problem, done, nextCursor } = tasks.value
  const [adding, setAdding] = useState(false)
  const bones = useSkeleton(!asked)
  return (
    <main class="place-tasks" tabIndex={-1} data-testid="tasks-place">
      <header class="place-head">
        <h1>{t('place.tasks')}</h1>
        <span class="second number">{asked ? plainNumber(total - done.size, view.value.language) : ''}</span>
        <div class="place-tools">
          <Button
            kind="filled"
            icon="plus"
            off={whyNoRecords()}
            onPress={() => setAdding(true)}
            testid="new-task"
          >
            {t('tasks.new')}
          </Button>
          <IconButton
            icon="narrow"
            label={t('nav.narrow')}
            onPress={() => void switchWidth()}
            testid="narrow"
          />
        </div>
      </header>
      <div class="tasks-body">
        {adding && <AddTask onClose={() => setAdding(false)} />}
        {problem && (
          <Note
            tone="warn"
            bold={t('table.failed')}
            actions={
              <Button kind="outline" small onPress={() => void readTasks()} testid="tasks-again">
                {t('common.try_again')}
              </Button>
            }
          >
            {problemSentence(problem)}
          </Note>
        )}
        {bones && <Bones />}
        {asked && problem === undefined && rows.length === 0 && (
          <Empty title={t('tasks.empty_title')} text={t('tasks.empty_text')} testid="tasks-empty" />
        )}
        {groups.map((group) => (
          <Part key={group} group={group} rows={rows.filter((row) => groupOf(row) === group)} />
        ))}
        {nextCursor !== undefined && (
          <Button kind="text" onPress={() => void moreTasks()} testid="tasks-more">
            {t('list.more')}
          </Button>
        )}
      </div>
    </main>
  )
}

function groupOf(row: Todo): Group {
  if (row.dueOn === null) return 'undated'
  const days = daysUntil(row.dueOn)
  return days < 0 ? 'late' : days === 0 ? 'today' : 'later'
}

function Part({ group, rows }: { group: Group; rows: readonly Todo[] }) {
  if (rows.length === 0) return null
  return (
    <section aria-labelledby={`tasks-${group}`} data-testid={`tasks-${group}`}>
      <h2 class="tasks-head" id={`tasks-${group}`}>
        {t(`tasks.${group}`)} <span class="quiet number">{rows.length}</span>
      </h2>
      <ul class="tasks-list" data-list>
        {rows.map((row) => (
          <Task key={row.id} row={row} />
        ))}
      </ul>
    </section>
  )
}

function Task({ row }: { row: Todo }) {
  const isDone = tasks.value.done.has(row.id)
  const { record } = row
  const no = whyNoRecords()
  return (
    <li class={isDone ? 'task task-done' : 'task'} data-testid="task-row">
      <input
        class="check"
        type="checkbox"
        checked={isDone}
        disabled={no !== undefined}
        aria-label={t('tasks.check', { title: row.title })}
        data-testid="task-check"
        onChange={(event) => void checkTask(row, event.currentTarget.checked)}
      />
      <span class="task-title" dir="auto">
        {plainName(row.title)}
      </span>
      {record !== null && (
        <button
          type="button"
          class="link task-record"
          data-row
          data-testid="task-record"
          onClick={() => goToRecord(record.id)}
        >
          <Icon name={moduleIcon(record.module)} size={14} />
          <span class="cut" dir="auto">
            {plainName(record.name) || t('value.closed')}
          </span>
        </button>
      )}
      <span class="task-due">{!isDone && <Due date={row.dueOn} />}</span>
    </li>
  )
}

function AddTask({ onClose }: { onClose: () => void }) {
  const [title, setTitle] = useState('')
  const [dueOn, setDueOn] = useState('')
  const [key, setKey] = useState(() => crypto.randomUUID())
  const [problem, setProblem] = useState<ApiProblem | undefined>(undefined)
  const focus = () => document.querySelector<HTMLElement>('[data-testid=task-title]')?.focus()
  useEffect(focus, [])
  const save = async () => {
    if (title.trim() === '') return
    const failed = await addTask(title.trim(), dueOn, key)
    setProblem(failed)
    if (failed !== undefined) return
    setTitle('')
    setDueOn('')
    setKey(crypto.randomUUID())
    focus()
  }
  return (
    <form
      class="task-form"
      data-testid="task-form"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.isComposing) return
        event.preventDefault()
        event.stopPropagation()
        onClose()
      }}
    >
      {problem && (
        <Note tone="danger" bold={t('bulk.not_changed')}>
          {problemSentence(problem)}
        </Note>
      )}
      <TextField label={t('tasks.what')} value={title} onInput={setTitle} testid="task-title" />
      <TextField label={t('tasks.due')} type="date" value={dueOn} onInput={setDueOn} testid="task-due" />
      <span class="actions">
        <Button
          kind="soft"
          submit
          busy={busy.value.has('add-task')}
          off={title.trim() === '' ? t('tasks.title_needed') : undefined}
          testid="task-save"
        >
          {t('tasks.add')}
        </Button>
        <Button kind="text" onPress={onClose} testid="task-cancel">
          {t('common.close')}
        </Button>
      </span>
    </form>
  )
}

function Bones() {
  return (
    <div class="stack" aria-hidden="true" data-testid="tasks-skeleton">
      {Array.from({ length: 6 }, (_, index) => (
        <Bone key={index} width={`${40 + ((index * 17) % 30)}%`} height="14px" />
      ))}
    </div>
  )
}
