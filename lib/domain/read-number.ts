/** What a number may have: after the decimal mark, and altogether (so that it survives as a double). */
const maxDecimals = 4
const maxDigits = 15

export type ReadNumber = { value: string } | { problem: 'not_a_number' | 'too_precise' }

/**
 * A number as people of both habits write it (`184,000.50`, `184.000,50`, `184 000,5`, `184’000`, `１８４，０００`, `▲500`,
 * `(500)`) in canonical form: a plain decimal without needless zeros.
 *
 * The last of two different marks is the decimal mark, and a mark that comes twice groups. Alone, a point is the decimal
 * mark (`1.234` is less than two, as in canonical form), and a comma groups where it could (`1,234` is above a thousand;
 * `1,5`, `0,123` and `1234,567` could not be grouped so). `decimal` says otherwise for a file whose habit is known. Groups
 * have three digits (the Indian two are taken too); what fits no habit is refused, never guessed.
 */
export function readNumber(text: string, decimal?: '.' | ','): ReadNumber {
  const { sign, digits } = splitSign(text.normalize('NFKC').replace(/[’‘`]/g, "'").trim())
  const plain = toPlain(digits, decimal)
  if (plain === undefined) return { problem: 'not_a_number' }
  const [whole = '', part = ''] = plain.split('.')
  const before = whole.replace(/^0+(?=\d)/, '')
  const after = part.replace(/0+$/, '')
  if (after.length > maxDecimals || before.length + after.length > maxDigits)
    return { problem: 'too_precise' }
  const value = after === '' ? before : `${before}.${after}`
  return { value: value === '0' ? value : sign + value }
}

/** `-5`, `−5`, `+5`, the triangle of Japanese accounts, and parentheses. */
function splitSign(text: string): { sign: '' | '-'; digits: string } {
  const inside = /^\((.+)\)$/.exec(text)?.[1]
  if (inside !== undefined) return { sign: '-', digits: inside.trim() }
  const [, mark = '', digits = ''] = /^([-−+▲△]?)\s*(.*)$/s.exec(text) ?? []
  return { sign: mark === '' || mark === '+' ? '' : '-', digits }
}

const groups = /^\d{1,3}(?:,\d{3})+$|^\d{1,2}(?:,\d{2})*,\d{3}$/

/** Digits with at most one point, or undefined. */
function toPlain(text: string, decimal: '.' | ',' | undefined): string | undefined {
  if (!/^[\d.,' ]*\d[\d.,' ]*$/.test(text)) return undefined
  const mark = decimalMark(text, decimal)
  const at = mark === undefined ? -1 : text.lastIndexOf(mark)
  const whole = at < 0 ? text : text.slice(0, at)
  const part = at < 0 ? '' : text.slice(at + 1)
  if (!/^\d*$/.test(part) || (at >= 0 && part === '' && whole === '')) return undefined
  const separators = new Set(whole.replace(/\d/g, ''))
  if (separators.size > 1) return undefined
  const same = whole.replace(/\D/g, ',')
  if (separators.size === 1 && !groups.test(same)) return undefined
  const digits = same.replaceAll(',', '')
  return part === '' ? digits : `${digits || '0'}.${part}`
}

function decimalMark(text: string, decimal: '.' | ',' | undefined): '.' | ',' | undefined {
  if (decimal !== undefined) return text.includes(decimal) ? decimal : undefined
  const marks = text.replace(/[^.,]/g, '')
  if (marks === '') return undefined
  const last = marks.endsWith('.') ? '.' : ','
  if (new Set(marks).size === 2) return last
  if (marks.length > 1) return undefined
  if (last === '.' || /[' ]/.test(text)) return last
  return /^[1-9]\d{0,2},\d{3}$/.test(text) ? undefined : last
}
