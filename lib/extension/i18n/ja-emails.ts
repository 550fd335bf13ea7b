import type { Message } from '../i18n.ts'
import type { enEmails } from './en-emails.ts'

/** Emails lists, one mail. */
export const jaEmails: Record<keyof typeof enEmails, Message> = {}
