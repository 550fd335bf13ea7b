import type { VNode } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import './tooltip.css'

const gap = 6
const edge = 8
/** How far aside it may stand. */
const further = 36

/** Below, above or at either side: where it fits and covers least of what can be read or pressed. */
function placeFor(at: DOMRect, size: DOMRect, tip: HTMLElement): { x: number; y: number } {
  const across = Math.min(
    Math.max(edge, at.x + at.width / 2 - size.width / 2),
    innerWidth - size.width - edge,
  )
  const middle = at.y + at.height / 2 - size.height / 2
  const below = { x: across, y: at.bottom + gap }
  const above = { x: across, y: at.top - gap - size.height }
  // Beside it, or a little aside below it, as under the arrow at a page's head.
  const [left, right] = [at.left - gap - size.width, at.right + gap]
  const aside = [right, left, right + further, left - further].map((x) => ({ x, y: at.bottom + gap }))
  const places = [below, above, { x: right, y: middle }, { x: left, y: middle }, ...aside]
  const fitting = places.filter(
    ({ x, y }) => x >= 0 && y >= 0 && x + size.width <= innerWidth && y + size.height <= innerHeight,
  )
  // Where it stood before must not count as covered.
  tip.style.visibility = 'hidden'
  const covered = new Map(fitting.map((place) => [place, coveredAt(place, size)]))
  tip.style.visibility = ''
  const least = Math.min(...covered.values())
  return fitting.find((place) => covered.get(place) === least) ?? below
}

/** What a control counts for beside words: over one it would catch the press that was meant for it. */
const control = 10

/** At how many of a few points words or a control would be covered. */
function coveredAt({ x, y }: { x: number; y: number }, { width, height }: DOMRect): number {
  const parts = [0.02, 0.25, 0.5, 0.75, 0.98]
  const points = parts.flatMap((part) =>
    parts.map((other) => [x + width * part, y + height * other] as const),
  )
  return points.reduce((sum, [left, top]) => sum + contentAt(left, top), 0)
}

function contentAt(x: number, y: number): number {
  const found = document.elementFromPoint(x, y)
  if (found === null) return 0
  if (found.closest('button, a, input, select, textarea') !== null) return control
  if (found.closest('svg, img') !== null) return 1
  const range = document.createRange()
  const words = [...found.childNodes].some((node) => {
    if (node.nodeType !== Node.TEXT_NODE || (node.textContent ?? '').trim() === '') return false
    range.selectNode(node)
    return [...range.getClientRects()].some(
      (box) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom,
    )
  })
  return words ? 1 : 0
}

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
    const { x, y } = placeFor(at, size, tip.current)
    tip.current.style.left = `${x}px`
    tip.current.style.top = `${y}px`
  }, [open, props.text])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only listens; what can be pressed is inside.
    <span
      class="tip-anchor"
      ref={anchor}
      onPointerEnter={() => later(true, 500)}
      onPointerLeave={() => later(false, 150)}
      onClick={(event) => {
        // Who presses what is off asks why.
        const isOff = event.target instanceof Element && event.target.closest('[aria-disabled=true]') !== null
        if (isOff) later(true, 0)
      }}
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
