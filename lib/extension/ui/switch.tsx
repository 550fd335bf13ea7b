import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import './switch.css'

/** On or off, at once and without a further button. `off` says why it cannot be turned; it stays focusable. */
export function Switch(props: {
  /** Its name, when no text beside it says what it is. */
  label?: string
  labelledBy?: string
  checked: boolean
  busy?: boolean
  off?: string | undefined
  onChange: (checked: boolean) => void
  testid?: string
}) {
  return (
    <button
      type="button"
      role="switch"
      class="switch"
      aria-checked={props.checked}
      aria-label={props.label}
      aria-labelledby={props.labelledBy}
      aria-description={props.off}
      aria-disabled={props.off !== undefined || props.busy ? 'true' : undefined}
      data-testid={props.testid}
      onClick={() => {
        if (props.off === undefined && !props.busy) props.onChange(!props.checked)
      }}
    />
  )
}

/** A line with its switch at the end: what it is about, what follows from it. */
export function SwitchLine(
  props: Parameters<typeof Switch>[0] & {
    before?: ComponentChildren
    aside?: ComponentChildren
    hint?: string
  } & {
    children: ComponentChildren
  },
) {
  const id = useId()
  const { before, aside, hint, children, ...rest } = props
  return (
    <div class="switch-line">
      {before}
      <div class="switch-text">
        <span id={id} class="cut" dir="auto">
          {children}
        </span>
        {hint !== undefined && <span class="quiet small">{hint}</span>}
      </div>
      {aside !== undefined && <span class="quiet small number">{aside}</span>}
      <Switch {...rest} labelledBy={id} />
    </div>
  )
}

/** One of a few ways, each with what it means; the whole card is pressed. */
export function RadioCards<Value extends string>(props: {
  label: string
  value: Value | undefined
  options: readonly { value: Value; label: string; text: string; end?: ComponentChildren }[]
  /** Why none of them can be chosen here; they stay to be read. */
  off?: string | undefined
  onChange: (value: Value) => void
  testid: string
}) {
  const name = useId()
  return (
    <div class="radio-cards" role="radiogroup" aria-label={props.label} data-testid={props.testid}>
      {props.options.map((one) => (
        <label
          class="radio-card"
          key={one.value}
          aria-disabled={props.off === undefined ? undefined : 'true'}
        >
          <input
            type="radio"
            name={name}
            checked={one.value === props.value}
            value={one.value}
            disabled={props.off !== undefined}
            aria-describedby={`${name}-${one.value}`}
            data-testid={`${props.testid}-${one.value}`}
            onChange={({ currentTarget }) => {
              props.onChange(one.value)
              // A way that is asked about first must not look taken.
              for (const input of inputsBeside(currentTarget)) input.checked = input.value === props.value
            }}
          />
          <span class="radio-card-text">
            <span class="radio-card-name">{one.label}</span>
            <span class="second" id={`${name}-${one.value}`}>
              {one.text}
            </span>
          </span>
          {one.end}
        </label>
      ))}
    </div>
  )
}

function inputsBeside(input: HTMLElement): HTMLInputElement[] {
  return [...(input.closest('[role=radiogroup]')?.querySelectorAll('input') ?? [])]
}
