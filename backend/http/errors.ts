import type { ErrorHandler, Context as HonoContext, NotFoundHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { ErrorBody } from '../../lib/contract/common.ts'
import { errorCodes, Refusal } from '../../lib/domain/errors.ts'
import type { Env, House } from './house.ts'

/** The one place where an error becomes an answer. What nobody foresaw is logged by its reference and hidden. */
export function errorHandler(house: House): ErrorHandler<Env> {
  return (error, c) => {
    if (error instanceof Refusal) return answer(c, error)
    if (error instanceof HTTPException && error.status < 500)
      return answer(
        c,
        new Refusal(
          error.status === 413 ? 'too_large' : 'invalid',
          error.status === 413 ? 'body_too_large' : 'field_invalid',
        ),
      )
    house.log.error('request.failed', {
      ref: c.get('ref'),
      route: c.req.routePath,
      method: c.req.method,
      ...house.errorFacts(error),
    })
    return answer(c, new Refusal('internal', 'unexpected'))
  }
}

export const notFound: NotFoundHandler<Env> = (c) => answer(c, new Refusal('not_found', 'route_unknown'))

function answer(c: HonoContext<Env>, refusal: Refusal): Response {
  const { code, reason, facts, fields } = refusal
  const body: ErrorBody = {
    error: { code, reason, facts: { ...facts }, fields: [...fields], ref: c.get('ref') },
  }
  return c.json(body, errorCodes[code] as ContentfulStatusCode)
}
