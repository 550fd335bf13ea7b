import type { Message } from '../i18n.ts'
import type { enTrust } from './en-trust.ts'

/** the Trust page. */
export const jaTrust: Record<keyof typeof enTrust, Message> = {}
