import { en } from '@/lib/extension/i18n/en.ts'
import { enOptions } from '@/lib/extension/i18n/en-options.ts'
import { jaOptions } from '@/lib/extension/i18n/ja-options.ts'
import { language, say, t } from '@/lib/extension/i18n.ts'

type Word = keyof typeof enOptions

/** A sentence of this page in the person's language. */
export function word(key: Word, facts: Record<string, string | number> = {}): string {
  return say((language.value === 'ja' ? jaOptions : enOptions)[key], facts, language.value)
}

/** Why a sign-in did not happen: the background's own reasons, else the server's from the common catalogue. */
export function whyNot(reason: string): string {
  if (reason === 'closed' || reason === 'unreachable') return word(`sign_in.${reason}`)
  const key = `error.${reason}`
  return isPlainKey(key) ? t(key) : word('sign_in.unknown', { reason })
}

type ErrorKey = 'error.join_refused'

/** Every `error.` sentence is plain text without facts, so one of them stands for their type. */
function isPlainKey(key: string): key is ErrorKey {
  return Object.hasOwn(en, key)
}
