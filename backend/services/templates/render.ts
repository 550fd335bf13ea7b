import { Context, Liquid, type LiquidOptions } from 'liquidjs'
import { gapFor } from '../../../lib/domain/merge-fields.ts'

/** What a text is merged with; nothing but text, lists and plain objects. */
export type Scope = Readonly<Record<string, unknown>>

/** Why a text cannot be merged: a code, or the library's own words for a slip in writing. `line` counts from 1. */
export interface Broken {
  why: string
  line: number
  /** Which one there is not, where that is why. */
  field?: string
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
 * Templates come from colleagues and may loop for ever: what they parse, copy and step through is counted. They read own
 * properties only and no files, and every value is escaped where the text is HTML.
 */
function makeEngine(isHtml: boolean): Liquid {
  const options: LiquidOptions = {
    ownPropertyOnly: true,
    strictFilters: true,
    strictVariables: false,
    parseLimit: 400_000,
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
    if (!isEmpty(value)) return value
    const scope = this.context.environments
    notedIn(scope).push(written)
    return Reflect.get(scope, showing) === true ? gapFor(written) : value
  })
  return engine
}

/** Parts of a text drawn in one rendering; the longest honest one has some ten thousand. */
const mostSteps = 100_000
/** Processor time, so that a busy machine makes no honest text too slow. One part may be as long as the whole text. */
const mostCpuMicros = 250_000
const stepsBetweenLooks = 4
const tooMuch = 'render limit exceeded'

/** The library's own limit is the wall clock; asked before each part, this counts the work instead. */
function contextOf(engine: Liquid, scope: object): Context {
  const context = new Context(scope, engine.options, { sync: true }, { liquid: engine })
  const limit = context.renderLimit
  const before = process.threadCpuUsage()
  let steps = 0
  limit.check = () => {
    steps += 1
    if (steps > mostSteps) throw new Error(tooMuch)
    if (steps % stepsBetweenLooks !== 0) return
    const { user, system } = process.threadCpuUsage(before)
    if (user + system > mostCpuMicros) throw new Error(tooMuch)
  }
  return context
}

const noting = Symbol('unresolved fields')
const showing = Symbol('gaps are shown')

function notedIn(scope: object): string[] {
  const list: unknown = Reflect.get(scope, noting)
  return Array.isArray(list) ? list : []
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
}

const engines = { html: makeEngine(true), plain: makeEngine(false) }
const piece = /\{\{-?[\s\S]*?\}\}|\{%-?[\s\S]*?%\}/g

/**
 * Merges one text. Fields that come out empty and name no `default` are listed as written; with `gaps`, a mark stands in
 * their place. Pure, but for its limits.
 */
export function renderText(
  source: string,
  scope: Scope,
  form: 'html' | 'plain',
  { gaps = false }: { gaps?: boolean | undefined } = {},
): Rendered {
  const unresolved: string[] = []
  const written = typedIn(source, form)
  try {
    const marked = written.replace(/\{\{(-?)([\s\S]*?)(-?)\}\}/g, (whole, open, inside: string, close) =>
      /\|\s*or_unresolved\b/.test(inside)
        ? whole
        : `{{${open}${inside} | or_unresolved: ${literal(`{{ ${inside.trim()} }}`)} ${close}}}`,
    )
    const engine = engines[form]
    const context = contextOf(engine, { ...scope, [noting]: unresolved, [showing]: gaps })
    const text: unknown = engine.renderSync(engine.parse(marked), context)
    return { text: String(text), unresolved: [...new Set(unresolved)] }
  } catch (error) {
    return { broken: reasonOf(error, written) }
  }
}

/**
 * The first path in a text that is none of `known`, with its line: a slip of the pen, or a field that is gone. What is behind
 * the second name, and variables of the text's own, are not looked at. A text that cannot be read has none.
 */
export function unknownField(
  source: string,
  form: 'html' | 'plain',
  known: ReadonlyMap<string, ReadonlySet<string> | 'any'>,
): Broken | undefined {
  const written = typedIn(source, form)
  const wrong = pathsOf(written, form).find(({ root, field }) => {
    const fields = known.get(root)
    return fields === undefined || (fields !== 'any' && field !== '' && !fields.has(field))
  })
  if (wrong === undefined) return undefined
  const { root, field } = wrong
  const names = (text: string) => text.includes(root) && text.includes(field)
  const at = [...written.matchAll(piece)].find(([one]) => names(one))?.index ?? 0
  return { why: 'unknown_field', line: lineAt(written, at), field: field === '' ? root : `${root}.${field}` }
}

/** First and second word of each path; '' for a second that is none. */
function pathsOf(written: string, form: 'html' | 'plain'): { root: string; field: string }[] {
  const engine = engines[form]
  try {
    return engine.globalVariableSegmentsSync(engine.parse(written)).flatMap(([root, field]) => {
      if (typeof root !== 'string') return []
      return [{ root, field: typeof field === 'string' ? field : '' }]
    })
  } catch {
    return []
  }
}

/** A line of nothing but tags is none of the mail's; its break stays, for the numbers of lines. */
const lineOfTags = /<p\b[^>]*>\s*((?:\{%(?:(?!%\})[\s\S])*%\}\s*)+)(?:<br\s*\/?>\s*)?<\/p>/g

function typedIn(source: string, form: 'html' | 'plain'): string {
  return form === 'html' ? source.replace(piece, asTyped).replace(lineOfTags, '$1\n') : source
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
