import { html, raw } from 'hono/html'
import type { OpenAPIV3_1 } from 'openapi-types'

export type Document = OpenAPIV3_1.Document
type Schema = OpenAPIV3_1.SchemaObject | OpenAPIV3_1.ReferenceObject
type Html = ReturnType<typeof html>
interface Operation {
  path: string
  verb: string
  operation: OpenAPIV3_1.OperationObject
}

const verbs = ['get', 'post', 'put', 'patch', 'delete'] as const

/** Every operation of a path with its method, in the order people think of them. */
export function operationsOf(
  item: OpenAPIV3_1.PathItemObject | undefined,
): { verb: string; operation: OpenAPIV3_1.OperationObject }[] {
  return verbs.flatMap((verb) => {
    const operation = item?.[verb]
    return operation === undefined ? [] : [{ verb, operation }]
  })
}

const style = `
:root{color-scheme:light dark;--text:#161c1e;--quiet:#55636a;--line:#dfe4e6;--back:#fff;--soft:#f5f7f7;--link:#0b5c6b}
@media(prefers-color-scheme:dark){:root{--text:#e6eaeb;--quiet:#a3b0b5;--line:#333b3e;--back:#191c1d;--soft:#222729;--link:#7cc7d6}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:60rem;padding:1.5rem 1rem 6rem;font:16px/1.55 system-ui,sans-serif;color:var(--text);background:var(--back);overflow-wrap:anywhere}
a{color:var(--link)}
h1{font-size:1.6rem;margin:0 0 .5rem}h2{font-size:1.25rem;margin:3rem 0 .5rem}h3{font-size:1rem;margin:0;font-weight:600}
nav ul{columns:14rem;list-style:none;padding:0;margin:.25rem 0 1rem}nav li{break-inside:avoid;padding:.15rem 0}
section{border:1px solid var(--line);border-radius:8px;padding:.75rem 1rem;margin:.75rem 0}section:target{border-color:var(--link)}
code,pre{font:13px/1.5 ui-monospace,monospace}pre{background:var(--soft);border-radius:6px;padding:.6rem .75rem;margin:.35rem 0;overflow-x:auto;white-space:pre-wrap}
.verb{display:inline-block;min-width:4.2em;font-weight:700;text-transform:uppercase}
.quiet{color:var(--quiet);margin:.35rem 0 0}h4{font-size:.85rem;margin:.75rem 0 0;color:var(--quiet)}`

/** The document as a page: no script, nothing from outside, an anchor for each operation and each object. */
export function docsPage(document: Document): Html {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    operationsOf(item).map((one) => ({ path, ...one })),
  )
  const groups = [...Map.groupBy(operations, ({ operation }) => operation.tags?.[0] ?? '')]
  const schemas = Object.entries(document.components?.schemas ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const { title, version, description = '' } = document.info
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>${title} API</title><style>${raw(style)}</style></head>
<body><header><h1>${title} API</h1><p class="quiet">Version ${version} · <a href="/api/v1/openapi.json">openapi.json</a></p>
<p>${inline(description)}</p></header>
<nav aria-label="Operations">${groups.map(([name, all]) => contents(name, all))}</nav>
<main>${groups.map(([name, all]) => html`<h2>${name}</h2>${all.map(section)}`)}
<h2>Objects</h2>${schemas.map(([name, schema]) => object(name, schema))}</main></body></html>`
}

function contents(name: string, all: readonly Operation[]): Html {
  return html`<strong>${name}</strong><ul>${all.map(
    ({ operation }) => html`<li><a href="#${operation.operationId}">${operation.summary}</a></li>`,
  )}</ul>`
}

function section({ path, verb, operation }: Operation): Html {
  const { operationId, summary, description, parameters = [], requestBody, responses = {} } = operation
  return html`<section id="${operationId}"><h3><a href="#${operationId}">${summary}</a></h3>
<p class="quiet"><code><span class="verb">${verb}</span> ${path}</code></p>
${description ? html`<p class="quiet">${description}</p>` : ''}
${parameters.length > 0 ? html`<h4>Parameters</h4><pre>${lines(parameters.map(parameter))}</pre>` : ''}
${requestBody ? html`<h4>Body</h4>${bodyOf(requestBody)}` : ''}
${Object.entries(responses).map(([status, response]) => answer(status, response))}</section>`
}

function parameter(one: OpenAPIV3_1.ParameterObject | OpenAPIV3_1.ReferenceObject): Html {
  if ('$ref' in one) return html`Idempotency-Key?: text <i>(header)</i>`
  const schema = (one.schema ?? {}) as Schema
  return html`${one.name}${one.required ? '' : '?'}: ${typeOf(schema, 0)} <i>(${one.in})</i>`
}

function bodyOf(body: OpenAPIV3_1.RequestBodyObject | OpenAPIV3_1.ReferenceObject): Html | string {
  if ('$ref' in body) return ''
  return html`${Object.entries(body.content).map(([media, content]) => mediaOf(media, content.schema))}`
}

function answer(
  status: string,
  response: OpenAPIV3_1.ResponseObject | OpenAPIV3_1.ReferenceObject,
): Html | string {
  if ('$ref' in response) return ''
  const content = Object.entries(response.content ?? {})
  return html`<h4>${status} ${response.description}</h4>${content.map(([media, one]) => mediaOf(media, one.schema))}`
}

function mediaOf(media: string, schema: unknown): Html {
  if (media !== 'application/json') return html`<pre>${media}</pre>`
  return html`<pre>${typeOf((schema ?? {}) as Schema, 0)}</pre>`
}

function object(name: string, schema: Schema): Html {
  return html`<section id="${name}"><h3><a href="#${name}">${name}</a></h3><pre>${typeOf(schema, 0)}</pre></section>`
}

/** A schema as a person would write it down; objects with a name lead to their place on the page. */
function typeOf(schema: Schema, depth: number): Html | string {
  if ('$ref' in schema) {
    const name = schema.$ref.split('/').at(-1) ?? ''
    return html`<a href="#${name}">${name}</a>`
  }
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined)
    return joined(
      choices.map((one) => typeOf(one as Schema, depth)),
      ' | ',
    )
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum !== undefined) return schema.enum.map((one) => JSON.stringify(one)).join(' | ')
  if (Array.isArray(schema.type))
    return joined(
      schema.type.map((type) => (type === 'null' ? 'null' : typeOf({ ...schema, type } as Schema, depth))),
      ' | ',
    )
  if (schema.type === 'array')
    return html`[${typeOf((schema.items ?? {}) as Schema, depth)}]${bounds(schema)}`
  if (schema.type === 'object') return objectOf(schema, depth)
  return `${plain(schema)}${bounds(schema)}`
}

function objectOf(schema: OpenAPIV3_1.SchemaObject, depth: number): Html | string {
  const members = Object.entries(schema.properties ?? {})
  if (members.length === 0) {
    const { additionalProperties: values } = schema
    return typeof values === 'object' ? html`{ [key]: ${typeOf(values as Schema, depth)} }` : '{}'
  }
  const required = new Set(schema.required)
  const inside = '  '.repeat(depth + 1)
  const rows = members.map(
    ([name, member]) =>
      html`${inside}${name}${required.has(name) ? '' : '?'}: ${typeOf(member as Schema, depth + 1)}`,
  )
  return html`{
${lines(rows)}
${'  '.repeat(depth)}}`
}

function plain(schema: OpenAPIV3_1.SchemaObject): string {
  if (schema.type === 'string') return schema.format ?? 'text'
  return typeof schema.type === 'string' ? schema.type : 'any'
}

function bounds(schema: OpenAPIV3_1.SchemaObject): string {
  const { minLength, maxLength, minimum, maximum, maxItems } = schema
  const low = minLength ?? minimum
  const high = maxLength ?? maximum ?? maxItems
  if (low === undefined && high === undefined) return ''
  return ` (${low ?? ''}…${high ?? ''})`
}

function lines(rows: readonly Html[]): Html | string {
  return joined(rows, '\n')
}

function joined(parts: readonly (Html | string)[], between: string): Html {
  return html`${parts.flatMap((part, nth) => (nth === 0 ? [part] : [between, part]))}`
}

/** Words between backquotes are code. */
function inline(text: string): Html {
  return html`${text.split('`').map((part, nth) => (nth % 2 === 1 ? html`<code>${part}</code>` : part))}`
}
