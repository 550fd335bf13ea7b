import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { StreamEvent } from '../../lib/contract/stream.ts'
import { createBackend } from '../../lib/extension/api.ts'
import { ApiError } from '../../lib/extension/api-core.ts'
import { eventsOf, listenToStream, spreadBackoff } from '../../lib/extension/stream.ts'

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

const hello = (seq: number, reset = false): StreamEvent => ({
  type: 'hello',
  seq,
  reset,
  now: '2026-11-23T09:00:00.000Z',
})
const clock = (seq: number): StreamEvent => ({ type: 'clock', seq, now: '2026-11-23T09:00:00.000Z' })
const line = (event: StreamEvent) =>
  `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`

function bytes(...chunks: string[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk))
      controller.close()
    },
  })
}

async function all(body: ReadableStream<Uint8Array>) {
  const events: StreamEvent[] = []
  for await (const event of eventsOf(body, () => undefined)) events.push(event)
  return events
}

test('events survive any cut between bytes, comments and carriage returns', async () => {
  const text = `: hi\n\n${line(hello(1))}${line(clock(2)).replaceAll('\n', '\r\n')}data: nonsense\n\n${line(clock(3))}`
  for (let cut = 1; cut < text.length; cut++) {
    const events = await all(bytes(text.slice(0, cut), text.slice(cut)))
    expect(events.map((event) => event.seq)).toEqual([1, 2, 3])
  }
})

test('an event whose end never came is not delivered', async () => {
  expect(await all(bytes(line(hello(1)), line(clock(2)).trimEnd()))).toEqual([hello(1)])
})

/** A server whose answers are given one connection at a time. */
async function serve(answers: ((res: ServerResponse) => void)[]) {
  const asked: (string | undefined)[] = []
  const server = createServer((req, res) => {
    asked.push(req.headers['last-event-id'] as string | undefined)
    const answer = answers.shift()
    if (answer === undefined) res.writeHead(503).end('{}')
    else answer(res)
  }).listen(0, '127.0.0.1')
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

const sse = (...events: StreamEvent[]) => {
  return (res: ServerResponse) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const event of events) res.write(line(event))
  }
}

test('a broken stream resumes after the last event, through a server that is down', async () => {
  const cut = (res: ServerResponse) => {
    sse(hello(4), clock(5))(res)
    setImmediate(() => res.destroy())
  }
  const { origin, asked } = await serve([cut, (res) => res.destroy(), sse(hello(5), clock(6))])
  const backend = createBackend({ origin, session: 's' })
  const states: string[] = []
  const errors: unknown[] = []
  const seen: number[] = []
  await new Promise<void>((resolve) => {
    const stream = listenToStream({
      open: backend.stream,
      lastEventId: 3,
      backoff: () => 0,
      onState: (state, error) => {
        states.push(state)
        errors.push(error)
      },
      onEvent: (event) => {
        seen.push(event.seq)
        if (event.seq === 6) resolve()
      },
    })
    closers.push(stream.stop)
  })
  expect(asked).toEqual(['3', '5', '5'])
  expect(seen).toEqual([4, 5, 5, 6])
  expect(states).toEqual(['up', 'down', 'down', 'up'])
  // The broken body is no answer of the server's; only the refused second try has something to say.
  expect(errors).toEqual([undefined, undefined, new ApiError({ kind: 'network' }), undefined])
})

test('a refusal reaches the listener as such, and stop() ends everything', async () => {
  const refused = (res: ServerResponse) =>
    res.writeHead(401).end(
      JSON.stringify({
        error: { code: 'unauthenticated', reason: 'session_expired', facts: {}, fields: [], ref: 'r' },
      }),
    )
  const { origin, asked } = await serve([refused, refused])
  const backend = createBackend({ origin, session: 's' })
  const error = await new Promise<unknown>((resolve) => {
    const stream = listenToStream({
      open: backend.stream,
      lastEventId: undefined,
      backoff: () => 3_600_000,
      onEvent: () => undefined,
      onState: (_, problem) => {
        stream.stop()
        resolve(problem)
      },
    })
  })
  expect(error).toMatchObject({ problem: { kind: 'refused', reason: 'session_expired' } })
  expect(asked).toHaveLength(1)
})

test('waits grow to half a minute and are spread', () => {
  expect(spreadBackoff(0)).toBeLessThanOrEqual(500)
  for (let n = 0; n < 50; n++) {
    expect(spreadBackoff(n)).toBeGreaterThanOrEqual(250)
    expect(spreadBackoff(n)).toBeLessThanOrEqual(30_000)
  }
})
