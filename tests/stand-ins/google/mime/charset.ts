/** Names seen in mail which WHATWG's decoders do not know, and the decoder that reads them. */
const ALIASES: Record<string, string> = {
  cp932: 'shift_jis',
  ms932: 'shift_jis',
  'windows-932': 'shift_jis',
  'iso-2022-jp-ms': 'iso-2022-jp',
  'iso-2022-jp-1': 'iso-2022-jp',
  cp50220: 'iso-2022-jp',
  cp50221: 'iso-2022-jp',
  ks_c_5601: 'euc-kr',
  cp936: 'gbk',
  cp950: 'big5',
  cp1252: 'windows-1252',
  utf8mb4: 'utf-8',
}

const ASCII = new Set(['', 'us-ascii', 'ascii', 'ansi_x3.4-1968', '7bit', '8bit', 'binary', 'unknown-8bit'])

/** Text of `bytes` in the declared charset, byte order mark removed; unknown or undeclared means UTF-8, else Windows-1252. */
export function decodeText(bytes: Buffer, charset: string): string {
  const name = charset.trim().toLowerCase()
  if (ASCII.has(name)) return guess(bytes)
  try {
    return new TextDecoder(ALIASES[name] ?? name).decode(bytes)
  } catch {
    return guess(bytes)
  }
}

function guess(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

/** Undoes a Content-Transfer-Encoding; 7bit, 8bit, binary and unknown ones are the bytes themselves. */
export function decodeTransfer(bytes: Buffer, encoding: string): Buffer {
  if (encoding === 'base64')
    return Buffer.from(bytes.toString('latin1').replace(/[^A-Za-z0-9+/_-]/g, ''), 'base64')
  if (encoding === 'quoted-printable') return decodeQuotedPrintable(bytes.toString('latin1'))
  return bytes
}

function decodeQuotedPrintable(text: string): Buffer {
  const joined = text.replace(/[ \t]+(?=\r?\n|$)/g, '').replace(/=\r?\n/g, '')
  return Buffer.from(unescapeHex(joined, /=([0-9A-Fa-f]{2})/g), 'latin1')
}

/** Replaces escapes by the byte they stand for, as a latin1 string. */
export function unescapeHex(text: string, pattern: RegExp): string {
  return text.replace(pattern, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/** Gmail's base64: URL-safe alphabet, padding kept. */
export function toBase64Url(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_')
}
