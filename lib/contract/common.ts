import * as z from 'zod'
import { isAddress, normaliseAddress } from '../domain/addresses.ts'
import { type ErrorCode, type ErrorReason, errorCodes } from '../domain/errors.ts'
import { cleanText } from '../domain/text.ts'

/** Ids are UUIDs made by the backend. */
export const Id = z.uuid()

/** An instant, RFC 3339 in UTC with milliseconds, e.g. `2026-11-23T09:00:00.000Z`. */
export const Instant = z.iso.datetime({ precision: 3 })

/** A normalised mail address; the issue is `address_invalid`. */
export const Address = z
  .string()
  .max(320)
  .transform((text) => normaliseAddress(text) ?? text)
  .refine(isAddress, { message: 'address_invalid' })

/** A party of a mail or a recipient. */
export const PartySchema = z.object({ address: Address, name: z.string().max(200).default('') })

/** What people call something: one line, without controls and marks that turn text around; at most `max` characters. */
export function Name(max: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(max)
    .transform((text) => cleanText(text).trim())
    .refine((text) => text !== '')
}

/** Ids of Gmail's API: hexadecimal, at most 20 digits. */
export const GmailId = z.string().regex(/^[0-9a-f]{6,20}$/)

/** The one shape in which every refusal travels. `ref` finds the line in the server's log. */
export const ErrorBody = z.object({
  error: z.object({
    code: z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]),
    reason: z.string() as unknown as z.ZodType<ErrorReason>,
    facts: z.record(z.string(), z.union([z.string(), z.number()])),
    fields: z.array(z.object({ field: z.string(), reason: z.string() as unknown as z.ZodType<ErrorReason> })),
    ref: z.string(),
  }),
})

export type ErrorBody = z.infer<typeof ErrorBody>
