import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import {
  type Entry,
  fromBufferPromise,
  fromRandomAccessReaderPromise,
  getFileNameLowLevel,
  RandomAccessReader,
  type ZipFile,
} from 'yauzl'
import { blockedType } from '../../../lib/domain/blocked-files.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { cleanName } from '../../../lib/domain/parts.ts'
import type { Deps } from '../context.ts'
import { forgetUnlessKept } from '../keep-bytes.ts'

/** What is looked at in one archive, and how far into archives in it; Gmail answers for the rest. */
const most = { entries: 20_000, nested: 20, depth: 2, nestedBytes: 20 * 1024 * 1024, ms: 10_000 }

interface Stored {
  name: string
  mimeType: string
  sha256: string
}

/**
 * Refuses a zip in which a file lies that Gmail takes for no recipient (blocked-files), naming it. Names are read from the
 * archive's directory. What is no readable zip is Gmail's to judge. Refused bytes that nobody keeps go from the store.
 * @throws Refusal invalid `file_blocked` with `inside`
 */
export async function requireSafeInside(
  deps: Deps,
  orgId: string,
  { name, mimeType, sha256 }: Stored,
): Promise<void> {
  if (!isZip(name) && !/^application\/(?:zip|x-zip|x-zip-compressed)$/.test(mimeType)) return
  const size = await sizeOf(deps, orgId, sha256)
  if (size === undefined || size === 0) return
  const found = await blockedIn(new StoredZip(deps, orgId, sha256), size)
  if (found === undefined) return
  await forgetUnlessKept(deps, orgId, sha256)
  const inside = cleanName(found.split(/[/\\]/).at(-1) ?? '') || 'noname'
  throw new Refusal('invalid', 'file_blocked', { type: blockedType(found) ?? '', file: name, inside })
}

function isZip(name: string): boolean {
  return /\.zip[.\s]*$/i.test(name)
}

async function sizeOf(deps: Pick<Deps, 'files'>, orgId: string, sha256: string) {
  const file = await deps.files.open(orgId, sha256, { start: 0, end: 0 })
  await file?.body.cancel()
  return file?.size
}

/** A stored zip, of which only the ranges that are asked for are read. */
class StoredZip extends RandomAccessReader {
  readonly #read: (start: number, end: number) => AsyncIterable<Uint8Array>

  constructor(deps: Pick<Deps, 'files'>, orgId: string, sha256: string) {
    super()
    this.#read = async function* (start, end) {
      const file = await deps.files.open(orgId, sha256, { start, end: end - 1 })
      if (file !== undefined) yield* file.body
    }
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#read(start, end), { objectMode: false })
  }
}

/** Names are decoded by us: one that no disk would take is no reason to look away. */
const options = { lazyEntries: true, decodeStrings: false, autoClose: true } as const

/** The first name in it that Gmail refuses. */
async function blockedIn(reader: RandomAccessReader, size: number): Promise<string | undefined> {
  const budget = { bytes: most.nestedBytes, files: most.nested, signal: AbortSignal.timeout(most.ms) }
  const zip = await fromRandomAccessReaderPromise(reader, size, options).catch(() => undefined)
  return zip && (await walk(zip, 1, budget))
}

interface Budget {
  bytes: number
  files: number
  signal: AbortSignal
}

/** Through the directory, entry by entry; a broken one ends the walk. */
async function walk(zip: ZipFile, depth: number, budget: Budget): Promise<string | undefined> {
  try {
    let seen = 0
    for await (const entry of zip.eachEntry()) {
      seen += 1
      if (seen > most.entries || budget.signal.aborted) return undefined
      const name = getFileNameLowLevel(
        entry.generalPurposeBitFlag,
        entry.fileNameRaw,
        entry.extraFields,
        false,
      )
      if (name.endsWith('/')) continue
      if (blockedType(name.split(/[/\\]/).at(-1) ?? '') !== undefined) return name
      const isDeeper = isZip(name) && depth <= most.depth && budget.files > 0 && !entry.isEncrypted()
      if (!isDeeper || entry.uncompressedSize > budget.bytes) continue
      budget.files -= 1
      budget.bytes -= entry.uncompressedSize
      const inner = await innerZip(zip, entry)
      const found = inner && (await walk(inner, depth + 1, budget))
      if (found !== undefined) return found
    }
    return undefined
  } catch {
    return undefined
  } finally {
    zip.close()
  }
}

async function innerZip(zip: ZipFile, entry: Entry): Promise<ZipFile | undefined> {
  try {
    return await fromBufferPromise(await buffer(await zip.openReadStreamPromise(entry)), options)
  } catch {
    return undefined
  }
}
