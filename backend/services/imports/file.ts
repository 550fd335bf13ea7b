import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CsvError, parse } from 'csv-parse'
import type { FileFormat } from '../../../lib/contract/imports.ts'
import { columnLetters, distinctHeaders, guessDelimiter, guessHasHeader } from '../../../lib/domain/csv.ts'
import { guessEncoding } from '../../../lib/domain/encodings.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { cleanText } from '../../../lib/domain/text.ts'
import type { FileStore } from '../../storage/files.ts'

/** Where an import's bytes are. */
export interface ImportFile {
  files: FileStore
  orgId: string
  sha256: string
}

/** One line of the table as it stands in the file; `row` counts from 1, the header line and empty lines included. */
export interface FileRow {
  row: number
  cells: string[]
}

/** What a row may hold altogether; one that is longer ends the reading, so that memory stays bounded. */
const maxRecordBytes = 16 * 1024 * 1024
const maxColumns = 5_000
const headBytes = 256 * 1024
const headRows = 200
const headCell = 1000

/**
 * Every row that is not empty, read as a stream. @throws Refusal file_unreadable with the `line` (a row's number) where the table breaks
 * off, e.g. at a quote that is never closed
 */
export async function* readRows(
  file: ImportFile,
  format: FileFormat,
  signal: AbortSignal,
): AsyncGenerator<FileRow> {
  const parser = parse({
    delimiter: format.delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: maxRecordBytes,
  })
  const feeding = pipeline(Readable.from(decode(file, format.encoding, signal), { objectMode: true }), parser)
  // Heard through the parser's own error; when nobody reads on, there is nothing to hear.
  feeding.catch(() => undefined)
  let row = 0
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      row += 1
      if (cells.length > 1 || cells[0] !== '') yield { row, cells }
    }
  } catch (error) {
    if (error instanceof CsvError)
      throw new Refusal('invalid', 'file_unreadable', { line: Number(error['records'] ?? row) + 1 })
    throw error
  } finally {
    parser.destroy()
  }
}

async function* decode(
  { files, orgId, sha256 }: ImportFile,
  encoding: FileFormat['encoding'],
  signal: AbortSignal,
): AsyncGenerator<string> {
  const stored = await files.open(orgId, sha256)
  if (stored === undefined) throw new Refusal('invalid', 'file_unreadable', { line: 0 })
  // Bytes that the encoding does not know become U+FFFD, which the row is then told about.
  const decoder = new TextDecoder(encoding)
  for await (const chunk of stored.body) {
    signal.throwIfAborted()
    yield decoder.decode(chunk, { stream: true })
  }
  yield decoder.decode()
}

export interface Head {
  format: FileFormat
  headers: string[]
  /** Rows below the header, at most some hundred. */
  rows: string[][]
}

/** Looks at the start of the file; what `format` does not say is guessed. @throws Refusal file_empty, too_many */
export async function readHead(
  file: ImportFile,
  isKnown: (header: string) => boolean,
  format?: FileFormat,
): Promise<Head> {
  const guess = format ?? { ...(await guessFormat(file)), hasHeader: true }
  const all: string[][] = []
  let size = 0
  for await (const { cells } of readRows(file, guess, new AbortController().signal)) {
    all.push(cells.map((cell) => cleanText(cell.slice(0, headCell))))
    size += cells.reduce((sum, cell) => sum + Math.min(cell.length, headCell), 0)
    if (all.length > headRows || size > headBytes) break
  }
  const [first] = all
  if (first === undefined) throw new Refusal('invalid', 'file_empty')
  if (first.length > maxColumns) throw new Refusal('invalid', 'too_many', { max: maxColumns })
  const hasHeader = format?.hasHeader ?? guessHasHeader(all, isKnown)
  const widest = Math.min(maxColumns, Math.max(...all.map((cells) => cells.length)))
  const headers = hasHeader
    ? distinctHeaders(first.map((cell) => cell.slice(0, 200)))
    : Array.from({ length: widest }, (_, n) => columnLetters(n))
  return { format: { ...guess, hasHeader }, headers, rows: hasHeader ? all.slice(1) : all }
}

async function guessFormat(file: ImportFile): Promise<Pick<FileFormat, 'encoding' | 'delimiter'>> {
  const stored = await file.files.open(file.orgId, file.sha256, { start: 0, end: headBytes - 1 })
  if (stored === undefined) throw new Refusal('invalid', 'file_empty')
  const head = new Uint8Array(await new Response(stored.body).arrayBuffer())
  const encoding = guessEncoding(head)
  const text = new TextDecoder(encoding).decode(head, { stream: true })
  return { encoding, delimiter: guessDelimiter(text) }
}
