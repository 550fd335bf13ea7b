import { createHash, randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createDiskStore, type FileStore } from '../../../backend/storage/files.ts'

const folder = await mkdtemp(join(tmpdir(), 'inlay-files-'))
afterAll(() => rm(folder, { recursive: true, force: true }))
const store = await createDiskStore(folder)
const signal = new AbortController().signal

async function* chunks(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part)
}

async function text(from: FileStore, org: string, sha256: string, range?: { start: number; end: number }) {
  const found = await from.open(org, sha256, range)
  return found && { size: found.size, text: await new Response(found.body).text() }
}

const hashOf = (value: string): string => createHash('sha256').update(value).digest('hex')

test('bytes are found again by their hash, per organisation, with ranges', async () => {
  const org = randomUUID()
  const seen: number[] = []
  const put = await store.put(org, chunks('見積', 'もり', ''), {
    maxBytes: 12,
    onBytes: (total) => seen.push(total),
    signal,
  })
  expect(put).toEqual({ sha256: hashOf('見積もり'), size: 12 })
  expect(seen).toEqual([6, 12, 12])
  expect(await text(store, org, put.sha256)).toEqual({ size: 12, text: '見積もり' })
  expect(await text(store, org, put.sha256, { start: 3, end: 8 })).toEqual({ size: 12, text: '積も' })
  expect(await text(store, org, put.sha256, { start: 9, end: 500 })).toEqual({ size: 12, text: 'り' })
  expect(await store.has(org, put.sha256)).toBe(true)
  expect(await store.has(randomUUID(), put.sha256)).toBe(false)
  await store.put(org, chunks('見積もり'), { maxBytes: 12, signal })
  await store.delete(org, put.sha256)
  await store.delete(org, put.sha256)
  expect(await text(store, org, put.sha256)).toBeUndefined()
})

test('an empty file and one of many chunks', async () => {
  const org = randomUUID()
  const empty = await store.put(org, chunks(), { maxBytes: 0, signal })
  expect(await text(store, org, empty.sha256)).toEqual({ size: 0, text: '' })
  const parts = Array.from({ length: 300 }, (_, i) => `${i}`.padStart(4096, '.'))
  const long = await store.put(org, chunks(...parts), { maxBytes: 2 ** 24, signal })
  expect(await text(store, org, long.sha256)).toEqual({ size: 300 * 4096, text: parts.join('') })
})

test('too large, failing, hanging or aborted: refused, and nothing remains', async () => {
  const org = randomUUID()
  const none = async () => {
    expect(await readdir(join(folder, 'aside'))).toEqual([])
    expect(await readdir(folder)).not.toContain(org)
  }
  const large = store.put(org, chunks('12345', '6'), { maxBytes: 5, signal })
  await expect(large).rejects.toMatchObject({
    code: 'too_large',
    reason: 'body_too_large',
    facts: { maxBytes: 5 },
  })
  await none()
  const failing = async function* () {
    yield Buffer.from('1')
    throw new Error('cut off')
  }
  await expect(store.put(org, failing(), { maxBytes: 5, signal })).rejects.toThrow('cut off')
  await none()
  const abort = new AbortController()
  const hanging = async function* () {
    yield Buffer.from('1')
    abort.abort(new Error('gone'))
    await new Promise(() => undefined)
  }
  await expect(store.put(org, hanging(), { maxBytes: 5, signal: abort.signal })).rejects.toThrow('gone')
  await none()
  await expect(store.put(org, chunks('1'), { maxBytes: 5, signal: abort.signal })).rejects.toThrow('gone')
  await none()
})

test('a name that is no hash reaches no path', async () => {
  await expect(store.open(randomUUID(), '../../etc/passwd')).rejects.toThrow('SHA-256')
  await expect(store.has('..', 'a'.repeat(64))).rejects.toThrow('SHA-256')
})

test('a start clears what a dead process left, and leaves what a living one writes', async () => {
  const dir = join(folder, 'again')
  await mkdir(join(dir, 'aside'), { recursive: true })
  await writeFile(join(dir, 'aside', 'old'), 'x')
  await writeFile(join(dir, 'aside', 'young'), 'x')
  const hoursAgo = new Date(Date.now() - 2 * 60 * 60 * 1000)
  await utimes(join(dir, 'aside', 'old'), hoursAgo, hoursAgo)
  await createDiskStore(dir)
  expect(await readdir(join(dir, 'aside'))).toEqual(['young'])
})

test('a reader who leaves early leaves no open file behind', async () => {
  const org = randomUUID()
  const { sha256 } = await store.put(org, chunks('x'.repeat(2 ** 20)), { maxBytes: 2 ** 20, signal })
  const before = (await readdir('/proc/self/fd').catch(() => [])).length
  for (let i = 0; i < 20; i++) {
    const found = await store.open(org, sha256)
    const reader = found?.body.getReader()
    await reader?.read()
    await reader?.cancel()
  }
  expect((await readdir('/proc/self/fd').catch(() => [])).length).toBeLessThan(before + 10)
})
