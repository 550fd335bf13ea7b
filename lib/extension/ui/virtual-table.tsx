import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { TableHead, type TableProps, TableRow } from './table-parts.tsx'
import { rowsInView, topToShow } from './virtual-rows.ts'
import './virtual-table.css'

const headHeight = 40

/**
 * A table of any length: only the rows in view stand in the page, all of one height, and the scroll bar is true to the
 * total. One tab stop; j k ↑ ↓ Home End PageUp PageDown walk, Enter opens, x selects.
 */
export function VirtualTable<Row>(props: TableProps<Row>) {
  const box = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(props.place.top)
  const height = useHeight(box)
  const wanted = useRef<number | undefined>(undefined)
  const { total, rowHeight, columns } = props
  const { first, last } = rowsInView({ top, height, row: rowHeight, total })
  useLayoutEffect(() => {
    if (box.current) box.current.scrollTop = props.place.top
    setTop(props.place.top)
  }, [props.place])
  const seen = { from: Math.floor(top / rowHeight), to: Math.ceil((top + height - headHeight) / rowHeight) }
  useLayoutEffect(() => {
    props.onView?.(seen.from, Math.min(seen.to, total))
  }, [seen.from, seen.to, total])
  useLayoutEffect(() => {
    const index = wanted.current
    if (index === undefined) return
    const target = box.current?.querySelector<HTMLElement>(`[data-index="${index}"] [data-row]`)
    if (!target) return
    wanted.current = undefined
    target.focus({ preventScroll: true })
  })
  useLayoutEffect(() => {
    const active = document.activeElement
    const free = active === null || active === document.body || active.matches('main')
    if (props.takesFocus && total > 0 && free) focusRow(props.at)
  }, [props.takesFocus, total > 0])
  /** Shows a row and gives it the focus as soon as it stands in the page. */
  const focusRow = (index: number) => {
    const element = box.current
    const to = Math.min(Math.max(0, index), total - 1)
    if (!element || to < 0) return
    wanted.current = to
    props.onAt(to)
    element.scrollTop = topToShow(to, {
      top: element.scrollTop,
      height: element.clientHeight,
      row: rowHeight,
      head: headHeight,
    })
    setTop(element.scrollTop)
  }
  const tracks = columns.map((column) => column.width).join(' ')
  const template = props.twoLines ? 'minmax(0, 1fr)' : tracks
  const grid = props.selection ? `26px ${template}` : template
  // The row with the focus stays in the page, and in its order: a node that is moved loses the focus.
  const held = Math.min(props.at, total - 1)
  const shown = [...(held < first ? [held] : []), ...range(first, last), ...(held >= last ? [held] : [])]
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table element cannot leave rows out and keep its columns.
    <div
      class="table"
      ref={box}
      role="grid"
      tabIndex={-1}
      aria-label={props.label}
      aria-rowcount={total + 1}
      aria-colcount={(props.twoLines ? 1 : columns.length) + (props.selection ? 1 : 0)}
      aria-multiselectable={props.selection ? true : undefined}
      aria-busy={props.busy ? 'true' : undefined}
      style={{ '--table-min': props.twoLines ? '0' : `${props.minWidth}px` }}
      data-testid={props.testid}
      onScroll={(event) => {
        const now = event.currentTarget.scrollTop
        props.place.top = now
        setTop(now)
      }}
      onMouseDown={(event) => {
        // With Shift the browser would mark text.
        if (event.shiftKey) event.preventDefault()
      }}
      onClick={(event) => clicked(event, props)}
      onKeyDown={(event) => pressed(event, { props, focusRow, step: Math.floor(height / rowHeight) - 2 })}
      onFocusIn={(event) => {
        const index = indexOf(event.target)
        if (index !== undefined && index !== props.at) props.onAt(index)
      }}
    >
      <TableHead {...props} grid={grid} />
      {/* biome-ignore lint/a11y/useSemanticElements: see above. */}
      <div class="table-rows" role="rowgroup" style={{ height: `${total * rowHeight}px` }}>
        {shown.map((index) => (
          <TableRow key={index} index={index} row={props.row(index)} props={props} grid={grid} />
        ))}
      </div>
    </div>
  )
}

/** Height of what is inside the borders, kept up to date. */
function useHeight(box: { readonly current: HTMLElement | null }): number {
  const [height, setHeight] = useState(600)
  useLayoutEffect(() => {
    const element = box.current
    if (!element) return
    const measure = () => setHeight(element.clientHeight)
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [box])
  return height
}

function clicked<Row>(event: MouseEvent, props: TableProps<Row>): void {
  const target = event.target as Element
  const index = indexOf(target)
  if (index === undefined) return
  if (target.closest('[data-check]')) {
    // The box follows the selection, not the other way round.
    if (event.shiftKey) props.selection?.extend(index)
    else props.selection?.toggle(index)
    return
  }
  if (event.shiftKey && props.selection) {
    props.selection.extend(index)
    return
  }
  const own = target.closest('a, button:not([data-row]), input')
  if (own === null && (getSelection()?.isCollapsed ?? true)) props.onOpen(index)
}

function pressed<Row>(
  event: KeyboardEvent,
  { props, focusRow, step }: { props: TableProps<Row>; focusRow: (index: number) => void; step: number },
): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
  const here = indexOf(event.target)
  if (here === undefined) return
  const to = {
    ArrowDown: here + 1,
    j: here + 1,
    ArrowUp: here - 1,
    k: here - 1,
    PageDown: here + step,
    PageUp: here - step,
    Home: 0,
    End: props.total - 1,
  }[event.key]
  const { selection } = props
  if (to !== undefined) {
    focusRow(to)
    if (event.shiftKey && event.key.startsWith('Arrow'))
      selection?.extend(Math.min(Math.max(0, to), props.total - 1))
  } else if (selection && (event.key === 'x' || event.key === 'X')) {
    if (event.shiftKey) selection.extend(here)
    else selection.toggle(here)
  } else return
  event.preventDefault()
}

function indexOf(target: EventTarget | null): number | undefined {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null
  return row === null ? undefined : Number(row.dataset['index'])
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index)
}
