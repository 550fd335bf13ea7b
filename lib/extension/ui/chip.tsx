import { Icon } from './icon.tsx'
import './chip.css'

/** One of a few filters; exactly one is chosen. */
export function FilterChip(props: {
  chosen: boolean
  onPress: () => void
  testid?: string
  children: string
}) {
  return (
    <button
      type="button"
      class="chip chip-filter"
      aria-pressed={props.chosen}
      data-testid={props.testid}
      onClick={props.onPress}
    >
      {props.children}
    </button>
  )
}

/** A recipient. Refused = not an address; the reason stands below the field. */
export function RecipientChip(props: {
  text: string
  address: string
  refused: boolean
  removeLabel: string
  onRemove: () => void
}) {
  return (
    <li class={props.refused ? 'chip chip-refused' : 'chip'} title={props.address} data-testid="recipient">
      {props.refused && <Icon name="alert" />}
      <bdi class="cut">{props.text}</bdi>
      <button
        type="button"
        class="chip-remove"
        tabIndex={-1}
        aria-label={props.removeLabel}
        onClick={props.onRemove}
      >
        <Icon name="close" size={14} />
      </button>
    </li>
  )
}
