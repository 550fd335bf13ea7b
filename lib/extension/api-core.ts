import type { hc } from 'hono/client'
import type * as z from 'zod'
import type { Api } from '../../backend/http/app.ts'
import { ErrorBody } from '../contract/common.ts'
import type { ErrorCode, ErrorReason } from '../domain/errors.ts'

/**
 * Every way a call can fail. `refused`: the server said no, with its reason. `network`: it did not answer.
 * `unreadable`: it answered something else than our contract, so it may be another version or another server.
 */
export type ApiProblem =
  | {
      kind: 'refused'
      code: ErrorCode
      reason: ErrorReason
      facts: Record<string, string | number>
      fields: { field: string; reason: ErrorReason }[]
      ref: string
    }
  | { kind: 'network' }
  | { kind: 'unreadable'; status: number }

/** Thrown by every method of `Backend`; `problem` says which of the three it is. */
export class ApiError extends Error {
  readonly problem: ApiProblem

  constructor(problem: ApiProblem) {
    super(problem.kind === 'refused' ? `${problem.code}: ${problem.reason}` : problem.kind)
    this.name = 'ApiError'
    this.problem = problem
  }
}

/** The routes below `/api/v1`, as hono's client types them. */
type V1 = ReturnType<typeof hc<Api>>['api']['v1']

/** What every group of calls (`api-<stem>.ts`) is made from. */
export interface Calls {
  v1: V1
  /** For answers behind which Gmail or a large file stands. */
  slow: V1
  /** For files of any size going up or down. */
  long: V1
  /** Request options of a creating call: its Idempotency-Key. */
  once: (key: string) => { headers: Record<string, string> }
}

/** hono's client puts parameters into the path as they are. */
export const at = (id: string) => ({ id: encodeURIComponent(id) })

/** What hono's client and fetch have in common. */
interface Answer {
  ok: boolean
  status: number
  text(): Promise<string>
  blob(): Promise<Blob>
  body: ReadableStream<Uint8Array> | null
}

export async function accepted<A extends Answer>(call: Promise<A>): Promise<A> {
  const answer = await call.catch(() => {
    throw new ApiError({ kind: 'network' })
  })
  if (answer.ok) return answer
  const body = ErrorBody.safeParse(await json(answer))
  if (!body.success) throw new ApiError({ kind: 'unreadable', status: answer.status })
  throw new ApiError({ kind: 'refused', ...body.data.error })
}

/** The answer's body, checked against its contract. */
export async function read<S extends z.ZodType>(call: Promise<Answer>, schema: S): Promise<z.output<S>> {
  const answer = await accepted(call)
  const parsed = schema.safeParse(await json(answer))
  if (!parsed.success) throw new ApiError({ kind: 'unreadable', status: answer.status })
  return parsed.data
}

export async function done(call: Promise<Answer>): Promise<void> {
  await accepted(call)
}

async function json(answer: Answer): Promise<unknown> {
  const text = await answer.text().catch(() => {
    // The connection broke in the middle of the answer.
    throw new ApiError({ kind: 'network' })
  })
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
