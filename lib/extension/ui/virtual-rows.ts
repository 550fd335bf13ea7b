/** Rows drawn beyond the visible ones on each side. */
const spare = 8

/** Rows that must stand in the page: from `first` to before `last`. All sizes are CSS px. */
export function rowsInView(at: { top: number; height: number; row: number; total: number }) {
  const first = Math.max(0, Math.floor(at.top / at.row) - spare)
  const last = Math.min(at.total, Math.ceil((at.top + at.height) / at.row) + spare)
  return { first: Math.min(first, Math.max(0, last)), last: Math.max(0, last) }
}

/** Where to scroll so that a row is seen whole; the same place when it is seen already. `head` covers the top. */
export function topToShow(
  index: number,
  at: { top: number; height: number; row: number; head: number },
): number {
  const from = index * at.row
  if (from < at.top) return from
  const most = at.top + at.height - at.head
  return from + at.row > most ? from + at.row - (at.height - at.head) : at.top
}
