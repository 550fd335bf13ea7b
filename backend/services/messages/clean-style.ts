/**
 * Styles a mail may keep, each with the values it may have. Whatever is not here goes: positions, layers, addresses,
 * negative margins, transforms, anything that could cover, hide a warning or load.
 */
type Check = (value: string) => boolean

const isColour: Check = (value) =>
  /^(?:#[0-9a-f]{3,8}|[a-z]{3,24}|(?:rgb|hsl)a?\([\d\s.,%/]{1,40}(?:deg)?[\d\s.,%/]{0,30}\))$/.test(value)

/** How large a number of each unit may be. */
const most: Readonly<Record<string, number>> = {
  '': 0,
  px: 2000,
  pt: 1500,
  pc: 100,
  em: 40,
  rem: 40,
  ex: 80,
  ch: 120,
  '%': 100,
  in: 20,
  cm: 50,
  mm: 500,
}

function lengthOf(value: string): { size: number; unit: string } | undefined {
  const [, digits, unit = ''] = /^(\d{1,5}(?:\.\d{1,4})?|\.\d{1,4})([a-z]{2,3}|%)?$/.exec(value) ?? []
  return digits === undefined ? undefined : { size: Number(digits), unit }
}

const isLength: Check = (value) => {
  const length = lengthOf(value)
  return length !== undefined && length.size <= (most[length.unit] ?? -1)
}

const among =
  (words: string): Check =>
  (value) =>
    words.split(' ').includes(value)

const either =
  (...checks: Check[]): Check =>
  (value) =>
    checks.some((check) => check(value))

const each =
  (check: Check, max: number): Check =>
  (value) => {
    const parts = value.split(/\s+/)
    return parts.length <= max && parts.every(check)
  }

const lengths = each(either(isLength, among('auto')), 4)
const size = either(isLength, among('auto none'))
const borderStyle = among('none hidden dotted dashed solid double groove ridge inset outset')
const border = each(either(isLength, borderStyle, isColour, among('thin medium thick')), 3)

/** Large enough to be read, small enough not to fill the page. */
const fontSize: Check = (value) => {
  if (among('xx-small x-small small medium large x-large xx-large smaller larger')(value)) return true
  const length = lengthOf(value)
  if (length === undefined) return false
  const { size: n, unit } = length
  if (unit === 'px' || unit === 'pt') return n >= 6 && n <= 72
  if (unit === 'em' || unit === 'rem') return n >= 0.5 && n <= 5
  return unit === '%' && n >= 50 && n <= 400
}

const lineHeight: Check = (value) => {
  if (value === 'normal') return true
  const length = lengthOf(value)
  if (length === undefined) return false
  const { size: n, unit } = length
  if (unit === '' || unit === 'em') return n >= 0.8 && n <= 4
  if (unit === 'px' || unit === 'pt') return n >= 8 && n <= 120
  return unit === '%' && n >= 80 && n <= 400
}

const box = (property: string): [string, Check][] =>
  ['top', 'right', 'bottom', 'left'].map((side) => [`${property}-${side}`, either(isLength, among('auto'))])

const allowed: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['color', isColour],
  ['background-color', isColour],
  ['background', isColour],
  ['font-family', (value) => /^[\p{L}\p{N}\s,_-]{1,200}$/u.test(value)],
  ['font-size', fontSize],
  ['font-style', among('normal italic oblique')],
  ['font-weight', either(among('normal bold bolder lighter'), (value) => /^[1-9]00$/.test(value))],
  ['font-variant', among('normal small-caps')],
  ['line-height', lineHeight],
  ['text-align', among('left right center justify start end')],
  ['text-decoration', each(either(among('none underline overline line-through solid'), isColour), 3)],
  ['text-transform', among('none uppercase lowercase capitalize')],
  ['text-indent', isLength],
  ['white-space', among('normal nowrap pre pre-wrap pre-line')],
  ['word-break', among('normal break-all keep-all break-word')],
  ['word-wrap', among('normal break-word')],
  ['overflow-wrap', among('normal break-word anywhere')],
  ['vertical-align', either(among('baseline top middle bottom sub super text-top text-bottom'), isLength)],
  ['direction', among('ltr rtl')],
  ['display', among('block inline inline-block none table table-row table-cell list-item')],
  ['float', among('left right none')],
  ['clear', among('left right both none')],
  ['width', size],
  ['min-width', size],
  ['max-width', size],
  ['height', size],
  ['min-height', size],
  ['margin', lengths],
  ...box('margin'),
  ['padding', lengths],
  ...box('padding'),
  ['border', border],
  ...['top', 'right', 'bottom', 'left'].map((side): [string, Check] => [`border-${side}`, border]),
  ['border-color', each(isColour, 4)],
  ['border-style', each(borderStyle, 4)],
  ['border-width', each(either(isLength, among('thin medium thick')), 4)],
  ['border-radius', each(isLength, 4)],
  ['border-collapse', among('collapse separate')],
  ['border-spacing', each(isLength, 2)],
  ['table-layout', among('auto fixed')],
  ['list-style', each(among('none disc circle square decimal inside outside'), 2)],
  [
    'list-style-type',
    among('none disc circle square decimal lower-alpha upper-alpha lower-roman upper-roman'),
  ],
])

/** The declarations of a style attribute that may stay, written anew; '' when none may. */
export function cleanStyle(style: string): string {
  const kept: string[] = []
  // However a hostile text parts at `;` and `:`, only a known property with a known value comes out.
  for (const declaration of style.slice(0, 4000).split(';')) {
    const colon = declaration.indexOf(':')
    if (colon < 0) continue
    const property = declaration.slice(0, colon).trim().toLowerCase()
    const value = declaration
      .slice(colon + 1)
      .replace(/!\s*important\s*$/i, '')
      .replace(/["']/g, '')
      .trim()
      .toLowerCase()
    if (allowed.get(property)?.(value) === true) kept.push(`${property}:${value}`)
    else if (property === 'background') {
      const colour = colourOf(value)
      if (colour !== undefined) kept.push(`background-color:${colour}`)
    }
  }
  return kept.join(';')
}

/** The colour of a background that would load an image too: words may be written for it. */
function colourOf(value: string): string | undefined {
  const words = value.replace(/url\s*\([^)]*\)/g, ' ').split(/\s+/)
  return words.find((word) => /^(?:#[0-9a-f]{3,8}|rgba?\([\d,.%]{5,40}\))$/.test(word))
}

/** The two colours of a whole mail, or '' when it names none for its ground: words of their own colour need theirs. */
export function cleanGround(style: string, bgcolor: string, text: string): string {
  const [behind, before] = [bgcolor, text].map((one) => (isColour(one.trim().toLowerCase()) ? one : ''))
  const named = new Map(
    cleanStyle(`background-color:${behind};color:${before};${style}`)
      .split(';')
      .map((one) => [one.slice(0, one.indexOf(':')), one.slice(one.indexOf(':') + 1)]),
  )
  const ground = named.get('background') ?? named.get('background-color')
  const colour = named.get('color')
  if (ground === undefined) return ''
  return `background-color:${ground}${colour === undefined ? '' : `;color:${colour}`}`
}

export { isColour }
