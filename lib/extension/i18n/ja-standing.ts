import type { Message } from '../i18n.ts'
import type { enStanding } from './en-standing.ts'

/** the line under the subject, why a mail is here, which deal. */
export const jaStanding: Record<keyof typeof enStanding, Message> = {}
