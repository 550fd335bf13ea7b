import type { Context as HonoContext } from 'hono'
import { matchedRoutes } from 'hono/route'
import { findTargetHandler } from 'hono/utils/handler'
import { describeRoute, resolver } from 'hono-openapi'
import type * as z from 'zod'
import type { Env } from './house.ts'
import { answerNames, toJsonSchema } from './openapi-schemas.ts'

/** What a route allows to whom, beyond what its service checks. */
export interface RouteMarks {
  /** A POST that changes nothing: a read-only token may call it. */
  reads?: boolean
  /** Only people signed in themselves: no personal access token reaches it. */
  sessionOnly?: boolean
  /** Nobody has to be signed in. */
  open?: boolean
  /** Media type of a body that is no JSON and is checked by nobody here. */
  body?: `${string}/${string}`
  /** Makes something; a repetition with the same Idempotency-Key finds what the first one made. */
  once?: boolean
}

const marksOf = new WeakMap<object, RouteMarks>()

/**
 * What the OpenAPI document says of a route; every route under `/api/v1` carries one before its validators, which add
 * parameters and body by themselves. `answer` is the schema of the body, a media type where it is no JSON, or null for none.
 */
export function describe(
  summary: string,
  answer: z.ZodType | `${string}/${string}` | null,
  status = 200,
  marks: RouteMarks = {},
) {
  const middleware = describeRoute({
    summary,
    ...(marks.open && { security: [] }),
    ...(marks.sessionOnly && {
      security: [{ session: [] }],
      description: 'For people signed in themselves; a token is refused.',
    }),
    ...(marks.reads && { description: 'Changes nothing; a token that only reads may call it.' }),
    ...(marks.once && { parameters: [{ $ref: '#/components/parameters/IdempotencyKey' }] }),
    ...(marks.body !== undefined && {
      requestBody: { required: true, content: { [marks.body]: { schema: { type: 'string' as const } } } },
    }),
    responses: { [status]: { description: answered(status), ...contentOf(answer) } },
  })
  marksOf.set(middleware, marks)
  return middleware
}

function contentOf(answer: z.ZodType | string | null) {
  if (answer === null) return {}
  if (typeof answer === 'string') return { content: { [answer]: { schema: { type: 'string' as const } } } }
  const schema = resolver(answer, { options: toJsonSchema('output', answerNames) })
  return { content: { 'application/json': { schema } } }
}

function answered(status: number): string {
  if (status === 201) return 'Made.'
  if (status === 202) return 'Begun; the answer says how it stands.'
  return status === 204 ? 'Done; nothing to say.' : 'The answer.'
}

/** The marks of the route that will answer: the first of those that fit. A route without description has none. */
export function marksOfRequest(c: HonoContext<Env>): RouteMarks {
  for (const { handler } of matchedRoutes(c)) {
    const marks = marksOf.get(findTargetHandler(handler))
    if (marks !== undefined) return marks
  }
  return {}
}
