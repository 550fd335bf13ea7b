import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { BadConfig, readConfig, readPlaceConfig } from '../../backend/config.ts'

const folder = await mkdtemp(join(tmpdir(), 'inlay-config-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

const google = {
  INLAY_GOOGLE_CLIENT_ID: '123-abc.apps.googleusercontent.com',
  INLAY_GOOGLE_CLIENT_SECRET: 'secret',
}
const key = randomBytes(32).toString('base64')
const plain = { ...google, INLAY_DATA: folder, INLAY_SECRET: key }

function complaint(env: Record<string, string>): string {
  try {
    readConfig(env)
  } catch (error) {
    if (error instanceof BadConfig) return error.message
    throw error
  }
  return ''
}

test('defaults: loopback, embedded database, nothing public', () => {
  expect(readConfig(plain)).toMatchObject({
    host: '127.0.0.1',
    port: 8787,
    dataDir: folder,
    databaseUrl: undefined,
    url: undefined,
    publicUrl: undefined,
    testClock: undefined,
    logLevel: 'info',
  })
})

test('every mistake is named at once, and none quotes a password', () => {
  const text = complaint({
    DATABASE_URL: 'mysql://root:hunter2@db/x',
    INLAY_PORT: '70000',
    INLAY_URL: 'http://crm.local',
    INLAY_LOG: 'loud',
    INLAY_SECRET: 'short',
  })
  for (const name of [
    'DATABASE_URL',
    'INLAY_PORT',
    'INLAY_URL',
    'INLAY_LOG',
    'INLAY_SECRET',
    'INLAY_GOOGLE_CLIENT_ID',
    'INLAY_GOOGLE_CLIENT_SECRET',
  ])
    expect(text).toContain(`\n- ${name}`)
  expect(text).not.toContain('hunter2')
})

test.each([
  ['http://crm.example.com', 'plain http'],
  ['http://192.168.1.5:8787', 'IP address'],
  ['https://203.0.113.7', 'IP address'],
  ['https://[2001:db8::1]', 'IP address'],
  ['https://crm.local', 'public top-level domain'],
  ['https://crm', 'public top-level domain'],
  ['https://crm.corp', 'public top-level domain'],
  ['https://crm.example.com/#x', '# part'],
  ['https://me:pw@crm.example.com', 'user name'],
  ['https://*.example.com', '*'],
  ['https://crm.example.com/inlay', 'end after the host'],
  ['ftp://crm.example.com', 'https://'],
  ['crm.example.com', 'not an address'],
  ['https://x.googleusercontent.com', 'googleusercontent'],
])('%s is refused as redirect address: %s', (address, reason) => {
  expect(complaint({ ...plain, INLAY_URL: address })).toContain(reason)
})

test.each([
  ['http://localhost:8787', 'http://localhost:8787'],
  ['http://127.0.0.1:9000/', 'http://127.0.0.1:9000'],
  ['http://[::1]:8787', 'http://[::1]:8787'],
  ['https://crm.example.com', 'https://crm.example.com'],
  ['https://営業.example.co.jp', 'https://xn--j2rs27b.example.co.jp'],
])('%s is accepted as redirect address', (address, origin) => {
  expect(readConfig({ ...plain, INLAY_URL: address }).url).toBe(origin)
})

test('a public address is one that strangers can reach, and serves as redirect address when it is the only one', () => {
  expect(complaint({ ...plain, INLAY_PUBLIC_URL: 'http://127.0.0.1:8787' })).toContain('INLAY_PUBLIC_URL')
  expect(readConfig({ ...plain, INLAY_PUBLIC_URL: 'https://crm.example.com' })).toMatchObject({
    url: 'https://crm.example.com',
    publicUrl: 'https://crm.example.com',
  })
})

test('stand-ins are taken on loopback only and never in production', () => {
  const stand = {
    INLAY_GOOGLE_CLIENT_ID: 'test-client',
    INLAY_GOOGLE_BASE: 'http://127.0.0.1:4000/',
    INLAY_TEST_CLOCK: 'http://127.0.0.1:4000/clock',
  }
  const config = readConfig({ ...plain, ...stand })
  expect(config.google.base).toBe('http://127.0.0.1:4000')
  expect(config.testClock).toBe('http://127.0.0.1:4000/clock')
  const refused = complaint({ ...plain, ...stand, NODE_ENV: 'production' })
  expect(refused).toContain('- INLAY_GOOGLE_BASE')
  expect(refused).toContain('- INLAY_TEST_CLOCK')
  expect(complaint({ ...plain, ...stand, INLAY_GOOGLE_BASE: 'https://evil.example.com' })).toContain(
    'this machine',
  )
})

test('the key is made once with the embedded database, private to its owner, and never made for a server', async () => {
  const env = { ...google, INLAY_DATA: join(folder, 'fresh') }
  const first = readConfig(env)
  expect(first.secret.length).toBe(32)
  expect(readConfig(env).secret).toEqual(first.secret)
  const path = join(folder, 'fresh', 'secret.key')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  const written = (await readFile(path, 'utf8')).trim()
  expect(readConfig({ ...env, INLAY_SECRET: written }).secret).toEqual(first.secret)
  await chmod(path, 0o644)
  expect(complaint(env)).toContain('chmod 600')
  const server = { ...google, INLAY_DATA: join(folder, 'server'), DATABASE_URL: 'postgres://me@db/inlay' }
  expect(complaint(server)).toContain('INLAY_SECRET is missing')
})

test('export and import need to know only where the data is', () => {
  expect(readPlaceConfig({ INLAY_DATA: folder })).toEqual({ dataDir: folder, databaseUrl: undefined })
  expect(() => readPlaceConfig({ DATABASE_URL: 'x' })).toThrow('DATABASE_URL')
})

test('Gmail’s notifications: fetched, posted, both or none; what is missing is named and no key quoted', async () => {
  expect(readConfig(plain).notices).toBeUndefined()
  const keyFile = join(folder, 'robot.json')
  await writeFile(
    keyFile,
    JSON.stringify({ client_email: 'a@p.iam.gserviceaccount.com', private_key: 'hunter2' }),
  )
  const fetched = {
    INLAY_PUBSUB_TOPIC: 'projects/p/topics/gmail',
    INLAY_PUBSUB_SUBSCRIPTION: 'projects/p/subscriptions/inlay',
    INLAY_PUBSUB_KEY_FILE: keyFile,
  }
  const posted = {
    INLAY_PUBSUB_PUSH_AUDIENCE: 'https://crm.example.com/google/push',
    INLAY_PUBSUB_PUSH_ACCOUNT: 'a@p.iam.gserviceaccount.com',
  }
  expect(readConfig({ ...plain, ...fetched, ...posted }).notices).toEqual({
    topic: 'projects/p/topics/gmail',
    pull: {
      subscription: 'projects/p/subscriptions/inlay',
      account: { email: 'a@p.iam.gserviceaccount.com', key: 'hunter2' },
    },
    push: { audience: 'https://crm.example.com/google/push', account: 'a@p.iam.gserviceaccount.com' },
  })
  expect(complaint({ ...plain, INLAY_PUBSUB_TOPIC: 'projects/p/topics/gmail' })).toContain(
    'alone brings nothing',
  )
  expect(complaint({ ...plain, ...posted })).toContain('\n- INLAY_PUBSUB_TOPIC')
  expect(complaint({ ...plain, ...fetched, INLAY_PUBSUB_SUBSCRIPTION: 'inlay' })).toContain(
    '\n- INLAY_PUBSUB_SUBSCRIPTION',
  )
  expect(complaint({ ...plain, ...fetched, ...posted, INLAY_PUBSUB_PUSH_ACCOUNT: '' })).toContain(
    '\n- INLAY_PUBSUB_PUSH_ACCOUNT',
  )
  for (const text of ['{"private_key":"hunter2"}', '{', '[]']) {
    await writeFile(keyFile, text)
    const said = complaint({ ...plain, ...fetched })
    expect(said).toContain('\n- INLAY_PUBSUB_KEY_FILE')
    expect(said).not.toContain('hunter2')
  }
})
