import type { MailFact } from './facts.ts'

/**
 * Text that is equal for mails of one owner of which everybody sees the same for the same reason: a thread of a thousand
 * mails is then decided a few times for each colleague, not a thousand times.
 */
export function alikeKey({ shared, paths }: MailFact): string {
  const { at, share, grantedTo, ...rest } = shared
  return JSON.stringify([
    rest,
    share?.level,
    [...grantedTo].sort(),
    paths.map(({ since, hand: _, ...path }) => [path, at < since, share !== undefined && share.at < since]),
  ])
}

/** One mail of each kind, by where it stands in the list. */
export function oneOfEach(mails: readonly MailFact[], also: (mail: MailFact) => string): number[] {
  const first = new Map<string, number>()
  for (const [index, mail] of mails.entries()) {
    const key = `${alikeKey(mail)} ${also(mail)}`
    if (!first.has(key)) first.set(key, index)
  }
  return [...first.values()]
}
