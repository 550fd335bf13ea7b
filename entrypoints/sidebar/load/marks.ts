type MarkName =
  | 'inlay:page-changed'
  | 'inlay:cache-read'
  | 'inlay:painted-cache'
  | 'inlay:asked'
  | 'inlay:painted-fresh'

let count = 0

/** A point on the road from Gmail's page to the painted card, for the bench. */
export function mark(name: MarkName, threadId: string | undefined): void {
  count += 1
  // A panel may stand for days.
  if (count % 2000 === 0) performance.clearMarks()
  performance.mark(name, { detail: { threadId } })
}

/** Marks once the frame that follows has been painted; a hidden panel paints nothing and marks nothing. */
export function markPainted(name: MarkName, threadId: string | undefined): void {
  requestAnimationFrame(() => {
    const after = new MessageChannel()
    after.port1.onmessage = () => {
      mark(name, threadId)
      after.port1.close()
    }
    after.port2.postMessage(undefined)
  })
}
