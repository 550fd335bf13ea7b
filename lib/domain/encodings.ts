export const encodings = ['utf-8', 'shift_jis', 'windows-1252', 'utf-16le', 'utf-16be'] as const
export type Encoding = (typeof encodings)[number]

/**
 * How the bytes at a file's start are to be read: by its mark (BOM), else by where zero bytes stand (UTF-16), else UTF-8 when
 * it is valid, else what Excel saves: Shift_JIS in Japan, windows-1252 in the West. `head` may end within a character.
 */
export function guessEncoding(head: Uint8Array): Encoding {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  const sample = head.subarray(0, 4096)
  const zeros = [0, 0]
  for (const [n, byte] of sample.entries()) if (byte === 0) zeros[n % 2] = (zeros[n % 2] ?? 0) + 1
  const [even = 0, odd = 0] = zeros
  if (odd > sample.length / 5 && odd > even * 4) return 'utf-16le'
  if (even > sample.length / 5 && even > odd * 4) return 'utf-16be'
  if (decodes(head, 'utf-8') !== undefined) return 'utf-8'
  const japanese = decodes(head, 'shift_jis')
  return japanese !== undefined && looksJapanese(japanese) ? 'shift_jis' : 'windows-1252'
}

function decodes(bytes: Uint8Array, encoding: Encoding): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true })
  } catch {
    return undefined
  }
}

/** `ä` and the letter after it make a character in Shift_JIS too, but one that stands alone among Latin letters. */
function looksJapanese(text: string): boolean {
  const inRuns = text.match(/[\u3000-\u30ff\u4e00-\u9fff\uff01-\uff9f]{2,}/g)?.join('').length ?? 0
  const alone = text.match(/(?<=[A-Za-z])[\u4e00-\u9fff\uff61-\uff9f](?=[A-Za-z\s,;"])/g)?.length ?? 0
  return inRuns > alone
}
