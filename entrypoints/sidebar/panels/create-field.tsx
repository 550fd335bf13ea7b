import { useId } from 'preact/hooks'
import type { FieldDescription } from '@/lib/domain/fields.ts'
import { plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { fieldName } from '@/lib/extension/record-words.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { FieldError } from '@/lib/extension/ui/field.tsx'
import { FieldEditor } from '@/lib/extension/ui/field-editor.tsx'
import { typeInForm } from '../load/create.ts'
import { choosing } from '../load/search.ts'
import { type CreateForm, form } from '../state.ts'

/** One field of the form: label, where its value came from, its editor, what is wrong. */
export function FormField(props: { open: CreateForm; field: FieldDescription; autofocus: boolean }) {
  const { open, field } = props
  const id = useId()
  const value = open.values[field.key] ?? ''
  const source = open.sources[field.key]
  const error = open.problems[field.key]
  const { currencyKey } = field
  const currency = currencyKey === undefined ? undefined : (open.values[currencyKey] ?? '')
  const currencyError = currencyKey === undefined ? undefined : open.problems[currencyKey]
  const made = field.key === 'accountId' && value === '' ? open.newAccount : undefined
  const isGroup = field.type === 'multi_choice'
  return (
    <div class="field">
      <div class="field-head">
        {isGroup ? (
          <span class="field-label">{fieldName(field)}</span>
        ) : (
          <label for={id}>{fieldName(field)}</label>
        )}
        <Whence source={made ? 'new' : value === '' ? undefined : source} />
      </div>
      {made ? (
        <NewAccount id={id} name={made.name} />
      ) : (
        <FieldEditor
          id={id}
          field={field}
          module={open.module}
          value={value}
          {...(currency !== undefined && { currency })}
          onInput={(text) => typeInForm(field.key, text)}
          {...(currencyKey !== undefined && { onCurrency: (code: string) => typeInForm(currencyKey, code) })}
          choosing={choosing()}
          {...(isGroup && { label: fieldName(field) })}
          error={error}
          describedBy={error === undefined ? undefined : `${id}-error`}
          autofocus={props.autofocus}
          testid={`field-${field.key}`}
        />
      )}
      <FieldError id={`${id}-error`} text={error ?? currencyError} />
    </div>
  )
}

function Whence({ source }: { source: keyof typeof whence | undefined }) {
  return source === undefined ? null : (
    <span data-testid="source">{source === 'new' ? t('create.new_account') : t(`source.${source}`)}</span>
  )
}
const whence = { sender: 1, signature: 1, address: 1, subject: 1, domain: 1, mail: 1, new: 1 } as const

/** The company of the mail, of which there is no account yet: it is made in the same step, under a name that can be changed. */
function NewAccount({ id, name }: { id: string; name: string }) {
  const change = (next: string) => {
    const open = form.value
    if (open?.newAccount) form.value = { ...open, newAccount: { ...open.newAccount, name: next } }
  }
  return (
    <div class="new-account">
      <input
        id={id}
        class="input"
        type="text"
        dir="auto"
        autocomplete="off"
        maxLength={200}
        value={plainName(name)}
        data-testid="field-newAccount"
        onInput={(event) => change(event.currentTarget.value)}
      />
      <Button kind="text" small onPress={() => typeInForm('accountId', '')} testid="other-account">
        {t('create.no_account')}
      </Button>
    </div>
  )
}
