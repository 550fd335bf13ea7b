const fold = (text: string) => text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()

/** Whether the name stands in the text, whatever its case and width; very short names prove nothing. */
export function standsIn(name: string, text: string): boolean {
  return fold(name).length >= 3 && fold(text).includes(fold(name))
}

/** The same for a document's number: `Q-10` does not stand in `Q-104`. */
export function standsAlone(number: string, text: string): boolean {
  if (!standsIn(number, text)) return false
  return fold(text)
    .split(fold(number))
    .some(
      (before, n, parts) =>
        n + 1 < parts.length && !/[\p{L}\p{N}]$/u.test(before) && !/^[\p{L}\p{N}]/u.test(parts[n + 1] ?? ''),
    )
}
