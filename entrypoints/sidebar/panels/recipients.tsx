import { useRef } from 'preact/hooks'
import { normaliseAddress, type Party } from '@/lib/domain/addresses.ts'
import { plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { RecipientChip } from '@/lib/extension/ui/chip.tsx'
import { FieldError } from '@/lib/extension/ui/field.tsx'
import { readParties } from '../load/drafts.ts'

interface RecipientsProps {
  field: 'to' | 'cc' | 'bcc'
  parties: readonly Party[]
  typed: string
  autofocus?: boolean
  onChange: (parties: Party[], typed: string) => void
}

/**
 * One line of recipients: chips and what is being typed. Enter, comma, semicolon, Tab or leaving makes a chip; left and
 * right walk through them, Delete and Backspace remove.
 */
export function Recipients(props: RecipientsProps) {
  const list = useRef<HTMLUListElement>(null)
  const bad = props.parties.find((party) => normaliseAddress(party.address) === undefined)
  const remove = (index: number) => {
    props.onChange(
      props.parties.filter((_, at) => at !== index),
      props.typed,
    )
    list.current?.querySelector('input')?.focus()
  }
  return (
    <div class="line line-people">
      <label class="line-label" for={`field-${props.field}`}>
        {t(`compose.${props.field}`)}
      </label>
      <ul
        class="chips"
        ref={list}
        data-testid={`chips-${props.field}`}
        onKeyDown={(event) => walk(event, list.current, remove)}
      >
        {props.parties.map((party, index) => (
          <RecipientChip
            key={`${party.address} ${index}`}
            text={plainName(party.name) || party.address}
            address={party.address}
            refused={normaliseAddress(party.address) === undefined}
            removeLabel={t('compose.remove', { address: party.address })}
            onRemove={() => remove(index)}
          />
        ))}
        <li class="chips-input">
          <AddressInput {...props} refused={bad !== undefined} />
        </li>
      </ul>
      {bad && (
        <div class="line-error">
          <FieldError id={`error-${props.field}`} text={t('compose.bad_address', { address: bad.address })} />
        </div>
      )}
    </div>
  )
}

function AddressInput(props: RecipientsProps & { refused: boolean }) {
  const { field, parties, typed } = props
  const commit = (text: string) => {
    const known = new Set(parties.map((party) => party.address))
    props.onChange([...parties, ...readParties(text).filter((party) => !known.has(party.address))], '')
  }
  return (
    <input
      id={`field-${field}`}
      class="bare"
      type="text"
      inputMode="email"
      autocomplete="off"
      autocapitalize="off"
      spellcheck={false}
      dir="auto"
      value={typed}
      aria-invalid={props.refused ? 'true' : undefined}
      aria-describedby={props.refused ? `error-${field}` : undefined}
      data-autofocus={props.autofocus ? '' : undefined}
      data-testid={`input-${field}`}
      onInput={(event) => {
        const text = event.currentTarget.value
        // While an input method composes, a comma may be part of a word that is not there yet.
        if (!event.isComposing && /[,;\n]\s*$/.test(text)) commit(text)
        else props.onChange([...parties], text)
      }}
      onPaste={(event) => {
        const text = event.clipboardData?.getData('text') ?? ''
        if (!/[,;\n@]/.test(text)) return
        event.preventDefault()
        commit(`${typed}${text}`)
      }}
      onKeyDown={(event) => {
        // 229 is what an input method's Enter looks like in browsers that end composition first.
        if (event.isComposing || event.keyCode === 229) return
        if (event.key !== 'Enter' || event.ctrlKey || event.metaKey) return
        event.preventDefault()
        if (typed.trim() !== '') commit(typed)
      }}
      onBlur={() => {
        if (typed.trim() !== '') commit(typed)
      }}
    />
  )
}

/** Between the chips and the input: only from the input's very beginning, so that editing text is never disturbed. */
function walk(event: KeyboardEvent, list: HTMLElement | null, remove: (index: number) => void): void {
  const input = list?.querySelector('input')
  if (!list || !input || event.isComposing || event.keyCode === 229) return
  const chips = [...list.querySelectorAll<HTMLElement>('[data-testid=recipient]')]
  const atStart = event.target === input && input.selectionStart === 0 && input.selectionEnd === 0
  const here = chips.findIndex((chip) => chip.contains(event.target as Node))
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
  if (step !== undefined && (here >= 0 || (atStart && step < 0))) {
    event.preventDefault()
    const next = (here < 0 ? chips.length : here) + step
    ;(chips[Math.max(0, next)]?.querySelector('button') ?? input).focus()
  } else if (here >= 0 && (event.key === 'Delete' || event.key === 'Backspace')) {
    event.preventDefault()
    remove(here)
  } else if (atStart && event.key === 'Backspace' && input.value === '' && chips.length > 0) {
    remove(chips.length - 1)
  }
}
