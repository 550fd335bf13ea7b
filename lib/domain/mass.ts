/** Why a selected record gets no mail of a mass send (decisions 13). */
export const leftOutReasons = [
  'no_address',
  'suppressed',
  'unsubscribed',
  'same_address',
  'colleague',
  'may_not_open',
  'unresolved',
  'several_deals',
] as const
export type LeftOutReason = (typeof leftOutReasons)[number]
