import { describe, expect, test } from 'vitest'
import { createBackend } from '../../lib/extension/api.ts'
import { now, setServerTime } from '../../lib/extension/clock.ts'

function answering(status: number, body: string | undefined) {
  const asked: { url: string; init: RequestInit | undefined }[] = []
  const fake: typeof fetch = async (input, init) => {
    asked.push({ url: String(input), init })
    if (body === undefined) throw new TypeError('Failed to fetch')
    return new Response(status === 204 ? null : body, { status })
  }
  return { asked, backend: createBackend({ origin: 'https://crm.example', session: 'secret', fetch: fake }) }
}

const problem = (call: Promise<unknown>) =>
  call.then(
    () => 'no problem',
    (error) => error.problem,
  )

describe('every way a call can fail is one of three', () => {
  test('a server that does not answer', async () => {
    expect(await problem(answering(0, undefined).backend.me())).toEqual({ kind: 'network' })
  })

  test('a refusal carries its reason, facts, fields and reference', async () => {
    const error = {
      code: 'conflict',
      reason: 'already_claimed',
      facts: { at: '2026-11-23T09:00:00.000Z' },
      fields: [{ field: 'to.0', reason: 'address_invalid' }],
      ref: '7q4k2',
    }
    const { backend } = answering(409, JSON.stringify({ error }))
    expect(await problem(backend.cancelSend('x', 1))).toEqual({ kind: 'refused', ...error })
  })

  test.each([
    [200, '<html>'],
    [200, '{"people":[{"address":1}]}'],
    [502, 'Bad Gateway'],
    [500, '{"error":"no"}'],
  ])('an answer outside the contract (%i %s)', async (status, body) => {
    const { backend } = answering(status, body)
    expect(await problem(backend.lookUp({ account: 'a@b.example', people: [] }))).toEqual({
      kind: 'unreadable',
      status,
    })
  })
})

test('calls carry the session, creating calls their key, and go only to the server', async () => {
  const { asked, backend } = answering(204, '')
  await backend.deleteRecord('an id/../me')
  await problem(backend.createRecord({ module: 'leads', fields: {} }, 'key-1'))
  expect(asked.map((one) => one.url)).toEqual([
    'https://crm.example/api/v1/records/an%20id%2F..%2Fme',
    'https://crm.example/api/v1/records',
  ])
  expect(new Headers(asked[1]?.init?.headers)).toSatisfy(
    (headers: Headers) =>
      headers.get('authorization') === 'Bearer secret' && headers.get('idempotency-key') === 'key-1',
  )
})

test('the server’s clock wins over a wrong laptop', () => {
  setServerTime('2031-01-01T00:00:00.000Z')
  expect(Math.abs(now() - Date.parse('2031-01-01T00:00:00.000Z'))).toBeLessThan(1000)
  setServerTime('nonsense')
  expect(Math.abs(now() - Date.parse('2031-01-01T00:00:00.000Z'))).toBeLessThan(1000)
})
