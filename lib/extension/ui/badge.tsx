import type { SendStatus } from '../../domain/statuses.ts'
import { Icon, type IconName } from './icon.tsx'
import './badge.css'

/** How a mail of a list stands: ours as a send, theirs received. */
export type EmailStatus = SendStatus | 'received'

type Tone = 'text' | 'info' | 'warn' | 'danger'

const looks: Record<EmailStatus, { icon: IconName | undefined; tone: Tone }> = {
  received: { icon: undefined, tone: 'text' },
  sent: { icon: 'check', tone: 'text' },
  delivered: { icon: 'checks', tone: 'text' },
  scheduled: { icon: 'clock', tone: 'info' },
  sending: { icon: 'plane', tone: 'info' },
  held: { icon: 'pause', tone: 'warn' },
  delayed: { icon: 'hourglass', tone: 'warn' },
  bounced_soft: { icon: 'turn', tone: 'warn' },
  bounced_hard: { icon: 'octagon', tone: 'danger' },
  failed: { icon: 'alert', tone: 'danger' },
  cancelled: { icon: 'slash', tone: 'text' },
  draft: { icon: 'file', tone: 'text' },
}

/** Icon, word and tone of a status; never colour alone, and quiet ones are plain text. */
export function StatusBadge(props: { status: EmailStatus; word: string; hint?: string | undefined }) {
  const { icon, tone } = looks[props.status]
  return (
    <span class={`badge badge-${tone}`} title={props.hint} data-testid="status" data-status={props.status}>
      {icon && <Icon name={icon} size={14} />}
      {props.word}
    </span>
  )
}

/** Something that needs the person: an icon, a word and a tone. */
export function Alarm(props: { tone: 'warn' | 'danger'; testid?: string; children: string }) {
  return (
    <span class={`badge badge-${props.tone}`} data-testid={props.testid}>
      <Icon name="warning" size={14} />
      {props.children}
    </span>
  )
}

/** What kind of record something is. */
export function Tag(props: { children: string }) {
  return <span class="badge badge-neutral">{props.children}</span>
}
