export const enMass = {} as const
