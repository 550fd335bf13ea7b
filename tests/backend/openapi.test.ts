import './harness/loopback-only.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../../backend/http/app.ts'
import { type TestHouse, testHouse } from './harness/house.ts'

interface Operation {
  operationId: string
  summary?: string
  tags?: string[]
  security?: Record<string, string[]>[]
  parameters?: { in?: string; name?: string; $ref?: string }[]
  requestBody?: { content: Record<string, { schema: unknown }> }
  responses: Record<string, { content?: Record<string, { schema: unknown }> }>
}
interface Document {
  openapi: string
  info: { title: string; version: string }
  servers: { url: string }[]
  paths: Record<string, Record<string, Operation>>
  components: Record<string, Record<string, unknown>>
}

let town: TestHouse
let document: Document
let operations: { verb: string; path: string; operation: Operation }[]

beforeAll(async () => {
  town = await testHouse()
  document = (await town.knock<Document>('GET', '/api/v1/openapi.json')).body
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([verb, operation]) => ({ verb, path, operation })),
  )
})

/** Every route of the app below `/api/v1`, as the document writes paths. */
function routes(): string[] {
  const all = createApp(town.house).routes.filter(
    ({ method, path }) => method !== 'ALL' && path.startsWith('/api/v1/'),
  )
  const named = all.map(({ method, path }) => `${method} ${path.replaceAll(/:([a-z]+)/gi, '{$1}')}`)
  return [...new Set(named)].toSorted()
}

describe('the document', () => {
  test('tells of every route there is, and of no other', () => {
    const told = operations.map(({ verb, path }) => `${verb.toUpperCase()} ${path}`).toSorted()
    expect(told).toEqual(routes())
    expect(told.length).toBeGreaterThan(60)
    expect(document).toMatchObject({ openapi: '3.1.0', servers: [{ url: town.house.baseUrl }] })
  })

  test('says of every operation what it is for, what it answers, and how it refuses', () => {
    for (const { verb, path, operation } of operations) {
      const name = `${verb} ${path}`
      expect(operation.summary, name).toMatch(/^[A-Z`].{4,}[^.]$/)
      expect(operation.tags, name).toHaveLength(1)
      const good = Object.keys(operation.responses).filter((status) => status.startsWith('2'))
      expect(good, name).toHaveLength(1)
      expect(operation.responses['default'], name).toEqual({ $ref: '#/components/responses/Refusal' })
      const inPath = [...path.matchAll(/\{([a-z]+)\}/gi)].map(([, one]) => one)
      const given = operation.parameters?.filter((one) => one.in === 'path').map((one) => one.name)
      expect(given ?? [], name).toEqual(inPath)
      // What changes something by POST, PUT or PATCH says with what, unless its path says it all.
      if (verb === 'put' || verb === 'patch') expect(operation.requestBody, name).toBeDefined()
    }
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('is made of the schemas the routes check with: every reference leads somewhere', () => {
    const text = JSON.stringify(document)
    const references = new Set(
      [...text.matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)].map(([all]) => all),
    )
    expect(references.size).toBeGreaterThan(20)
    for (const reference of references) {
      const [, kind = '', name = ''] = /components\/(\w+)\/(\w+)/.exec(reference) ?? []
      expect(document.components[kind], reference).toHaveProperty(name)
    }
    expect(text.match(/"\$ref":"(?!#\/components)/)).toBeNull()
    const create = document.paths['/api/v1/records']?.['post']
    expect(create?.requestBody?.content['application/json']?.schema).toMatchObject({
      required: ['module', 'fields'],
      additionalProperties: false,
    })
    expect(create?.responses['201']?.content?.['application/json']?.schema).toEqual({
      $ref: '#/components/schemas/RecordCard',
    })
    expect(create?.parameters).toContainEqual({ $ref: '#/components/parameters/IdempotencyKey' })
  })

  test('says where nobody has to be signed in, and where no token gets', () => {
    const securityOf = (verb: string, path: string) => document.paths[`/api/v1${path}`]?.[verb]?.security
    expect(securityOf('get', '/server')).toEqual([])
    expect(securityOf('post', '/tokens')).toEqual([{ session: [] }])
    expect(securityOf('post', '/records')).toBeUndefined()
    expect(Object.keys(document.components['securitySchemes'] ?? {})).toEqual(['session', 'token'])
  })

  test('what it calls open is open, and everything else is not', async () => {
    for (const { verb, path, operation } of operations) {
      const at = path.replaceAll(/\{\w+\}/g, '00000000-0000-4000-8000-000000000000')
      const { status } = await town.knock(verb.toUpperCase(), at)
      const open = operation.security?.length === 0
      expect([verb, path, status === 401], `${verb} ${path}`).toEqual([verb, path, !open])
    }
  })
})

describe('the page', () => {
  test('has a place for every operation and every object, and asks for nothing from anywhere', async () => {
    const response = await createApp(town.house).fetch(new Request(`${town.house.baseUrl}/api/docs`))
    expect(response.status).toBe(200)
    expect(response.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
    const page = await response.text()
    expect(page).not.toMatch(/<script|<link|<img|\bsrc=|@import|url\(|\son\w+=/i)
    expect([...page.matchAll(/href="([^"]*)"/g)].map(([, to]) => to)).toSatisfy((links: string[]) =>
      links.every((to) => to.startsWith('#') || to === '/api/v1/openapi.json'),
    )
    const places = new Set([...page.matchAll(/<section id="([^"]+)"/g)].map(([, id]) => id))
    for (const { operation } of operations) expect(places).toContain(operation.operationId)
    for (const name of Object.keys(document.components['schemas'] ?? {})) expect(places).toContain(name)
    for (const [, to = ''] of page.matchAll(/href="#([^"]+)"/g)) expect(places).toContain(to)
    expect(page).toContain('color-scheme:light dark')
  })
})
