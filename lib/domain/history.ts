/** Enough of a stored change to take it back. */
interface Change {
  changes: readonly { field: string; old: string }[]
}

/** What may have taken a record away or brought it back. */
interface Moment {
  at: Date
  kind: string
  facts: Readonly<Record<string, unknown>>
  changes: readonly unknown[]
}

/** Values with these later changes taken back, newest first; fields without a value are left out. */
export function valuesAt(
  present: Readonly<Record<string, string>>,
  later: readonly Change[],
): Record<string, string> {
  const values = { ...present }
  for (const { changes } of later) for (const { field, old } of changes) values[field] = old
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''))
}

/**
 * Whether a record stood at `at`: made by then and not taken away. `moments` oldest first. A merge is told to both records;
 * only the one that went into the other (`facts.into`) was taken away by it.
 */
export function existedAt(
  life: { createdAt: Date; deletedAt: Date | null; moments: readonly Moment[] },
  at: Date,
): boolean {
  if (at < life.createdAt || (life.deletedAt !== null && at >= life.deletedAt)) return false
  let goneSince: Date | undefined
  for (const moment of life.moments) {
    if (takesAway(moment)) goneSince ??= moment.at
    else if (bringsBack(moment)) {
      if (goneSince !== undefined && at >= goneSince && at < moment.at) return false
      goneSince = undefined
    }
  }
  return true
}

function takesAway({ kind, facts, changes }: Moment): boolean {
  if (kind === 'merged') return 'into' in facts
  // Taking back an import bins what it made, and changes back what it changed.
  return kind === 'deleted' || (kind === 'import_undone' && changes.length === 0)
}

function bringsBack({ kind, facts }: Moment): boolean {
  return kind === 'restored' || (kind === 'unmerged' && 'into' in facts)
}
