import { useLayoutEffect, useRef } from 'preact/hooks'
import type { RecordSummary } from '@/lib/contract/records.ts'
import type { FieldDescription } from '@/lib/domain/fields.ts'
import { t } from '@/lib/extension/i18n.ts'
import { fieldName } from '@/lib/extension/record-words.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { FieldError } from '@/lib/extension/ui/field.tsx'
import { FieldEditor } from '@/lib/extension/ui/field-editor.tsx'
import { FieldValue, leadsSomewhere } from '@/lib/extension/ui/field-value.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { type Telling, valueWords } from '@/lib/extension/value-words.ts'
import { closeEdit, dropConflict, keepMine, openEdit, saveEdit, typeInEdit } from '../load/edits.ts'
import { openRecord } from '../load/records.ts'
import { whyReadOnly } from '../load/rights.ts'
import { choosing, makeLookedUp, newPrefix } from '../load/search.ts'
import { view } from '../state.ts'
import {
  type Conflict,
  conflicts,
  edits,
  markOf,
  nameOf,
  savedNow,
  type Values,
  valueIn,
} from '../state-cards.ts'

interface FactProps {
  record: RecordSummary
  field: FieldDescription
  first: boolean
}

/** Label and value of one field; the value becomes its editor in its own place. */
export function Fact(props: FactProps) {
  const { record, field } = props
  const mark = markOf(record.id, field.key)
  const conflict = conflicts.value.find((one) => one.recordId === record.id && one.key === field.key)
  const open = edits.value.has(mark)
  return (
    <div class={open ? 'fact fact-open' : 'fact'} data-testid={`fact-${field.key}`}>
      <dt class="cut">{fieldName(field)}</dt>
      <dd>
        {open ? <Editor {...props} /> : <Shown {...props} />}
        {conflict && <Choice conflict={conflict} field={field} record={record} />}
      </dd>
    </div>
  )
}

function tellingOf(record: RecordSummary, field: FieldDescription, values?: Values): Telling {
  const code = field.currencyKey
  const currency = code === undefined ? '' : (values?.[code] ?? valueIn(record, code))
  return { module: record.module, view: view.value, currency, nameOf: (id) => nameOf(record, id) }
}

/** Plain text for who may not change it; where the value leads somewhere, what edits it is a button of its own beside it. */
function Shown({ record, field, first }: FactProps) {
  const value = valueIn(record, field.key)
  const telling = tellingOf(record, field)
  const name = fieldName(field)
  const saved = savedNow.value.has(markOf(record.id, field.key))
  const leads = leadsSomewhere(field, value, telling)
  const words = <FieldValue field={field} value={value} telling={telling} onOpen={openRecord} />
  if (whyReadOnly(record) !== undefined) {
    return <span class="fact-line">{value === '' ? <span class="quiet">–</span> : words}</span>
  }
  const common = {
    type: 'button' as const,
    'data-row': true,
    tabIndex: first ? 0 : -1,
    'data-testid': `edit-${field.key}`,
    onClick: () => openEdit(record, field),
  }
  const button = leads ? (
    <button {...common} class="fact-pencil" aria-label={t('edit.edit', { field: name })}>
      <Icon name="pencil" />
    </button>
  ) : (
    <button
      {...common}
      class="fact-value"
      aria-label={value === '' ? t('edit.add', { field: name }) : undefined}
    >
      {value === '' ? <span class="quiet">–</span> : words}
    </button>
  )
  return (
    <span class="fact-line">
      {leads && words}
      {button}
      <span class="fact-saved" role="status">
        {saved && (
          <>
            <Icon name="check" />
            <span class="hidden">{t('edit.saved')}</span>
          </>
        )}
      </span>
    </span>
  )
}

/** Enter or leaving saves, Esc gives up. */
function Editor({ record, field }: FactProps) {
  const box = useRef<HTMLFormElement>(null)
  const mark = markOf(record.id, field.key)
  const open = edits.value.get(mark)
  const errorId = `error-${field.key}`
  const takesFocus = open?.takesFocus
  useLayoutEffect(() => {
    if (!takesFocus) return
    const input = box.current?.querySelector<HTMLElement>('input, select, textarea')
    input?.focus()
    if (input instanceof HTMLInputElement) input.select()
  }, [takesFocus])
  if (open === undefined) return null
  const back = () =>
    requestAnimationFrame(() =>
      document.querySelector<HTMLElement>(`[data-testid="edit-${field.key}"]`)?.focus(),
    )
  const save = (andReturn: boolean) => {
    void saveEdit(record, field)
    if (andReturn && !edits.value.has(mark)) back()
  }
  const onInput = (text: string) => {
    if (text.startsWith(newPrefix)) {
      void makeLookedUp(field, text.slice(newPrefix.length)).then((id) => id && take(id))
    } else if (field.type === 'lookup' || field.type === 'zone') take(text)
    else typeInEdit(mark, { text })
  }
  const take = (id: string) => {
    typeInEdit(mark, { text: id })
    save(true)
  }
  return (
    <form
      class="fact-editor"
      ref={box}
      noValidate
      onSubmit={(event) => event.preventDefault()}
      onFocusOut={(event) => {
        if (event.relatedTarget instanceof Node && box.current?.contains(event.relatedTarget)) return
        // Taken away by its own closing, or the window lost the focus: nothing was left.
        if (document.hasFocus() && box.current?.isConnected && edits.value.has(mark)) save(false)
      }}
      onKeyDown={(event) => {
        if (event.isComposing || event.keyCode === 229) return
        const lines = event.target instanceof HTMLTextAreaElement
        if (event.key === 'Escape') {
          event.preventDefault()
          event.stopPropagation()
          closeEdit(mark)
          back()
        } else if (event.key === 'Enter' && (!lines || event.ctrlKey || event.metaKey)) {
          event.preventDefault()
          save(true)
        }
      }}
    >
      <FieldEditor
        field={field}
        module={record.module}
        value={open.text}
        currency={open.currency}
        onInput={onInput}
        onCurrency={(currency) => typeInEdit(mark, { currency })}
        choosing={choosing(record)}
        label={fieldName(field)}
        error={open.problem}
        describedBy={open.problem === undefined ? undefined : errorId}
        testid={`input-${field.key}`}
      />
      <FieldError id={errorId} text={open.problem} />
    </form>
  )
}

/** Mine and theirs side by side; nothing is overwritten until the person has chosen. */
function Choice(props: { conflict: Conflict; field: FieldDescription; record: RecordSummary }) {
  const { conflict, field, record } = props
  const say = (values: Values) =>
    valueWords(field, values[field.key] ?? '', tellingOf(record, field, values)) || t('conflict.empty')
  const name = fieldName(field)
  return (
    <fieldset class="conflict" aria-label={name} data-testid="conflict">
      <p role="alert">
        {conflict.by === ''
          ? t('conflict.title_somebody', { field: name })
          : t('conflict.title', { name: conflict.by, field: name })}
      </p>
      <dl>
        <dt>{t('conflict.yours')}</dt>
        <dd dir="auto" data-testid="conflict-mine">
          {say(conflict.mine)}
        </dd>
        <dt>{t('conflict.theirs')}</dt>
        <dd dir="auto" data-testid="conflict-theirs">
          {say(conflict.theirs)}
        </dd>
      </dl>
      <div class="actions">
        <Button kind="outline" small onPress={() => void keepMine(conflict)} testid="keep-mine">
          {t('conflict.keep_mine')}
        </Button>
        <Button kind="text" small onPress={() => dropConflict(conflict)} testid="take-theirs">
          {t('conflict.take_theirs')}
        </Button>
      </div>
    </fieldset>
  )
}
