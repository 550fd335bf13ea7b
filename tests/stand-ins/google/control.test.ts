import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import type { ReadableStream as NodeStream } from 'node:stream/web'
import { fileURLToPath } from 'node:url'
import type { gmail_v1 } from 'googleapis/build/src/apis/gmail/v1.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestClock } from './clock.ts'
import { startGoogle } from './start.ts'
import { rawMail } from './testing.ts'
import type { GoogleStandIn } from './types.ts'

const NOW = Date.parse('2026-03-02T09:00:00Z')

describe('the test clock', () => {
  it('stands still or ticks, and wakes sleepers in order when moved', async () => {
    const clock = createTestClock({ at: NOW, running: false })
    const woken: string[] = []
    const signal = new AbortController()
    const sleepers = [
      clock.sleepUntil(NOW + 200, signal.signal).then(() => woken.push('late')),
      clock.sleepUntil(NOW + 100, signal.signal).then(() => woken.push('early')),
      clock.sleepUntil(NOW - 1, signal.signal).then(() => woken.push('past')),
    ]
    clock.advance(50)
    await sleepers[2]
    expect(woken).toEqual(['past'])
    clock.advance(1000)
    await Promise.all(sleepers)
    expect(woken).toEqual(['past', 'early', 'late'])
    expect(clock.now()).toBe(NOW + 1050)
    clock.setRunning(true)
    await clock.sleepUntil(NOW + 1070, signal.signal)
    expect(clock.now()).toBeGreaterThanOrEqual(NOW + 1070)
    const endless = clock.sleepUntil(NOW + 10 ** 13, signal.signal)
    signal.abort()
    await endless
    clock.dispose()
  })

  it('tells of every change, not of ticks', () => {
    const clock = createTestClock({ at: NOW, running: false })
    let changes = 0
    const unsubscribe = clock.subscribe(() => {
      changes += 1
    })
    clock.set(NOW + 5)
    clock.advance(-10)
    clock.setRunning(false)
    clock.setRunning(true)
    unsubscribe()
    clock.set(NOW)
    expect(changes).toBe(3)
    clock.dispose()
  })
})

describe('control over HTTP', () => {
  let google: GoogleStandIn

  beforeEach(async () => {
    google = await startGoogle({ startAt: NOW, running: false })
  })
  afterEach(() => google.stop())

  async function call(verb: string, path: string, body?: unknown): Promise<unknown> {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const answer = await fetch(`${google.url}/__fake/${path}`, {
      method: verb,
      ...(body !== undefined && { body: text }),
    })
    const json = await answer.text()
    return answer.ok ? (json === '' ? undefined : JSON.parse(json)) : answer.status
  }

  it('seeds, delivers, reads, resets', async () => {
    await call('POST', 'accounts', [
      { email: 'a@x.example', name: 'A' },
      { email: 'b@x.example', name: 'B' },
    ])
    expect(await call('GET', 'accounts')).toEqual(['a@x.example', 'b@x.example'])
    const mail = rawMail({ To: 'b@x.example, c@far.example', Subject: 'S' })
    const sent = (await call('POST', 'mailbox/a@x.example/send', mail)) as gmail_v1.Schema$Message
    const path = `mailbox/a@x.example/deliver?at=${NOW - 5}&labelIds=INBOX,STARRED`
    const got = (await call('POST', path, rawMail({ Subject: 'In' }))) as gmail_v1.Schema$Message
    expect([got.internalDate, got.labelIds]).toEqual([String(NOW - 5), ['INBOX', 'STARRED']])
    await call('POST', `mailbox/a@x.example/modify/${got.id}`, { remove: ['STARRED'] })
    await call('POST', `mailbox/a@x.example/trash/${sent.id}`)
    const box = (await call('GET', 'mailbox/a@x.example')) as { threads: gmail_v1.Schema$Thread[] }
    expect(box.threads.flatMap(({ messages }) => messages?.map(({ labelIds }) => labelIds))).toEqual([
      ['INBOX'],
    ])
    const outbox = (await call('GET', 'outbox')) as { to: string; raw: string }[]
    expect(outbox.map(({ to }) => to)).toEqual(['c@far.example'])
    expect(Buffer.from(outbox[0]?.raw ?? '', 'base64').toString()).toContain('Subject: S')
    const raw = await fetch(`${google.url}/__fake/mailbox/a@x.example/raw/${got.id}`)
    expect(await raw.text()).toContain('Subject: In')
    await call('POST', 'reset')
    expect(await call('GET', 'accounts')).toEqual([])
  })

  it('plants faults and bounces, changes settings, ends history and tokens', async () => {
    await call('POST', 'accounts', { email: 'a@x.example', name: 'A' })
    const both = (await call('POST', 'token', {
      email: 'a@x.example',
      scopes: ['https://mail.google.com/'],
    })) as { accessToken: string }
    const get = async (path: string): Promise<number> => {
      const headers = { authorization: `Bearer ${both.accessToken}` }
      return (await fetch(`${google.url}/gmail/v1/users/me/${path}`, { headers })).status
    }
    const start = google.mailbox('a@x.example').deliver(rawMail({ Subject: 'x' })).historyId
    google.mailbox('a@x.example').deliver(rawMail({ Subject: 'y' }))
    await call('POST', 'fault', { path: '/profile$', kind: { status: 503 } })
    expect([await get('profile'), await get('profile')]).toEqual([503, 200])
    expect(await get(`history?startHistoryId=${start}`)).toBe(200)
    await call('POST', 'expire-history', { email: 'a@x.example' })
    expect(await get(`history?startHistoryId=${start}`)).toBe(404)
    await call('POST', 'settings', { unitsPerMinute: 1_000_000 })
    expect(google.settings.unitsPerMinute).toBe(1_000_000)
    await call('POST', 'bounce-rule', { address: 'far', kind: 'hard', afterMs: 10 })
    google.mailbox('a@x.example').send(rawMail({ To: 'z@far.example' }))
    await call('POST', 'clock', { advance: 10 })
    expect(google.mailbox('a@x.example').listThreads({ q: 'from:mailer-daemon' })).toHaveLength(1)
    await call('POST', 'revoke-tokens', { email: 'a@x.example' })
    expect(await get('profile')).toBe(401)
    const log = (await call('GET', 'requests')) as { status: number }[]
    expect(log.map(({ status }) => status)).toEqual([503, 200, 200, 404, 401])
    await call('DELETE', 'requests')
    expect(google.requests).toEqual([])
    expect(await call('POST', 'fault', { kind: { nonsense: 1 } })).toBe(400)
    expect(await call('POST', 'settings', { nonsense: 1 })).toBe(400)
  })

  it('streams the clock: a line at once, one per change, an end with the stand-in', async () => {
    const stream = await fetch(`${google.url}/__fake/clock/stream`)
    const lines = createInterface({ input: Readable.fromWeb(stream.body as NodeStream<Uint8Array>) })[
      Symbol.asyncIterator
    ]()
    const line = async (): Promise<unknown> => JSON.parse(String((await lines.next()).value))
    expect(await line()).toEqual({ now: NOW, running: false })
    expect(await call('POST', 'clock', { set: NOW + 7, advance: 1, running: false })).toEqual({
      now: NOW + 8,
      running: false,
    })
    expect(await line()).toEqual({ now: NOW + 7, running: false })
    expect(await line()).toEqual({ now: NOW + 8, running: false })
    expect(await call('GET', 'clock')).toEqual({ now: NOW + 8, running: false })
    await google.stop()
    expect((await lines.next()).done).toBe(true)
  })

  it("answers only to this machine's own names", async () => {
    const { port } = new URL(google.url)
    const { request } = await import('node:http')
    const asked = request({
      port,
      host: '127.0.0.1',
      path: '/__fake/clock',
      headers: { host: 'evil.example' },
    })
    asked.end()
    const [answer] = (await once(asked, 'response')) as [{ statusCode: number; resume(): void }]
    answer.resume()
    expect(answer.statusCode).toBe(403)
  })
})

describe('the process', () => {
  const main = fileURLToPath(new URL('main.ts', import.meta.url))

  it('prints its URL as one JSON line, serves, and stops on SIGTERM', async () => {
    const child = spawn(process.execPath, [main, '--port', '0', '--start-at', '2026-03-02T09:00:00Z'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    const { url } = JSON.parse(line.toString()) as { url: string }
    const { now } = (await (await fetch(`${url}/__fake/clock`)).json()) as { now: number }
    expect(now).toBeGreaterThanOrEqual(NOW)
    child.kill('SIGTERM')
    const [code] = await once(child, 'exit')
    expect(code).toBe(0)
  })

  it('refuses to start in production', async () => {
    const child = spawn(process.execPath, [main], {
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    const [code] = await once(child, 'close')
    expect(code).not.toBe(0)
    expect(said).toContain('never runs in production')
  })
})
