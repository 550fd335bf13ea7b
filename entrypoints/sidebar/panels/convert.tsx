import { t } from '@/lib/extension/i18n.ts'
import { fieldName, moduleName } from '@/lib/extension/record-words.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { TextField } from '@/lib/extension/ui/field.tsx'
import { FieldEditor } from '@/lib/extension/ui/field-editor.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Sheet } from '@/lib/extension/ui/sheet.tsx'
import { closeSheet } from '../keys.ts'
import { changeConversion, convert } from '../load/convert.ts'
import { choosing } from '../load/search.ts'
import { problemSentence } from '../load/words.ts'
import { busy, cards, modules, sheetProblem } from '../state.ts'
import { type Conversion, conversion, moduleOf } from '../state-cards.ts'

/** A lead becomes a contact, with its account and, if wanted, a deal: shown before it happens. */
export function ConvertSheet({ recordId }: { recordId: string }) {
  const open = conversion.value
  const record = cards.value.get(recordId)?.record
  if (open === undefined || record === undefined) return null
  const problem = sheetProblem.value
  return (
    <Sheet
      title={t('convert.title')}
      subtitle={record.name}
      closeLabel={t('common.close')}
      onClose={closeSheet}
      testid="convert-sheet"
      bar={
        <>
          <Button
            kind="filled"
            busy={busy.value.has('convert') || open.preview === undefined}
            onPress={() => void convert()}
            testid="convert-save"
          >
            {t('convert.save')}
          </Button>
          <Button kind="text" onPress={closeSheet}>
            {t('common.cancel')}
          </Button>
        </>
      }
    >
      <form
        class="pad pad-block stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void convert()
        }}
      >
        {problem && (
          <Note tone="danger" bold={t('convert.failed')} testid="convert-problem">
            {problemSentence(problem)}
          </Note>
        )}
        <p class="second">{t('convert.text')}</p>
        <ContactPart open={open} name={record.name} />
        <AccountPart open={open} />
        <DealPart open={open} />
        <button type="submit" class="hidden" tabIndex={-1} aria-hidden="true" />
      </form>
    </Sheet>
  )
}

function Radio(props: {
  name: string
  checked: boolean
  label: string
  testid: string
  onChoose: () => void
}) {
  return (
    <label class="check-line">
      <input
        type="radio"
        name={props.name}
        checked={props.checked}
        data-testid={props.testid}
        onChange={props.onChoose}
      />
      <span dir="auto">{props.label}</span>
    </label>
  )
}

function ContactPart({ open, name }: { open: Conversion; name: string }) {
  const found = open.preview?.contact
  return (
    <fieldset class="plain-set">
      <legend>{t('convert.contact')}</legend>
      {found ? (
        <>
          <Radio
            name="contact"
            checked={open.contact === 'found'}
            label={t('convert.contact_found', { name: found.name })}
            testid="convert-contact-found"
            onChoose={() => changeConversion({ contact: 'found' })}
          />
          <Radio
            name="contact"
            checked={open.contact === 'new'}
            label={t('convert.contact_new', { name })}
            testid="convert-contact-new"
            onChoose={() => changeConversion({ contact: 'new' })}
          />
        </>
      ) : (
        <p data-testid="convert-contact">{t('convert.contact_new', { name })}</p>
      )}
    </fieldset>
  )
}

function AccountPart({ open }: { open: Conversion }) {
  const found = open.preview?.account
  const options = [
    ...(found ? [['found', t('convert.account_found', { name: found.name })] as const] : []),
    ['new', t('convert.account_new')] as const,
    ['none', t('convert.account_none')] as const,
  ]
  return (
    <fieldset class="plain-set">
      <legend>{moduleName('accounts', modules.value)}</legend>
      {options.map(([value, label]) => (
        <Radio
          key={value}
          name="account"
          checked={open.account === value}
          label={label}
          testid={`convert-account-${value}`}
          onChoose={() => changeConversion({ account: value })}
        />
      ))}
      {open.account === 'new' && (
        <TextField
          label={t('field.accountName')}
          value={open.accountName}
          error={open.problems['accountName']}
          onInput={(accountName) => changeConversion({ accountName })}
          testid="convert-account-name"
        />
      )}
    </fieldset>
  )
}

const dealKeys = ['dealName', 'amount', 'closingOn'] as const

function DealPart({ open }: { open: Conversion }) {
  const { fields } = moduleOf('deals')
  return (
    <div class="stack">
      <label class="check-line">
        <input
          type="checkbox"
          checked={open.withDeal}
          data-testid="convert-deal"
          onChange={(event) => changeConversion({ withDeal: event.currentTarget.checked })}
        />
        {t('convert.deal')}
      </label>
      {open.withDeal &&
        dealKeys.map((key) => {
          const field = fields.find((one) => one.key === key)
          if (field === undefined) return null
          const error = open.problems[key]
          return (
            <div class="field" key={key}>
              <label class="field-label" for={`convert-${key}`}>
                {fieldName(field)}
              </label>
              <FieldEditor
                id={`convert-${key}`}
                field={field}
                module="deals"
                value={open[key]}
                {...(key === 'amount' && { currency: open.currency })}
                onInput={(value) => changeConversion({ [key]: value })}
                onCurrency={(currency) => changeConversion({ currency })}
                choosing={choosing()}
                error={error}
                describedBy={error && `convert-${key}-error`}
                testid={`convert-${key}`}
              />
              {error && (
                <p class="field-error" id={`convert-${key}-error`} role="alert">
                  {error}
                </p>
              )}
            </div>
          )
        })}
    </div>
  )
}
