import { useState } from 'preact/hooks'
import type { SavedView } from '@/lib/contract/lists.ts'
import { readValue } from '@/lib/domain/field-values.ts'
import { isColumnKey } from '@/lib/domain/fields.ts'
import type { ModuleKey } from '@/lib/domain/modules.ts'
import type { ApiProblem } from '@/lib/extension/api-core.ts'
import { t } from '@/lib/extension/i18n.ts'
import { fieldName } from '@/lib/extension/record-words.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Dialog } from '@/lib/extension/ui/dialog.tsx'
import { FieldError, TextField } from '@/lib/extension/ui/field.tsx'
import { FieldEditor } from '@/lib/extension/ui/field-editor.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { closeSheet } from '../../keys.ts'
import { choosing } from '../../load/search.ts'
import { problemSentence, reasonSentence } from '../../load/words.ts'
import { addTasks, changeSelected } from '../../load/workspace/bulk.ts'
import { changeView, saveViewAs } from '../../load/workspace/views.ts'
import { busy, view } from '../../state.ts'
import { moduleOf, people } from '../../state-cards.ts'
import { bulk, type WorkspaceDialog as Which } from '../../state-workspace.ts'
import { GoTo } from './go-to.tsx'
import { manyWords } from './many-words.ts'
import { PlacesMenu } from './places-menu.tsx'

/** The open question of the workspace. */
export function WorkspaceDialog({ dialog }: { dialog: Which }) {
  switch (dialog.kind) {
    case 'go-to':
      return <GoTo />
    case 'places':
      return <PlacesMenu />
    case 'save-view':
      return <SaveView module={dialog.module} />
    case 'rename-view':
      return <RenameView view={dialog.view} />
    case 'bulk-owner':
      return <ChangeOwner {...dialog} />
    case 'bulk-edit':
      return <EditField {...dialog} />
    case 'bulk-delete':
      return <Delete {...dialog} />
    case 'bulk-task':
      return <AddTask {...dialog} />
  }
}

interface Many {
  module: ModuleKey
  n: number
}

/** A form in a dialog: its verb first, the way out beside it, what went wrong above. */
function Form(props: {
  title: string
  verb: string
  danger?: boolean
  off?: string | undefined
  busy: boolean
  problem: ApiProblem | undefined
  onSubmit: () => void
  testid: string
  children: preact.ComponentChildren
}) {
  return (
    <Dialog title={props.title} onClose={closeSheet} testid={props.testid}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          if (props.off === undefined && !props.busy) props.onSubmit()
        }}
      >
        {props.problem && (
          <Note tone="danger" bold={t('bulk.not_changed')} testid="dialog-problem">
            {problemSentence(props.problem)}
          </Note>
        )}
        {props.children}
        <div class="dialog-bar">
          <Button kind="filled" submit busy={props.busy} off={props.off} testid={`${props.testid}-do`}>
            {props.verb}
          </Button>
          <Button kind="text" onPress={closeSheet} testid={`${props.testid}-cancel`}>
            {t('common.cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function SaveView({ module }: { module: ModuleKey }) {
  const [name, setName] = useState('')
  const [shared, setShared] = useState(false)
  const [key] = useState(() => crypto.randomUUID())
  const [problem, setProblem] = useState<ApiProblem | undefined>(undefined)
  const save = async () => {
    const failed = await saveViewAs(module, name.trim(), shared, key)
    if (failed === undefined) closeSheet()
    else setProblem(failed)
  }
  return (
    <Form
      title={t('view.save_as')}
      verb={t('view.save_do')}
      off={name.trim() === '' ? t('view.name_needed') : undefined}
      busy={busy.value.has('view')}
      problem={problem}
      onSubmit={() => void save()}
      testid="save-view"
    >
      <TextField label={t('view.name')} value={name} autofocus onInput={setName} testid="view-name" />
      <label class="chooser-label">
        <input
          class="check"
          type="checkbox"
          checked={shared}
          data-testid="view-shared"
          onChange={(event) => setShared(event.currentTarget.checked)}
        />
        <span>{t('view.share_with_all')}</span>
      </label>
    </Form>
  )
}

function RenameView({ view: one }: { view: SavedView }) {
  const [name, setName] = useState(one.name)
  const [problem, setProblem] = useState<ApiProblem | undefined>(undefined)
  const save = async () => {
    const failed = await changeView(one, { name: name.trim() })
    if (failed === undefined) closeSheet()
    else setProblem(failed)
  }
  return (
    <Form
      title={t('view.rename')}
      verb={t('view.rename_do')}
      off={name.trim() === '' ? t('view.name_needed') : undefined}
      busy={busy.value.has('view')}
      problem={problem}
      onSubmit={() => void save()}
      testid="rename-view"
    >
      <TextField label={t('view.name')} value={name} autofocus onInput={setName} testid="view-name" />
    </Form>
  )
}

/** The dialog closes as soon as the server has begun; how far it is stands in the list's bar. */
function useBulk(module: ModuleKey) {
  const [problem, setProblem] = useState<ApiProblem | undefined>(undefined)
  const run = async (action: Parameters<typeof changeSelected>[1]) => {
    const failed = await changeSelected(module, action, closeSheet)
    setProblem(failed)
  }
  return { problem, run, busy: busy.value.has('bulk') && bulk.value === undefined }
}

function ChangeOwner({ module, n }: Many) {
  const [ownerId, setOwner] = useState('')
  const { problem, run, busy: waits } = useBulk(module)
  return (
    <Form
      title={t('bulk.owner_title', { many: manyWords(module, n) })}
      verb={t('bulk.owner_do')}
      off={ownerId === '' ? t('bulk.owner_needed') : undefined}
      busy={waits}
      problem={problem}
      onSubmit={() => void run({ kind: 'owner', ownerId })}
      testid="change-owner"
    >
      <div class="field">
        <label class="field-label" for="new-owner">
          {t('bulk.owner_new')}
        </label>
        <select
          id="new-owner"
          class="input select"
          data-autofocus
          data-testid="new-owner"
          onChange={(event) => setOwner(event.currentTarget.value)}
        >
          <option value="" selected={ownerId === ''} />
          {people().map(({ id, name }) => (
            <option key={id} value={id} selected={id === ownerId}>
              {name}
            </option>
          ))}
        </select>
      </div>
    </Form>
  )
}

function EditField({ module, n }: Many) {
  const fields = moduleOf(module).fields.filter((field) => !isColumnKey(field.key) && field.type !== 'lookup')
  const [key, setKey] = useState(fields.find((field) => field.type === 'choice')?.key ?? fields[0]?.key ?? '')
  const [text, setText] = useState('')
  const { problem, run, busy: waits } = useBulk(module)
  const field = fields.find((one) => one.key === key)
  if (field === undefined) return null
  const read = readValue(field, text, { zone: view.value.zone })
  const wrong = 'problem' in read ? reasonSentence(read.problem) : undefined
  const empty = text.trim() === '' && field.required ? t('error.field_required') : undefined
  return (
    <Form
      title={t('bulk.edit_title', { many: manyWords(module, n) })}
      verb={text.trim() === '' ? t('bulk.edit_empty') : t('bulk.edit_do')}
      off={wrong ?? empty}
      busy={waits}
      problem={problem}
      onSubmit={() => {
        if ('value' in read) void run({ kind: 'set', fields: { [key]: read.value } })
      }}
      testid="edit-field"
    >
      <div class="field">
        <label class="field-label" for="bulk-field">
          {t('bulk.edit_which')}
        </label>
        <select
          id="bulk-field"
          class="input select"
          data-testid="bulk-field"
          onChange={(event) => {
            setKey(event.currentTarget.value)
            setText('')
          }}
        >
          {fields.map((one) => (
            <option key={one.key} value={one.key} selected={one.key === key}>
              {fieldName(one)}
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label class="field-label" for="bulk-value">
          {t('bulk.edit_value')}
        </label>
        <FieldEditor
          key={key}
          id="bulk-value"
          field={field.type === 'choice' ? { ...field, required: false } : field}
          module={module}
          value={text}
          onInput={setText}
          choosing={choosing()}
          error={wrong}
          describedBy={wrong === undefined ? undefined : 'bulk-value-error'}
          testid="bulk-value"
        />
        <FieldError id="bulk-value-error" text={wrong} />
      </div>
    </Form>
  )
}

function Delete({ module, n }: Many) {
  const { problem, run, busy: waits } = useBulk(module)
  return (
    <Form
      title={t('bulk.delete_title', { many: manyWords(module, n) })}
      verb={t('bulk.delete_do')}
      busy={waits}
      problem={problem}
      onSubmit={() => void run({ kind: 'delete' })}
      testid="delete-many"
    >
      <p class="second">{t('bulk.delete_text')}</p>
    </Form>
  )
}

/** One task on each of the chosen records. */
function AddTask({ module, n }: Many) {
  const [title, setTitle] = useState('')
  const [dueOn, setDueOn] = useState('')
  const [problem, setProblem] = useState<ApiProblem | undefined>(undefined)
  const save = async () => {
    const failed = await addTasks(module, title.trim(), dueOn)
    if (failed === undefined) closeSheet()
    else setProblem(failed)
  }
  return (
    <Form
      title={t('bulk.task_title', { many: manyWords(module, n) })}
      verb={t('bulk.task_do')}
      off={title.trim() === '' ? t('tasks.title_needed') : undefined}
      busy={busy.value.has('bulk-tasks')}
      problem={problem}
      onSubmit={() => void save()}
      testid="task-many"
    >
      <TextField label={t('tasks.what')} value={title} autofocus onInput={setTitle} testid="task-title" />
      <TextField label={t('tasks.due')} type="date" value={dueOn} onInput={setDueOn} testid="task-due" />
    </Form>
  )
}
