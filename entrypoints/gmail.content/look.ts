import { all, type Visible } from './selectors.ts'

type Theme = 'light' | 'dark'

/** Gmail's own theme: how bright the ground under the mail is. Its themes are pictures and colours, never a named mode. */
export function readTheme(root: Document, visible: Visible): Theme {
  const main = all('main', root).find(visible) ?? root.body
  for (let element: Element | null = main; element; element = element.parentElement) {
    const ground = luminance(getComputedStyle(element).backgroundColor)
    if (ground !== undefined) return ground < 0.4 ? 'dark' : 'light'
  }
  return 'light'
}

/** Relative brightness 0–1 of a computed colour; undefined when one can look through it. */
function luminance(color: string): number | undefined {
  const [r = 0, g = 0, b = 0, alpha = 1] = (color.match(/[\d.]+/g) ?? []).map(Number)
  return alpha < 0.5 ? undefined : (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255
}

/**
 * Gmail's density, from the height of a list row (compact rows are about 24 px, the others 40). Asked only when another
 * list is shown, since a height makes the browser compute the layout; between lists the last answer stands.
 */
export function createDensity() {
  let measured: Element | undefined
  let density: 'comfortable' | 'compact' = 'comfortable'
  return (root: ParentNode, visible: Visible): 'comfortable' | 'compact' => {
    const row = all('listRow', root).find(visible)
    if (row && row !== measured) {
      measured = row
      const height = row.getBoundingClientRect().height
      if (height > 0) density = height < 32 ? 'compact' : 'comfortable'
    }
    return density
  }
}
