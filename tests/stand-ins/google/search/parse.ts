/** A Gmail search as a tree. */
export type Query =
  | { kind: 'all'; of: Query[] }
  | { kind: 'any'; of: Query[] }
  | { kind: 'not'; of: Query }
  | { kind: 'field'; name: string; value: string }
  | { kind: 'words'; text: string }

interface Token {
  type: 'open' | 'close' | 'open-any' | 'close-any' | 'not' | 'or' | 'and' | 'term'
  /** For a term: `name:` before it, if any. */
  name?: string
  text?: string
}

const TOKEN = /\s+|([(){}])|(-)(?=\S)|((?:[A-Za-z][\w]*:)?"[^"]*"?|[^\s(){}"]+)/g

/** Reads Gmail's operators, `"…"`, `OR`, `{}`, `()` and `-`. What is malformed is read as far as it goes. */
export function parseQuery(text: string): Query {
  return new Parser(tokens(text)).all()
}

function tokens(text: string): Token[] {
  const list: Token[] = []
  for (const [whole, bracket, minus, term] of text.matchAll(TOKEN)) {
    if (bracket !== undefined) list.push({ type: bracketType(bracket) })
    else if (minus !== undefined) list.push({ type: 'not' })
    else if (term === 'OR' || term === '|') list.push({ type: 'or' })
    else if (term === 'AND') list.push({ type: 'and' })
    else if (term !== undefined && whole.trim() !== '') list.push(termToken(term))
  }
  return list
}

function bracketType(bracket: string): Token['type'] {
  if (bracket === '(') return 'open'
  if (bracket === ')') return 'close'
  return bracket === '{' ? 'open-any' : 'close-any'
}

function termToken(term: string): Token {
  const named = /^([A-Za-z][\w]*):(.*)$/s.exec(term)
  const text = (named?.[2] ?? term).replace(/^"|"$/g, '')
  return named?.[1] === undefined
    ? { type: 'term', text }
    : { type: 'term', name: named[1].toLowerCase(), text }
}

class Parser {
  readonly #tokens: Token[]
  #at = 0

  constructor(list: Token[]) {
    this.#tokens = list
  }

  /** Terms side by side must all match; OR binds its two neighbours tighter than that. */
  all(end?: Token['type'], field?: string): Query {
    const groups: Query[][] = []
    let joined = false
    for (
      let token = this.#tokens[this.#at];
      token !== undefined && token.type !== end;
      token = this.#tokens[this.#at]
    ) {
      if (token.type === 'or') {
        joined = groups.length > 0
        this.#at += 1
        continue
      }
      const one = this.#one(field)
      if (one === undefined) continue
      const last = groups.at(-1)
      if (joined && last !== undefined) last.push(one)
      else groups.push([one])
      joined = false
    }
    this.#at += 1
    const parts = groups.map((group) => either(group))
    return end === 'close-any' ? either(parts) : single(parts)
  }

  #one(field?: string): Query | undefined {
    const token = this.#tokens[this.#at]
    this.#at += 1
    if (token?.type === 'not') {
      const of = this.#one(field)
      return of && { kind: 'not', of }
    }
    if (token?.type === 'open') return this.all('close', field)
    if (token?.type === 'open-any') return this.all('close-any', field)
    if (token?.type !== 'term') return undefined
    return this.#term(token, field)
  }

  #term(token: Token, field: string | undefined): Query | undefined {
    const name = token.name ?? field
    const text = token.text ?? ''
    const next = this.#tokens[this.#at]
    if (token.name !== undefined && text === '' && (next?.type === 'open' || next?.type === 'open-any')) {
      this.#at += 1
      return this.all(next.type === 'open' ? 'close' : 'close-any', token.name)
    }
    if (text === '') return undefined
    return name === undefined ? { kind: 'words', text } : { kind: 'field', name, value: text }
  }
}

function either(of: Query[]): Query {
  return of.length === 1 && of[0] !== undefined ? of[0] : { kind: 'any', of }
}

function single(of: Query[]): Query {
  return of.length === 1 && of[0] !== undefined ? of[0] : { kind: 'all', of }
}
