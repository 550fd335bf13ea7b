import type { Fault } from './types.ts'

/** What a request is matched by. */
export interface FaultTarget {
  method: string
  path: string
  account: string | undefined
}

interface Planted {
  fault: Fault
  seen: number
  used: number
}

/** The planted faults; a request meets at most one, the first added that is due. */
export class Faults {
  #planted: Planted[] = []

  add(fault: Fault): void {
    this.#planted.push({ fault, seen: 0, used: 0 })
  }

  clear(): void {
    this.#planted = []
  }

  /** The fault this request meets. Counts it for every fault it matches. */
  take(target: FaultTarget): Fault['kind'] | undefined {
    let met: Planted | undefined
    for (const planted of this.#planted) {
      if (!isFor(planted.fault, target)) continue
      planted.seen += 1
      if (met === undefined && planted.seen >= (planted.fault.nth ?? 1)) met = planted
    }
    if (met === undefined) return undefined
    met.used += 1
    if (met.used >= (met.fault.times ?? 1)) this.#planted = this.#planted.filter((one) => one !== met)
    return met.fault.kind
  }
}

function isFor({ method, path, account }: Fault, target: FaultTarget): boolean {
  if (method !== undefined && method.toUpperCase() !== target.method) return false
  if (account !== undefined && account.toLowerCase() !== target.account) return false
  return path === undefined || new RegExp(path instanceof RegExp ? path.source : path).test(target.path)
}
