import type { Language } from './choice-words.ts'
import { enProblems } from './words/en-problems.ts'
import { jaProblems } from './words/ja-problems.ts'

const catalogues: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  en: enProblems,
  ja: jaProblems,
}

/** Why a value was refused, in one sentence; what the catalogue does not have is named by its key. */
export function problemWords(reason: string, language: Language): string {
  return catalogues[language][`error.${reason}`] ?? reason
}
