import { avatarTone, initials } from '../../domain/people.ts'
import './avatar.css'

/** Letters on a quiet ground. `mark`: `+` for somebody unknown, a number for several records. Decoration only. */
export function Avatar(props: {
  name: string
  address: string
  large?: boolean
  unknown?: boolean
  mark?: string | undefined
}) {
  const tone = props.unknown ? 'avatar-unknown' : `avatar-${avatarTone(props.address)}`
  return (
    <span
      class={`avatar ${tone}${props.large ? ' avatar-large' : ''}`}
      data-letters={initials(props.name)}
      aria-hidden="true"
    >
      {props.mark && <span class="avatar-mark" data-letters={props.mark} />}
    </span>
  )
}
