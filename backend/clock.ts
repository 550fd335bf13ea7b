import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '../lib/domain/clock.ts'

/** A clock that somebody else moves. */
export interface FollowedClock extends Clock {
  /** Called after every move, stop or start of the clock, not on every tick. Returns the unsubscriber. */
  onChange(listener: () => void): () => void
}

/** No timer is set for longer: the machine may sleep or be set to another time, and Node's overflow at 2^31 ms. */
const longestTimerMs = 60_000
const reconnectMs = 200

/** The machine's time. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    sleepUntil(at, signal) {
      const { promise, resolve } = Promise.withResolvers<void>()
      let timer: NodeJS.Timeout | undefined
      const step = (): void => {
        const left = at - Date.now()
        if (left <= 0 || signal.aborted) finish()
        else timer = setTimeout(step, Math.min(Math.ceil(left), longestTimerMs))
      }
      const finish = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', finish)
        resolve()
      }
      signal.addEventListener('abort', finish, { once: true })
      step()
      return promise
    },
  }
}

/**
 * The stand-in Google's clock: `GET <url>/stream` answers one JSON line `{"now": epoch ms, "running": boolean}`
 * now and after every change. Resolves with the first line; reconnects by itself until `signal` aborts.
 */
export async function followClock(url: string, signal: AbortSignal): Promise<FollowedClock> {
  const clock = new RemoteClock()
  const first = Promise.withResolvers<void>()
  void follow(`${url}/stream`, signal, (line) => {
    clock.put(line)
    first.resolve()
  })
  signal.addEventListener('abort', () => first.reject(signal.reason), { once: true })
  await first.promise
  return clock
}

interface ClockLine {
  now: number
  running: boolean
}

async function follow(url: string, signal: AbortSignal, onLine: (line: ClockLine) => void): Promise<void> {
  while (!signal.aborted) {
    try {
      const answer = await fetch(url, { signal })
      if (!answer.ok || !answer.body) throw new Error(`The clock answered ${answer.status}.`)
      let rest = ''
      for await (const text of answer.body.pipeThrough(new TextDecoderStream())) {
        const lines = (rest + text).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) if (line.trim()) onLine(readLine(line))
      }
    } catch {
      // Gone or restarting; the clock goes on as it was last seen.
    }
    await delay(reconnectMs, undefined, { signal }).catch(() => undefined)
  }
}

function readLine(line: string): ClockLine {
  const value: unknown = JSON.parse(line)
  if (typeof value === 'object' && value !== null && 'now' in value && 'running' in value)
    if (typeof value.now === 'number' && typeof value.running === 'boolean')
      return { now: value.now, running: value.running }
  throw new Error('Not a line of the clock.')
}

class RemoteClock implements FollowedClock {
  #base = 0
  #anchor = 0
  #running = false
  #sleepers = new Set<() => void>()
  #listeners = new Set<() => void>()

  put(line: ClockLine): void {
    this.#base = line.now
    this.#anchor = performance.now()
    this.#running = line.running
    for (const check of [...this.#sleepers]) check()
    for (const listener of [...this.#listeners]) listener()
  }

  now(): number {
    return this.#running ? Math.floor(this.#base + performance.now() - this.#anchor) : this.#base
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  sleepUntil(at: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    let timer: NodeJS.Timeout | undefined
    const check = (): void => {
      clearTimeout(timer)
      const left = at - this.now()
      if (left <= 0 || signal.aborted) {
        this.#sleepers.delete(check)
        signal.removeEventListener('abort', check)
        resolve()
      } else if (this.#running) timer = setTimeout(check, Math.min(Math.ceil(left), longestTimerMs))
    }
    this.#sleepers.add(check)
    signal.addEventListener('abort', check, { once: true })
    check()
    return promise
  }
}
