/** A ring: part of a circle when the percentage is known, a turning arc when it is not. `size` is CSS px. */
export function Ring(props: { size: 16 | 18; percent?: number | undefined }) {
  const around = 2 * Math.PI * 7
  const part = props.percent === undefined ? 0.3 : Math.min(1, Math.max(0.02, props.percent / 100))
  return (
    <svg
      class={props.percent === undefined ? 'ring ring-turning' : 'ring'}
      viewBox="0 0 20 20"
      width={props.size}
      height={props.size}
      aria-hidden="true"
    >
      <circle cx="10" cy="10" r="7" fill="none" stroke="var(--surface-3)" stroke-width="2.6" />
      <circle
        cx="10"
        cy="10"
        r="7"
        fill="none"
        stroke="currentColor"
        stroke-width="2.6"
        stroke-dasharray={`${part * around} ${around}`}
        transform="rotate(-90 10 10)"
      />
    </svg>
  )
}

/** How far a deal is: filled pieces out of all, with the same in words for readers. */
export function StageBar(props: { step: number; of: number; label: string }) {
  return (
    <span class="stage-bar" role="img" aria-label={props.label}>
      {Array.from({ length: props.of }, (_, index) => (
        <span key={index} class={index < props.step ? 'stage-on' : ''} />
      ))}
    </span>
  )
}
