import { cleanText } from './text.ts'

const longest = 200
const longestEnding = 20

/**
 * A file's name as it travels with a mail: a single name, not a path, without controls and marks that turn text around, at
 * most 200 characters with its ending kept.
 */
export function mailedName(name: string): string {
  const oneName = cleanText(name).replace(/[\\/]/g, '_')
  // Some readers undo encoded words twice, and would make another name, even another ending, of what stands here.
  const plain = oneName.replaceAll('=?', '=_').replace(/\s+/gu, ' ').trim()
  const signs = [...plain]
  if (signs.length <= longest) return plain === '' ? 'file' : plain
  const ending = /\.[^.\s]+$/u.exec(plain)?.[0] ?? ''
  const kept = [...ending].length <= longestEnding ? ending : ''
  const stem = signs.slice(0, longest - [...kept].length).join('')
  return `${stem.trimEnd()}${kept}`
}
