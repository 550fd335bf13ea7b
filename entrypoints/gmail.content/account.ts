import { all, type Visible } from './selectors.ts'

const inText = /[^\s<>()"',;:]+@[^\s<>()"',;:]+\.[^\s<>()"',;:]+/g
/** `Subject - me@company.example - Gmail`, or with an organisation's own name at the end. */
const inTitle = / - ([^\s]+@[^\s]+) - [^@]*$/

/**
 * The address signed in to this tab's Gmail, lower case. The header's own link is believed; the title only if it names an
 * account that is signed in to Inlay, since a subject stands in it too and whoever wrote the mail chose that.
 */
export function readAccount(
  root: Document,
  visible: Visible,
  signedIn: readonly string[],
): string | undefined {
  const label = all('accountLink', root).find(visible)?.getAttribute('aria-label') ?? ''
  const named = label.match(inText)?.at(-1)?.toLowerCase()
  if (named !== undefined) return named
  const titled = inTitle.exec(root.title)?.[1]?.toLowerCase()
  return titled !== undefined && signedIn.includes(titled) ? titled : undefined
}
