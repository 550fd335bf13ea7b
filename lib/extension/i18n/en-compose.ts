export const enCompose = {} as const
