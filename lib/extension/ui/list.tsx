import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { Icon } from './icon.tsx'
import './list.css'

/** A related list: name, count, tools at the end, rows or an empty state, then "All 42". */
export function RelatedList(props: {
  title: string
  count?: string | undefined
  tools?: ComponentChildren
  children: ComponentChildren
  testid?: string
}) {
  const id = useId()
  return (
    <section class="section" aria-labelledby={id} data-testid={props.testid}>
      <div class="section-head">
        <h2 id={id}>{props.title}</h2>
        {props.count !== undefined && <span class="quiet number">{props.count}</span>}
        {props.tools !== undefined && <span class="section-tools">{props.tools}</span>}
      </div>
      {props.children}
    </section>
  )
}

/** A related list that shows its rows only when it is asked to. Its head is the button. */
export function FoldedList(props: {
  title: string
  count: string
  open: boolean
  onFold: (open: boolean) => void
  tools?: ComponentChildren
  children: ComponentChildren
  testid?: string
}) {
  const id = useId()
  return (
    <section class="section section-folded" aria-labelledby={id} data-testid={props.testid}>
      <div class="section-head">
        <h2>
          <button
            type="button"
            class="fold"
            id={id}
            aria-expanded={props.open}
            data-testid={props.testid && `fold-${props.testid}`}
            onClick={() => props.onFold(!props.open)}
          >
            <span class="cut">{props.title}</span>
            <span class="quiet number">{props.count}</span>
            <Icon name="down" />
          </button>
        </h2>
        {props.tools !== undefined && <span class="section-tools">{props.tools}</span>}
      </div>
      {props.open && props.children}
    </section>
  )
}

/** The rows; the keys j and k walk through every `data-row` in it. */
export function Rows(props: { label: string; children: ComponentChildren }) {
  return (
    <ul class="rows" data-list aria-label={props.label}>
      {props.children}
    </ul>
  )
}

/** An empty list never looks like a broken one: why, and the one thing to do. */
export function Empty(props: { title: string; text: string; action?: ComponentChildren; testid?: string }) {
  return (
    <div class="empty" data-testid={props.testid}>
      <p class="empty-title">{props.title}</p>
      <p>{props.text}</p>
      {props.action}
    </div>
  )
}
