import type { ValidationTargets } from 'hono'
import { validator } from 'hono-openapi'
import type * as z from 'zod'
import { type ErrorReason, type FieldProblem, Refusal } from '../../lib/domain/errors.ts'
import { toJsonSchema } from './openapi-schemas.ts'

const ownReasons: readonly ErrorReason[] = ['address_invalid', 'zone_unknown', 'no_recipient']

interface Issue {
  message: string
  path?: readonly (PropertyKey | { key: PropertyKey })[] | undefined
}

/**
 * Checks a request against its contract. A mismatch names each field and never echoes a value: the default answer of the
 * library would send the input back.
 */
export function valid<S extends z.ZodType, T extends keyof ValidationTargets>(target: T, schema: S) {
  const hook = (result: { success: boolean; error?: unknown }) => {
    if (result.success) return
    const issues = result.error as readonly Issue[]
    throw new Refusal('invalid', 'field_invalid', {}, issues.slice(0, 50).map(toProblem))
  }
  return validator(target, schema, hook, { options: toJsonSchema('input') })
}

function toProblem(issue: Issue): FieldProblem {
  const field = (issue.path ?? []).map((step) => String(typeof step === 'object' ? step.key : step)).join('.')
  const own = ownReasons.find((reason) => reason === issue.message)
  return { field, reason: own ?? 'field_invalid' }
}
