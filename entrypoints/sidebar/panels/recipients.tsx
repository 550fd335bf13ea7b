import { useRef } from 'preact/hooks'
import { normaliseAddress, type Party } from '@/lib/domain/addresses.ts'
import { displayName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { RecipientChip } from '@/lib/extension/ui/chip.tsx'
import { FieldError } from '@/lib/extension/ui/field.tsx'
import { readParties } from '../load/drafts.ts'

/** One line of recipients: chips and what is being typed. Enter, comma, semicolon, Tab or leaving makes a chip. */
export function Recipients(props: {
  field: 'to' | 'cc' | 'bcc'
  parties: readonly Party[]
  typed: string
  autofocus?: boolean
  onChange: (parties: Party[], typed: string) => void
}) {
  const input = useRef<HTMLInputElement>(null)
  const label = t(`compose.${props.field}`)
  const bad = props.parties.find((party) => normaliseAddress(party.address) === undefined)
  const commit = (text: string) => {
    const known = new Set(props.parties.map((party) => party.address))
    props.onChange([...props.parties, ...readParties(text).filter((party) => !known.has(party.address))], '')
  }
  const remove = (index: number) => {
    props.onChange(
      props.parties.filter((_, at) => at !== index),
      props.typed,
    )
    input.current?.focus()
  }
  return (
    <div class="line line-people">
      <label class="line-label" for={`field-${props.field}`}>
        {label}
      </label>
      <ul class="chips" data-testid={`chips-${props.field}`}>
        {props.parties.map((party, index) => (
          <RecipientChip
            key={`${party.address} ${index}`}
            text={displayName(party.name, party.name ? party.address : `${party.address}@`)}
            address={party.address}
            refused={normaliseAddress(party.address) === undefined}
            removeLabel={t('compose.remove', { address: party.address })}
            onRemove={() => remove(index)}
          />
        ))}
        <li class="chips-input">
          <input
            id={`field-${props.field}`}
            ref={input}
            class="bare"
            type="text"
            inputMode="email"
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            dir="auto"
            value={props.typed}
            aria-invalid={bad ? 'true' : undefined}
            aria-describedby={bad ? `error-${props.field}` : undefined}
            data-autofocus={props.autofocus ? '' : undefined}
            data-testid={`input-${props.field}`}
            onInput={(event) => {
              const text = event.currentTarget.value
              // While an input method composes, a comma may be part of a word that is not there yet.
              if (!event.isComposing && /[,;\n]\s*$/.test(text)) commit(text)
              else props.onChange([...props.parties], text)
            }}
            onPaste={(event) => {
              const text = event.clipboardData?.getData('text') ?? ''
              if (!/[,;\n@]/.test(text)) return
              event.preventDefault()
              commit(`${props.typed}${text}`)
            }}
            onKeyDown={(event) => {
              // 229 is what an input method's Enter looks like in browsers that end composition first.
              if (event.isComposing || event.keyCode === 229) return
              if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
                event.preventDefault()
                if (props.typed.trim() !== '') commit(props.typed)
              }
              if (event.key === 'Backspace' && props.typed === '' && props.parties.length > 0) {
                remove(props.parties.length - 1)
              }
            }}
            onBlur={() => {
              if (props.typed.trim() !== '') commit(props.typed)
            }}
          />
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
