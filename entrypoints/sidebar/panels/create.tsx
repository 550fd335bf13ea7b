import { useLayoutEffect, useRef } from 'preact/hooks'
import type { ModuleKey } from '@/lib/domain/modules.ts'
import { t } from '@/lib/extension/i18n.ts'
import { moduleInSentence, moduleName } from '@/lib/extension/record-words.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Segmented } from '@/lib/extension/ui/field.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Sheet } from '@/lib/extension/ui/sheet.tsx'
import { closeSheet } from '../keys.ts'
import { saveForm, setFormModule, showWholeForm } from '../load/create.ts'
import { linesOf } from '../load/form-fields.ts'
import { problemSentence } from '../load/words.ts'
import { busy, type CreateForm, duplicates, form, modules, people, sheetProblem } from '../state.ts'
import { moduleOf } from '../state-cards.ts'
import { commandKey } from './compose/may-send.ts'
import { FormField } from './create-field.tsx'
import { DuplicateCard } from './duplicate-card.tsx'
import { OlderQuestion, WhoSeesNote } from './sharing/create-older.tsx'
import './create.css'

/** 02 B, C: a new record of any module, from its description; each field says where its value came from. */
export function CreateSheet() {
  const open = form.value
  const root = useRef<HTMLFormElement>(null)
  const wrong = Object.keys(open?.problems ?? {}).join(' ')
  // A refusal puts the focus where the fix is.
  useLayoutEffect(() => {
    if (wrong !== '') root.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus()
  }, [wrong])
  if (open === undefined) return null
  const name = moduleInSentence(open.module, modules.value)
  const save = () => void saveForm()
  return (
    <Sheet
      title={t('create.title', { module: name })}
      subtitle={subtitleOf(open)}
      closeLabel={t('common.close')}
      onClose={closeSheet}
      testid="create-sheet"
      bar={<Bar open={open} name={name} onSave={save} />}
    >
      <form
        class="pad pad-block stack create"
        ref={root}
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
        <Body open={open} />
        <button type="submit" class="hidden" tabIndex={-1} aria-hidden="true" />
      </form>
    </Sheet>
  )
}

function subtitleOf({ about, module }: CreateForm): string | undefined {
  if (about === undefined) return undefined
  const fromMail = kinds().includes(module)
  return fromMail ? t('create.from', { name: about.name }) : t('create.for', { name: about.name })
}

function Bar({ open, name, onSave }: { open: CreateForm; name: string; onSave: () => void }) {
  const { key, matches } = duplicates.value
  const doubtful = key === open.key && matches.length > 0
  const { about } = open
  const elsewhere =
    about !== undefined &&
    kinds().includes(open.module) &&
    !people.value.some((one) => one.address === about.address)
  return (
    <>
      <Button
        kind={doubtful ? 'outline' : 'filled'}
        {...(!doubtful && { keys: `${commandKey}↵` })}
        busy={busy.value.has('create')}
        onPress={onSave}
        testid="create-save"
      >
        {doubtful ? t('create.anyway', { module: name }) : t('create.save', { module: name })}
      </Button>
      <Button kind="text" onPress={closeSheet}>
        {t('common.cancel')}
      </Button>
      {elsewhere && (
        <p class="quiet bar-note" data-testid="other-person">
          {t('create.other_person', { name: about.name })}
        </p>
      )}
    </>
  )
}

/** What somebody in a mail can become. */
function kinds(): ModuleKey[] {
  return [...modules.value.values()].flatMap(({ key, reach }) => (reach === 'address' ? [key] : []))
}

/** What went wrong, who it may be already, which kind of record, its fields, and who will see it. */
function Body({ open }: { open: CreateForm }) {
  const problem = sheetProblem.value
  const fromMail = open.about !== undefined && kinds().includes(open.module)
  const { first, more } = linesOf(moduleOf(open.module))
  const lines = open.whole ? [...first, ...more.map((field) => [field])] : first
  return (
    <>
      {problem && (
        <Note tone="danger" bold={t('create.failed')} testid="create-problem">
          {problemSentence(problem)} {t('create.kept')}
        </Note>
      )}
      <DuplicateCard open={open} />
      {fromMail && <Kind module={open.module} />}
      {lines.map((line, index) => (
        <div key={line.map((field) => field.key).join(' ')} class={line.length > 1 ? 'pair' : undefined}>
          {line.map((field, at) => (
            <FormField key={field.key} open={open} field={field} autofocus={index === 0 && at === 0} />
          ))}
        </div>
      ))}
      {!open.whole && more.length > 0 && (
        <span class="create-more">
          <Button kind="text" small onPress={showWholeForm} testid="more-form-fields">
            {t('create.more_fields', { n: more.length })}
          </Button>
        </span>
      )}
      <OlderQuestion open={open} />
      {fromMail && <WhoSeesNote open={open} />}
    </>
  )
}

/** Three side by side; a company with more of them gets a list. */
function Kind({ module }: { module: ModuleKey }) {
  const options = kinds().map((value) => ({ value, label: moduleName(value, modules.value) }))
  if (options.length <= 4) {
    return (
      <Segmented
        label={t('create.kind')}
        value={module}
        options={options}
        onChange={setFormModule}
        testid="create-kind"
      />
    )
  }
  return (
    <select
      class="input select"
      aria-label={t('create.kind')}
      value={module}
      data-testid="create-kind"
      onChange={(event) => {
        const found = options.find((one) => one.value === event.currentTarget.value)
        if (found) setFormModule(found.value)
      }}
    >
      {options.map(({ value, label }) => (
        <option key={value} value={value} selected={value === module}>
          {label}
        </option>
      ))}
    </select>
  )
}
