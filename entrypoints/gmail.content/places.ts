import { pathOf, placeIn, withPlace } from './route.ts'

/**
 * Follows which place of the workspace the address names, and writes it there; `changed` hears what others do to it, such
 * as Back, never what `go` does. Gmail hears of nothing we write: entries are made by `pushState`, which no router is told
 * about, so Gmail's view below stays what it is; Back and a link work.
 */
export function followPlaces(window: Window, changed: (place: string | undefined) => void) {
  const { location, history } = window
  const ending = new AbortController()
  let hash = location.hash
  const look = () => {
    const next = location.hash
    const place = placeIn(hash)
    // A compose window came or went: Gmail writes its own parameters and knows nothing of ours.
    const isGmails = pathOf(next) === pathOf(hash) && next !== withPlace(hash, undefined)
    if (place !== undefined && placeIn(next) === undefined && isGmails) {
      hash = withPlace(next, place)
      history.replaceState(history.state, '', hash)
      return
    }
    hash = next
    if (placeIn(next) !== place) changed(placeIn(next))
  }
  for (const event of ['hashchange', 'popstate'])
    window.addEventListener(event, look, { signal: ending.signal })
  return {
    now: () => placeIn(hash),
    go(place: string | undefined, replace: boolean): void {
      const next = withPlace(location.hash, place)
      if (next === location.hash) return
      if (replace) history.replaceState(history.state, '', next)
      else history.pushState(null, '', next)
      hash = next
    },
    stop: () => ending.abort(),
  }
}

/** Ms between the two keys. */
const pause = 1500

/** `g w`, as Gmail's own ways to places (design 5). Returns a function that ends it. */
export function listenForGoTo(window: Window, go: () => void): () => void {
  const ending = new AbortController()
  let at = Number.NEGATIVE_INFINITY
  window.addEventListener(
    'keydown',
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isField(event)) return
      if (event.key === 'w' && event.timeStamp - at < pause) {
        event.stopImmediatePropagation()
        event.preventDefault()
        go()
      }
      at = event.key === 'g' ? event.timeStamp : Number.NEGATIVE_INFINITY
    },
    { capture: true, signal: ending.signal },
  )
  return () => ending.abort()
}

function isField(event: Event): boolean {
  const target = event.composedPath()[0]
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(?:input|textarea|select)$/i.test(target.tagName))
  )
}
