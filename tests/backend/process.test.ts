import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BackendProcess, startBackendProcess } from '../stand-ins/backend-process.ts'
import { openDoor } from '../stand-ins/door.ts'
import { startGoogle } from '../stand-ins/google/start.ts'
import type { GoogleStandIn } from '../stand-ins/google/types.ts'
import { until } from './harness/sending.ts'

const topic = 'projects/arbor/topics/gmail'
const subscription = 'projects/arbor/subscriptions/inlay'
const root = fileURLToPath(new URL('../..', import.meta.url))
let google: GoogleStandIn
let folder: string
let env: Record<string, string>

beforeAll(async () => {
  google = await startGoogle()
  google.addAccount({ email: 'mia@arbor.example', name: 'Mia Sato' })
  folder = await mkdtemp(join(tmpdir(), 'inlay-process-'))
  env = {
    INLAY_DATA: folder,
    INLAY_GOOGLE_BASE: google.url,
    INLAY_GOOGLE_CLIENT_ID: google.clientId,
    INLAY_GOOGLE_CLIENT_SECRET: google.clientSecret,
    INLAY_TEST_CLOCK: `${google.url}/__fake/clock`,
    INLAY_PUBSUB_TOPIC: topic,
    INLAY_PUBSUB_SUBSCRIPTION: subscription,
    INLAY_PUBSUB_KEY_FILE: join(folder, 'robot.json'),
  }
  google.pubsub.addTopic(topic)
  google.pubsub.addSubscription(subscription, { topic })
  const robot = await google.pubsub.addServiceAccount('robot@arbor.iam.gserviceaccount.com')
  await writeFile(env['INLAY_PUBSUB_KEY_FILE'] ?? '', JSON.stringify(robot))
})

afterAll(async () => {
  await google.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Starts the backend as a person does and gives back how it ended. */
async function startAndEnd(change: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const child = execFile(process.execPath, ['backend/main.ts'], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', ...env, INLAY_PORT: '0', ...change },
  })
  let said = ''
  child.stdout?.on('data', (text) => (said += text))
  child.stderr?.on('data', (text) => (said += text))
  const [code] = await once(child, 'close')
  return { code, said }
}

const get = async (url: string) => {
  const response = await fetch(url)
  return { status: response.status, body: await response.json() }
}

describe('the backend as a process on its embedded database', () => {
  let backend: BackendProcess

  beforeAll(async () => {
    backend = await startBackendProcess(env)
  })

  test('health, and readiness that says what is off without a public address', async () => {
    expect(await get(`${backend.url}/health`)).toMatchObject({ status: 200, body: { status: 'ok' } })
    const ready = await get(`${backend.url}/ready`)
    expect(ready).toMatchObject({ status: 200, body: { ready: true, problems: [] } })
    expect(JSON.stringify(ready.body)).toContain('INLAY_PUBLIC_URL is not set')
  })

  test('Gmail’s notifications are fetched while it runs', async () => {
    google.pubsub.publish(topic, { emailAddress: 'mia@arbor.example', historyId: 7 })
    await until(async () => google.pubsub.backlog(subscription) === 0)
    expect(backend.log.join('\n')).not.toContain('notices.')
  })

  test('a second process on the same folder is refused at once, in words', async () => {
    const second = await startAndEnd({})
    expect(second.code).toBe(1)
    expect(second.said).toContain(folder)
    expect(second.said).not.toContain('    at ')
  })

  test('killed without farewell and started again: the session still opens, the clock is still Google’s', async () => {
    const mia = await openDoor((request) => fetch(request), backend.url).signIn('mia@arbor.example')
    await backend.kill()
    await backend.restart()
    expect(await mia.call('GET', '/me')).toMatchObject({
      status: 200,
      body: { user: { email: 'mia@arbor.example' } },
    })
    google.clock.advance(86_400_000)
    const { body } = await get(`${backend.url}/health`)
    expect(Math.abs(Date.parse(body.now) - google.clock.now())).toBeLessThan(60_000)
  })

  test('SIGTERM ends it cleanly although a panel is listening', async () => {
    const mia = await openDoor((request) => fetch(request), backend.url).signIn('mia@arbor.example')
    const stream = await fetch(`${backend.url}/api/v1/stream`, {
      headers: { authorization: `Bearer ${mia.session}` },
    })
    const ended = stream.text()
    await backend.stop()
    expect(await ended).toContain('event: hello')
    expect(backend.log.at(-1)).toContain('backend.stopping')
    expect(backend.exitCode).toBe(0)
  })

  test('nothing it logged holds an address of a person or a token', () => {
    expect(backend.log.join('\n')).not.toMatch(/@arbor\.example|Bearer|refresh/)
  })
})

describe('refused at start, in words', () => {
  test('every mistake of the configuration at once', async () => {
    const { code, said } = await startAndEnd({
      INLAY_PORT: '99999',
      INLAY_LOG: 'loud',
      INLAY_GOOGLE_CLIENT_ID: '',
    })
    expect(code).toBe(1)
    for (const name of ['INLAY_PORT', 'INLAY_LOG', 'INLAY_GOOGLE_CLIENT_ID']) expect(said).toContain(name)
  })

  test('an address which Google refuses as a redirect', async () => {
    const { code, said } = await startAndEnd({ INLAY_URL: 'https://192.168.1.10' })
    expect(code).toBe(1)
    expect(said).toContain('INLAY_URL cannot be used')
  })

  test('stand-ins in production', async () => {
    const { code, said } = await startAndEnd({ NODE_ENV: 'production' })
    expect(code).toBe(1)
    expect(said).toMatch(/INLAY_TEST_CLOCK.*refused in production/)
    expect(said).toMatch(/INLAY_GOOGLE_BASE.*refused in production/)
  })
})
