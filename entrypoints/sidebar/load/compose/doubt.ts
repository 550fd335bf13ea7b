/** A mail that was handed over and of which no answer came: it may be on its way. */
let doubt: { sendId: string; settle: () => Promise<unknown> } | undefined

export function doubtAbout(sendId: string, settle: () => Promise<unknown>): void {
  doubt = { sendId, settle }
}

/** Asks what became of it, or of this one when it is the one; false when there is no such doubt. */
export function settleDoubt(sendId?: string): boolean {
  if (doubt === undefined || (sendId !== undefined && doubt.sendId !== sendId)) return false
  const { settle } = doubt
  doubt = undefined
  void settle()
  return true
}
