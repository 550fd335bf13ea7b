import type { ComponentChildren } from 'preact'
import { plainName } from '../../domain/people.ts'
import { Icon, type IconName } from './icon.tsx'
import './row.css'

export interface RowProps {
  icon: IconName
  title: ComponentChildren
  /** At the end of the first line: a time, a number. Never cut. */
  aside?: ComponentChildren
  /** The second line; gives the row its greater height. */
  below?: ComponentChildren
  /** In the second line, at its beginning, and pressed by itself. */
  beside?: ComponentChildren
  /** What it means, when it needs the person. */
  sentence?: ComponentChildren
  /** Shown on hover and focus, and always when `needs`. */
  actions?: ComponentChildren
  needs?: boolean
  chosen?: boolean
  /** Without it the row is only read. */
  onOpen?: () => void
  /** The first row of a list is its one tab stop; the arrows do the rest. */
  first?: boolean
  /** What opening does, when that is not simply to show it. */
  hint?: string
  testid?: string
  /** For the keys that act on a row, e.g. the id of a send. */
  rowId?: string
}

/** One line or two of a list. */
export function Row(props: RowProps) {
  const kinds = [
    'row',
    (props.below !== undefined || props.beside !== undefined) && 'row-two',
    props.needs && 'row-needs',
    props.chosen && 'row-chosen',
  ]
  const inside = (
    <>
      <Icon name={props.icon} />
      <span class="row-title cut" dir="auto">
        {typeof props.title === 'string' ? plainName(props.title) : props.title}
      </span>
      {props.aside !== undefined && <span class="row-aside">{props.aside}</span>}
      {props.below !== undefined && <span class="row-below">{props.below}</span>}
    </>
  )
  return (
    <li class={kinds.filter(Boolean).join(' ')} data-testid={props.testid} data-row-id={props.rowId}>
      {props.onOpen ? (
        <button
          type="button"
          class="row-main"
          data-row
          tabIndex={props.first ? 0 : -1}
          aria-description={props.hint}
          onClick={props.onOpen}
        >
          {inside}
        </button>
      ) : (
        <div class="row-main">{inside}</div>
      )}
      {props.beside !== undefined && <div class="row-beside">{props.beside}</div>}
      {props.sentence !== undefined && <p class="row-sentence">{props.sentence}</p>}
      {props.actions !== undefined && <div class="row-actions">{props.actions}</div>}
    </li>
  )
}
