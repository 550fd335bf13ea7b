export const enHandover = {} as const
