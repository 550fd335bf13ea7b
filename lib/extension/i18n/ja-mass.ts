import type { Message } from '../i18n.ts'
import type { enMass } from './en-mass.ts'

export const jaMass: Record<keyof typeof enMass, Message> = {}
