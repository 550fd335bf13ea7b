import { useEffect, useRef, useState } from 'preact/hooks'
import { normaliseAddress, type Party } from '@/lib/domain/addresses.ts'
import { plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { FieldError } from '@/lib/extension/ui/field.tsx'
import { type Field, readParties } from '../../load/compose/parties.ts'
import { findRecipients, readdress } from '../../load/compose/recipients.ts'
import { checked, type RecipientRow } from '../../state-compose.ts'
import { RecipientChip } from './recipient-chip.tsx'
import { isInsertable, Suggestions } from './suggestions.tsx'

interface RecipientsProps {
  field: Field
  parties: readonly Party[]
  typed: string
  autofocus?: boolean
  onChange: (parties: Party[], typed: string) => void
}

/** From more chips than this on, the first of them and a count stand for all. */
const mostChips = 8
const foldedTo = 6

/**
 * One line of recipients: chips and what is being typed. `@` and plain typing find records; Enter, comma, semicolon or leaving
 * makes a chip; left and right walk through the chips, Delete and Backspace remove.
 */
export function Recipients(props: RecipientsProps) {
  const list = useRef<HTMLUListElement>(null)
  const [all, setAll] = useState(false)
  const { length } = props.parties
  const folded = !all && length > mostChips
  const shown = folded ? props.parties.slice(0, foldedTo) : props.parties
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
        class={all && length > mostChips ? 'chips chips-all' : 'chips'}
        ref={list}
        data-testid={`chips-${props.field}`}
        onKeyDown={(event) => walk(event, list.current, remove, length - 1)}
      >
        {shown.map((party, index) => (
          <RecipientChip
            key={`${party.address} ${index}`}
            party={party}
            field={props.field}
            onRemove={() => remove(index)}
          />
        ))}
        {length > mostChips && (
          <li>
            <button
              type="button"
              class="chip chip-more"
              aria-expanded={all}
              data-testid="recipients-more"
              onClick={() => setAll(!all)}
            >
              {folded ? t('compose.more_people', { n: length - foldedTo }) : t('compose.fewer_people')}
            </button>
          </li>
        )}
        <li class="chips-input">
          <AddressInput {...props} refused={bad !== undefined} />
        </li>
      </ul>
      {bad && (
        <div class="line-error">
          <FieldError id={`error-${props.field}`} text={t('compose.bad_address', { address: bad.address })} />
        </div>
      )}
      <Slip {...props} />
    </div>
  )
}

/** "gmial.com": the address that was probably meant is one press away. */
function Slip({ field, parties }: RecipientsProps) {
  for (const { address } of parties) {
    const meant = checked.value.get(address)?.meant ?? ''
    if (meant === '') continue
    const whole = meant.includes('@') ? meant : `${address.slice(0, address.lastIndexOf('@'))}@${meant}`
    return (
      <p class="line-error small" role="status" data-testid="slip">
        {t('compose.slip', { address })}{' '}
        <button
          type="button"
          class="link-button"
          data-testid="slip-take"
          onClick={() => readdress(field, address, whole)}
        >
          <bdi>{whole}</bdi>
        </button>
      </p>
    )
  }
  return null
}

/** Asks after a short rest, and shows the answer to the last question only. */
function useFinder() {
  const [rows, setRows] = useState<readonly RecipientRow[]>([])
  const [marked, setMarked] = useState<number | undefined>(undefined)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const run = useRef(0)
  const stop = () => {
    run.current += 1
    clearTimeout(timer.current)
    setRows([])
    setMarked(undefined)
  }
  useEffect(() => stop, [])
  const ask = (text: string) => {
    const isAt = text.trimStart().startsWith('@')
    const q = text.trim().replace(/^@/, '')
    if (!isAt && (q === '' || normaliseAddress(q) !== undefined)) return stop()
    run.current += 1
    const mine = run.current
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      void findRecipients(q).then((found) => {
        if (mine !== run.current) return
        setRows(found)
        setMarked(undefined)
      })
    }, 100)
  }
  return { rows, marked, setMarked, stop, ask }
}

function AddressInput(props: RecipientsProps & { refused: boolean }) {
  const { field, parties, typed } = props
  const finder = useFinder()
  const [, redraw] = useState(0)
  const composing = useRef(false)
  const input = useRef<HTMLInputElement>(null)
  const { rows } = finder
  const isOpen = rows.length > 0
  const first = rows.findIndex(isInsertable)
  const at = finder.marked ?? first
  const add = (more: Party[]) => {
    const known = new Set(parties.map((party) => party.address))
    const fresh = new Map(more.filter(({ address }) => !known.has(address)).map((one) => [one.address, one]))
    finder.stop()
    props.onChange([...parties, ...fresh.values()], '')
  }
  const commit = (text: string) => add(readParties(text))
  const take = (row: RecipientRow | undefined) => {
    const address = row?.addresses[0]?.address
    if (row === undefined || address === undefined) return
    add([{ address, name: plainName(row.name) }])
    input.current?.focus()
  }
  const onKey = (event: KeyboardEvent) => {
    // 229 is what an input method's Enter looks like in browsers that end composition first.
    if (event.isComposing || event.keyCode === 229) return
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined && isOpen) {
      event.preventDefault()
      finder.setMarked((at + step + rows.length) % rows.length)
    } else if (event.key === 'Escape' && isOpen) {
      event.preventDefault()
      event.stopPropagation()
      finder.stop()
    } else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
      event.preventDefault()
      // A whole address is meant as it stands, unless the arrows chose somebody.
      const isWhole = normaliseAddress(typed.trim()) !== undefined && finder.marked === undefined
      if (isOpen && !isWhole && at >= 0) take(rows[at])
      else if (typed.trim() !== '' && typed.trim() !== '@') commit(typed.replace(/^\s*@/, ''))
    }
  }
  return (
    <>
      <input
        ref={input}
        id={`field-${field}`}
        class="bare"
        type="text"
        inputMode="email"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        dir="auto"
        role="combobox"
        aria-expanded={isOpen}
        aria-autocomplete="list"
        aria-controls={`suggestions-${field}`}
        aria-activedescendant={isOpen && at >= 0 ? `suggestion-${field}-${at}` : undefined}
        value={typed}
        aria-invalid={props.refused ? 'true' : undefined}
        aria-describedby={props.refused ? `error-${field}` : undefined}
        data-autofocus={props.autofocus ? '' : undefined}
        data-testid={`input-${field}`}
        onCompositionStart={() => {
          composing.current = true
        }}
        onCompositionEnd={(event) => {
          composing.current = false
          finder.ask(event.currentTarget.value)
          redraw((n) => n + 1)
        }}
        onInput={(event) => {
          const text = event.currentTarget.value
          const inWord = event.isComposing || composing.current
          // While an input method composes, a comma may be part of a word that is not there yet.
          if (!inWord && /[,;\n]\s*$/.test(text)) return commit(text)
          props.onChange([...parties], text)
          finder.ask(text)
        }}
        onPaste={(event) => {
          const text = event.clipboardData?.getData('text') ?? ''
          if (!/[,;\n]|.@./.test(text)) return
          event.preventDefault()
          commit(`${typed}${text}`)
        }}
        onKeyDown={onKey}
        onBlur={() => {
          finder.stop()
          if (typed.trim() !== '' && !typed.trimStart().startsWith('@')) commit(typed)
        }}
      />
      {isOpen && <Suggestions field={field} rows={rows} q={typed} at={at} onTake={take} />}
    </>
  )
}

/** Between the chips and the input: only from the input's very beginning, so that editing text is never disturbed. */
function walk(
  event: KeyboardEvent,
  list: HTMLElement | null,
  remove: (index: number) => void,
  last: number,
): void {
  const input = list?.querySelector('input')
  if (!list || !input || event.isComposing || event.keyCode === 229) return
  const chips = [...list.querySelectorAll<HTMLElement>('[data-testid=recipient]')]
  const atStart = event.target === input && input.selectionStart === 0 && input.selectionEnd === 0
  const here = chips.findIndex((chip) => event.target instanceof Node && chip.contains(event.target))
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
  if (step !== undefined && (here >= 0 || (atStart && step < 0))) {
    event.preventDefault()
    const next = (here < 0 ? chips.length : here) + step
    ;(chips[Math.max(0, next)]?.querySelector('button') ?? input).focus()
  } else if (here >= 0 && (event.key === 'Delete' || event.key === 'Backspace')) {
    event.preventDefault()
    remove(here)
  } else if (atStart && event.key === 'Backspace' && input.value === '' && last >= 0) {
    remove(last)
  }
}
