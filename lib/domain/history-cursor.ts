/** True when Gmail's history id `a` is later than `b`. They are decimal texts of any length: never compare them as text. */
export function isLaterCursor(a: string, b: string): boolean {
  return BigInt(a) > BigInt(b)
}

/** The later of two history ids. */
export function laterCursor(a: string, b: string): string {
  return isLaterCursor(a, b) ? a : b
}
