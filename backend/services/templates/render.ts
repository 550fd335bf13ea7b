import { Liquid, type LiquidOptions } from 'liquidjs'

/** What a text is merged with; nothing but text, lists and plain objects. */
export type Scope = Readonly<Record<string, unknown>>

/** Why a text cannot be merged: a code, or the library's own words for a slip in writing. `line` counts from 1. */
export interface Broken {
  why: string
  line: number
}

export type Rendered = { text: string; unresolved: string[] } | { broken: Broken }

/** Tags that reach for other texts, define new ones or print what was meant as code. */
const closed = [
  'include',
  'render',
  'layout',
  'block',
  'tablerow',
  'increment',
  'decrement',
  'cycle',
  'echo',
  'liquid',
  'raw',
  '#',
]

/**
 * Templates come from colleagues and may loop for ever: rendering ends after 100 ms or 2 MB of work, reads own properties
 * only and no files, and every value is escaped where the text is HTML.
 */
function makeEngine(isHtml: boolean): Liquid {
  const options: LiquidOptions = {
    ownPropertyOnly: true,
    strictFilters: true,
    strictVariables: false,
    parseLimit: 400_000,
    renderLimit: 100,
    memoryLimit: 2_000_000,
    templates: {},
    relativeReference: false,
    dynamicPartials: false,
    jekyllInclude: false,
    ...(isHtml && { outputEscape: 'escape' as const }),
  }
  const engine = new Liquid(options)
  for (const tag of closed) delete engine.tags[tag]
  engine.registerFilter('or_unresolved', function (value: unknown, written: string) {
    if (isEmpty(value)) notedIn(this.context.environments).push(written)
    return value
  })
  return engine
}

const noting = Symbol('unresolved fields')

function notedIn(scope: object): string[] {
  const list: unknown = Reflect.get(scope, noting)
  return Array.isArray(list) ? list : []
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
}

const engines = { html: makeEngine(true), plain: makeEngine(false) }
const piece = /\{\{-?[\s\S]*?\}\}|\{%-?[\s\S]*?%\}/g

/** Merges one text. Fields that come out empty and name no `default` are listed as written. Pure, but for its 100 ms. */
export function renderText(source: string, scope: Scope, form: 'html' | 'plain'): Rendered {
  const unresolved: string[] = []
  const written = form === 'html' ? source.replace(piece, asTyped) : source
  try {
    const marked = written.replace(/\{\{(-?)([\s\S]*?)(-?)\}\}/g, (whole, open, inside: string, close) =>
      /\|\s*or_unresolved\b/.test(inside)
        ? whole
        : `{{${open}${inside} | or_unresolved: ${literal(`{{ ${inside.trim()} }}`)} ${close}}}`,
    )
    const text = engines[form].parseAndRenderSync(marked, { ...scope, [noting]: unresolved })
    return { text: String(text), unresolved: [...new Set(unresolved)] }
  } catch (error) {
    return { broken: reasonOf(error, written) }
  }
}

/** An editor may have put formatting, entities or typographic quotes into a field; inside, only its letters count. */
function asTyped(field: string): string {
  return field
    .replace(/<[^<>]*>/g, '')
    .replace(/&nbsp;|\u00a0/g, ' ')
    .replace(/&quot;|[“”„]/g, '"')
    .replace(/&#39;|&apos;|[‘’]/g, "'")
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
}

function literal(text: string): string {
  const quote = text.includes("'") ? '"' : "'"
  return quote + text.replaceAll(quote, ' ').replace(/\s+/g, ' ') + quote
}

function reasonOf(error: unknown, source: string): Broken {
  const message = error instanceof Error ? error.message : ''
  const begin = beginOf(error)
  const line = begin === undefined ? 1 : lineAt(source, begin)
  if (/limit exceeded/i.test(message)) return { why: 'endless', line }
  if (/undefined filter/i.test(message)) return { why: 'unknown_filter', line }
  if (/tag .* not found/i.test(message)) return { why: 'unknown_tag', line }
  if (/not closed/i.test(message)) return { why: 'not_closed', line }
  return { why: 'syntax', line }
}

function beginOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('token' in error)) return undefined
  const { token } = error
  if (typeof token !== 'object' || token === null || !('begin' in token)) return undefined
  return typeof token.begin === 'number' ? token.begin : undefined
}

/** Lines as the writer sees them: those of the text, and each block of HTML begins one. */
function lineAt(source: string, at: number): number {
  return 1 + (source.slice(0, at).match(/\n|<br\b|<\/(?:p|div|li|h\d|tr)>/gi)?.length ?? 0)
}
