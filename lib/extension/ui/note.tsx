import type { ComponentChildren } from 'preact'
import { Icon, type IconName } from './icon.tsx'
import './note.css'

const icons = { neutral: 'info', info: 'info', warn: 'warning', danger: 'alert' } as const

/** Stands beside what it is about: a bold first clause, a sentence, what to do. `danger` speaks up to readers at once. */
export function Note(props: {
  tone: keyof typeof icons
  icon?: IconName
  bold?: string
  actions?: ComponentChildren
  testid?: string
  children?: ComponentChildren
}) {
  return (
    <div
      class={`note note-${props.tone}`}
      role={props.tone === 'danger' ? 'alert' : undefined}
      data-testid={props.testid}
    >
      <Icon name={props.icon ?? icons[props.tone]} size={18} />
      <div>
        {props.bold && <strong>{props.bold} </strong>}
        {props.children}
        {props.actions && <div class="note-actions">{props.actions}</div>}
      </div>
    </div>
  )
}
