/**
 * Text made comparable: what is indexed and what is asked for go through the same folding, so that width, case, accents,
 * kana and the old forms of characters never keep two of the same apart. Pure, and independent of the server's locale.
 */

/** Letters that Unicode does not take apart. */
const latin: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  þ: 'th',
  ı: 'i',
}

/** Old and personal forms of characters in Japanese names → the common one (山﨑, 髙橋, 渡邊, 齋藤, 濵田 …). */
const variants = new Map(
  [
    ['高', '髙'],
    ['崎', '﨑碕'],
    ['辺', '邊邉'],
    ['斉', '齊齋斎'],
    ['浜', '濱濵'],
    ['沢', '澤'],
    ['広', '廣'],
    ['国', '國'],
    ['島', '嶋嶌'],
    ['桜', '櫻'],
    ['真', '眞'],
    ['恵', '惠'],
    ['栄', '榮'],
    ['竜', '龍'],
    ['渕', '淵'],
    ['徳', '德'],
    ['学', '學'],
    ['会', '會'],
    ['条', '條'],
    ['吉', '𠮷'],
    ['曽', '曾'],
    ['黒', '黑'],
    ['関', '關'],
    ['浅', '淺'],
    ['滝', '瀧'],
    ['瀬', '瀨'],
    ['豊', '豐'],
    ['宝', '寶'],
    ['鉄', '鐵'],
    ['電', '电'],
  ].flatMap(([common = '', forms = '']) => [...forms].map((form) => [form, common] as const)),
)
const variant = new RegExp(`[${[...variants.keys()].join('')}]`, 'gu')

/** ァ…ヶ stands 0x60 above ぁ…ゖ. */
const kanaDistance = 0x60
const smallKana = new Map(
  [...'ぁぃぅぇぉっゃゅょゎゕゖ'].map((small, n) => [small, [...'あいうえおつやゆよわかけ'][n] ?? small]),
)

/**
 * NFKC, lower case; accents of Latin letters off, ß → ss; katakana → hiragana, small kana → large, long vowel marks and
 * dashes after kana dropped, 々 written out, old forms of characters → common ones.
 */
export function fold(text: string): string {
  // Nearly everything is plain ASCII.
  if (/^[\x20-\x7e]*$/.test(text)) return text.toLowerCase()
  return text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replace(/(\p{Script=Latin})[\u0300-\u036f]+/gu, '$1')
    .normalize('NFC')
    .replace(/[ßæœøđðłþı]/g, (letter) => latin[letter] ?? letter)
    .replace(/[\u30a1-\u30f6]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - kanaDistance))
    .replace(/[ぁぃぅぇぉっゃゅょゎゕゖ]/g, (kana) => smallKana.get(kana) ?? kana)
    .replace(/(?<=[\u3041-\u3096])[ー\-‐‑–—―−~〜]+/g, '')
    .replace(/(\p{Script=Han})々/gu, '$1$1')
    .replace(variant, (form) => variants.get(form) ?? form)
}

const japanese = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}`
const wordShape = new RegExp(`[${japanese}]+|[[\\p{L}\\p{N}\\p{M}]--[${japanese}]]+`, 'gv')
const startsJapanese = new RegExp(`^[${japanese}]`, 'u')
const longestWord = 64

/** True for a word of Han characters or kana, which has no word boundaries inside. */
export function isJapanese(word: string): boolean {
  return startsJapanese.test(word)
}

/** Folded words in order; script decides where Japanese meets Latin (`NTTデータ` is two words). */
export function wordsOf(text: string): string[] {
  const plain = fold(text).replace(/(?<=\p{L})['’‘ʼ`´](?=\p{L})/gu, '')
  return [...plain.matchAll(wordShape)].map(([word]) => word.slice(0, longestWord).toWellFormed())
}

/**
 * What of a word goes into the index. Latin: pairs of letters, the first with the word's start (` e`, `el`, `le` …).
 * Japanese: single characters and pairs, since surnames have one or two and no spaces around them.
 */
export function gramsOf(word: string): string[] {
  const letters = [...word]
  const pairs = letters.slice(1).map((letter, n) => `${letters[n]}${letter}`)
  return isJapanese(word) ? [...letters, ...pairs] : [` ${letters[0] ?? ''}`, ...pairs]
}

/** Folded words of a name with one space between: how lists sort and exact names are found. */
export function sortName(name: string): string {
  return wordsOf(name).join(' ').slice(0, 400)
}

/** Parts of a record's search text, best first; each line begins with its sign and every word has a space before it. */
export const searchParts = {
  n: 'name',
  /** Its account's name, which whoever may not see the account does not search. */
  c: 'company',
  /** The company as it was typed. */
  t: 'company',
  a: 'address',
  p: 'phone',
  d: 'number',
} as const
export type SearchPart = (typeof searchParts)[keyof typeof searchParts]

/** What of a record is indexed. `company` is its account's name, '' without one. */
export interface Searchable {
  module: string
  name: string
  fields: Readonly<Record<string, string>>
  addresses: readonly string[]
  company: string
}

/** Hostile text never makes a row or its index large. */
const longestValue = 300

/** The three search columns of a record. */
export function searchColumns(record: Searchable): { sortName: string; text: string; grams: string[] } {
  const { fields } = record
  const field = (key: string) => (fields[key] ?? '').slice(0, longestValue)
  const number = field('number')
  const lines: Record<keyof typeof searchParts, string[]> = {
    n: withJoined(
      wordsOf(`${record.name.slice(0, longestValue)} ${field('subject')}`).flatMap(apartFromForm),
    ),
    c: wordsOf(record.company.slice(0, longestValue)).flatMap(apartFromForm),
    t: wordsOf(field('company')).flatMap(apartFromForm),
    a: [...record.addresses, field('domain'), field('website')].flatMap(wordsOf),
    p: [field('phone'), field('mobile')].flatMap(phoneForms),
    d: number === '' ? [] : [...wordsOf(number), wordsOf(number).join('')],
  }
  const words = new Set<string>()
  const text = Object.entries(lines).flatMap(([sign, all]) => {
    const once = [...new Set(all)]
    for (const word of once) words.add(word)
    return once.length === 0 ? [] : [`${sign} ${once.join(' ')}`]
  })
  return {
    sortName: sortName(record.name.slice(0, longestValue)),
    text: text.join('\n'),
    grams: [...new Set([...words].flatMap(gramsOf))],
  }
}

const legalForm = /^((?:株式|有限|合同)会社)(.+)$|^(.+?)((?:株式|有限|合同)会社)$/

/** 株式会社山田製作所 in two words, so that (株)山田製作所 and 山田製作所 are as near as can be. */
function apartFromForm(word: string): string[] {
  const found = legalForm.exec(word)
  return found === null ? [word] : found.slice(1).filter((part) => part !== undefined)
}

/** The word without its legal form, unless it is nothing else. */
export function withoutForm(word: string): string {
  const [, , after, before] = legalForm.exec(word) ?? []
  return after ?? before ?? word
}

/** People type 田中浩二 for 田中 浩二. */
function withJoined(words: string[]): string[] {
  const own = words.filter((word) => isJapanese(word) && !word.endsWith('会社'))
  return own.length > 1 && own.length <= 4 ? [...words, own.join('')] : words
}

/** ITU-T E.164 country codes of one and two digits; all others have three. */
const shortCodes = /^(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/

/** A phone number's digits: with the country as far as given, and national. Extensions are left out. */
function readPhone(text: string): { country: string; national: string } | undefined {
  const plain = text
    .slice(0, longestValue)
    .normalize('NFKC')
    .replace(/(?:ext|x|内線|#|;).*$/iu, '')
  const abroad = /^\s*\(?\s*(?:\+|00)/.test(plain)
  const digits = plain.replace(/\(0\)/g, '').replace(/\D/g, '')
  if (digits.length < 5 || digits.length > 20) return undefined
  if (!abroad) return { country: '', national: digits.replace(/^0+/, '') }
  const whole = digits.replace(/^00/, '')
  const country = shortCodes.exec(whole)?.[0] ?? whole.slice(0, 3)
  return { country, national: whole.slice(country.length).replace(/^0+/, '') }
}

/** How one number may be typed: as at home, and with the country when it is known. */
function phoneForms(text: string): string[] {
  const phone = readPhone(text)
  if (phone === undefined) return []
  return [`0${phone.national}`, ...(phone.country === '' ? [] : [`${phone.country}${phone.national}`])]
}

/** Numbers of one line agree in this, however they are written: the last nine digits of the national number. */
export function phoneKey(text: string): string | undefined {
  const national = readPhone(text)?.national ?? ''
  return national.length < 6 ? undefined : national.slice(-9)
}
