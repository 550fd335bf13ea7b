/**
 * What may stand against sending a mail, worst first. A suppressed address and an empty mail's recipient cannot be overruled
 * in the composer (S-028); the others take one key and are written down.
 */
export const guardCodes = [
  'suppressed',
  'unresolved_field',
  'other_customers_file',
  'other_account',
  'attachment_missing',
  'empty_subject',
] as const
export type GuardCode = (typeof guardCodes)[number]

/** Guards that no key goes past. */
export const hardGuards: readonly GuardCode[] = ['suppressed']
