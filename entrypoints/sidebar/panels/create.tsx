import { useLayoutEffect, useState } from 'preact/hooks'
import { normaliseAddress } from '@/lib/domain/addresses.ts'
import { t } from '@/lib/extension/i18n.ts'
import { moduleName } from '@/lib/extension/record-words.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Segmented, TextField } from '@/lib/extension/ui/field.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Sheet } from '@/lib/extension/ui/sheet.tsx'
import { closeSheet } from '../keys.ts'
import { saveForm, setFormModule, typeInForm } from '../load/records.ts'
import { problemSentence } from '../load/words.ts'
import {
  busy,
  type CreateForm,
  type FormField,
  type FormModule,
  form,
  people,
  sheetProblem,
} from '../state.ts'
import { commandKey } from './compose.tsx'

const personKinds: readonly FormModule[] = ['leads', 'contacts']

/** 02 B: a new lead, contact or deal, filled with what the mail says; each field says where its value came from. */
export function CreateSheet() {
  const open = form.value
  const [tried, setTried] = useState(0)
  // A refusal puts the focus where the fix is.
  useLayoutEffect(() => {
    if (tried > 0) document.querySelector<HTMLElement>('.sheet [aria-invalid]')?.focus()
  }, [tried])
  if (open === undefined) return null
  const errors = errorsOf(open)
  const isDeal = open.module === 'deals'
  const save = () => {
    setTried(tried + 1)
    if (Object.keys(errors).length === 0) void saveForm()
  }
  return (
    <Sheet
      title={t(`create.title.${open.module}`)}
      subtitle={
        isDeal ? t('create.for', { name: open.about.name }) : t('create.from', { name: open.about.name })
      }
      closeLabel={t('common.close')}
      onClose={closeSheet}
      testid="create-sheet"
      bar={<Bar open={open} onSave={save} />}
    >
      <form
        class="pad pad-block stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          save()
        }}
        onKeyDown={(event) => {
          if (event.isComposing || event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
          event.preventDefault()
          save()
        }}
      >
        <Body open={open} errors={tried > 0 ? errors : {}} />
        <button type="submit" class="hidden" tabIndex={-1} aria-hidden="true" />
      </form>
    </Sheet>
  )
}

type Errors = Partial<Record<FormField, string>>

function Bar({ open, onSave }: { open: CreateForm; onSave: () => void }) {
  return (
    <>
      <Button
        kind="filled"
        keys={`${commandKey}↵`}
        busy={busy.value.has('create')}
        onPress={onSave}
        testid="create-save"
      >
        {t(`create.save.${open.module}`)}
      </Button>
      <Button kind="text" onPress={closeSheet}>
        {t('common.cancel')}
      </Button>
      {!people.value.some((one) => one.address === open.about.address) && (
        <p class="quiet bar-note" data-testid="other-person">
          {t('create.other_person', { name: open.about.name })}
        </p>
      )}
    </>
  )
}

/** What went wrong, which kind of record, its fields, and who will see it. */
function Body({ open, errors }: { open: CreateForm; errors: Errors }) {
  const problem = sheetProblem.value
  const isDeal = open.module === 'deals'
  return (
    <>
      {problem && (
        <Note tone="danger" bold={t('create.failed')} testid="create-problem">
          {problemSentence(problem)} {t('create.kept')}
        </Note>
      )}
      {!isDeal && (
        <Segmented
          label={t('create.kind')}
          value={open.module}
          options={personKinds.map((value) => ({ value, label: moduleName(value) }))}
          onChange={setFormModule}
          testid="create-kind"
        />
      )}
      {isDeal ? <DealFields open={open} errors={errors} /> : <PersonFields open={open} errors={errors} />}
      {!isDeal && (
        <Note tone="neutral" icon="lock" bold={t('create.note.bold')}>
          {t('create.note')}
        </Note>
      )}
    </>
  )
}

function PersonFields(props: { open: CreateForm; errors: Errors }) {
  return (
    <>
      <div class="pair">
        <FormInput {...props} field="firstName" autofocus />
        <FormInput {...props} field="lastName" />
      </div>
      <FormInput {...props} field="company" />
      <FormInput {...props} field="title" />
      <FormInput {...props} field="email" type="email" />
      <div class="pair">
        <FormInput {...props} field="phone" type="tel" />
        <FormInput {...props} field="source" />
      </div>
    </>
  )
}

function DealFields(props: { open: CreateForm; errors: Errors }) {
  return (
    <>
      <FormInput {...props} field="dealName" autofocus />
      <FormInput {...props} field="company" />
      <div class="pair">
        <FormInput {...props} field="amount" numeric />
        <FormInput {...props} field="currency" />
      </div>
      <FormInput {...props} field="closingOn" type="date" />
    </>
  )
}

function FormInput(props: {
  open: CreateForm
  errors: Errors
  field: FormField
  type?: 'text' | 'email' | 'tel' | 'date'
  numeric?: boolean
  autofocus?: boolean
}) {
  const { open, field } = props
  const source = open.sources[field]
  const value = open.values[field]
  return (
    <TextField
      label={t(`field.${field}`)}
      value={value}
      source={source && value !== '' ? t(`source.${source}`) : undefined}
      error={props.errors[field]}
      type={props.type ?? 'text'}
      numeric={props.numeric ?? false}
      autofocus={props.autofocus ?? false}
      onInput={(text) => typeInForm(field, text)}
      testid={`field-${field}`}
    />
  )
}

/** What would be refused anyway, said before it is sent and beside its field. */
function errorsOf({ module, values }: CreateForm): Errors {
  const errors: Errors = {}
  if (module === 'deals') {
    if (values.dealName.trim() === '') errors.dealName = t('field.required')
    if (!/^(?:\d{1,15}(?:\.\d{1,4})?)?$/.test(values.amount.trim())) errors.amount = t('field.amount_invalid')
    if (!/^(?:[A-Za-z]{3})?$/.test(values.currency.trim())) errors.currency = t('field.currency_invalid')
    return errors
  }
  if (values.firstName.trim() === '' && values.lastName.trim() === '') errors.lastName = t('field.required')
  if (values.email.trim() !== '' && normaliseAddress(values.email) === undefined) {
    errors.email = t('error.address_invalid')
  }
  return errors
}
