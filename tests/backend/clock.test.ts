import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { followClock, systemClock } from '../../backend/clock.ts'

const stops: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

/** The far side: a server that streams whatever lines a test says. */
async function clockServer() {
  const listening = new Set<ServerResponse>()
  let line = { now: 1000, running: false }
  let waiting = Promise.withResolvers<void>()
  const server: Server = createServer((request, response) => {
    if (request.url !== '/clock/stream') return void response.writeHead(404).end()
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    response.write(`${JSON.stringify(line)}\n`)
    listening.add(response)
    response.on('close', () => listening.delete(response))
    waiting.resolve()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/clock`
  stops.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url,
    put(next: { now: number; running: boolean }, pieces = 1) {
      line = next
      const text = `${JSON.stringify(next)}\n`
      const size = Math.ceil(text.length / pieces)
      for (const response of listening)
        for (let i = 0; i < text.length; i += size) response.write(text.slice(i, i + size))
    },
    /** Cuts every stream; resolves when somebody has come back. */
    async cut() {
      waiting = Promise.withResolvers<void>()
      for (const response of listening) response.destroy()
      await waiting.promise
    },
  }
}

async function follow(url: string) {
  const end = new AbortController()
  stops.push(() => end.abort())
  return followClock(url, end.signal)
}

const forever = new AbortController().signal

test('a sleeper wakes when the clock is moved past its time, not before', async () => {
  const server = await clockServer()
  const clock = await follow(server.url)
  expect(clock.now()).toBe(1000)
  let woke = false
  const sleep = clock.sleepUntil(5000, forever).then(() => {
    woke = true
  })
  const moved = Promise.withResolvers<void>()
  clock.onChange(moved.resolve)
  server.put({ now: 4999, running: false }, 3)
  await moved.promise
  expect([clock.now(), woke]).toEqual([4999, false])
  server.put({ now: 5000, running: false })
  await sleep
  expect(clock.now()).toBe(5000)
})

test('a running clock ticks by itself and a stopped one stands', async () => {
  const server = await clockServer()
  const clock = await follow(server.url)
  server.put({ now: 10_000, running: true })
  await clock.sleepUntil(10_030, forever)
  expect(clock.now()).toBeGreaterThanOrEqual(10_030)
  const stopped = Promise.withResolvers<void>()
  clock.onChange(stopped.resolve)
  server.put({ now: 20_000, running: false })
  await stopped.promise
  expect(clock.now()).toBe(20_000)
})

test('a cut stream is taken up again with what the clock says then', async () => {
  const server = await clockServer()
  const clock = await follow(server.url)
  const back = server.cut()
  server.put({ now: 77_000, running: false })
  await back
  await clock.sleepUntil(77_000, forever)
  expect(clock.now()).toBe(77_000)
})

test('an aborted sleeper and an aborted start end at once', async () => {
  const server = await clockServer()
  const clock = await follow(server.url)
  const end = new AbortController()
  const sleep = clock.sleepUntil(9_000_000, end.signal)
  end.abort()
  await sleep
  const never = new AbortController()
  const start = followClock('http://127.0.0.1:9', never.signal)
  never.abort(new Error('stopped'))
  await expect(start).rejects.toThrow('stopped')
})

test('the machine clock sleeps longer than a timer can (2^31 ms) and wakes on time', async () => {
  vi.useFakeTimers()
  stops.push(() => void vi.useRealTimers())
  const clock = systemClock()
  const days = 40 * 24 * 60 * 60 * 1000
  const end = clock.now() + days
  let woke = false
  const sleep = clock.sleepUntil(end, forever).then(() => {
    woke = true
  })
  await vi.advanceTimersByTimeAsync(days - 1)
  expect(woke).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  await sleep
  expect(clock.now()).toBe(end)
})
