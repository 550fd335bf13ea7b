import type { ComponentChildren, Ref } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Icon, type IconName } from './icon.tsx'
import { Ring } from './progress.tsx'
import { Tooltip } from './tooltip.tsx'
import './button.css'

export interface ButtonProps {
  /** At most one filled button per view. */
  kind: 'filled' | 'soft' | 'neutral' | 'outline' | 'text' | 'danger'
  small?: boolean
  icon?: IconName
  /** A key cap after the label, e.g. `C`. */
  keys?: string
  /** The label stays, a ring appears after 300 ms, further clicks are ignored. */
  busy?: boolean
  /** Why it can't be pressed. It stays focusable and says so. */
  off?: string | undefined
  submit?: boolean
  onPress?: () => void
  testid?: string
  buttonRef?: Ref<HTMLButtonElement>
  children: ComponentChildren
}

/** A verb. Never a link, never "OK". */
export function Button(props: ButtonProps) {
  const ring = useLater(props.busy === true, 300)
  const button = (
    <button
      ref={props.buttonRef ?? null}
      type={props.submit ? 'submit' : 'button'}
      class={`button button-${props.kind}${props.small ? ' button-small' : ''}`}
      aria-disabled={props.off !== undefined || props.busy ? 'true' : undefined}
      aria-description={props.off}
      data-testid={props.testid}
      onClick={(event) => {
        if (props.off !== undefined || props.busy) event.preventDefault()
        else props.onPress?.()
      }}
    >
      {ring ? <Ring size={16} /> : props.icon && <Icon name={props.icon} size={18} />}
      <span>{props.children}</span>
      {props.keys && <KeyCap>{props.keys}</KeyCap>}
    </button>
  )
  return props.off === undefined ? button : <Tooltip text={props.off}>{button}</Tooltip>
}

export interface IconButtonProps {
  icon: IconName
  /** Its name for everybody who does not see the icon; also the tooltip. */
  label: string
  small?: boolean
  off?: string | undefined
  expanded?: boolean
  /** A switch: whether it is on. */
  pressed?: boolean
  /** The pointer takes no focus with it: whoever writes goes on writing. */
  steady?: boolean
  onPress?: (button: HTMLButtonElement) => void
  testid?: string
}

/** A button without a word; the tooltip opens on hover and on focus. */
export function IconButton(props: IconButtonProps) {
  return (
    <Tooltip text={props.off ?? props.label}>
      <button
        type="button"
        class={`icon-button${props.small ? ' icon-button-small' : ''}`}
        aria-label={props.label}
        aria-expanded={props.expanded}
        aria-pressed={props.pressed}
        aria-haspopup={props.expanded === undefined ? undefined : 'menu'}
        aria-disabled={props.off === undefined ? undefined : 'true'}
        aria-description={props.off}
        data-testid={props.testid}
        onMouseDown={(event) => {
          if (props.steady) event.preventDefault()
        }}
        onClick={(event) => {
          if (props.off === undefined) props.onPress?.(event.currentTarget)
        }}
      >
        <Icon name={props.icon} size={18} />
      </button>
    </Tooltip>
  )
}

/** A key, for the eye; readers learn keys from the list of keys. */
function KeyCap(props: { children: string }) {
  return (
    <span aria-hidden="true">
      <kbd>{props.children}</kbd>
    </span>
  )
}

/** True once `on` has been true for `ms`; false again at once. */
function useLater(on: boolean, ms: number): boolean {
  const [late, setLate] = useState(false)
  useEffect(() => {
    if (!on) return
    const timer = setTimeout(() => setLate(true), ms)
    return () => {
      clearTimeout(timer)
      setLate(false)
    }
  }, [on, ms])
  return on && late
}
