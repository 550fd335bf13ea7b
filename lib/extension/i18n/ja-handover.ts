import type { Message } from '../i18n.ts'
import type { enHandover } from './en-handover.ts'

export const jaHandover: Record<keyof typeof enHandover, Message> = {}
