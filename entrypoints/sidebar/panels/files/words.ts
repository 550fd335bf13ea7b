import { mailedName } from '@/lib/domain/file-names.ts'
import { fileSize } from '@/lib/domain/format.ts'
import { t } from '@/lib/extension/i18n.ts'
import { problemSentence } from '../../load/words.ts'
import { view } from '../../state.ts'
import type { TurnedAway } from '../../state-files.ts'

/** So many letters of a name stand in a sentence. */
const most = 48

export function sizeOf(bytes: number): string {
  return fileSize(bytes, view.value.language)
}

/** `1.9 of 10 MB`: one unit where both have it. */
export function meterWords(used: number, all: number): string {
  const [usedWords, allWords] = [sizeOf(used), sizeOf(all)]
  const unit = allWords.slice(allWords.lastIndexOf(' '))
  const same = usedWords.endsWith(unit)
  return t('clip.meter', { used: same ? usedWords.slice(0, -unit.length) : usedWords, all: allWords })
}

/** A file's name in a sentence: as it travels, and long ones without their middle. */
export function nameInSentence(name: string): string {
  const signs = [...mailedName(name)]
  if (signs.length <= most) return signs.join('')
  return `${signs.slice(0, most - 13).join('')}…${signs.slice(-12).join('')}`
}

/** Why a file was not taken, after its name. */
export function whyWords(why: TurnedAway['why'], into: 'mail' | 'library'): string {
  const isMail = into === 'mail'
  switch (why.kind) {
    case 'too_large':
      return t(isMail ? 'clip.too_large' : 'library.too_large', {
        size: sizeOf(why.size),
        over: sizeOf(why.over),
      })
    case 'blocked':
      if (why.inside !== undefined)
        return t(isMail ? 'clip.blocked_inside' : 'library.blocked_inside', {
          inside: nameInSentence(why.inside),
          type: why.type,
        })
      return t(isMail ? 'clip.blocked' : 'library.blocked', { type: why.type })
    case 'too_many':
      return t('clip.too_many', { n: why.most })
    case 'folder':
      return t('clip.folder')
    case 'problem': {
      const { problem } = why
      if (problem.kind === 'refused' && problem.reason === 'quota_full') return t('clip.quota')
      const sentence = problemSentence(problem)
      return t(isMail ? 'clip.not_attached' : 'library.not_uploaded', { why: sentence })
    }
  }
}
