import { blockedType } from '../../../lib/domain/blocked-files.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { bytesOver, goesAlong, maxMailFiles } from '../../../lib/domain/mail-limits.ts'
import { cleanName } from '../../../lib/domain/parts.ts'
import type { SendFileRow } from '../../storage/send-files.ts'

/** A name fit for every screen and disk, and one that Gmail lets through. @throws Refusal invalid `file_blocked` */
export function checkedName(given: string): string {
  const name = cleanName(given) || 'noname'
  const type = blockedType(name)
  if (type !== undefined) throw new Refusal('invalid', 'file_blocked', { type, file: name })
  return name
}

/** A type as mail writes it, in lower case; anything else says nothing. */
export function checkedType(given: string): string {
  const type = given.trim().toLowerCase()
  return /^[\w!#$&^.+-]{1,100}\/[\w!#$&^.+-]{1,100}$/.test(type) ? type : 'application/octet-stream'
}

/** An image just put into a text is saved with it a moment later. */
const savedWithinMs = 2 * 60_000

/** Those of a mail's files that count: images taken out of its text again do not. */
export function countedFiles(
  files: readonly SendFileRow[],
  mail: { html: string; quote: string },
  now: number,
): SendFileRow[] {
  const text = `${mail.html}${mail.quote}`
  return files.filter((file) => goesAlong(file, text) || file.created_at.getTime() > now - savedWithinMs)
}

/** @throws Refusal too_large `mail_too_large` with the numbers (S-018); invalid `too_many` */
export function requireRoom(
  files: readonly SendFileRow[],
  more: { name: string; size: number },
  cap: number,
): void {
  if (files.length >= maxMailFiles) throw new Refusal('invalid', 'too_many', { max: maxMailFiles })
  const over = bytesOver(files, more.size, cap)
  if (over > 0)
    throw new Refusal('too_large', 'mail_too_large', { file: more.name, size: more.size, over, max: cap })
}
