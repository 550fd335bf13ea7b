import type { Message } from '../i18n.ts'
import type { enCompose } from './en-compose.ts'

export const jaCompose: Record<keyof typeof enCompose, Message> = {}
