import { plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'

/** A subject before merging, with … where each recipient has words of their own. */
export function titleOf(subject: string): string {
  const words = subject.replace(/\{\{[^{}]*\}\}/g, '…').replace(/\{%[^%]*%\}/g, '')
  return plainName(words) || t('emails.no_subject')
}
