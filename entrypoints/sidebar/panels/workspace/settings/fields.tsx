import { useState } from 'preact/hooks'
import { customFieldTypes, type FieldDescription } from '@/lib/domain/fields.ts'
import type { ModuleDescription, ModuleKey } from '@/lib/domain/modules.ts'
import { t } from '@/lib/extension/i18n.ts'
import { fieldName, modulesName } from '@/lib/extension/record-words.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { FieldError, TextField } from '@/lib/extension/ui/field.tsx'
import { CheckField, SelectField } from '@/lib/extension/ui/select.tsx'
import { createField, deleteField, updateField } from '../../../load/workspace/settings.ts'
import { busy, modules } from '../../../state.ts'
import { Block, isAdmin, refusalOf, Saved } from './parts.tsx'

type Type = (typeof customFieldTypes)[number]

const hasChoices = (type: string) => type === 'choice' || type === 'multi_choice'

/** A module's fields: the standard ones to look at, the organisation's own to change. */
export function Fields({ module }: { module: ModuleDescription }) {
  const [isNew, setNew] = useState(false)
  const [editing, setEditing] = useState<string | undefined>(undefined)
  // The currency of a money field is part of it.
  const companions = new Set(module.fields.map((field) => field.currencyKey))
  const shown = module.fields.filter((field) => !field.custom || !companions.has(field.key))
  return (
    <Block title={t('modules.fields', { module: modulesName(module.key, modules.value) })}>
      <table class="settings-table" data-testid="fields-table">
        <thead>
          <tr>
            <th scope="col">{t('field.name')}</th>
            <th scope="col">{t('modules.type')}</th>
            <th scope="col">{t('modules.required')}</th>
            <th scope="col">
              <span class="hidden">{t('common.more')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((field) => (
            <FieldRow
              key={field.key}
              module={module.key}
              field={field}
              isOpen={editing === field.key}
              onOpen={(open) => setEditing(open ? field.key : undefined)}
            />
          ))}
        </tbody>
      </table>
      {isAdmin() &&
        (isNew ? (
          <NewField module={module.key} onEnd={() => setNew(false)} />
        ) : (
          <Button kind="soft" icon="plus" small onPress={() => setNew(true)} testid="new-field">
            {t('modules.new_field')}
          </Button>
        ))}
    </Block>
  )
}

function FieldRow(props: {
  module: ModuleKey
  field: FieldDescription
  isOpen: boolean
  onOpen: (open: boolean) => void
}) {
  const { field, module } = props
  const [isSure, setSure] = useState(false)
  const name = `field:${field.key}`
  return (
    <tr data-testid="field-row" data-field={field.key}>
      <td>
        <span dir="auto">{fieldName(field)}</span>{' '}
        {!field.custom && <span class="quiet small">{t('modules.standard')}</span>}
        <Saved name={name} />
        {props.isOpen && <EditField module={module} field={field} onEnd={() => props.onOpen(false)} />}
        <FieldError id={name} text={refusalOf(name)} />
      </td>
      <td>
        {t(`modules.type.${field.type}`)}
        {field.lookup !== undefined && (
          <span class="quiet"> · {modulesName(field.lookup, modules.value)}</span>
        )}
      </td>
      <td>{field.required ? t('value.yes') : ''}</td>
      <td class="tools">
        {field.custom && isAdmin() && !props.isOpen && (
          <>
            <Button kind="text" small onPress={() => props.onOpen(true)} testid="edit-field">
              {t('modules.edit')}
            </Button>
            <Button
              kind="danger"
              small
              onPress={isSure ? () => void deleteField(module, field.key) : () => setSure(true)}
              testid="delete-field"
            >
              {t(isSure ? 'modules.delete_sure' : 'modules.delete_field')}
            </Button>
          </>
        )}
      </td>
    </tr>
  )
}

const linesOf = (text: string) =>
  text
    .split('\n')
    .map((one) => one.trim())
    .filter((one) => one !== '')

function EditField({
  module,
  field,
  onEnd,
}: {
  module: ModuleKey
  field: FieldDescription
  onEnd: () => void
}) {
  const [label, setLabel] = useState(field.label ?? '')
  const [isRequired, setRequired] = useState(field.required === true)
  const [choices, setChoices] = useState((field.choices ?? []).map((one) => one.label ?? one.key).join('\n'))
  const save = async () => {
    // A line that is worded as before keeps its key; the order is that of the lines, and a renamed line keeps its place.
    const before = field.choices ?? []
    const next = linesOf(choices)
    const given = next.map((text, index) => {
      const same = before.find((one) => one.label === text)
      const renamed = next.length === before.length ? before[index] : undefined
      const key = same?.key ?? (renamed && !next.includes(renamed.label ?? '') ? renamed.key : undefined)
      return key === undefined ? { label: text } : { key, label: text }
    })
    const change = { label, required: isRequired, ...(hasChoices(field.type) && { choices: given }) }
    if (await updateField(module, field.key, change)) onEnd()
  }
  return (
    <div class="stack-small end-pad" data-testid="edit-field-form">
      <TextField label={t('modules.label')} value={label} autofocus onInput={setLabel} testid="field-label" />
      {hasChoices(field.type) && <ChoiceLines value={choices} onInput={setChoices} />}
      <CheckField label={t('modules.required')} checked={isRequired} onChange={setRequired} />
      <div class="actions">
        <Button kind="filled" small onPress={() => void save()} testid="field-save">
          {t('settings.save')}
        </Button>
        <Button kind="text" small onPress={onEnd}>
          {t('common.cancel')}
        </Button>
      </div>
    </div>
  )
}

function ChoiceLines(props: { value: string; onInput: (value: string) => void }) {
  return (
    <label class="field">
      <span class="field-label">{t('modules.choices')}</span>
      <textarea
        class="input"
        rows={4}
        value={props.value}
        data-testid="field-choices"
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
    </label>
  )
}

function NewField({ module, onEnd }: { module: ModuleKey; onEnd: () => void }) {
  const [label, setLabel] = useState('')
  const [type, setType] = useState<Type>('text')
  const [isRequired, setRequired] = useState(false)
  const [choices, setChoices] = useState('')
  const [lookup, setLookup] = useState<ModuleKey>('contacts')
  const make = async () => {
    const json = {
      label: label.trim(),
      type,
      required: isRequired,
      choices: hasChoices(type) ? linesOf(choices) : [],
      ...(type === 'lookup' && { lookup }),
    }
    if (await createField(module, json)) onEnd()
  }
  return (
    <form
      class="stack"
      noValidate
      data-testid="new-field-form"
      onSubmit={(event) => {
        event.preventDefault()
        void make()
      }}
    >
      <div class="two-columns">
        <TextField
          label={t('modules.label')}
          value={label}
          error={refusalOf('field')}
          autofocus
          onInput={setLabel}
          testid="new-field-label"
        />
        <SelectField
          label={t('modules.type')}
          value={type}
          options={customFieldTypes.map((value) => ({ value, label: t(`modules.type.${value}`) }))}
          onChange={setType}
          testid="new-field-type"
        />
        {type === 'lookup' && (
          <SelectField
            label={t('modules.lookup')}
            value={lookup}
            options={[...modules.value.keys()].map((value) => ({
              value,
              label: modulesName(value, modules.value),
            }))}
            onChange={setLookup}
            testid="new-field-lookup"
          />
        )}
      </div>
      {hasChoices(type) && <ChoiceLines value={choices} onInput={setChoices} />}
      <CheckField label={t('modules.required')} checked={isRequired} onChange={setRequired} />
      <div class="actions">
        <Button
          kind="filled"
          small
          submit
          busy={busy.value.has('settings:field')}
          off={label.trim() === '' ? t('modules.label_first') : undefined}
          testid="new-field-save"
        >
          {t('modules.create_field')}
        </Button>
        <Button kind="text" small onPress={onEnd}>
          {t('common.cancel')}
        </Button>
      </div>
    </form>
  )
}
