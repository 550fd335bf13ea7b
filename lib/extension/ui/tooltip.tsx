import type { VNode } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import './tooltip.css'

const gap = 6
const edge = 8

/**
 * Text beside what is pointed at or focused (WCAG 1.4.13): it stays while the pointer is on it, and Esc closes it.
 * For the eye only; what it is about says the same to readers by `aria-label` or `aria-description`.
 */
export function Tooltip(props: { text: string; children: VNode }) {
  const anchor = useRef<HTMLSpanElement>(null)
  const tip = useRef<HTMLSpanElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const [open, setOpen] = useState(false)
  useEffect(() => () => clearTimeout(timer.current), [])
  const later = (value: boolean, ms: number) => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => setOpen(value), ms)
  }
  useLayoutEffect(() => {
    const target = anchor.current?.firstElementChild
    if (!open || !target || !tip.current) return
    const at = target.getBoundingClientRect()
    const size = tip.current.getBoundingClientRect()
    const x = Math.min(Math.max(edge, at.x + at.width / 2 - size.width / 2), innerWidth - size.width - edge)
    const below = at.bottom + gap + size.height < innerHeight
    tip.current.style.left = `${x}px`
    tip.current.style.top = `${below ? at.bottom + gap : at.top - gap - size.height}px`
  }, [open, props.text])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only listens; what can be pressed is inside.
    <span
      class="tip-anchor"
      ref={anchor}
      onPointerEnter={() => later(true, 500)}
      onPointerLeave={() => later(false, 150)}
      onFocusIn={(event) => {
        if (event.target instanceof Element && event.target.matches(':focus-visible')) later(true, 300)
      }}
      onFocusOut={() => later(false, 0)}
      onPointerDown={() => later(false, 0)}
      onKeyDown={(event) => {
        if (!open || event.key !== 'Escape') return
        event.stopPropagation()
        later(false, 0)
      }}
    >
      {props.children}
      {open && (
        <span class="tip" ref={tip} aria-hidden="true" onPointerEnter={() => later(true, 0)}>
          {props.text}
        </span>
      )}
    </span>
  )
}
