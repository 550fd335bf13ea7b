import type { CustomKey } from './modules.ts'

const longest = 36

/** ASCII letters, digits and `_` of a label, e.g. `Région (EU)` gives `region_eu`; '' where it has none, as in Japanese. */
function slug(label: string): string {
  return label
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+/, '')
    .slice(0, longest)
    .replace(/_+$/, '')
}

/** A key of an admin's own for something with this label: `x_region`, `x_region_2`; without ASCII `x_<letter>1`, `x_<letter>2`. */
export function ownKey(label: string, letter: 'm' | 'f', taken: (key: string) => boolean): CustomKey {
  return `x_${freeKey(slug(label), letter, (key) => taken(`x_${key}`))}`
}

/** A key of a choice with this label: `gold`, `gold_2`; without ASCII `c1`, `c2`. */
export function choiceKey(label: string, taken: (key: string) => boolean): string {
  return freeKey(slug(label), 'c', taken)
}

function freeKey(stem: string, letter: string, taken: (key: string) => boolean): string {
  if (stem !== '' && !taken(stem)) return stem
  for (let n = stem === '' ? 1 : 2; ; n++) {
    const key = stem === '' ? `${letter}${n}` : `${stem}_${n}`
    if (!taken(key)) return key
  }
}

/** Labels that a person would take for one: width, case and space do not tell them apart. */
export function sameLabel(a: string, b: string): boolean {
  const fold = (text: string) => text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()
  return fold(a) === fold(b)
}
