import type { StoredDriveFile } from '../store/drive-store.ts'

/** What a `q` of files.list asks for; undefined where it cannot be read. */
export interface DriveSearch {
  matches(file: StoredDriveFile): boolean
  usesFullText: boolean
}

type Match = (file: StoredDriveFile) => boolean

/** Terms `name`, `fullText`, `mimeType` and `trashed`, with and, or, not and parentheses. */
export function parseDriveQuery(q: string): DriveSearch | undefined {
  const tokens: readonly string[] = q.match(/'(?:\\.|[^'\\])*'|!=|[=()]|[A-Za-z]+|\S/g) ?? []
  const reader = new Reader(tokens)
  try {
    const matches = reader.any()
    if (!reader.done) return undefined
    return { matches, usesFullText: tokens.includes('fullText') }
  } catch {
    return undefined
  }
}

class Reader {
  readonly #tokens: readonly string[]
  #at = 0

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens
  }

  get done(): boolean {
    return this.#at >= this.#tokens.length
  }

  any(): Match {
    const parts = [this.#all()]
    while (this.#take('or')) parts.push(this.#all())
    return (file) => parts.some((part) => part(file))
  }

  #all(): Match {
    const parts = [this.#one()]
    while (this.#take('and')) parts.push(this.#one())
    return (file) => parts.every((part) => part(file))
  }

  #one(): Match {
    if (this.#take('not')) {
      const inner = this.#one()
      return (file) => !inner(file)
    }
    if (this.#take('(')) {
      const inner = this.any()
      if (!this.#take(')')) throw new Error('unclosed')
      return inner
    }
    return term(this.#next(), this.#next(), this.#next())
  }

  #next(): string {
    const token = this.#tokens[this.#at]
    if (token === undefined) throw new Error('cut')
    this.#at += 1
    return token
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false
    this.#at += 1
    return true
  }
}

function term(field: string, operator: string, value: string): Match {
  if (field === 'trashed' && operator === '=' && /^(true|false)$/.test(value))
    return (file) => file.trashed === (value === 'true')
  if (!/^'.*'$/s.test(value)) throw new Error('no text')
  const text = value.slice(1, -1).replace(/\\(.)/gs, '$1')
  if (field === 'mimeType' && operator === '=') return (file) => file.mimeType === text
  if (field === 'mimeType' && operator === '!=') return (file) => file.mimeType !== text
  if (operator !== 'contains') throw new Error('unknown operator')
  // Drive's `name contains` looks only at how words begin.
  if (field === 'name') return (file) => hasAll(file.name, text, (word, asked) => word.startsWith(asked))
  if (field === 'fullText')
    return (file) => hasAll(`${file.name} ${file.text}`, text, (word, asked) => word === asked)
  throw new Error('unknown field')
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []

function hasAll(text: string, asked: string, fits: (word: string, asked: string) => boolean): boolean {
  const words = wordsOf(text)
  return wordsOf(asked).every((one) => words.some((word) => fits(word, one)))
}
