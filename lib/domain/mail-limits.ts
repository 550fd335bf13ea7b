import type { RoleName } from './permissions.ts'
import { type Policy, policyNumber, policyRules } from './policy.ts'

/** Whoever lets Inlay read their Gmail may always send this much (S-051, S-052). */
const readersBytes = 10 * 1024 * 1024
/** The most any policy allows; nothing larger is taken into the library, which is there for mails. */
export const largestMailBytes = policyRules['mail.maxBytes'].max
/** However small they are. */
export const maxMailFiles = 100

/**
 * Bytes all files of one mail may have together, inline images included (decisions 3). A role's cap binds those who only
 * granted sending; permission to read lifts it to the organisation's, and to 10 MB at least.
 */
export function mailCap(policy: Policy, who: { role: RoleName; reads: boolean }): number {
  const all = policyNumber(policy, 'mail.maxBytes')
  const own =
    who.role === 'rep' && policy['mail.maxBytes.rep'] !== undefined
      ? policyNumber(policy, 'mail.maxBytes.rep')
      : all
  return who.reads ? Math.max(own, all, readersBytes) : own
}

/** Whether a file goes with the mail: an image of its text does so only while it stands there. `text`: HTML, the quote's too. */
export function goesAlong(file: { cid: string | null }, text: string): boolean {
  return file.cid === null || text.includes(`cid:${file.cid}`)
}

/** By how many bytes a mail would be too large with one more file; 0 when it fits. */
export function bytesOver(files: readonly { size: number }[], more: number, cap: number): number {
  return Math.max(0, files.reduce((sum, file) => sum + file.size, 0) + more - cap)
}
