import type { ComponentChildren } from 'preact'
import { useEffect, useId, useLayoutEffect, useRef } from 'preact/hooks'
import { useTrap } from './focus.ts'
import './popover.css'

const edge = 12

/** A small form at its button: it stands inside the window, keeps the focus, and Esc or a click beside it closes it. */
export function Popover(props: {
  at: HTMLElement
  title: string
  wide?: boolean
  onClose: () => void
  testid: string
  children: ComponentChildren
}) {
  const box = useRef<HTMLDivElement>(null)
  const id = useId()
  useTrap(box)
  // Its height changes with what stands in it, so it is placed after every drawing.
  useLayoutEffect(() => {
    const element = box.current
    if (!element) return
    const at = props.at.getBoundingClientRect()
    const size = element.getBoundingClientRect()
    // To its button's nearer side.
    const x = at.left + at.width / 2 < innerWidth / 2 ? at.left : at.right - size.width
    element.style.left = `${Math.min(Math.max(edge, x), innerWidth - size.width - edge)}px`
    element.style.top = `${Math.max(edge, Math.min(at.bottom + 4, innerHeight - size.height - edge))}px`
  })
  useEffect(() => {
    const outside = (event: PointerEvent) => {
      const target = event.target as Element
      const inMenu = target.closest('.menu') !== null
      if (!box.current?.contains(target) && !props.at.contains(target) && !inMenu) props.onClose()
    }
    document.addEventListener('pointerdown', outside)
    return () => document.removeEventListener('pointerdown', outside)
  })
  return (
    <div
      class={props.wide ? 'popover popover-wide' : 'popover'}
      ref={box}
      role="dialog"
      tabIndex={-1}
      aria-labelledby={id}
      data-testid={props.testid}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return
        event.preventDefault()
        event.stopPropagation()
        props.onClose()
      }}
    >
      <h2 id={id}>{props.title}</h2>
      {props.children}
    </div>
  )
}
