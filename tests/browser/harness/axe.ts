import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Frame } from 'puppeteer-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Axe {
  run(root: Document, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>
}

/** What axe finds against WCAG 2.2 AA in the frame as it is shown now: `rule: the first element at fault`. */
export async function accessibilityProblems(frame: Frame): Promise<string[]> {
  await frame.evaluate(source)
  return frame.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: Axe }
    // Colours of what fades in are nobody's colours; what turns for ever is not waited for.
    const fading = document
      .getAnimations()
      .filter((one) => one.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY)
    await Promise.all(fading.map((one) => one.finished.catch(() => undefined)))
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
    const { violations } = await axe.run(document, { runOnly: { type: 'tag', values: tags } })
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`)
  })
}
