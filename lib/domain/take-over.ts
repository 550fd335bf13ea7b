/** A mail by what a person sees of it in a compose window. */
export interface SeenMail {
  to: readonly string[]
  cc: readonly string[]
  bcc: readonly string[]
  subject: string
  /** The words, without what is quoted below them. */
  text: string
  /** Names of the files. */
  files: readonly string[]
}

/**
 * A mail in the form in which a window and its draft are compared: letters only, since white space, marks and pictures of
 * emoji are written down differently by every layer between them. Order and names of recipients say nothing.
 */
export function comparable(mail: SeenMail): string {
  const list = (all: readonly string[], form: (one: string) => string) => all.map(form).filter(Boolean).sort()
  const addresses = (all: readonly string[]) => [...new Set(list(all, addressForm))]
  return JSON.stringify([
    addresses(mail.to),
    addresses(mail.cc),
    addresses(mail.bcc),
    letters(mail.subject),
    letters(mail.text),
    list(mail.files, letters),
  ])
}

/** Text without white space, controls, and the emoji that Gmail draws as pictures. */
export function letters(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\s\p{C}\p{Extended_Pictographic}\p{Emoji_Modifier}\p{RI}]+|\uFE0E|\uFE0F|\u20E3/gu, '')
}

function addressForm(text: string): string {
  const inner = /<([^<>]*)>\s*$/.exec(text)?.[1] ?? text
  return inner.trim().normalize('NFC').toLowerCase()
}

/** What was written, and what is quoted below it, of a draft as Gmail keeps it. */
export function cutQuote(html: string): { own: string; quote: string } {
  const at = html.search(/<(?:div|blockquote)\b[^<>]{0,500}\bclass=["'][^"'<>]{0,300}\bgmail_quote\b/i)
  return at < 0 ? { own: html, quote: '' } : { own: html.slice(0, at), quote: html.slice(at) }
}

/** The words of HTML that was cleaned: every `<` in it begins or ends a tag. */
export function wordsOf(cleanHtml: string): string {
  const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', amp: '&', nbsp: ' ' }
  return cleanHtml
    .replace(/<[^<>]*>/g, ' ')
    .replace(/&(lt|gt|quot|amp|nbsp);/g, (_, name: string) => entities[name] ?? '')
}
