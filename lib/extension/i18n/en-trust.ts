/** Words of the Trust page. */
export const enTrust = {} as const
