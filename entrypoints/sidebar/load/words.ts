import { timeOf } from '@/lib/domain/format.ts'
import type { ApiProblem } from '@/lib/extension/api-core.ts'
import { hasMessage, t } from '@/lib/extension/i18n.ts'
import { me, view } from '../state.ts'

/** What went wrong in one or two sentences, with the server's facts where they help. */
export function problemSentence(problem: ApiProblem): string {
  if (problem.kind === 'network') return t('problem.network')
  if (problem.kind === 'unreadable') return t('problem.unreadable')
  const { reason, facts, ref } = problem
  if (reason === 'already_claimed' && typeof facts['claimedAt'] === 'string') {
    const time = timeOf(Date.parse(facts['claimedAt']), view.value.zone)
    return `${t('mail.claimed')} ${t('mail.claimed_at', { time })}`
  }
  if (reason === 'not_author' && typeof facts['author'] === 'string') {
    return t('mail.not_mine', { name: facts['author'] })
  }
  // A newer server may have reasons this build has no sentence for.
  const known = hasMessage(`error.${reason}`)
  const sentence = reasonSentence(reason)
  return !known || reason === 'unexpected' ? t('problem.with_ref', { sentence, ref }) : sentence
}

/** The sentence of a reason that comes as text; unknown ones get the general one. */
export function reasonSentence(reason: string | null | undefined): string {
  const key = `error.${reason}`
  if (!hasMessage(key)) return t('error.unexpected')
  // Every `error.` sentence stands alone: none has facts.
  return t(key as 'error.unexpected')
}

/** Sentences one after the other; Japanese has no space between them. */
export function sentences(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(view.value.language === 'ja' ? '' : ' ')
}

/** Why a mail is held or failed, as the second half of a sentence; undefined when the server gave no reason we know. */
export function holdReason(reason: string | null): string | undefined {
  const key = `reason.${reason}`
  return hasMessage(key) ? t(key as 'reason.overdue') : undefined
}

/** Why this person writes no mail at all (decisions 15); undefined when they may. */
export function whyNoMail(): string | undefined {
  const mine = me.value
  return mine === undefined || mine.permissions.includes('mail.send') ? undefined : t('card.viewer')
}
