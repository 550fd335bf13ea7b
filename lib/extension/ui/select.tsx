import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { FieldError } from './field.tsx'
import './select.css'

/** One of several, by the browser's own list. Without `label` shown, `name` says what it is for. */
export function SelectField<Value extends string>(props: {
  label?: string
  name?: string
  value: Value
  options: readonly { value: Value; label: string; off?: boolean }[]
  off?: string | undefined
  error?: string | undefined
  onChange: (value: Value) => void
  testid?: string
}) {
  const id = useId()
  return (
    <div class="field">
      {props.label !== undefined && (
        <label class="field-label" for={id}>
          {props.label}
        </label>
      )}
      <select
        id={id}
        class="input choose"
        aria-label={props.label === undefined ? props.name : undefined}
        aria-description={props.off}
        aria-invalid={props.error ? 'true' : undefined}
        aria-describedby={props.error ? `${id}-error` : undefined}
        disabled={props.off !== undefined}
        value={props.value}
        data-testid={props.testid}
        onChange={(event) => {
          const chosen = props.options.find((one) => one.value === event.currentTarget.value)
          if (chosen !== undefined) props.onChange(chosen.value)
        }}
      >
        {props.options.map((one) => (
          <option key={one.value} value={one.value} disabled={one.off} selected={one.value === props.value}>
            {one.label}
          </option>
        ))}
      </select>
      <FieldError id={`${id}-error`} text={props.error} />
    </div>
  )
}

/** Yes or no with its label at the right. */
export function CheckField(props: {
  label: ComponentChildren
  hint?: string
  checked: boolean
  off?: boolean
  onChange: (checked: boolean) => void
  testid?: string
}) {
  const id = useId()
  return (
    <label class="check-field">
      <input
        type="checkbox"
        checked={props.checked}
        disabled={props.off}
        aria-describedby={props.hint === undefined ? undefined : id}
        data-testid={props.testid}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <span>
        <span dir="auto">{props.label}</span>
        {props.hint !== undefined && (
          <span class="quiet small check-hint" id={id}>
            {props.hint}
          </span>
        )}
      </span>
    </label>
  )
}
