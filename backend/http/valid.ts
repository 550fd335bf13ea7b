import type { ValidationTargets } from 'hono'
import { validator } from 'hono-openapi'
import type * as z from 'zod'
import { type ErrorReason, type FieldProblem, Refusal } from '../../lib/domain/errors.ts'

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
  return validator(target, schema, (result) => {
    if (result.success) return
    throw new Refusal(
      'invalid',
      'field_invalid',
      {},
      (result.error as readonly Issue[]).slice(0, 50).map(toProblem),
    )
  })
}

function toProblem(issue: Issue): FieldProblem {
  const field = (issue.path ?? []).map((step) => String(typeof step === 'object' ? step.key : step)).join('.')
  const own = ownReasons.find((reason) => reason === issue.message)
  return { field, reason: own ?? 'field_invalid' }
}
