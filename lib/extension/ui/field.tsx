import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { Icon } from './icon.tsx'
import './field.css'

/** A labelled input. `source` says where its value came from; `error` names what is wrong and stays until it is right. */
export function TextField(props: {
  label: string
  value: string
  source?: string | undefined
  error?: string | undefined
  type?: 'text' | 'email' | 'tel' | 'date'
  numeric?: boolean
  autofocus?: boolean
  list?: readonly string[]
  onInput: (value: string) => void
  testid?: string
}) {
  const id = useId()
  return (
    <div class="field">
      <div class="field-head">
        <label for={id}>{props.label}</label>
        {props.source && <span>{props.source}</span>}
      </div>
      <input
        id={id}
        class="input"
        type={props.type ?? 'text'}
        inputMode={props.numeric ? 'decimal' : undefined}
        value={props.value}
        dir="auto"
        list={props.list && `${id}-list`}
        aria-invalid={props.error ? 'true' : undefined}
        aria-describedby={props.error ? `${id}-error` : undefined}
        data-autofocus={props.autofocus ? '' : undefined}
        data-testid={props.testid}
        autocomplete="off"
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
      {props.list && (
        <datalist id={`${id}-list`}>
          {props.list.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
      <FieldError id={`${id}-error`} text={props.error} />
    </div>
  )
}

/** Two to four choices side by side; arrows move, as in every group of radio buttons. */
export function Segmented<Value extends string>(props: {
  label: string
  value: Value | undefined
  options: readonly { value: Value; label: string }[]
  onChange: (value: Value) => void
  testid?: string
}) {
  const name = useId()
  return (
    <div class="segmented" role="radiogroup" aria-label={props.label} data-testid={props.testid}>
      {props.options.map((one) => (
        <label key={one.value}>
          <input
            type="radio"
            name={name}
            checked={one.value === props.value}
            data-testid={`${props.testid ?? 'choice'}-${one.value}`}
            onChange={() => props.onChange(one.value)}
          />
          <span class="cut">{one.label}</span>
        </label>
      ))}
    </div>
  )
}

/** What is wrong with a field, for eyes and readers. */
export function FieldError(props: { id: string; text: ComponentChildren | undefined }) {
  if (!props.text) return null
  return (
    <p class="field-error" id={props.id} role="alert" data-testid="field-error">
      <Icon name="alert" size={14} />
      <span>{props.text}</span>
    </p>
  )
}
