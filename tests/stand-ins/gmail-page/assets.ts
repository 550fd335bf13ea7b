import { existsSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const entry = fileURLToPath(new URL('./client/main.ts', import.meta.url))
const styles = fileURLToPath(new URL('./style/', import.meta.url))
const SHEETS = ['theme', 'chrome', 'list', 'thread', 'cards', 'compose', 'narrow']
const scripts = new Map<string, string>()

/** One file of the page's client: a script with its types taken out, or all style sheets as one. */
export async function clientFile(name: string): Promise<{ type: string; text: string } | undefined> {
  if (name === 'gmail.css') {
    const text = SHEETS.map((sheet) => readFileSync(`${styles}${sheet}.css`, 'utf8')).join('\n')
    return { type: 'text/css; charset=utf-8', text }
  }
  const path = `${dirname(entry)}/${name}`
  if (!/^[a-z-]+\.ts$/.test(name) || !existsSync(path)) return undefined
  const text = scripts.get(name) ?? (await withoutTypes(path))
  scripts.set(name, text)
  return { type: 'text/javascript; charset=utf-8', text }
}

/** Node could do it too, but says each time that it is an experiment. */
async function withoutTypes(path: string): Promise<string> {
  const { transformWithOxc } = await import('vite')
  return (await transformWithOxc(readFileSync(path, 'utf8'), path, { sourcemap: false })).code
}
