import { signal } from '@preact/signals'
import type { Language } from '../domain/format.ts'
import { plainNumber, pluralRules } from '../domain/intl.ts'
import { en } from './i18n/en.ts'
import { ja } from './i18n/ja.ts'

type Catalogue = typeof en

/** The name of a message. */
export type MessageKey = keyof Catalogue

/** A sentence, or one per plural form; `{name}` is filled in, `{n}` chooses the form. */
export type Message = string | { readonly one?: string; readonly other: string }

type Text<M> = M extends string ? M : M extends { other: infer O } ? O : never
type Names<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never
type Facts<Key extends MessageKey> = Names<Text<Catalogue[Key]>>
type Args<Key extends MessageKey> = [Facts<Key>] extends [never]
  ? []
  : [facts: Record<Facts<Key>, string | number>]

/** The language everything is drawn in; a component that calls `t` is drawn anew when it changes. */
export const language = signal<Language>('en')

/** What the setting means in this browser. */
export function chooseLanguage(setting: 'auto' | Language): Language {
  if (setting !== 'auto') return setting
  return navigator.language.toLowerCase().startsWith('ja') ? 'ja' : 'en'
}

/** True for a name that comes from outside and has a sentence here. */
export function hasMessage(key: string): key is MessageKey {
  return Object.hasOwn(en, key)
}

/** The sentence in the person's language; numbers are formatted, names cannot turn its direction. */
export function t<Key extends MessageKey>(key: Key, ...args: Args<Key>): string {
  return say((language.value === 'ja' ? ja : en)[key], args[0] ?? {}, language.value)
}

/** Fills a message; exported for the test of the catalogues. */
export function say(message: Message, facts: Record<string, string | number>, lang: Language): string {
  const count = facts['n']
  const text =
    typeof message === 'string'
      ? message
      : typeof count === 'number' && pluralRules(lang, {}).select(count) === 'one'
        ? (message.one ?? message.other)
        : message.other
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const fact = facts[name]
    return typeof fact === 'number' ? plainNumber(fact, lang) : isolate(fact ?? '')
  })
}

const turning = /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff]/

/** Unicode's first-strong isolate around a fact that would otherwise turn the sentence it stands in (UAX 9). */
function isolate(text: string): string {
  return turning.test(text) ? `\u2068${text.replace(/[\u202a-\u202e\u2066-\u2069]/g, '')}\u2069` : text
}
