import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** A room of the house: which of our files and which packages its files may import. Itself is always allowed. */
interface Room {
  at: RegExp
  files: RegExp[]
  /** Only `import type`. */
  types?: RegExp[]
  packages?: RegExp
  node?: boolean
}

const screens = /^(preact(\/hooks)?|@preact\/signals|webextension-polyfill|idb|zod|hono\/client)$/
const inBackend = (room: Omit<Room, 'node'>): Room => ({ ...room, node: true })

/** The table "Who may import whom" (README); the first room that fits a file is its room. */
const rooms: Room[] = [
  { at: /^lib\/domain\//, files: [] },
  { at: /^lib\/contract\//, files: [/^lib\/domain\//], packages: /^zod$/ },
  {
    at: /^lib\/extension\//,
    files: [/^lib\/(domain|contract)\//],
    types: [/^backend\/http\/app\.ts$/],
    packages: screens,
  },
  {
    // Two scripts of one room: the second comes into a tab that has a compose window.
    at: /^entrypoints\/gmail(?:\.content|-compose)\//,
    files: [/^lib\//, /^entrypoints\/gmail\.content\//],
    packages: /^(webextension-polyfill|wxt\/utils\/[a-z-]+)$/,
  },
  {
    at: /^entrypoints\/[^/]+\//,
    files: [/^lib\//],
    packages: RegExp(`${screens.source}|^wxt/utils/[a-z-]+$|^@tiptap/`),
  },
  inBackend({
    at: /^backend\/storage\//,
    files: [/^lib\/domain\//],
    packages: /^(kysely(\/migration)?|pg|@electric-sql\/pglite(\/nodefs)?)$/,
  }),
  inBackend({
    at: /^backend\/google\//,
    files: [/^lib\/domain\//],
    types: [/^backend\/services\/context\.ts$/],
    packages: /^(googleapis\/build\/src\/apis\/.+|google-auth-library|mailparser)$/,
  }),
  inBackend({
    at: /^backend\/services\//,
    files: [/^lib\/(domain|contract)\//, /^backend\/storage\//],
    types: [/^backend\/google\/gateway\.ts$/],
    packages: /^(zod|tldts|csv-parse|sanitize-html|html-to-text|liquidjs|yauzl)$/,
  }),
  inBackend({
    at: /^backend\/http\//,
    files: [/^lib\/(domain|contract)\//, /^backend\/services\//],
    packages: /^(hono|hono\/.+|hono-openapi|openapi-types|zod)$/,
  }),
  inBackend({
    at: /^backend\/jobs\//,
    files: [/^lib\/domain\//, /^backend\/services\//],
    types: [/^backend\/storage\/database\.ts$/],
  }),
  inBackend({
    at: /^backend\/(main|start)\.ts$/,
    files: [/^backend\//, /^lib\/domain\//, /^package\.json$/],
    packages: /^@hono\/node-server$/,
  }),
  inBackend({
    at: /^backend\/[^/]+\.ts$/,
    files: [/^lib\/domain\//, /^backend\/[^/]+\.ts$/],
    types: [/^backend\/services\/context\.ts$/],
    packages: /^tldts$/,
  }),
]

interface Import {
  from: string
  typeOnly: boolean
  /** What is imported as a value by name; `*` for everything else. */
  values: string[]
}

/** Every import and re-export of a source text, dynamic ones included. */
function importsOf(source: string): Import[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
  const found: Import[] = []
  for (const match of code.matchAll(
    /(?:^|;)[ \t]*(?:import|export)\s+(?:(type)\s+)?(?:([\w$*{][^'"`;=()]*?)\s*from\s*)?(['"])([^'"\n]+)\3/gm,
  )) {
    const [, type, clause = '', , from = ''] = match
    const names = /^\{([\s\S]*)\}$/
      .exec(clause.trim())?.[1]
      ?.split(',')
      .map((name) => name.trim())
    const values = (names ?? ['*']).filter((name) => name !== '' && !name.startsWith('type '))
    found.push({ from, typeOnly: type === 'type' || values.length === 0, values })
  }
  for (const match of code.matchAll(/\bimport\(\s*(['"`])([^'"`]+)\1/g))
    found.push({ from: match[2] ?? '', typeOnly: false, values: ['*'] })
  return found
}

/** What is wrong with the imports of the file `path` (from the root), in words. */
function violations(path: string, source: string): string[] {
  const room = rooms.find(({ at }) => at.test(path))
  if (!room) return [`${path} is in no room`]
  return importsOf(source).flatMap((one) => (allows(room, path, one) ? [] : [`${path} imports ${one.from}`]))
}

function allows(room: Room, path: string, { from, typeOnly, values }: Import): boolean {
  if (from.startsWith('node:')) return room.node === true
  const local = from.startsWith('@/')
    ? from.slice(2)
    : from.startsWith('.') && normalize(join(dirname(path), from))
  if (local === false) return room.packages?.test(from) === true
  if (sameRoom(room, path, local)) return true
  if (room.files.some((allowed) => allowed.test(local))) return true
  // The one value services may know of Google.
  const onlyTheError = local === 'backend/google/gateway.ts' && values.every((name) => name === 'GoogleError')
  return room.types?.some((allowed) => allowed.test(local)) === true && (typeOnly || onlyTheError)
}

/** Every entry point is a room of its own. */
function sameRoom(room: Room, path: string, local: string): boolean {
  const folder = /^entrypoints\/[^/]+\//.exec(path)?.[0]
  return folder === undefined ? room.at.test(local) : local.startsWith(folder)
}

const sources = globSync('{lib,backend,entrypoints}/**/*.{ts,tsx}', { cwd: root }).map((path) => ({
  path: path.replaceAll('\\', '/'),
  source: readFileSync(join(root, path), 'utf8'),
}))

test('every import keeps to the table of who may import whom', () => {
  expect(sources.length).toBeGreaterThan(50)
  expect(sources.flatMap(({ path, source }) => violations(path, source))).toEqual([])
})

test.each([
  ['lib/domain/a.ts', `import * as z from 'zod'`],
  ['lib/domain/a.ts', `import type { Clock } from '../contract/sends.ts'`],
  ['lib/domain/a.ts', `import { randomUUID } from 'node:crypto'`],
  ['lib/contract/a.ts', `import { sep } from 'node:path'`],
  ['lib/extension/a.ts', `import { createApp } from '../../backend/http/app.ts'`],
  ['lib/extension/a.ts', `import type { Deps } from '../../backend/services/context.ts'`],
  ['entrypoints/sidebar/a.tsx', `import { relay } from '@/entrypoints/background/relay'`],
  ['entrypoints/sidebar/a.tsx', `import { relay } from '../background/relay'`],
  ['entrypoints/gmail.content/a.ts', `import { render } from 'preact'`],
  ['backend/storage/a.ts', `import { Id } from '../../lib/contract/common.ts'`],
  ['backend/storage/a.ts', `import { sendMail } from '../services/sends.ts'`],
  ['backend/google/a.ts', `import { google } from 'googleapis'`],
  ['backend/google/a.ts', `export * from '../storage/sends.ts'`],
  ['backend/services/a.ts', `import { sql } from 'kysely'`],
  ['backend/services/a.ts', `import { createGateway, GoogleError } from '../google/gateway.ts'`],
  ['backend/services/deep/a.ts', `import {\n  type Api,\n  createApp,\n} from '../../http/app.ts'`],
  ['backend/services/a.ts', `const later = await import('../google/gmail.ts')`],
  ['backend/http/a.ts', `import { claimSends } from '../storage/sends.ts'`],
  ['backend/http/a.ts', `import type { Database } from '../storage/database.ts'`],
  ['backend/jobs/a.ts', `import { GoogleError } from '../google/gateway.ts'`],
  ['backend/config.ts', `import { openDatabase } from './storage/open.ts'`],
  ['backend/jobs/a.ts', `import 'left-pad'`],
  ['lib/other/a.ts', ''],
])('a planted violation is found: %s with %s', (path, source) => {
  expect(violations(path, source)).toHaveLength(1)
})

test.each([
  ['backend/services/a.ts', `import { GoogleError, type HistoryPage } from '../google/gateway.ts'`],
  ['backend/services/a.ts', `import type { GoogleGateway } from '../google/gateway.ts'`],
  ['lib/extension/a.ts', `import type { Api } from '../../backend/http/app.ts'`],
  ['lib/domain/a.ts', `// import { x } from 'zod'\n/* import 'node:fs' */\nexport const from = 'zod'`],
])('what the table allows is allowed: %s with %s', (path, source) => {
  expect(violations(path, source)).toEqual([])
})

/** Files that may read the machine's clock: the clock itself, log lines, times of files, and of google-auth-library's tokens. */
const readsClock = /^backend\/(clock|log|storage\/disk|google\/oauth)\.ts$/

/** What asks another clock than the house's, or chance where rules are decided. */
function strayTime(path: string, source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '')
  const wrong =
    /\bDate\.now\(|\bnew Date\(\)|\bcurrent_timestamp\b|\bclock_timestamp\b|sql[^`]*`[^`]*(?<![.\w])now\(\)/
  if (/^(backend|lib\/(domain|contract))\//.test(path) && !readsClock.test(path) && wrong.test(code))
    return [`${path} asks another clock`]
  return path.startsWith('lib/domain/') && code.includes('Math.random') ? [`${path} throws dice`] : []
}

test('one clock for everything: SQL and services are told the time, rules never ask', () => {
  expect(sources.flatMap(({ path, source }) => strayTime(path, source))).toEqual([])
  expect(strayTime('backend/storage/a.ts', 'const q = sql`select now()`')).toHaveLength(1)
  expect(strayTime('backend/services/a.ts', 'const at = new Date()')).toHaveLength(1)
  expect(strayTime('lib/domain/a.ts', 'const n = Math.random()')).toHaveLength(1)
  expect(strayTime('backend/services/a.ts', 'const at = new Date(clock.now())')).toEqual([])
})
