import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import { Icon } from './icon.tsx'
import { Bone } from './skeleton.tsx'

export interface TableColumn {
  key: string
  label: string
  /** A track of CSS grid. */
  width: string
  /** Numbers stand at the end. */
  end?: boolean
  /** undefined: not to be sorted by. */
  sort?: 'ascending' | 'descending' | 'none'
}

interface TableSelection<Row> {
  has: (row: Row) => boolean
  /** What the box in the head shows. */
  whole: 'none' | 'some' | 'all'
  toggle: (index: number) => void
  /** With Shift: everything from the last one to this. */
  extend: (index: number) => void
  toggleAll: () => void
  nameAll: string
  nameOf: (row: Row) => string
}

export interface TableProps<Row> {
  label: string
  columns: readonly TableColumn[]
  /** CSS px below which the table is scrolled sideways. */
  minWidth: number
  /** Exactly as many rows as there are, loaded or not. */
  total: number
  /** undefined: not loaded yet. */
  row: (index: number) => Row | undefined
  nameOf: (row: Row) => string
  cell: (row: Row, column: string) => ComponentChildren
  /** The whole row in two lines, for narrow windows; undefined draws columns. */
  twoLines?: ((row: Row) => ComponentChildren) | undefined
  rowHeight: number
  /** Changes when cells must be drawn anew though their rows did not change, e.g. with the time. */
  stamp: unknown
  /** The one row that Tab reaches. */
  at: number
  onAt: (index: number) => void
  onOpen: (index: number) => void
  /** Rows in view, from `first` to before `last`. */
  onView?: (first: number, last: number) => void
  onSort?: (column: string) => void
  selection?: TableSelection<Row>
  /** Kept outside, so that the table stands where it was when it comes back. */
  place: { top: number }
  /** Take the focus when nobody has it. */
  takesFocus?: boolean
  busy?: boolean
  testid: string
}

export function TableHead<Row>(props: TableProps<Row> & { grid: string }) {
  const { selection, columns } = props
  const all = useRef<HTMLInputElement>(null)
  useLayoutEffect(() => {
    if (all.current) all.current.indeterminate = selection?.whole === 'some'
  })
  return (
    // biome-ignore lint/a11y/useSemanticElements: see above.
    // biome-ignore lint/a11y/useFocusableInteractive: what can be pressed is inside.
    <div class="table-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: props.grid }}>
      {selection && (
        // biome-ignore lint/a11y/useSemanticElements: see above.
        // biome-ignore lint/a11y/useFocusableInteractive: the box is inside.
        <div class="table-cell" role="columnheader">
          <input
            ref={all}
            class="check"
            type="checkbox"
            aria-label={selection.nameAll}
            checked={selection.whole === 'all'}
            data-testid="select-all-box"
            onChange={selection.toggleAll}
          />
        </div>
      )}
      {props.twoLines ? (
        // biome-ignore lint/a11y/useSemanticElements: see above.
        // biome-ignore lint/a11y/useFocusableInteractive: it only names.
        <div class="table-cell" role="columnheader">
          {columns[0]?.label}
        </div>
      ) : (
        columns.map((column) => <HeadCell key={column.key} column={column} onSort={props.onSort} />)
      )}
    </div>
  )
}

function HeadCell({ column, onSort }: { column: TableColumn; onSort: ((key: string) => void) | undefined }) {
  const sorted = column.sort === 'ascending' || column.sort === 'descending'
  return (
    // biome-ignore lint/a11y/useSemanticElements: see above.
    // biome-ignore lint/a11y/useFocusableInteractive: the button is inside.
    <div
      class={column.end ? 'table-cell table-end' : 'table-cell'}
      role="columnheader"
      aria-sort={column.sort}
      data-testid={`column-${column.key}`}
    >
      {column.sort === undefined || !onSort ? (
        <span class="cut">{column.label}</span>
      ) : (
        <button
          type="button"
          class={sorted ? 'table-sort table-sorted' : 'table-sort'}
          data-testid={`sort-${column.key}`}
          onClick={() => onSort(column.key)}
        >
          <span class="cut">{column.label}</span>
          {sorted && <Icon name={column.sort === 'ascending' ? 'up' : 'down'} size={14} />}
        </button>
      )}
    </div>
  )
}

export function TableRow<Row>({
  index,
  row,
  props,
  grid,
}: {
  index: number
  row: Row | undefined
  props: TableProps<Row>
  grid: string
}) {
  const { columns, stamp, selection, rowHeight } = props
  const selected = row !== undefined && selection?.has(row) === true
  const tabStop = index === props.at
  // Drawing a row costs more than keeping it: while one scrolls, only new rows are drawn.
  return useMemo(
    () => (
      // biome-ignore lint/a11y/useSemanticElements: see above.
      // biome-ignore lint/a11y/useFocusableInteractive: the name in it is its stop.
      <div
        class="table-row"
        role="row"
        aria-rowindex={index + 2}
        aria-selected={selection ? selected : undefined}
        data-index={index}
        data-testid={row === undefined ? 'row-waiting' : 'list-row'}
        style={{
          height: `${rowHeight}px`,
          transform: `translateY(${index * rowHeight}px)`,
          gridTemplateColumns: grid,
        }}
      >
        {selection && (
          // biome-ignore lint/a11y/useSemanticElements: see above.
          // biome-ignore lint/a11y/useFocusableInteractive: see above.
          <div class="table-cell" role="gridcell">
            <span class="table-check" data-check>
              <input
                class="check"
                type="checkbox"
                tabIndex={-1}
                checked={selected}
                disabled={row === undefined}
                aria-label={row === undefined ? props.label : selection.nameOf(row)}
                data-testid="row-check"
              />
            </span>
          </div>
        )}
        {props.twoLines ? (
          <Cell first>{opener(row === undefined ? undefined : props.twoLines(row))}</Cell>
        ) : (
          columns.map((column, at) => (
            <Cell key={column.key} first={at === 0} end={column.end === true}>
              {at === 0
                ? opener(row === undefined ? undefined : props.cell(row, column.key))
                : row !== undefined && props.cell(row, column.key)}
            </Cell>
          ))
        )}
      </div>
    ),
    [row, index, selected, tabStop, columns, stamp, grid, rowHeight],
  )
  /** The same button before and after the row has come, so that it keeps the focus. */
  function opener(children: ComponentChildren) {
    return (
      <button
        type="button"
        class="table-open"
        data-row
        tabIndex={tabStop ? 0 : -1}
        aria-label={children === undefined ? props.label : undefined}
      >
        {children ?? <Bone width="160px" height="12px" />}
      </button>
    )
  }
}

function Cell(props: { first?: boolean; end?: boolean; children: ComponentChildren }) {
  const kinds = ['table-cell', props.first && 'table-first', props.end && 'table-end']
  return (
    // biome-ignore lint/a11y/useSemanticElements: see above.
    // biome-ignore lint/a11y/useFocusableInteractive: the name of the row is its stop.
    <div class={kinds.filter(Boolean).join(' ')} role="gridcell">
      {props.children}
    </div>
  )
}
