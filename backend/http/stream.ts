import { createMiddleware } from 'hono/factory'
import { type SSEStreamingApi, streamSSE } from 'hono/streaming'
import type { StreamEvent } from '../../lib/contract/stream.ts'
import type { Context } from '../services/context.ts'
import { eventsSince, latestEvent } from '../services/events.ts'
import type { Env, House } from './house.ts'

const pulseMs = 20_000

/** One resumable stream per sidebar: what was missed since `Last-Event-ID`, then what happens. */
export function stream(house: House) {
  return createMiddleware<Env>(async (c) => {
    const ctx = c.get('ctx')
    const asked = Number(c.req.header('last-event-id') ?? Number.NaN)
    const from = Number.isSafeInteger(asked) && asked >= 0 ? asked : undefined
    return streamSSE(c, (out) => serve(house, { ctx, stillIn: c.get('stillIn') }, out, from))
  })
}

async function serve(
  house: House,
  { ctx, stillIn }: { ctx: Context; stillIn: () => Promise<boolean> },
  out: SSEStreamingApi,
  asked: number | undefined,
): Promise<void> {
  const waker = createWaker()
  const unsubscribe = house.events.subscribe(ctx.actor.orgId, (what) => waker.wake(what))
  const pulse = setInterval(() => waker.wake('pulse'), pulseMs)
  out.onAbort(() => waker.wake('end'))
  try {
    const { seq: newest, oldest } = await latestEvent(ctx)
    let seq = asked ?? newest
    const reset = asked === undefined || asked > newest || (oldest !== undefined && asked + 1 < oldest)
    if (reset) seq = newest
    const now = () => new Date(ctx.clock.now()).toISOString()
    await write(out, { type: 'hello', seq, reset, now: now() })
    let woken: ReadonlySet<Reason> = new Set()
    for (;;) {
      const events = await eventsSince(ctx, seq)
      // Asked after reading: whoever was signed out or deactivated meanwhile hears nothing of what came since.
      if ((events.length > 0 || woken.size > 0) && !(await stillIn())) return
      if (woken.has('clock')) await write(out, { type: 'clock', seq, now: now() })
      if (woken.has('pulse')) await out.write(': \n\n')
      for (const event of events) {
        await write(out, event)
        seq = event.seq
      }
      woken = events.length > 0 ? new Set() : await waker.wait()
      if (woken.has('end') || out.aborted) return
    }
  } finally {
    clearInterval(pulse)
    unsubscribe()
  }
}

async function write(out: SSEStreamingApi, event: StreamEvent): Promise<void> {
  await out.writeSSE({ id: String(event.seq), event: event.type, data: JSON.stringify(event) })
}

type Reason = 'events' | 'clock' | 'pulse' | 'end'

/** Collects reasons to wake up, so that none is lost between two waits. */
function createWaker() {
  let reasons = new Set<Reason>()
  let resolve: (() => void) | undefined
  return {
    wake(reason: Reason) {
      reasons.add(reason)
      resolve?.()
    },
    async wait(): Promise<ReadonlySet<Reason>> {
      if (reasons.size === 0) await new Promise<void>((done) => (resolve = done))
      const woken = reasons
      reasons = new Set(woken.has('end') ? ['end'] : [])
      resolve = undefined
      return woken
    },
  }
}
