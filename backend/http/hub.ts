import type { EventHub } from './house.ts'

type Listener = Parameters<EventHub['subscribe']>[1]

/** Spreads one notification of the database to the streams of its organisation. */
export function createHub(): EventHub & {
  news(orgId: string): void
  /** Notifications were lost for a while: everybody looks again. */
  gap(): void
  clockMoved(): void
  close(): void
} {
  const listeners = new Map<string, Set<Listener>>()
  const tellAll = (what: Parameters<Listener>[0]) => {
    for (const own of listeners.values()) for (const listener of own) listener(what)
  }
  return {
    subscribe(orgId, listener) {
      const own = listeners.get(orgId) ?? new Set()
      listeners.set(orgId, own.add(listener))
      return () => {
        own.delete(listener)
        if (own.size === 0) listeners.delete(orgId)
      }
    },
    news(orgId) {
      for (const listener of listeners.get(orgId) ?? []) listener('events')
    },
    gap: () => tellAll('events'),
    clockMoved: () => tellAll('clock'),
    close: () => tellAll('end'),
  }
}
