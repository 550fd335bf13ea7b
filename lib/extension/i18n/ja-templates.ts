import type { Message } from '../i18n.ts'
import type { enTemplates } from './en-templates.ts'

export const jaTemplates: Record<keyof typeof enTemplates, Message> = {}
