/** Words of Emails lists, one mail. */
export const enEmails = {} as const
