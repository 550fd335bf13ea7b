/** Why a mail that was read is forgotten again; the order is the one in which it is asked. */
export const skipReasons = [
  'not_mail',
  'colleagues_only',
  'never_link',
  'robots',
  'nobody_on_record',
] as const
export type SkipReason = (typeof skipReasons)[number]

/** Of the 6,000 units a user has in a minute (projects since 2026-05-01; gmail-api, B3). */
export const quota = {
  unitsPerMinute: 6_000,
  /** Kept for the person at the screen: synchronisation stops before it. */
  reserve: 1_500,
} as const
