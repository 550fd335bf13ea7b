import type { TestClock } from './types.ts'

/** Node's timers overflow above this many milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1

/** A test clock which also calls back, in the order of their times, whatever has become due. */
export interface ScheduledClock extends TestClock {
  /** Calls `run(at)` once `now() >= at` (epoch ms); at once when `at` has passed. Returns the canceller. */
  schedule(at: number, run: (at: number) => void): () => void
  /** Clears the timer and forgets what was scheduled; sleepers stay asleep until their signal aborts. */
  dispose(): void
}

interface Due {
  at: number
  run: (at: number) => void
}

/** A clock that starts at `at` (epoch ms) and, when `running`, ticks with the machine. */
export function createTestClock({ at, running }: { at: number; running: boolean }): ScheduledClock {
  return new MovableClock(at, running)
}

class MovableClock implements ScheduledClock {
  #base: number
  #anchor = performance.now()
  #running: boolean
  #due: Due[] = []
  #listeners = new Set<() => void>()
  #timer: NodeJS.Timeout | undefined
  #firing = false

  constructor(at: number, running: boolean) {
    this.#base = Math.floor(at)
    this.#running = running
  }

  get running(): boolean {
    return this.#running
  }

  now(): number {
    return this.#running ? Math.floor(this.#base + performance.now() - this.#anchor) : this.#base
  }

  set(at: number): void {
    this.#base = Math.floor(at)
    this.#anchor = performance.now()
    this.#changed()
  }

  advance(ms: number): void {
    this.set(this.now() + ms)
  }

  setRunning(running: boolean): void {
    if (running === this.#running) return
    this.#base = this.now()
    this.#anchor = performance.now()
    this.#running = running
    this.#changed()
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  schedule(at: number, run: (at: number) => void): () => void {
    const due = { at, run }
    const later = this.#due.findIndex((other) => other.at > at)
    this.#due.splice(later === -1 ? this.#due.length : later, 0, due)
    this.#fire()
    return () => {
      this.#due = this.#due.filter((other) => other !== due)
      this.#arm()
    }
  }

  sleepUntil(at: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.now() >= at) return Promise.resolve()
    return new Promise((resolve) => {
      const cancel = this.schedule(at, () => {
        signal.removeEventListener('abort', wake)
        resolve()
      })
      const wake = (): void => {
        cancel()
        resolve()
      }
      signal.addEventListener('abort', wake, { once: true })
    })
  }

  dispose(): void {
    clearTimeout(this.#timer)
    this.#due = []
    this.#listeners.clear()
  }

  #changed(): void {
    this.#fire()
    for (const listener of [...this.#listeners]) listener()
  }

  /** Runs what is due, earliest first; what that schedules in turn is run too when it is due. */
  #fire(): void {
    if (this.#firing) return
    this.#firing = true
    try {
      for (let next = this.#due[0]; next !== undefined && next.at <= this.now(); next = this.#due[0]) {
        this.#due.shift()
        next.run(next.at)
      }
    } finally {
      this.#firing = false
      this.#arm()
    }
  }

  #arm(): void {
    clearTimeout(this.#timer)
    const next = this.#due[0]
    if (next === undefined || !this.#running) return
    const wait = Math.min(Math.max(next.at - this.now(), 1), LONGEST_TIMER)
    this.#timer = setTimeout(() => this.#fire(), wait)
  }
}
