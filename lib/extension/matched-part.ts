/**
 * Where the first of the words looked for stands in a text, as UTF-16 offsets; whatever width, case or accent either is
 * written with. Undefined where none does, e.g. because the server forgave a typing error.
 */
export function matchedPart(text: string, q: string): readonly [from: number, to: number] | undefined {
  const { folded, at } = fold(text)
  const wanted = [q, ...q.split(/\s+/)].map((word) => fold(word.trim()).folded).filter((word) => word !== '')
  for (const word of wanted) {
    const start = folded.indexOf(word)
    const from = at[start]
    const last = at[start + word.length]
    if (start >= 0 && from !== undefined) return [from, last ?? text.length]
  }
  return undefined
}

/** Folded text, and for each of its characters where it comes from. */
function fold(text: string): { folded: string; at: number[] } {
  let folded = ''
  const at: number[] = []
  let offset = 0
  for (const char of text) {
    const plain = char.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
    // Dakuten are marks too, but make another letter.
    const own = /[\u3040-\u30ff\uff66-\uff9f]/.test(char) ? char.normalize('NFKC') : plain
    for (let index = 0; index < own.length; index++) at.push(offset)
    folded += own
    offset += char.length
  }
  return { folded, at }
}
