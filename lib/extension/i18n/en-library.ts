export const enLibrary = {} as const
