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
  void painted().then(() => mark(name, threadId))
}

/** Resolves when the next frame has been painted. */
function painted(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => {
      const after = new MessageChannel()
      after.port1.onmessage = () => {
        after.port1.close()
        resolve()
      }
      after.port2.postMessage(undefined)
    })
  })
}

/** The same for work that must not stand in the way of a paint, but must not wait for one in a hidden panel either. */
export function afterPaint(): Promise<void> {
  return Promise.race([painted(), new Promise<void>((resolve) => setTimeout(resolve, 50))])
}
