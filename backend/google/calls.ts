import type { Clock } from '../../lib/domain/clock.ts'
import { toGoogleError } from './errors.ts'
import { type AccessTokens, GoogleError } from './gateway.ts'
import type { Lane, LaneCall } from './lane.ts'

/** What one request needs from the outside. */
interface CallOptions {
  headers: { authorization: string }
  signal: AbortSignal
  retry: false
  fetchImplementation: typeof fetch
}

/** node-fetch, gaxios' own, ends the whole process when a call with a body is ended before it began. Seen 2026-11. */
export const ownFetch: typeof fetch = (input, init) => fetch(input, init)

export interface Calls {
  /** Repeated after a network failure, a 5xx or a moment's crowding; never after a refusal. */
  read<T>(units: number, signal: AbortSignal, request: Request<T>): Promise<T>
  /**
   * Sent once; 401 alone is tried again, with a fresh token, because it proves that nothing was done. What takes long to
   * send restarts the time limit by `alive`.
   */
  write<T>(units: number, signal: AbortSignal, request: Request<T>): Promise<T>
  /** As `read`, but the place in the lane and the time limit last until `done` is called; `alive` restarts the limit. */
  open<T>(units: number, signal: AbortSignal, request: Request<T>): Promise<Opened<T>>
}

type Request<T> = (options: CallOptions, alive: () => void) => Promise<{ data: T }>

interface Opened<T> {
  data: T
  alive(): void
  done(): void
}

const tries = 5

/** Runs the requests of one mailbox: place and units first, token, time limit in ms, then the answer or a GoogleError. */
export function createCalls(input: {
  lane: Lane
  share: LaneCall
  tokens: AccessTokens
  clock: Clock
  limitMs: number
  log: { info(event: string, facts: Record<string, string | number>): void }
}): Calls {
  const { lane, share, clock, limitMs, log } = input

  /** Whatever fails here, the call itself never left. */
  async function token(refused: string | undefined): Promise<string> {
    try {
      return await input.tokens(refused)
    } catch (error) {
      const seen = toGoogleError(error, clock.now())
      throw seen.kind === 'reauth' || seen.kind === 'rate'
        ? seen
        : new GoogleError('unreachable', `token_${seen.reason}`, { cause: error })
    }
  }

  async function attempt<T>(signal: AbortSignal, alive: () => void, request: Request<T>): Promise<T> {
    let refused: string | undefined
    for (;;) {
      const access = await token(refused)
      const headers = { authorization: `Bearer ${access}` }
      try {
        const options = { headers, signal, retry: false, fetchImplementation: ownFetch } as const
        return (await request(options, alive)).data
      } catch (error) {
        const seen = toGoogleError(error, clock.now())
        if (seen.kind !== 'reauth' || refused !== undefined) throw seen
        refused = access
      }
    }
  }

  async function once<T>(units: number, signal: AbortSignal, request: Request<T>): Promise<Opened<T>> {
    const leave = await lane.enter(units, share, signal)
    const limit = timeLimit(limitMs)
    let ended = false
    const done = (): void => {
      if (ended) return
      ended = true
      limit.clear()
      leave()
    }
    // An opened stream that nobody reads gives its place back too.
    limit.signal.addEventListener('abort', done, { once: true })
    try {
      const data = await attempt(AbortSignal.any([signal, limit.signal]), limit.restart, request)
      return { data, alive: limit.restart, done }
    } catch (error) {
      done()
      throw error
    }
  }

  async function repeat<T>(units: number, signal: AbortSignal, request: Request<T>): Promise<Opened<T>> {
    for (let nth = 1; ; nth++) {
      try {
        return await once(units, signal, request)
      } catch (error) {
        const wait = error instanceof GoogleError ? patience(error, nth, clock.now()) : undefined
        if (wait === undefined || nth >= tries || signal.aborted || !(error instanceof GoogleError))
          throw error
        log.info('google.again', { kind: error.kind, reason: error.reason, nth })
        await clock.sleepUntil(clock.now() + wait, signal)
      }
    }
  }

  return {
    async read(units, signal, request) {
      const opened = await repeat(units, signal, async (options, alive) => {
        const answer = await request(options, alive)
        return { data: whole(answer.data) }
      })
      opened.done()
      return opened.data
    },
    async write(units, signal, request) {
      const opened = await once(units, signal, request)
      opened.done()
      return opened.data
    },
    open: repeat,
  }
}

/** JSON that was cut does not parse, and then comes as text. */
export function whole<T>(data: T): T {
  if (typeof data === 'object' && data !== null) return data
  throw new GoogleError('uncertain', 'cut_answer')
}

/** How long to wait before trying a read again: 1, 2, 4 … s with jitter, a crowd's few seconds, else not at all. */
function patience(error: GoogleError, nth: number, now: number): number | undefined {
  if (error.kind === 'uncertain' || error.kind === 'unreachable')
    return 1000 * 2 ** (nth - 1) * (1 + Math.random() / 4)
  if (error.kind !== 'rate' || error.retryAt === undefined) return undefined
  return error.retryAt - now <= 10_000 ? error.retryAt - now : undefined
}

/** A limit in real milliseconds, whatever clock the product follows: sockets live in real time. */
function timeLimit(ms: number): { signal: AbortSignal; restart(): void; clear(): void } {
  const controller = new AbortController()
  const end = (): void => controller.abort(new GoogleError('uncertain', 'time_limit'))
  let timer = setTimeout(end, ms)
  return {
    signal: controller.signal,
    restart() {
      clearTimeout(timer)
      timer = setTimeout(end, ms)
    },
    clear: () => clearTimeout(timer),
  }
}
