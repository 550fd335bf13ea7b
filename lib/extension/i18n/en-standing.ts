/** Words of the line under the subject, why a mail is here, which deal. */
export const enStanding = {} as const
