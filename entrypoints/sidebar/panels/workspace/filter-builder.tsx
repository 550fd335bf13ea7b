import { useState } from 'preact/hooks'
import type { Condition } from '@/lib/contract/lists.ts'
import type { FieldDescription } from '@/lib/domain/fields.ts'
import type { ModuleKey } from '@/lib/domain/modules.ts'
import { t } from '@/lib/extension/i18n.ts'
import { choiceName } from '@/lib/extension/record-words.ts'
import { Button, IconButton } from '@/lib/extension/ui/button.tsx'
import { FieldEditor } from '@/lib/extension/ui/field-editor.tsx'
import { Popover } from '@/lib/extension/ui/popover.tsx'
import { choosing, newPrefix } from '../../load/search.ts'
import { changeQuestion } from '../../load/workspace/list.ts'
import { people } from '../../state-cards.ts'
import type { ListState } from '../../state-workspace.ts'
import { columnName, filterable } from './columns.ts'
import { dayWords, fieldOf, isComplete, type Op, opsOf, opWords, relativeDays } from './conditions.ts'

/** Conditions that must all hold. Nothing changes below until they are shown. */
export function FilterBuilder(props: { at: HTMLElement; list: ListState; onClose: () => void }) {
  const { module, filter } = props.list
  const [draft, setDraft] = useState<readonly Condition[]>(filter.length > 0 ? filter : [fresh(module)])
  const set = (index: number, next: Condition) =>
    setDraft(draft.map((one, at) => (at === index ? next : one)))
  const show = () => {
    props.onClose()
    void changeQuestion(module, { filter: draft.filter(isComplete) })
  }
  return (
    <Popover at={props.at} title={t('filter.title')} wide onClose={props.onClose} testid="filter-builder">
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          show()
        }}
      >
        {draft.map((condition, index) => (
          <Row
            key={index}
            module={module}
            condition={condition}
            index={index}
            onChange={(next) => set(index, next)}
            onRemove={() => setDraft(draft.filter((_, at) => at !== index))}
          />
        ))}
        <span>
          <Button
            kind="text"
            small
            icon="plus"
            off={draft.length >= 20 ? t('filter.most') : undefined}
            onPress={() => setDraft([...draft, fresh(module)])}
            testid="filter-add"
          >
            {t('filter.add')}
          </Button>
        </span>
        <span class="actions">
          <Button kind="filled" submit testid="filter-show">
            {t('filter.show')}
          </Button>
          {filter.length > 0 && (
            <Button
              kind="text"
              onPress={() => {
                props.onClose()
                void changeQuestion(module, { filter: [] })
              }}
              testid="filter-clear"
            >
              {t('filter.clear')}
            </Button>
          )}
        </span>
      </form>
    </Popover>
  )
}

function fresh(module: ModuleKey): Condition {
  const first = filterable(module).find((field) => field.type === 'owner') ?? {
    key: 'name',
    type: 'text' as const,
  }
  return { field: first.key, op: opsOf(first.type)[0] ?? 'is', values: [] }
}

function Row(props: {
  module: ModuleKey
  condition: Condition
  index: number
  onChange: (next: Condition) => void
  onRemove: () => void
}) {
  const { module, condition, index } = props
  const field = fieldOf(module, condition.field)
  return (
    <fieldset class="condition" aria-label={t('filter.condition', { n: index + 1 })}>
      <select
        class="input select"
        aria-label={t('filter.field')}
        data-testid={`filter-field-${index}`}
        onChange={(event) => {
          const next = fieldOf(module, event.currentTarget.value)
          props.onChange({ field: next.key, op: opsOf(next.type)[0] ?? 'is', values: [] })
        }}
      >
        {filterable(module).map((one) => (
          <option key={one.key} value={one.key} selected={one.key === condition.field}>
            {columnName(module, one.key)}
          </option>
        ))}
      </select>
      <select
        class="input select"
        aria-label={t('filter.op')}
        data-testid={`filter-op-${index}`}
        onChange={(event) => props.onChange({ ...condition, op: event.currentTarget.value as Op })}
      >
        {opsOf(field.type).map((op) => (
          <option key={op} value={op} selected={op === condition.op}>
            {opWords(op, field.type)}
          </option>
        ))}
      </select>
      {condition.op !== 'empty' && condition.op !== 'not_empty' && <Value {...props} field={field} />}
      <IconButton
        icon="close"
        small
        label={t('filter.remove', { n: index + 1 })}
        onPress={props.onRemove}
        testid={`filter-remove-${index}`}
      />
    </fieldset>
  )
}

/** What it is compared with, chosen or typed after the field's type. */
function Value(props: {
  module: ModuleKey
  condition: Condition
  field: FieldDescription
  index: number
  onChange: (next: Condition) => void
}) {
  const { condition, field, index } = props
  const set = (values: string[]) => props.onChange({ ...condition, values })
  const value = condition.values[0] ?? ''
  const testid = `filter-value-${index}`
  if (field.type === 'date' || field.type === 'datetime') {
    return <Day value={value} onChange={(day) => set([day])} testid={testid} />
  }
  if (field.type === 'owner' || field.type === 'choice' || field.type === 'multi_choice') {
    return <Any {...props} chosen={condition.values} onChange={set} testid={testid} />
  }
  return (
    <FieldEditor
      field={field.type === 'long_text' || field.type === 'email' ? { ...field, type: 'text' } : field}
      module={props.module}
      value={value}
      label={t('filter.value')}
      onInput={(text) => text.startsWith(newPrefix) || set([text])}
      choosing={choosing()}
      testid={testid}
    />
  )
}

function Day(props: { value: string; onChange: (value: string) => void; testid: string }) {
  const isRelative = relativeDays.some((one) => one === props.value)
  const [own, setOwn] = useState(!isRelative && props.value !== '')
  return (
    <span class="condition-day">
      <select
        class="input select"
        aria-label={t('filter.value')}
        data-testid={props.testid}
        onChange={(event) => {
          const next = event.currentTarget.value
          setOwn(next === 'date')
          props.onChange(next === 'date' ? '' : next)
        }}
      >
        <option value="" selected={props.value === '' && !own} />
        {relativeDays.map((one) => (
          <option key={one} value={one} selected={one === props.value}>
            {dayWords(one)}
          </option>
        ))}
        <option value="date" selected={own}>
          {t('filter.on_date')}
        </option>
      </select>
      {own && (
        <input
          class="input"
          type="date"
          aria-label={t('filter.on_date')}
          value={isRelative ? '' : props.value}
          data-testid={`${props.testid}-date`}
          onInput={(event) => props.onChange(event.currentTarget.value)}
        />
      )}
    </span>
  )
}

/** Any of a few: boxes, so that several can be meant at once. */
function Any(props: {
  module: ModuleKey
  field: FieldDescription
  chosen: readonly string[]
  onChange: (values: string[]) => void
  testid: string
}) {
  const { field, module, chosen } = props
  const options =
    field.type === 'owner'
      ? [['me', t('op.me_option')] as const, ...others().map(({ id, name }) => [id, name] as const)]
      : (field.choices ?? []).map(({ key }) => [key, choiceName(module, field, key)] as const)
  return (
    <fieldset class="condition-any" aria-label={t('filter.value')} data-testid={props.testid}>
      {options.map(([key, label]) => (
        <label key={key} class="chooser-label">
          <input
            class="check"
            type="checkbox"
            checked={chosen.includes(key)}
            data-testid={`${props.testid}-${key}`}
            onChange={(event) =>
              props.onChange(
                event.currentTarget.checked ? [...chosen, key] : chosen.filter((one) => one !== key),
              )
            }
          />
          <span class="cut" dir="auto">
            {label}
          </span>
        </label>
      ))}
    </fieldset>
  )
}

function others() {
  return people().slice(1)
}
