import type { RecordCard } from '@/lib/contract/records.ts'
import { displayName, shortName } from '@/lib/domain/people.ts'

/** A record an address may stand for, and why it is the likeliest; only the first has a reason. */
export interface Guess {
  card: RecordCard
  why: 'name' | 'signed' | 'recent' | 'mine' | undefined
  /** What the signature says, when that is the reason. */
  name: string
}

/**
 * Several records of one address, the likeliest first: who is named like the sender, whose first name stands below the mail,
 * who was in contact last, what is mine. Ties keep the server's order.
 */
export function rankCards(
  cards: readonly RecordCard[],
  sender: { name: string; address: string },
  signature: string,
  myId: string | undefined,
): Guess[] {
  const wanted = plain(sender.name)
  const below = signature.trim().split('\n').slice(-6)
  const last = Math.max(...cards.map((card) => Date.parse(card.lastContact?.at ?? '') || 0))
  const guesses = cards.map((card, index) => {
    const name = displayName(card.record.name, card.record.primaryAddress ?? '')
    const short = shortName(name, '')
    const signs = short.length > 1 && below.some((line) => plain(line) === plain(short))
    const named = wanted !== '' && plain(name) === wanted
    const recent = last > 0 && Date.parse(card.lastContact?.at ?? '') === last
    const mine = card.record.owner.id === myId
    const why: Guess['why'] = named
      ? 'name'
      : signs
        ? 'signed'
        : recent
          ? 'recent'
          : mine
            ? 'mine'
            : undefined
    const score = (named ? 8 : 0) + (signs ? 4 : 0) + (recent ? 2 : 0) + (mine ? 1 : 0)
    return { card, why, name: short, score, index }
  })
  guesses.sort((a, b) => b.score - a.score || a.index - b.index)
  // What holds for the next one too explains nothing.
  const tied = guesses.length > 1 && guesses[0]?.score === guesses[1]?.score
  return guesses.map(({ card, why, name }, index) => ({
    card,
    why: index === 0 && !tied ? why : undefined,
    name,
  }))
}

/** Order of the parts, width and case don't tell names apart. */
function plain(name: string): string {
  const words =
    name
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  return words.sort().join(' ')
}
