/** Words of who sees a mail. */
export const enSharing = {} as const
