export const enTemplates = {} as const
