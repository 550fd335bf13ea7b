import type { ComponentChildren } from 'preact'
import { useId, useRef } from 'preact/hooks'
import { useTrap } from './focus.ts'
import './dialog.css'

/**
 * One question over everything: what will happen, with number and names, and buttons that are verbs. Traps the focus and
 * gives it back. Esc is the keys' part; a click on the ground closes it as well.
 */
export function Dialog(props: {
  /** A question or a noun; `hideTitle` leaves it to readers. */
  title: string
  hideTitle?: boolean
  /** No padding: what stands in it reaches to its edges. */
  flush?: boolean
  bar?: ComponentChildren
  onClose: () => void
  testid: string
  children?: ComponentChildren
}) {
  const box = useRef<HTMLDivElement>(null)
  const id = useId()
  useTrap(box)
  return (
    <div
      class="dialog-ground"
      onPointerDown={(event) => {
        if (event.target === event.currentTarget) props.onClose()
      }}
    >
      <div
        class={props.flush ? 'dialog dialog-flush' : 'dialog'}
        ref={box}
        role="dialog"
        aria-modal="true"
        aria-labelledby={id}
        tabIndex={-1}
        data-testid={props.testid}
      >
        <h1 id={id} class={props.hideTitle ? 'hidden' : ''} dir="auto">
          {props.title}
        </h1>
        {props.children}
        {props.bar && <div class="dialog-bar">{props.bar}</div>}
      </div>
    </div>
  )
}
