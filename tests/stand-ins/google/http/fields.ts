import { badRequest } from '../errors.ts'

/** A partial-response mask: `true` keeps everything below. */
type Mask = true | { [name: string]: Mask }

/** Keeps only what a `fields` parameter such as `id,messages(id,payload/headers)` names. */
export function applyFields(answer: object, fields: string | null): object {
  if (fields === null || fields === '' || fields === '*') return answer
  const reader = new MaskReader(fields)
  const kept = keep(answer, reader.list())
  if (!reader.done) throw badRequest(`Invalid field selection ${fields}`)
  return typeof kept === 'object' && kept !== null ? kept : {}
}

class MaskReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text.replace(/\s/g, '')
  }

  get done(): boolean {
    return this.#at >= this.#text.length
  }

  list(): { [name: string]: Mask } {
    const mask: { [name: string]: Mask } = {}
    do {
      const [name, below] = this.#entry()
      mask[name] = below
    } while (this.#take(','))
    return mask
  }

  #entry(): [string, Mask] {
    const name = /^[\w*-]+/.exec(this.#text.slice(this.#at))?.[0]
    if (name === undefined) throw badRequest(`Invalid field selection ${this.#text}`)
    this.#at += name.length
    if (this.#take('/')) {
      const [inner, below] = this.#entry()
      return [name, { [inner]: below }]
    }
    if (!this.#take('(')) return [name, true]
    const inner = this.list()
    if (!this.#take(')')) throw badRequest(`Invalid field selection ${this.#text}`)
    return [name, inner]
  }

  #take(mark: string): boolean {
    if (this.#text[this.#at] !== mark) return false
    this.#at += 1
    return true
  }
}

function keep(value: unknown, mask: Mask): unknown {
  if (mask === true || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => keep(item, mask))
  const kept: Record<string, unknown> = {}
  for (const [name, inner] of Object.entries(value)) {
    const below = mask[name] ?? mask['*']
    if (below !== undefined) kept[name] = keep(inner, below)
  }
  return kept
}
