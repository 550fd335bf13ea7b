import { useEffect, useState } from 'preact/hooks'
import { now } from '@/lib/extension/clock.ts'
import type { ListedEmail } from '../../state-emails.ts'

/** Seconds in which a mail of a list may still be taken back, by the server's clock; undefined when it never could or is over. */
export function useUndoLeft(row: ListedEmail): number | undefined {
  const until = isGoing(row) ? Date.parse(row.send?.undoUntil ?? '') : 0
  const [, redraw] = useState(0)
  const left = Math.ceil((until - now()) / 1000)
  const runs = left > 0
  useEffect(() => {
    if (!runs) return
    const timer = setInterval(() => redraw((n) => n + 1), 250)
    return () => clearInterval(timer)
  }, [runs, until])
  return runs ? left : undefined
}

/** It was sent and not scheduled: until a worker takes it, it only waits for its undo time. */
export function isGoing({ status, send }: ListedEmail): boolean {
  return status === 'scheduled' && send?.undoUntil != null
}
