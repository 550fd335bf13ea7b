import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 32 random bytes, base64url: session tokens, states, PKCE verifiers. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url')
}

/** base64url(SHA-256(text)); what we store instead of a token, and PKCE's S256 (RFC 7636, 4.2). */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

export function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}

/** A UUID that the same inputs always give (version 8, RFC 9562): a repeated request makes the same row. */
export function derivedId(...parts: string[]): string {
  const bytes = createHash('sha256').update(parts.join('\n')).digest().subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
