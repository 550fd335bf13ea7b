import { normaliseAddress } from './addresses.ts'
import type { ErrorReason, FieldProblem } from './errors.ts'
import { type FieldDescription, isColumnKey } from './fields.ts'
import type { ModuleDescription } from './modules.ts'
import { type DateOrder, readDate, readInstant } from './read-date.ts'
import { splitMoney } from './read-money.ts'
import { readNumber } from './read-number.ts'
import { isZone } from './schedule.ts'
import { cleanText } from './text.ts'

/** Limits in characters; `too_long` beyond them. */
const maxText = 500
const maxLongText = 50_000
const maxPhone = 60
const maxUrl = 2000
/** Of all kinds without a limit of their own, whose patterns go back and forth in a hostile text. */
const maxPlain = 1000
const limited = new Set<string>(['text', 'long_text', 'phone', 'url', 'multi_choice'])
/** Pieces of a multi-choice. */
const mostPieces = 500

/** What helps to read text that is not canonical yet. */
export interface HowToRead {
  /** The order of a date whose year stands last. */
  dates?: DateOrder | undefined
  /** The decimal mark of a file whose habit is known (`readNumber`). */
  decimal?: '.' | ',' | undefined
  /** The IANA zone of times that name none. */
  zone?: string | undefined
  /** The words of standard choices, in as many languages as there are; an admin's own carry theirs. */
  words?: ((field: FieldDescription, choice: string) => readonly string[]) | undefined
}

export type ReadValue =
  | { value: string }
  | { problem: ErrorReason; facts?: Readonly<Record<string, string | number>> }

/**
 * What somebody typed, a cell holds or the API was given, as the field's canonical value (`fields.ts`); '' is no value and
 * always taken. A canonical value is read as itself. Whether a lookup or an owner exists is for the store to say.
 */
export function readValue(field: FieldDescription, text: string, how: HowToRead = {}): ReadValue {
  const clean = cleanText(text)
  const plain = (
    field.type === 'long_text' ? clean.replace(/\r\n?/g, '\n') : clean.replace(/[\t\n\r]+/g, ' ')
  ).trim()
  if (plain === '') return { value: '' }
  if (plain.length > maxPlain && !limited.has(field.type))
    return { problem: 'too_long', facts: { max: maxPlain } }
  switch (field.type) {
    case 'text':
      return atMost(plain, maxText)
    case 'long_text':
      return atMost(plain, maxLongText)
    case 'number':
    case 'money':
      return numberValue(field, plain, how)
    case 'date':
      return valueOr(readDate(plain, how.dates), 'not_a_date')
    case 'datetime':
      return valueOr(readInstant(plain, { order: how.dates, zone: how.zone }), 'not_a_date')
    case 'choice':
      return valueOr(choiceOf(field, plain, how), 'not_a_choice')
    case 'multi_choice':
      return valueOr(choicesOf(field, plain, how), 'not_a_choice')
    case 'boolean':
      return valueOr(booleans.get(fold(plain)), 'not_a_boolean')
    case 'email':
      return valueOr(normaliseAddress(plain) ?? normaliseAddress(plain.normalize('NFKC')), 'address_invalid')
    case 'phone':
      return phoneValue(plain)
    case 'url':
      return urlValue(plain)
    case 'zone':
      return valueOr(zoneOf(plain), 'zone_unknown')
    case 'currency':
      return valueOr(currencyOf(plain), 'not_a_currency')
    case 'lookup':
      return valueOr(idOf(plain), 'lookup_missing')
    case 'owner':
      return valueOr(idOf(plain), 'person_missing')
  }
}

/** A canonical value as text to edit or export, which {@link readValue} reads back. Ids stay ids. */
export function showValue(
  field: FieldDescription,
  value: string,
  how: Pick<HowToRead, 'words'> = {},
): string {
  if (field.type === 'choice') return wordsOf(field, value, how)[0] ?? value
  if (field.type !== 'multi_choice') return value
  return value
    .split(';')
    .map((key) => wordsOf(field, key, how)[0] ?? key)
    .join('; ')
}

/** The name of a field in a request, as refusals use it. */
export function fieldPath(key: string): string {
  return isColumnKey(key) || key === 'contactIds' ? key : `fields.${key}`
}

/** How many values are read, and beside what. */
interface ReadingValues {
  /** The module's other fields are empty, so that a required one is missed; else only what is given is looked at. */
  all?: boolean
  /** Fields that are columns of their own may be among them. */
  columns?: boolean
  /** What stands on the record: taken again as it is, a choice that was switched off too. */
  standing?: Readonly<Record<string, string>>
  how?: HowToRead
}

/**
 * Reads values by field key, as a request or a row brings them. Values come back for every key that was given without
 * fault, '' for none; an amount that names its currency (`€184,000`) brings that too, and contradicts none.
 */
export function readValues(
  module: ModuleDescription,
  given: Readonly<Record<string, string>>,
  { all = false, columns = false, standing = {}, how = {} }: ReadingValues = {},
): { values: Record<string, string>; problems: FieldProblem[] } {
  const fields = new Map(module.fields.map((field) => [field.key, field]))
  const found = new Map<string, ReadValue>()
  for (const [key, text] of Object.entries(given)) {
    const field = !columns && isColumnKey(key) ? undefined : fields.get(key)
    if (field === undefined) found.set(key, { problem: 'field_unknown' })
    else if (text !== '' && standing[key] === text) found.set(key, { value: text })
    else found.set(key, requiredValue(field, readValue(withOldChoices(field, standing[key]), text, how)))
  }
  for (const field of fields.values()) readCurrency(field, given, { found, standing, how })
  const values: Record<string, string> = {}
  const problems: FieldProblem[] = []
  for (const [key, read] of found)
    if ('value' in read) values[key] = read.value
    else problems.push({ field: columns ? fieldPath(key) : `fields.${key}`, reason: read.problem })
  if (all)
    for (const { key, required } of module.fields)
      if (required && !Object.hasOwn(given, key))
        problems.push({ field: fieldPath(key), reason: 'field_required' })
  return { values, problems }
}

function requiredValue(field: FieldDescription, read: ReadValue): ReadValue {
  return field.required && 'value' in read && read.value === '' ? { problem: 'field_required' } : read
}

/** What a record has may stay beside what is chosen now. */
function withOldChoices(field: FieldDescription, standing: string | undefined): FieldDescription {
  const kept = new Set(standing?.split(';'))
  const old = (field.oldChoices ?? []).filter((choice) => kept.has(choice.key))
  return old.length === 0 ? field : { ...field, choices: [...(field.choices ?? []), ...old] }
}

/** The currency that stands in an amount: it fits the one the record has, or becomes it where it can only be one. */
function readCurrency(
  field: FieldDescription,
  given: Readonly<Record<string, string>>,
  {
    found,
    standing,
    how,
  }: { found: Map<string, ReadValue> } & Required<Pick<ReadingValues, 'standing' | 'how'>>,
): void {
  const { key, type, currencyKey } = field
  const text = given[key]
  if (type !== 'money' || currencyKey === undefined || text === undefined) return
  const { amount, currencies = [] } = splitMoney(text)
  const beside = found.get(currencyKey) ?? { value: standing[currencyKey] ?? '' }
  if (currencies.length === 0 || 'problem' in beside) return
  const [only = ''] = currencies.length === 1 ? currencies : []
  const currency = beside.value || currencyOf(only)
  if (currency === undefined || !currencies.includes(currency)) return
  found.set(key, readValue(field, amount, how))
  if (beside.value === '') found.set(currencyKey, { value: currency })
}

/** What a new record of a standard module starts with: the first stage or status, unless one is given. */
export function withDefaults(
  module: ModuleDescription,
  values: Readonly<Record<string, string>>,
): Record<string, string> {
  const started: Record<string, string> = { ...values }
  for (const { key, choices, custom } of module.fields) {
    const [first] = choices ?? []
    if (!custom && (key === 'stage' || key === 'status') && first !== undefined) started[key] ||= first.key
  }
  return started
}

/** Width, case and surrounding space do not tell words apart. */
function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()
}

function valueOr(value: string | undefined, problem: ErrorReason): ReadValue {
  return value === undefined ? { problem } : { value }
}

function atMost(text: string, max: number): ReadValue {
  if (text.length > max && [...text].length > max) return { problem: 'too_long', facts: { max } }
  return { value: text }
}

function numberValue(field: FieldDescription, text: string, how: HowToRead): ReadValue {
  const read = readNumber(text, how.decimal)
  if ('problem' in read)
    return read.problem === 'not_a_number'
      ? { problem: 'not_a_number' }
      : { problem: 'out_of_bounds', facts: { digits: 15, decimals: 4 } }
  const { min, max } = field
  const number = Number(read.value)
  if ((min === undefined || number >= min) && (max === undefined || number <= max)) return read
  const facts = { ...(min !== undefined && { min }), ...(max !== undefined && { max }) }
  return { problem: 'out_of_bounds', facts }
}

const booleans = new Map([
  ...['true', 'yes', 'y', '1', 'on', 'はい', '○', '◯', '〇', '✓', '✔', '☑'].map(
    (word) => [word, 'true'] as const,
  ),
  ...['false', 'no', 'n', '0', 'off', 'いいえ', '×', '✗', '☐'].map((word) => [word, 'false'] as const),
])

function wordsOf(field: FieldDescription, key: string, how: Pick<HowToRead, 'words'>): string[] {
  const all = [...(field.choices ?? []), ...(field.oldChoices ?? [])]
  const own = all.find((choice) => choice.key === key)?.label
  return own === undefined ? [...(how.words?.(field, key) ?? [])] : [own]
}

/** By key, else by one of its words; words of two choices name neither. */
function choiceOf(field: FieldDescription, text: string, how: HowToRead): string | undefined {
  const keys = (field.choices ?? []).map((choice) => choice.key)
  if (keys.includes(text)) return text
  const wanted = fold(text)
  const named = keys.filter(
    (key) => fold(key) === wanted || wordsOf(field, key, how).some((word) => fold(word) === wanted),
  )
  return named.length === 1 ? named[0] : undefined
}

/** Parted by `;` or `、`, or by `,` where that is no part of a choice's words. */
function choicesOf(field: FieldDescription, text: string, how: HowToRead): string | undefined {
  const whole = choiceOf(field, text, how)
  if (whole !== undefined) return whole
  const parts = text
    .split(/[;；、]/, mostPieces + 1)
    .flatMap((part) => (choiceOf(field, part.trim(), how) === undefined ? part.split(/[,，]/) : [part]))
    .map((part) => part.trim())
    .filter((part) => part !== '')
  if (parts.length > mostPieces) return undefined
  const found = parts.map((part) => choiceOf(field, part, how))
  if (found.includes(undefined)) return undefined
  const chosen = new Set(found)
  return (field.choices ?? []).flatMap(({ key }) => (chosen.has(key) ? [key] : [])).join(';')
}

/** As typed: how somebody writes a number says where it is from. */
function phoneValue(text: string): ReadValue {
  if (text.length > maxPhone) return { problem: 'too_long', facts: { max: maxPhone } }
  const digits = text.normalize('NFKC').replace(/\D/g, '').length
  return valueOr(digits >= 4 && digits <= 20 ? text : undefined, 'not_a_phone')
}

/** Only what a click may open: http and https, nobody's name and password in it. */
function urlValue(text: string): ReadValue {
  if (text.length > maxUrl) return { problem: 'too_long', facts: { max: maxUrl } }
  const bare = /^[^\s/?#:@\\]+\.[^\s/?#:@\\]+(?:[/?#:][^\s\\]*)?$/.test(text)
  const full = bare ? `https://${text}` : text
  try {
    const { username, password, hostname } = new URL(full)
    const good = /^https?:\/\/[^\s\\]+$/i.test(full) && username + password === '' && hostname !== ''
    return valueOr(good ? full : undefined, 'not_a_url')
  } catch {
    return { problem: 'not_a_url' }
  }
}

function zoneOf(text: string): string | undefined {
  if (!isZone(text)) return undefined
  return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text).timeZoneId
}

const currencies = new Set(Intl.supportedValuesOf('currency'))

/** ISO 4217, as the platform knows it. */
function currencyOf(text: string): string | undefined {
  const code = text.normalize('NFKC').toUpperCase()
  return currencies.has(code) ? code : undefined
}

function idOf(text: string): string | undefined {
  const id = text.toLowerCase()
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) ? id : undefined
}
