/** Labels of a domain in other letters than ASCII travel as `xn--…` (RFC 5890); both mean the same place. */
const other = /[^\x00-\x7f]|(?:^|\.)xn--/i

/**
 * The one form in which domains are compared, stored and shown: other letters as people read them, in the way UTS 46 writes
 * them. A label that mixes Latin with letters that look like it stays `xn--…`, so that nobody passes for somebody else;
 * what is no such name stays as it is.
 */
export function readableDomain(domain: string): string {
  if (!other.test(domain)) return domain
  const ascii = asciiDomain(domain)
  return ascii === undefined ? domain : ascii.split('.').map(readableLabel).join('.')
}

/** The form in which headers carry it; undefined for what is no domain. */
export function asciiDomain(domain: string): string | undefined {
  if (!other.test(domain)) return domain
  const url = `http://${domain}/`
  return URL.canParse(url) ? new URL(url).hostname : undefined
}

/** A text somebody typed to find something, with the `xn--…` names in it as we store them. */
export function readableNames(text: string): string {
  return text.replace(/(?<![a-z0-9.-])[a-z0-9.-]*xn--[a-z0-9.-]+/gi, (name) =>
    readableDomain(name.toLowerCase()),
  )
}

const lookAlikes = /\p{Script=Cyrillic}|\p{Script=Greek}|\p{Script=Armenian}|\p{Script=Cherokee}/u

function readableLabel(label: string): string {
  if (!label.startsWith('xn--')) return label
  const text = decode(label.slice('xn--'.length))
  if (text === undefined || asciiDomain(text) !== label) return label
  return lookAlikes.test(text) && /\p{Script=Latin}/u.test(text) ? label : text
}

// The numbers of Punycode (RFC 3492, 5).
const base = 36
const tMin = 1
const tMax = 26
const skew = 38
const damp = 700

/** RFC 3492, 6.2; undefined for what was not written by it. A label has at most 63 letters. */
function decode(encoded: string): string | undefined {
  if (encoded.length > 63) return undefined
  const dash = encoded.lastIndexOf('-')
  const points = [...encoded.slice(0, Math.max(dash, 0))].map((char) => char.codePointAt(0) ?? 0)
  let [code, index, bias] = [128, 0, 72]
  for (let at = dash + 1; at < encoded.length; ) {
    const before = index
    for (let weight = 1, k = base; ; k += base) {
      const digit = Number.parseInt(encoded.charAt(at), base)
      at += 1
      if (Number.isNaN(digit)) return undefined
      // Punycode counts a–z before 0–9.
      const value = digit < 10 ? digit + 26 : digit - 10
      index += value * weight
      const threshold = Math.min(Math.max(k - bias, tMin), tMax)
      if (value < threshold) break
      weight *= base - threshold
    }
    const count = points.length + 1
    bias = adapt(index - before, count, before === 0)
    code += Math.floor(index / count)
    index %= count
    if (code > 0x10ffff) return undefined
    points.splice(index, 0, code)
    index += 1
  }
  return String.fromCodePoint(...points)
}

function adapt(delta: number, count: number, first: boolean): number {
  let left = Math.floor(delta / (first ? damp : 2))
  left += Math.floor(left / count)
  let k = 0
  for (; left > ((base - tMin) * tMax) / 2; k += base) left = Math.floor(left / (base - tMin))
  return k + Math.floor(((base - tMin + 1) * left) / (left + skew))
}
