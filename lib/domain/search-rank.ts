import { readableNames } from './internet-names.ts'
import {
  gramsOf,
  isJapanese,
  phoneKey,
  type SearchPart,
  searchParts,
  withoutForm,
  wordsOf,
} from './search-text.ts'

/** One word of a search. Words are letters and digits only, so they need no escaping in a pattern. */
export interface SearchWord {
  text: string
  /** What `search_text` must be like: in the middle too, but one or two Latin letters only at the start of a word. */
  like: string
  /** What the index must hold of it. */
  grams: string[]
  /** What the index holds of it, whichever single slip it has: one of these sets. Empty when it is too short to guess. */
  near: string[][]
}

export interface SearchQuery {
  words: SearchWord[]
  /** The last digits of a whole phone number, however it is written. */
  phone: string | undefined
}

const mostWords = 8
/** Letters from which a slip is guessed: fewer fit anything. */
const shortestLatin = 4
const shortestJapanese = 4
/** Slips in the letters after these are forgiven by the similarity alone. */
const guessedLetters = 12

export function readQuery(q: string): SearchQuery {
  const words = wordsOf(readableNames(q)).slice(0, mostWords).map(withoutForm)
  const isPhone = /^[\s\d+()\-./‐–−]+$/u.test(q.normalize('NFKC'))
  return {
    words: words.map((text) => ({ text, ...conditions(text), near: nearGrams(text) })),
    phone: isPhone ? phoneKey(q) : undefined,
  }
}

function conditions(word: string): Pick<SearchWord, 'like' | 'grams'> {
  const grams = gramsOf(word)
  const letters = [...word].length
  if (isJapanese(word))
    return { like: `%${word}%`, grams: letters > 1 ? sparse(grams.slice(letters)) : grams }
  return letters < 3 ? { like: `% ${word}%`, grams } : { like: `%${word}%`, grams: sparse(grams.slice(1)) }
}

/** Pairs that together hold every letter: the index has half the work, and the text itself is compared anyhow. */
function sparse(pairsOfWord: string[]): string[] {
  return pairsOfWord.filter((_, n) => n % 2 === 0 || n === pairsOfWord.length - 1)
}

/**
 * One letter wrong, missing, added or swapped with its neighbour spoils two or three pairs that stand side by side, so all
 * the others are there.
 */
function nearGrams(word: string): string[][] {
  const letters = [...word].slice(0, guessedLetters)
  const japanese = isJapanese(word)
  if (letters.length < (japanese ? shortestJapanese : shortestLatin)) return []
  const all = gramsOf(letters.join(''))
  const grams = japanese ? all.slice(letters.length) : all
  const spoilt = grams.length > 5 ? 3 : 2
  return Array.from({ length: grams.length - spoilt + 1 }, (_, from) => grams.toSpliced(from, spoilt))
}

/** Why a record was found, for its second line. */
type Matched = SearchPart | 'similar'

export interface Match {
  /** Exact name > start of a word (of the name, of others) > in the middle > similar; in this order from 6 to 1. */
  score: number
  matched: Matched
}

const likeEnough = 0.5
const [exact, start, startElsewhere, middle, similar] = [6, 5, 4, 3, 1]

/** How well a record fits; undefined when it does not. All words must, in whatever part of it. */
export function matchRecord(
  query: SearchQuery,
  record: { sortName: string; text: string },
): Match | undefined {
  const parts = readText(record.text)
  const digits = query.phone
  if (
    digits !== undefined &&
    parts.some(({ part, words }) => part === 'phone' && words.some((word) => word.endsWith(digits)))
  )
    return { score: start, matched: 'phone' }
  const fits = query.words.map((word) => bestFit(word.text, parts))
  if (fits.length === 0) return undefined
  const weakest = Math.min(...fits.map((fit) => fit.closeness))
  if (weakest < likeEnough) return undefined
  const elsewhere = fits.find((fit) => fit.part !== 'name')?.part
  if (weakest < 1) {
    const mean = fits.reduce((sum, fit) => sum + Math.min(fit.closeness, 1), 0) / fits.length
    return { score: similar + mean, matched: 'similar' }
  }
  if (isName(query, record.sortName)) return { score: exact, matched: elsewhere ?? 'name' }
  if (weakest < 2) return { score: middle, matched: elsewhere ?? 'name' }
  return elsewhere === undefined
    ? { score: start, matched: 'name' }
    : { score: startElsewhere, matched: elsewhere }
}

interface PartWords {
  part: SearchPart
  words: string[]
}

const partOfSign = new Map<string, SearchPart>(Object.entries(searchParts))

function readText(text: string): PartWords[] {
  return text.split('\n').flatMap((line) => {
    const part = partOfSign.get(line.charAt(0))
    return part === undefined ? [] : [{ part, words: line.slice(2).split(' ') }]
  })
}

/** The words of the name in any order, or written together. */
function isName({ words }: SearchQuery, sortName: string): boolean {
  const asked = words.map((word) => word.text)
  const named = sortName.split(' ').map(withoutForm)
  return asked.join('') === named.join('') || asked.toSorted().join(' ') === named.toSorted().join(' ')
}

/** Closeness 2: a word begins with it; 1: it stands in the middle; below 1: how alike the most similar word is. */
function bestFit(asked: string, parts: readonly PartWords[]): { closeness: number; part: SearchPart } {
  let best = { closeness: 0, part: 'name' as SearchPart }
  for (const { part, words } of parts)
    for (const word of words) {
      const closeness = word.startsWith(asked) ? 2 : best.closeness < 1 && word.includes(asked) ? 1 : 0
      if (closeness > best.closeness) best = { closeness, part }
      if (closeness === 2) return best
    }
  const letters = [...asked].length
  if (best.closeness > 0 || letters < shortestLatin) return best
  const wanted = pairs(asked)
  for (const { part, words } of parts) {
    if (part === 'phone' || part === 'number') continue
    for (const word of words) {
      // Alike is never the same.
      const closeness = Math.min(likeness(wanted, letters, word), 0.99)
      if (closeness > best.closeness) best = { closeness, part }
    }
  }
  return best
}

/** Dice's coefficient over pairs of letters, with the whole word or with as much of it as was typed. */
function likeness(asked: ReadonlySet<string>, letters: number, word: string): number {
  const all = [...pairs(word)]
  const most = dice(asked, all)
  return all.length <= letters + 1 ? most : Math.max(most, dice(asked, all.slice(0, letters + 1)))
}

function dice(asked: ReadonlySet<string>, word: readonly string[]): number {
  const shared = word.filter((pair) => asked.has(pair)).length
  return (2 * shared) / Math.max(asked.size + word.length, 1)
}

function pairs(word: string): Set<string> {
  return new Set(gramsOf(word).filter((gram) => gram.length > 1))
}
