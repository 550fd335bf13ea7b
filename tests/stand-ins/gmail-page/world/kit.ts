import type { MimeFile } from '../mime.ts'

/** Minutes. */
export const HOUR = 60
export const DAY = 24 * HOUR
export const PDF = 'application/pdf'
export const SHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** Files put on in Gmail carry an id of Gmail's; those of other programs do not. */
export const fromGmail = (name: string, mimeType: string, bytes: Buffer): MimeFile => ({
  name,
  mimeType,
  bytes,
  attachmentId: `f_${name.replace(/\W/g, '').toLowerCase().slice(0, 10)}`,
})

export const file = (name: string, mimeType: string, bytes: Buffer): MimeFile => ({ name, mimeType, bytes })
