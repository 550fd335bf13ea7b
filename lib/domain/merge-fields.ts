/** What a text may name: the records behind a recipient, the writer and the organisation. */
const mergeRoots = [
  'recipient',
  'record',
  'contact',
  'lead',
  'account',
  'deal',
  'me',
  'organisation',
] as const

const roots = mergeRoots.join('|')
const gap = RegExp(`\\[(?:${roots})(?:\\.[\\w-]{1,100}){1,5}\\?\\]`, 'g')

/**
 * What stands in a text where a field was empty when it was put in: `[recipient.phone?]`, so that its writer sees it and is
 * asked before the mail goes. A field of no record, such as a text's own variable, stays as it was written.
 */
export function gapFor(written: string): string {
  const path = /^\{\{-?\s*([\w.-]+)/.exec(written)?.[1] ?? ''
  const shown = `[${path}?]`
  return gapsIn(shown).length > 0 ? shown : written
}

/** Gaps that still stand in a text. */
export function gapsIn(text: string): string[] {
  return [...new Set(text.match(gap))]
}
