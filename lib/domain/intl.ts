import type { Language } from './format.ts'

/**
 * Formatters of `Intl` cost a tenth of a millisecond each to make, and a card needs dozens: each is made once. Nothing but
 * a memory of pure functions of their arguments.
 */
function remembering<Options, Made>(make: (language: string, options: Options) => Made) {
  const made = new Map<string, Made>()
  return (language: string, options: Options): Made => {
    const key = `${language} ${JSON.stringify(options)}`
    const known = made.get(key)
    if (known !== undefined) return known
    const fresh = make(language, options)
    made.set(key, fresh)
    return fresh
  }
}

/** `Intl.DateTimeFormat`, made once per language and options. */
export const dateFormat = remembering(
  (language, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language, options),
)
/** `Intl.NumberFormat`, made once per language and options. */
export const numberFormat = remembering(
  (language, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(language, options),
)
/** `Intl.RelativeTimeFormat`, made once per language and options. */
export const relativeFormat = remembering(
  (language, options: Intl.RelativeTimeFormatOptions) => new Intl.RelativeTimeFormat(language, options),
)
/** `Intl.ListFormat`, made once per language and options. */
export const listFormat = remembering(
  (language, options: Intl.ListFormatOptions) => new Intl.ListFormat(language, options),
)
/** `Intl.PluralRules`, made once per language and options. */
export const pluralRules = remembering(
  (language, options: Intl.PluralRulesOptions) => new Intl.PluralRules(language, options),
)

/** A whole number as the language writes it: `1,284`. */
export function plainNumber(value: number, language: Language): string {
  return numberFormat(language, {}).format(value)
}
