import { browser } from './browser.ts'

/** Requests by hour (epoch ms of its beginning), by origin; only what the Trust page counts, no address of any of them. */
type Hours = Record<string, number>
const hour = 3_600_000
const key = (origin: string) => `traffic:${origin}`
/** Several requests of one moment make one write (ms). */
const gather = 500

/** A `fetch` that counts what goes to its server, for the Trust page: "Where this browser talked to". */
export function countingFetch(origin: string): typeof fetch {
  let waiting = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const write = () => {
    timer = undefined
    const more = waiting
    waiting = 0
    void addRequests(origin, more, Date.now()).catch(() => undefined)
  }
  return (input, init) => {
    waiting += 1
    if (timer === undefined) timer = setTimeout(write, gather)
    return fetch(input, init)
  }
}

/** Adds requests to the present hour. Several panels write one after the other. */
export function addRequests(origin: string, more: number, now: number): Promise<void> {
  return inTurn(async () => {
    const hours = recent(await read(origin), now)
    const at = String(now - (now % hour))
    await browser.storage.local.set({ [key(origin)]: { ...hours, [at]: (hours[at] ?? 0) + more } })
  })
}

/** How many requests went to this server in the last 24 hours. */
export async function requestsOfDay(origin: string, now: number): Promise<number> {
  return Object.values(recent(await read(origin), now)).reduce((sum, one) => sum + one, 0)
}

async function read(origin: string): Promise<Hours> {
  const found = await browser.storage.local.get(key(origin))
  // Only this file writes these keys.
  return (found[key(origin)] as Hours | undefined) ?? {}
}

function recent(hours: Hours, now: number): Hours {
  return Object.fromEntries(Object.entries(hours).filter(([at]) => Number(at) > now - 24 * hour))
}

function inTurn(work: () => Promise<void>): Promise<void> {
  return typeof navigator !== 'undefined' && navigator.locks
    ? navigator.locks.request('inlay-traffic', work)
    : work()
}
