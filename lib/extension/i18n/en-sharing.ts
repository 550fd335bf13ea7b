/** Words of who sees a mail. */
export const enSharing = {
  'sharing.who.title': 'Who will see this',
  'sharing.mine.title': 'My sharing',
  'sharing.ledger.title': 'Who has seen it',
} as const
