import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { Icon, type IconName } from './icon.tsx'
import './menu.css'

export interface MenuItem {
  id: string
  icon?: IconName
  before?: ComponentChildren
  label: string
  hint?: string
  /** One of several of which this one holds. */
  chosen?: boolean
  danger?: boolean
  /** A letter that runs it while the menu stands; its cap is at the end. */
  keys?: string
  /** Drawn quietly: something comes first, which `action` names. */
  quiet?: boolean
  action?: string
  run: () => void
}

const edge = 12

/** Opens at its button, flips at the edge, begins at what is chosen; arrows, first letters, Home, End, Esc. Closes before it acts. */
export function Menu(props: {
  at: HTMLElement
  label: string
  items: MenuItem[]
  /** Its label stands above it for the eye too. */
  title?: boolean
  /** Which edge of its button it keeps to; the end unless said otherwise. */
  from?: 'start' | 'end'
  onClose: () => void
}) {
  const menu = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const element = menu.current
    if (!element) return
    // Above all else: a toast must not lie on it where it stands inside a sheet.
    if (!element.matches(':popover-open')) element.showPopover()
    const at = props.at.getBoundingClientRect()
    const size = element.getBoundingClientRect()
    const below = at.bottom + 4 + size.height <= innerHeight - edge
    const rtl = getComputedStyle(element).direction === 'rtl'
    const x = rtl === (props.from === 'start') ? at.right - size.width : at.left
    element.style.left = `${Math.min(Math.max(edge, x), innerWidth - size.width - edge)}px`
    element.style.top = `${below ? at.bottom + 4 : Math.max(edge, at.top - 4 - size.height)}px`
    const all = items(element)
    const chosen = all.find((item) => item.ariaChecked === 'true')
    ;(chosen ?? all[0])?.focus()
    return () => {
      // What it ran may have put the focus where it belongs, as into a text that is written.
      const now = document.activeElement
      if (now === null || now === document.body || element.contains(now)) props.at.focus()
    }
  }, [props.at])
  useEffect(() => {
    const outside = (event: PointerEvent) => {
      const target = event.target as Node
      if (!menu.current?.contains(target) && !props.at.contains(target)) props.onClose()
    }
    document.addEventListener('pointerdown', outside)
    return () => document.removeEventListener('pointerdown', outside)
  }, [props.at])
  return (
    <div
      class="menu"
      ref={menu}
      popover="manual"
      role="menu"
      tabIndex={-1}
      aria-label={props.label}
      onKeyDown={(event) => {
        const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing
        const item = plain && props.items.find(({ keys }) => keys?.toLowerCase() === event.key.toLowerCase())
        if (!item) return onKey(event, menu.current, props.onClose)
        event.stopPropagation()
        event.preventDefault()
        props.onClose()
        item.run()
      }}
    >
      {props.title && (
        <p class="menu-title" aria-hidden="true">
          {props.label}
        </p>
      )}
      {props.items.map((item) => (
        <button
          key={item.id}
          type="button"
          {...roleOf(item)}
          class={classOf(item)}
          aria-keyshortcuts={item.keys}
          tabIndex={-1}
          data-testid={`menu-${item.id}`}
          onClick={() => {
            props.onClose()
            item.run()
          }}
        >
          {item.before ??
            (item.chosen ? (
              <Icon name="check" size={18} />
            ) : item.icon ? (
              <Icon name={item.icon} size={18} />
            ) : (
              <span />
            ))}
          <span class="cut" dir="auto">
            {item.label}
          </span>
          {item.keys && (
            <span class="menu-key" aria-hidden="true">
              <kbd>{item.keys}</kbd>
            </span>
          )}
          {item.hint && (
            <small>
              {item.hint} {item.action && <span class="menu-action">{item.action}</span>}
            </small>
          )}
        </button>
      ))}
    </div>
  )
}

function classOf({ danger, keys, quiet }: MenuItem): string {
  const kinds = ['menu-item', danger && 'menu-danger', keys && 'menu-keyed', quiet && 'menu-quiet']
  return kinds.filter(Boolean).join(' ')
}

/** One of several says whether it holds. */
function roleOf({ chosen }: MenuItem) {
  return chosen === undefined
    ? { role: 'menuitem' as const }
    : { role: 'menuitemradio' as const, 'aria-checked': chosen }
}

function items(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>('[role^=menuitem]')]
}

function onKey(event: KeyboardEvent, menu: HTMLElement | null, close: () => void): void {
  if (!menu) return
  const all = items(menu)
  const here = all.indexOf(document.activeElement as HTMLElement)
  const letter = event.key.length === 1 ? event.key.toLowerCase() : ''
  const target =
    event.key === 'ArrowDown'
      ? all[(here + 1) % all.length]
      : event.key === 'ArrowUp'
        ? all[(here - 1 + all.length) % all.length]
        : event.key === 'Home'
          ? all[0]
          : event.key === 'End'
            ? all.at(-1)
            : letter.trim() === ''
              ? undefined
              : all.find((item) => item.textContent?.trim().toLowerCase().startsWith(letter))
  if (event.key === 'Escape' || event.key === 'Tab') close()
  else if (target) target.focus()
  else return
  event.stopPropagation()
  event.preventDefault()
}
