import { expect, test } from 'vitest'
import { matchedPart } from '../../lib/extension/matched-part.ts'

const shown = (text: string, q: string) => {
  const part = matchedPart(text, q)
  return part && text.slice(...part)
}

test.each([
  ['Elena Brandt', 'bran', 'Bran'],
  ['ＨＡＬＤＥＮ Marine', 'halden', 'ＨＡＬＤＥＮ'],
  ['Jürgen Gößl', 'jurgen', 'Jürgen'],
  ['みなと海運', '海運', '海運'],
  ['ｶﾌﾞｷ商事', 'カ', 'ｶ'],
  ['Line 4 retrofit', '4 r', '4 r'],
  ['Brandt, Elena', 'elena brandt', 'Elena'],
  ['😀 Elena', 'elena', 'Elena'],
])('%s, looked for as %s: %s is marked', (text, q, marked) => {
  expect(shown(text, q)).toBe(marked)
})

test('what does not stand there is not marked, nor is nothing', () => {
  expect(matchedPart('Elena Brandt', 'Elana')).toBeUndefined()
  expect(matchedPart('Elena', ' ')).toBeUndefined()
  // が is not か: a mark that makes another letter counts.
  expect(matchedPart('がっこう', 'か')).toBeUndefined()
})
