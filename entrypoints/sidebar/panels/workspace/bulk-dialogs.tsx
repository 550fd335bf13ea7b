import { useState } from 'preact/hooks'
import { readValue } from '@/lib/domain/field-values.ts'
import { isColumnKey } from '@/lib/domain/fields.ts'
import type { ModuleKey } from '@/lib/domain/modules.ts'
import type { ApiProblem } from '@/lib/extension/api-core.ts'
import { t } from '@/lib/extension/i18n.ts'
import { fieldName } from '@/lib/extension/record-words.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { FieldError, TextField } from '@/lib/extension/ui/field.tsx'
import { FieldEditor } from '@/lib/extension/ui/field-editor.tsx'
import { closeSheet } from '../../keys.ts'
import { choosing } from '../../load/search.ts'
import { reasonSentence } from '../../load/words.ts'
import { addTasks, changeSelected } from '../../load/workspace/bulk.ts'
import { busy, view } from '../../state.ts'
import { moduleOf, people } from '../../state-cards.ts'
import { bulk } from '../../state-workspace.ts'
import { DialogForm } from './dialog-form.tsx'
import { manyWords } from './many-words.ts'

interface Many {
  module: ModuleKey
  n: number
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

export function ChangeOwner({ module, n }: Many) {
  const [ownerId, setOwner] = useState('')
  const { problem, run, busy: waits } = useBulk(module)
  return (
    <DialogForm
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
    </DialogForm>
  )
}

export function EditField({ module, n }: Many) {
  const fields = moduleOf(module).fields.filter((field) => !isColumnKey(field.key) && field.type !== 'lookup')
  const [key, setKey] = useState('')
  const [text, setText] = useState('')
  const { problem, run, busy: waits } = useBulk(module)
  const field = fields.find((one) => one.key === key)
  const read = field === undefined ? { value: '' } : readValue(field, text, { zone: view.value.zone })
  const wrong = 'problem' in read ? reasonSentence(read.problem) : undefined
  const missing = text.trim() === '' ? t('bulk.edit_needed') : undefined
  return (
    <DialogForm
      title={t('bulk.edit_title', { many: manyWords(module, n) })}
      verb={t('bulk.edit_do')}
      off={field === undefined ? t('bulk.edit_choose') : (wrong ?? missing)}
      busy={waits}
      problem={problem}
      onSubmit={() => {
        if ('value' in read) void run({ kind: 'set', fields: { [key]: read.value } })
      }}
      more={
        field !== undefined &&
        !field.required && (
          <Button
            kind="danger"
            onPress={() => void run({ kind: 'set', fields: { [key]: '' } })}
            testid="edit-empty"
          >
            {t('bulk.edit_empty')}
          </Button>
        )
      }
      testid="edit-field"
    >
      <div class="field">
        <label class="field-label" for="bulk-field">
          {t('bulk.edit_which')}
        </label>
        <select
          id="bulk-field"
          class="input select"
          data-autofocus
          data-testid="bulk-field"
          onChange={(event) => {
            setKey(event.currentTarget.value)
            setText('')
          }}
        >
          <option value="" selected={key === ''} />
          {fields.map((one) => (
            <option key={one.key} value={one.key} selected={one.key === key}>
              {fieldName(one)}
            </option>
          ))}
        </select>
      </div>
      {field !== undefined && (
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
      )}
    </DialogForm>
  )
}

export function DeleteMany({ module, n }: Many) {
  const { problem, run, busy: waits } = useBulk(module)
  return (
    <DialogForm
      title={t('bulk.delete_title', { many: manyWords(module, n) })}
      verb={t('bulk.delete_do')}
      busy={waits}
      problem={problem}
      onSubmit={() => void run({ kind: 'delete' })}
      testid="delete-many"
    >
      <p class="second">{t('bulk.delete_text')}</p>
    </DialogForm>
  )
}

/** One task on each of the chosen records. */
export function TaskOnEach({ module, n }: Many) {
  const [title, setTitle] = useState('')
  const [dueOn, setDueOn] = useState('')
  const [problem, setProblem] = useState<ApiProblem | undefined>(undefined)
  const save = async () => {
    const failed = await addTasks(module, title.trim(), dueOn)
    if (failed === undefined) closeSheet()
    else setProblem(failed)
  }
  return (
    <DialogForm
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
    </DialogForm>
  )
}
