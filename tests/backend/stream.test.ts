import { beforeAll, expect, test } from 'vitest'
import { createApp } from '../../backend/http/app.ts'
import { StreamEvent } from '../../lib/contract/stream.ts'
import type { Person } from '../stand-ins/door.ts'
import { type TestHouse, testHouse } from './harness/house.ts'

let town: TestHouse
let mia: Person

beforeAll(async () => {
  town = await testHouse()
  town.google.addAccount({ email: 'mia@arbor.example', name: 'Mia Sato' })
  mia = await town.signIn('mia@arbor.example')
})

/** Reads events one by one; `close` ends the connection as a closed panel does. */
async function listen(lastEventId?: number) {
  const abort = new AbortController()
  const headers = {
    authorization: `Bearer ${mia.session}`,
    ...(lastEventId !== undefined && { 'last-event-id': String(lastEventId) }),
  }
  const response = await createApp(town.house).fetch(
    new Request('http://x/api/v1/stream', { headers, signal: abort.signal }),
  )
  if (!response.body) throw new Error('no stream')
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  return {
    async next() {
      for (;;) {
        const end = rest.indexOf('\n\n')
        if (end >= 0) {
          const block = rest.slice(0, end)
          rest = rest.slice(end + 2)
          const data = /^data: (.*)$/m.exec(block)?.[1]
          if (data !== undefined) return StreamEvent.parse(JSON.parse(data))
          continue
        }
        const { value, done } = await reader.read()
        if (done) throw new Error('the stream ended')
        rest += value
      }
    },
    async close() {
      abort.abort()
      await reader.cancel()
    },
  }
}

const touch = () =>
  mia.call<{ record: { id: string } }>('POST', '/records', { module: 'leads', fields: { lastName: 'Event' } })

test('what happens arrives as it happens, in order, and nothing of it is mail content (S-039)', async () => {
  const stream = await listen()
  expect(await stream.next()).toMatchObject({ type: 'hello', reset: true })
  const made = [await touch(), await touch()].map((answer) => answer.body.record.id)
  const heard = [await stream.next(), await stream.next()]
  expect(heard.map((event) => (event.type === 'record' ? event.id : event.type))).toEqual(made)
  expect((heard[1]?.seq ?? 0) > (heard[0]?.seq ?? 0)).toBe(true)
  await stream.close()
})

test('a stream taken up again brings what was missed; an unknown place says reset', async () => {
  const first = await listen()
  const { seq } = await first.next()
  await first.close()
  const missed = (await touch()).body.record.id
  const again = await listen(seq)
  expect(await again.next()).toMatchObject({ type: 'hello', reset: false, seq })
  expect(await again.next()).toMatchObject({ type: 'record', id: missed })
  await again.close()
  const future = await listen(999_999_999)
  expect(await future.next()).toMatchObject({ type: 'hello', reset: true })
  await future.close()
})

test('the panel hears when the clock is moved', async () => {
  const stream = await listen()
  await stream.next()
  town.google.clock.advance(3_600_000)
  expect(await stream.next()).toMatchObject({
    type: 'clock',
    now: new Date(town.google.clock.now()).toISOString(),
  })
  await stream.close()
})

test('without a session there is no stream', async () => {
  expect((await town.knock('GET', '/api/v1/stream')).status).toBe(401)
})
