import { hkdfSync, randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const leastBytes = 32
const howToMake = 'Make one with: openssl rand -base64 32'

/** The token box's key from INLAY_SECRET; undefined with or without an entry in `problems`. */
export function readSecret(
  given: string | undefined,
  required: boolean,
  problems: string[],
): Buffer | undefined {
  if (given === undefined) {
    if (required)
      problems.push(
        `INLAY_SECRET is missing: with DATABASE_URL every instance needs the same key. ${howToMake}`,
      )
    return undefined
  }
  const bytes = decode(given)
  if (bytes) return deriveKey(bytes)
  problems.push(`INLAY_SECRET must be at least ${leastBytes} bytes in base64. ${howToMake}`)
  return undefined
}

/** The key in `<dataDir>/secret.key` (only its owner may read it), made at the first start. */
export function keepSecret(dataDir: string, problems: string[]): Buffer | undefined {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const path = join(dataDir, 'secret.key')
  makeOnce(path)
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0)
    problems.push(`${path} can be read by others. Run: chmod 600 ${path}`)
  const bytes = decode(readFileSync(path, 'utf8').trim())
  if (!bytes) problems.push(`${path} is damaged; the sealed Google tokens cannot be read without it.`)
  return problems.length === 0 && bytes ? deriveKey(bytes) : undefined
}

function makeOnce(path: string): void {
  let file: number
  try {
    file = openSync(path, 'wx', 0o600)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return
    throw error
  }
  // Without this key every stored token is lost, so it is on disk before anything is sealed with it.
  writeSync(file, `${randomBytes(leastBytes).toString('base64')}\n`)
  fsyncSync(file)
  closeSync(file)
}

function decode(base64: string): Buffer | undefined {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(base64)) return undefined
  const bytes = Buffer.from(base64, 'base64')
  return bytes.length >= leastBytes ? bytes : undefined
}

function deriveKey(bytes: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', bytes, '', 'inlay token box', 32))
}
