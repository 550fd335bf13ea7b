import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Rows } from './list.tsx'

/** Above so many rows, those far from view leave the page (design 9). */
export const manyRows = 100
const partSize = 25

/** Rows of a list, of any height; `lazy`: only what is near stands in the page. */
export function LazyRows<Row>(props: {
  label: string
  rows: readonly Row[]
  lazy: boolean
  children: (row: Row) => ComponentChildren
}) {
  const { label, rows, lazy, children } = props
  if (!lazy) return <Rows label={label}>{rows.map(children)}</Rows>
  const parts = Array.from({ length: Math.ceil(rows.length / partSize) }, (_, at) =>
    rows.slice(at * partSize, (at + 1) * partSize),
  )
  return (
    <div data-list>
      {parts.map((part, at) => (
        <Part key={at}>
          {() => (
            <ul class="rows" aria-label={label}>
              {part.map(children)}
            </ul>
          )}
        </Part>
      ))}
    </div>
  )
}

/**
 * Some rows of a long list: far from view only their place stands in the page. Rows differ in height, so a part keeps the
 * one it had; one with the focus stays.
 */
function Part({ children }: { children: () => ComponentChildren }) {
  const [away, setAway] = useState<number | undefined>(undefined)
  const box = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const here = box.current
    if (here === null) return
    const observer = new IntersectionObserver(
      (entries) => {
        const isNear = entries.at(-1)?.isIntersecting === true || here.contains(document.activeElement)
        setAway(isNear ? undefined : here.getBoundingClientRect().height)
      },
      { rootMargin: '1200px' },
    )
    observer.observe(here)
    return () => observer.disconnect()
  }, [])
  return (
    <div ref={box} class="part" style={away === undefined ? {} : { blockSize: `${away}px` }}>
      {away === undefined && children()}
    </div>
  )
}
