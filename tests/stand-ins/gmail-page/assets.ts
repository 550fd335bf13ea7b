import { existsSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('./', import.meta.url))
const scripts = new Map<string, string>()

/** One file of the page's client: a script with its types taken out, or the style sheet. */
export function clientFile(name: string): { type: string; text: string } | undefined {
  if (name === 'gmail.css')
    return { type: 'text/css; charset=utf-8', text: readFileSync(`${folder}gmail.css`, 'utf8') }
  const path = `${folder}client/${name}`
  if (!/^[a-z-]+\.ts$/.test(name) || !existsSync(path)) return undefined
  const text = scripts.get(name) ?? stripTypeScriptTypes(readFileSync(path, 'utf8'))
  scripts.set(name, text)
  return { type: 'text/javascript; charset=utf-8', text }
}
