import type { ThreadStanding } from '@/lib/contract/messages.ts'
import { listOf } from '@/lib/domain/format.ts'
import { plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { view } from '../state.ts'

/** So many people are named; of more the number is said. */
export const mostPeople = 3

/** "4 people see it" once I share it; else who has it, for what others do with their own copy my copy cannot say. */
export function seers(found: Seen): string {
  const { way, names, who } = seersOf(found)
  const named = names.map((name) => t('standing.person', { name: plainName(name) }))
  const many = names.length >= mostPeople
  const { language } = view.value
  const all =
    names.length === 0
      ? t('standing.sees.only_me')
      : many
        ? t(`standing.${way}.count`, { n: names.length + 1 })
        : t(`standing.${way}.names`, { names: listOf([t('standing.you'), ...named], language) })
  return withWho(names.length === 0 ? '' : all, who, all)
}

/** Others who see only who and when are never said to see the mail. */
export function withWho(seeing: string, who: number, alone: string): string {
  if (who === 0) return alone
  const some = t('standing.who.count', { n: who })
  return seeing === '' ? some : t('standing.and_who', { seeing, some })
}

export type Seen = Pick<ThreadStanding, 'seenBy' | 'alsoHaveIt'>

export function seersOf({ seenBy, alsoHaveIt }: Seen) {
  const seeing = seenBy.filter((one) => one.level === 'full')
  const known = new Map([...alsoHaveIt, ...seeing].map((one) => [one.id, one.name]))
  const who = seenBy.filter((one) => one.level === 'metadata' && !known.has(one.id)).length
  return { way: seeing.length > 0 ? 'sees' : 'has', names: [...known.values()], who } as const
}
