import type { MailAddress } from '../mime/facts.ts'

const WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]|[\p{L}\p{N}_]+/gu

/** Words as Gmail's index has them: lower case, width-folded, no part of a word; each CJK character by itself. */
export function words(text: string): string[] {
  const folded = text.normalize('NFKC').toLowerCase()
  return [...folded.matchAll(WORD)].flatMap(([word]) => splitMixed(word))
}

function splitMixed(word: string): string[] {
  return (
    word.match(
      /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]|[^\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]+/gu,
    ) ?? [word]
  )
}

/** Whether `wanted` occurs in `text` as a phrase of whole words. */
export function hasPhrase(text: string, wanted: string): boolean {
  const needle = words(wanted)
  if (needle.length === 0) return false
  const hay = words(text)
  for (let at = 0; at + needle.length <= hay.length; at += 1) {
    if (needle.every((word, offset) => hay[at + offset] === word)) return true
  }
  return false
}

/** A full address must be equal; anything less is a phrase in name or address. */
export function hasAddress(list: readonly MailAddress[], wanted: string, me: readonly string[]): boolean {
  const value = wanted.trim().toLowerCase()
  if (value === 'me') return list.some((one) => me.includes(one.address))
  if (/^[^@\s]+@[^@\s]+$/.test(value)) return list.some((one) => one.address === value)
  return list.some((one) => hasPhrase(`${one.name} ${one.address}`, value))
}
