import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createMimeFiles } from '../../../backend/storage/mime-files.ts'

const folder = await mkdtemp(join(tmpdir(), 'inlay-mails-'))
afterAll(() => rm(folder, { recursive: true, force: true }))
const mails = await createMimeFiles(folder)
const never = new AbortController().signal
const name = '0b6f7c7e-6a39-4a49-9f0e-2d5a3f5b7a11.0123456789abcdef'

async function* chunks(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part)
}

async function text(source: AsyncIterable<Uint8Array> | undefined): Promise<string> {
  return source === undefined ? '' : Buffer.concat(await Array.fromAsync(source)).toString()
}

test('a kept mail is read from its beginning as often as it is opened, by its owner only', async () => {
  const kept = await mails.put(name, chunks('From: a\r\n', '\r\n', '見積'), never)
  expect(kept.size).toBe(17)
  for (let nth = 0; nth < 2; nth++) expect(await text(kept.open())).toBe('From: a\r\n\r\n見積')
  const found = await mails.find(name)
  expect(found?.size).toBe(17)
  expect(await text(found?.open())).toBe('From: a\r\n\r\n見積')
  expect((await stat(join(folder, name))).mode & 0o077).toBe(0)
  await mails.put(name, chunks('again'), never)
  expect(await text((await mails.find(name))?.open())).toBe('again')
  await mails.delete(name)
  await mails.delete(name)
  expect(await mails.find(name)).toBeUndefined()
})

test('of one that fails or is stopped nothing remains', async () => {
  const failing = (async function* () {
    yield Buffer.from('x')
    throw new Error('A file went.')
  })()
  await expect(mails.put(name, failing, never)).rejects.toThrow('A file went.')
  const ending = new AbortController()
  const stopped = (async function* () {
    yield Buffer.from('x')
    ending.abort()
    yield Buffer.from('y')
  })()
  await expect(mails.put(name, stopped, ending.signal)).rejects.toThrow()
  expect(await readdir(join(folder, 'aside'))).toEqual([])
  expect(await mails.find(name)).toBeUndefined()
})

test.each(['../secret', `${name}/x`, 'x', `${name.slice(0, -1)}G`])(
  '%j is no name of a mail',
  async (bad) => {
    await expect(mails.put(bad, chunks('x'), never)).rejects.toThrow('Not the name')
    await expect(mails.find(bad)).rejects.toThrow('Not the name')
    expect(await readdir(join(folder, 'aside'))).toEqual([])
  },
)

test('what builders of a dead process left is cleared, and old mails are named', async () => {
  const dir = join(folder, 'restarted')
  await mkdir(join(dir, 'aside'), { recursive: true })
  const hoursAgo = new Date(Date.now() - 2 * 3_600_000)
  for (const path of [join(dir, 'aside', 'dead'), join(dir, 'aside', 'alive'), join(dir, name)])
    await writeFile(path, 'x')
  for (const path of [join(dir, 'aside', 'dead'), join(dir, name)]) await utimes(path, hoursAgo, hoursAgo)
  const again = await createMimeFiles(dir)
  expect(await readdir(join(dir, 'aside'))).toEqual(['alive'])
  expect(await again.old()).toEqual([name])
})
