import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { Icon, type IconName } from '@/lib/extension/ui/icon.tsx'
import './trust.css'

/** One of the cards of design 12 E: a title, a number at its end, lines. */
export function Card(props: {
  title: string
  aside?: ComponentChildren
  wide?: boolean
  testid: string
  children: ComponentChildren
}) {
  const id = useId()
  return (
    <section
      class={props.wide ? 'trust-card trust-wide' : 'trust-card'}
      aria-labelledby={id}
      data-testid={props.testid}
    >
      <div class="trust-card-head">
        <h2 id={id}>{props.title}</h2>
        {props.aside !== undefined && <span class="quiet small number">{props.aside}</span>}
      </div>
      {props.children}
    </section>
  )
}

/** A fact with its number at the end, and below it what it means. */
export function Line(props: {
  icon: IconName
  good?: boolean
  title: ComponentChildren
  text?: ComponentChildren
  end?: ComponentChildren
  testid?: string
}) {
  return (
    <div class="trust-line" data-testid={props.testid}>
      <span class={props.good ? 'trust-icon given' : 'trust-icon'}>
        <Icon name={props.icon} />
      </span>
      <span dir="auto">{props.title}</span>
      <span class="trust-end number">{props.end}</span>
      {props.text !== undefined && (
        <span class="trust-text quiet small" dir="auto">
          {props.text}
        </span>
      )}
    </div>
  )
}

/** How much of a whole, for the eye; the numbers stand beside it. */
export function Meter(props: { part: number; of: number }) {
  const share = props.of === 0 ? 0 : Math.min(1, props.part / props.of)
  return (
    <div
      class={share >= 1 ? 'meter meter-full' : share >= 0.9 ? 'meter meter-high' : 'meter'}
      aria-hidden="true"
    >
      <span style={{ inlineSize: `${share * 100}%` }} />
    </div>
  )
}
