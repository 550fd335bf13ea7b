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
