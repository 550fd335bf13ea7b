import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'puppeteer-core'

const folder = fileURLToPath(new URL('../../../.output/screenshots/', import.meta.url))

/** Saves a picture of what the window shows as `.output/screenshots/<name>.png`; gives its path. */
export async function screenshot(page: Page, name: string): Promise<string> {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${name}.png`)
  await page.bringToFront()
  await page.screenshot({ path: path as `${string}.png` })
  return path
}
