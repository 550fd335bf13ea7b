import { useEffect, useState } from 'preact/hooks'
import { Icon } from './icon.tsx'
import './toast.css'

/** One message at the foot; the live region stands before the text comes, so that readers hear it. */
export function Toast(props: {
  /** A new id starts the time anew. */
  id: number | undefined
  text: string
  actions: { label: string; run: () => void; testid: string }[]
  closeLabel: string
  /** Milliseconds until it leaves; it waits while it is pointed at or has the focus. */
  stay: number
  onClose: () => void
}) {
  const [held, setHeld] = useState(false)
  // One that goes from under the pointer says nothing of it, and must not hold the next.
  useEffect(() => setHeld(false), [props.id])
  useEffect(() => {
    if (props.id === undefined || held) return
    const timer = setTimeout(props.onClose, props.stay)
    return () => clearTimeout(timer)
  }, [props.id, held, props.stay])
  return (
    <div class="toast-place" role="status" aria-live="polite">
      {props.id !== undefined && (
        <div
          class="toast"
          key={props.id}
          data-testid="toast"
          onPointerEnter={() => setHeld(true)}
          onPointerLeave={() => setHeld(false)}
          onFocusIn={() => setHeld(true)}
          onFocusOut={() => setHeld(false)}
        >
          <span class="toast-text">{props.text}</span>
          {props.actions.map((action) => (
            <button key={action.label} type="button" data-testid={action.testid} onClick={action.run}>
              {action.label}
            </button>
          ))}
          <button type="button" class="toast-close" aria-label={props.closeLabel} onClick={props.onClose}>
            <Icon name="close" />
          </button>
        </div>
      )}
    </div>
  )
}
