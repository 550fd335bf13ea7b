import type { ComponentChildren } from 'preact'
import { useId, useRef } from 'preact/hooks'
import { plainName } from '../../domain/people.ts'
import { IconButton } from './button.tsx'
import { useTrap } from './focus.ts'
import './sheet.css'

interface FrameProps {
  title: ComponentChildren
  subtitle?: ComponentChildren
  /** Between the title and the end of the head. */
  tools?: ComponentChildren
  bar?: ComponentChildren
  testid: string
  children: ComponentChildren
}

/** One task over the panel: title left, close right, buttons at the foot. Traps the focus and gives it back. */
export function Sheet(
  props: FrameProps & {
    closeLabel: string
    backLabel?: string
    /** There is nothing in it but text: what scrolls takes the focus itself, for the arrow keys. */
    reads?: boolean
    onClose: () => void
  },
) {
  const root = useRef<HTMLDivElement>(null)
  const id = useId()
  useTrap(root)
  return (
    <div
      class="sheet frame"
      ref={root}
      role="dialog"
      aria-modal="true"
      tabIndex={-1}
      aria-labelledby={id}
      data-testid={props.testid}
    >
      <div class={props.backLabel ? 'frame-head frame-head-back' : 'frame-head'}>
        {props.backLabel && (
          <IconButton icon="back" label={props.backLabel} onPress={props.onClose} testid="back" />
        )}
        <Title id={id} {...props} />
        {props.tools}
        {!props.backLabel && (
          <IconButton icon="close" label={props.closeLabel} onPress={props.onClose} testid="close" />
        )}
      </div>
      <div
        class="frame-body"
        {...(props.reads && { tabIndex: 0, role: 'region', 'aria-labelledby': id, 'data-autofocus': '' })}
      >
        {props.children}
      </div>
      {props.bar && <div class="frame-bar">{props.bar}</div>}
    </div>
  )
}

/** A place one goes into: back arrow left. */
export function Page(props: FrameProps & { backLabel: string; onBack: () => void }) {
  const id = useId()
  return (
    <div class="frame" data-testid={props.testid}>
      <header class="frame-head frame-head-back">
        <IconButton icon="back" label={props.backLabel} onPress={props.onBack} testid="back" />
        <Title id={id} {...props} />
        {props.tools}
      </header>
      <main class="frame-body" tabIndex={-1} aria-labelledby={id}>
        {props.children}
      </main>
      {props.bar && <div class="frame-bar">{props.bar}</div>}
    </div>
  )
}

function Title(props: { id: string; title: ComponentChildren; subtitle?: ComponentChildren }) {
  return (
    <div class="frame-title">
      <h1 id={props.id} class="cut" dir="auto">
        {typeof props.title === 'string' ? plainName(props.title) : props.title}
      </h1>
      {props.subtitle && (
        <p class="cut" dir="auto">
          {props.subtitle}
        </p>
      )}
    </div>
  )
}
