import { beforeAll, expect, test } from 'vitest'
import { setLink } from '../../entrypoints/sidebar/load/core.ts'
import { newest, outdate } from '../../entrypoints/sidebar/load/newest.ts'
import { createBackend } from '../../lib/extension/api.ts'
import { ApiError } from '../../lib/extension/api-core.ts'

beforeAll(() => {
  const backend = createBackend({ origin: 'http://127.0.0.1:9', session: '' })
  setLink({ account: 'mia.sato@arbor.example', backend, cache: undefined })
})

/** A question under one name that is answered when the test says so. */
function ask(name = 'card') {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  return { resolve, reject, answer: newest(name, () => promise) }
}
const said = (value: string) => ({ ok: true, value })
const away = new ApiError({ kind: 'network' })

test('an answer that a later question has overtaken is dropped', async () => {
  const [older, newer] = [ask(), ask()]
  newer.resolve('two')
  expect(await newer.answer).toEqual(said('two'))
  older.resolve('one')
  expect(await older.answer).toBeUndefined()
  const next = ask()
  next.resolve('three')
  expect(await next.answer).toEqual(said('three'))
})

test('answers in their order are all taken, and questions of other names are none of each other’s', async () => {
  const [first, second, other] = [ask(), ask(), ask('list')]
  first.resolve('one')
  expect(await first.answer).toEqual(said('one'))
  second.resolve('two')
  expect(await second.answer).toEqual(said('two'))
  other.resolve('list')
  expect(await other.answer).toEqual(said('list'))
})

test('a server that did not answer the later question does not make the earlier answer worthless', async () => {
  const [older, newer] = [ask(), ask()]
  newer.reject(away)
  expect(await newer.answer).toEqual({ ok: false, problem: { kind: 'network' } })
  older.resolve('one')
  expect(await older.answer).toEqual(said('one'))
})

test('what an own change has outdated is dropped, and who asks afterwards is heard', async () => {
  expect(outdate('card')).toBe(false)
  const before = ask()
  expect(outdate('card')).toBe(true)
  const after = ask()
  before.resolve('as it was')
  expect(await before.answer).toBeUndefined()
  after.resolve('as it is')
  expect(await after.answer).toEqual(said('as it is'))
})
