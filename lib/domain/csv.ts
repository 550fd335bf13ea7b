/** Tables as text: how cells are written so that no spreadsheet runs them, and how a stranger's table is understood. */

export const delimiters = [',', ';', '\t'] as const
export type Delimiter = (typeof delimiters)[number]

/** Excel, LibreOffice and Google Sheets take a cell for a formula when it begins so; full-width signs in Japanese settings. */
const formulaStart = /^'*[=+\-@\t\r\n＝＋－＠]/
const plainNumber = /^[-+]?\d+(?:[.,]\d+)*%?$/
/** `+81 3-1234-5678`, `+1 (415) 555-0100`: digits and their separators alone cannot call a function. */
const plainPhone = /^\+\d[\d ().\-/]*$/

/**
 * A cell that a spreadsheet shows as the text it is: a leading `'` before what would be a formula (OWASP, CSV Injection).
 * Plain numbers and phone numbers stay bare. Text that already begins with `'` before such a sign gets one more, so that
 * {@link restoreCell} always gives back what went in.
 */
export function defuseCell(text: string): string {
  if (!formulaStart.test(text) || plainNumber.test(text) || plainPhone.test(text)) return text
  return `'${text}`
}

/** What {@link defuseCell} was given. */
export function restoreCell(text: string): string {
  return text.startsWith("'") && formulaStart.test(text) ? text.slice(1) : text
}

/** One line of RFC 4180 with its CRLF; cells that hold a separator, a quote, a line break or space at an end are quoted. */
export function csvLine(cells: readonly string[]): string {
  const quoted = cells.map((cell) =>
    /[",;\t\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell,
  )
  // A lone empty cell would be an empty line, which readers skip.
  return `${quoted.length === 1 && quoted[0] === '' ? '""' : quoted.join(',')}\r\n`
}

/** The delimiter that parts the first lines most evenly, counted outside quotes; a comma when nothing does. */
export function guessDelimiter(head: string): Delimiter {
  let best: Delimiter = ','
  let bestScore = 0
  for (const delimiter of delimiters) {
    const counts = countPerLine(head, delimiter).slice(0, 20)
    const [first = 0] = counts
    const same = counts.filter((count) => count === first).length
    const score = first === 0 ? 0 : (same / counts.length) * 1000 + Math.min(first, 500)
    if (score > bestScore) [best, bestScore] = [delimiter, score]
  }
  return best
}

/** How often the delimiter stands in each line that is not empty; a quoted line break ends none. */
function countPerLine(text: string, delimiter: string): number[] {
  const counts: number[] = []
  let quoted = false
  let count = 0
  let empty = true
  for (const letter of text) {
    if (letter === '"') quoted = !quoted
    else if (!quoted && letter === delimiter) count += 1
    if (!quoted && letter === '\n') {
      if (!empty) counts.push(count)
      count = 0
      empty = true
    } else if (letter !== '\r') empty = false
  }
  // The last line may be cut; it counts only when it is all there is.
  if (counts.length === 0 && !empty) counts.push(count)
  return counts
}

/** A column's name where none was written: the letters a spreadsheet gives it (`A`, `Z`, `AA`); `n` counts from 0. */
export function columnLetters(n: number): string {
  const rest = Math.floor(n / 26)
  return `${rest > 0 ? columnLetters(rest - 1) : ''}${String.fromCharCode(65 + (n % 26))}`
}

/** Column names all of which differ: an empty one gets its letters, one that stands twice its number (`Phone (2)`). */
export function distinctHeaders(cells: readonly string[]): string[] {
  const seen = new Map<string, number>()
  return cells.map((cell, n) => {
    const name = cell.trim() || columnLetters(n)
    const times = (seen.get(name) ?? 0) + 1
    seen.set(name, times)
    return times === 1 ? name : `${name} (${times})`
  })
}

/** Whether the first row names the columns: it is all words, or what stands below is of another kind. */
export function guessHasHeader(
  rows: readonly (readonly string[])[],
  isKnown: (name: string) => boolean,
): boolean {
  const [first = [], ...below] = rows
  if (first.some(isKnown)) return true
  if (first.some(isValue)) return false
  return below.length === 0 || below.some((row) => row.some(isValue))
}

/** An address, a number, a date: what no column is called. */
function isValue(cell: string): boolean {
  return /^\S+@\S+\.\S+$/.test(cell.trim()) || /^[-+]?[\d.,/:\s-]*\d[\d.,/:\s-]*$/.test(cell.trim())
}

/** The order of dates whose year stands last, as the cells give it away; where they do not, day first in a `;` file. */
export function guessDates(cells: Iterable<string>, delimiter: string): 'ymd' | 'dmy' | 'mdy' {
  let yearLast = false
  for (const cell of cells) {
    const [, first = '', second = ''] = /^\s*(\d{1,2})[-/.](\d{1,2})[-/.]\d{4}\b/.exec(cell) ?? []
    if (first === '') continue
    yearLast = true
    if (Number(first) > 12 || cell.includes('.')) return 'dmy'
    if (Number(second) > 12) return 'mdy'
  }
  if (!yearLast) return 'ymd'
  return delimiter === ';' ? 'dmy' : 'mdy'
}

/**
 * The decimal mark a file uses, undefined when its cells do not say. `1.234,5` and `1,234.5` and `12,50` tell; a spreadsheet
 * that parts cells with `;` does so because its comma is the decimal mark.
 */
export function guessDecimal(cells: Iterable<string>, delimiter: string): '.' | ',' | undefined {
  const votes = { '.': 0, ',': 0 }
  for (const cell of cells) {
    const text = cell.replace(/[^\d.,]/g, '')
    const [, mark] = /\d([.,])\d+$/.exec(text) ?? []
    if (mark !== '.' && mark !== ',') continue
    const other = mark === '.' ? ',' : '.'
    const grouped = /^\d{1,3}[.,]\d{3}$/.test(text)
    const repeated = text.split(mark).length > 2
    if (repeated) votes[other] += 1
    else if (text.includes(other) || !grouped) votes[mark] += 1
  }
  if (votes['.'] !== votes[',']) return votes['.'] > votes[','] ? '.' : ','
  return delimiter === ';' ? ',' : undefined
}

const idInBrackets = /^(.*?)\s*\[([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\]$/is
const bareId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

const longestReference = 2000

/** How a cell names another record or a person. */
export interface NamedThing {
  id?: string
  address?: string
  name: string
}

/** `Halden Marine`, `Elena Brandt <elena@x.example>`, `elena@x.example`, `Halden Marine [id]` or the id alone. */
export function readReference(text: string): NamedThing {
  const plain = text.trim()
  // No name is that long, and these patterns go back and forth in it.
  if (plain.length > longestReference) return { name: plain }
  if (bareId.test(plain)) return { id: plain.toLowerCase(), name: '' }
  const [, named, id] = idInBrackets.exec(plain) ?? []
  if (id !== undefined) return { id: id.toLowerCase(), name: named ?? '' }
  const [, name, address] = /^(.*?)\s*<\s*([^<>\s]+@[^<>\s]+)\s*>$/s.exec(plain) ?? []
  if (address !== undefined) return { address: address.toLowerCase(), name: name ?? '' }
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(plain)) return { address: plain.toLowerCase(), name: '' }
  return { name: plain }
}
