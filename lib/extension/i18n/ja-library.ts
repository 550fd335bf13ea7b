import type { Message } from '../i18n.ts'
import type { enLibrary } from './en-library.ts'

export const jaLibrary: Record<keyof typeof enLibrary, Message> = {}
