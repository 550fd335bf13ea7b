/** Bytes of JIS X 0208 by character, learnt from the platform's own EUC-JP decoder. */
let table: Map<string, [number, number]> | undefined

function jisTable(): Map<string, [number, number]> {
  if (table) return table
  table = new Map()
  const decoder = new TextDecoder('euc-jp')
  for (let row = 0x21; row <= 0x7e; row++) {
    for (let cell = 0x21; cell <= 0x7e; cell++) {
      const char = decoder.decode(Uint8Array.of(row | 0x80, cell | 0x80))
      if (char.length === 1 && char !== '\ufffd' && !table.has(char)) table.set(char, [row, cell])
    }
  }
  return table
}

/** Text as ISO-2022-JP (RFC 1468), the 7-bit form Japanese mail programs wrote for decades. Unknown characters become 〓. */
export function iso2022jp(text: string): Buffer {
  const jis = jisTable()
  const bytes: number[] = []
  let japanese = false
  for (const char of text) {
    const ascii = char.charCodeAt(0) < 0x80
    if (ascii === japanese) bytes.push(0x1b, ...(ascii ? [0x28, 0x42] : [0x24, 0x42]))
    japanese = !ascii
    bytes.push(...(ascii ? [char.charCodeAt(0)] : (jis.get(char) ?? [0x22, 0x2e])))
  }
  if (japanese) bytes.push(0x1b, 0x28, 0x42)
  return Buffer.from(bytes)
}
