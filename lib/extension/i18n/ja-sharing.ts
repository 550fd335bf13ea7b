import type { Message } from '../i18n.ts'
import type { enSharing } from './en-sharing.ts'

/** who sees a mail. */
export const jaSharing: Record<keyof typeof enSharing, Message> = {}
