import type { Context, Deps } from '../services/context.ts'
import type { PushDoor } from '../services/sync/notices.ts'

/** What the routes need besides the services' own dependencies. */
export interface House extends Deps {
  version: string
  /** Where this backend is reached, no trailing slash; also the base of the OAuth redirect. */
  baseUrl: string
  events: EventHub
  /** Undefined: Gmail's notifications are not taken by push. */
  pushDoor?: PushDoor | undefined
  readiness: () => Promise<Readiness>
  /** What may be logged of an error: never its text where that may quote a person. */
  errorFacts: (error: unknown) => Record<string, string | number | boolean | null>
}

export interface Readiness {
  ready: boolean
  /** What does not work, each with its reason. */
  problems: string[]
  /** What is switched off by configuration, and what would switch it on. */
  off: string[]
}

/** Wakes streams when their organisation has news, when the clock was moved, and when the backend stops. */
export interface EventHub {
  subscribe(orgId: string, listener: (what: 'events' | 'clock' | 'end') => void): () => void
}

/** Set on every route behind a session. */
export interface Env {
  Variables: {
    ref: string
    ctx: Context
    /** Empty where a personal access token opened the door. */
    sessionId: string
    /** Whether what opened the door still would, for connections that stay open. */
    stillIn: () => Promise<boolean>
  }
}
