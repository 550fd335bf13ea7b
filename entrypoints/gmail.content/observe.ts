/** Changes that can mean another thread, another message or another card. Classes change at every hover, so not those. */
const attributeFilter =
  'aria-expanded aria-label data-legacy-last-message-id data-legacy-message-id data-legacy-thread-id data-message-id download_url email hidden style'.split(
    ' ',
  )

/**
 * Calls `look` before the next paint after Gmail's page or address has changed, at most once per frame, and once at the
 * start. No polling; what somebody types into a mail is ignored.
 */
export function observe(window: Window, look: () => void): { lookSoon(): void; stop(): void } {
  const { document } = window
  let frame: number | undefined
  const lookSoon = () => {
    frame ??= window.requestAnimationFrame(() => {
      frame = undefined
      look()
    })
  }
  const observer = new MutationObserver((records) => {
    if (records.some((record) => !isTyping(record.target))) lookSoon()
  })
  observer.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter })
  // A theme comes as an attribute of the root or as another style sheet; the title counts the unread.
  observer.observe(document.documentElement, { attributes: true })
  observer.observe(document.head, { childList: true, subtree: true })
  const wake = new AbortController()
  for (const event of ['hashchange', 'resize', 'focus', 'pageshow'])
    window.addEventListener(event, lookSoon, { signal: wake.signal })
  lookSoon()
  return {
    lookSoon,
    stop() {
      observer.disconnect()
      wake.abort()
      if (frame !== undefined) window.cancelAnimationFrame(frame)
    },
  }
}

/** Inside a text somebody writes; checked without layout, on the changed node only. */
function isTyping(target: Node): boolean {
  const element = target instanceof Element ? target : target.parentElement
  return element?.closest('[contenteditable="true"], [g_editable="true"], [role="textbox"]') != null
}
