import type { Clock } from '../../lib/domain/clock.ts'
import { createCalls } from './calls.ts'
import type { GoogleGateway } from './gateway.ts'
import { createGmailClient, createMailbox } from './gmail.ts'
import { createLane, type Lane } from './lane.ts'
import { buildMime } from './mime.ts'
import { createOAuth } from './oauth.ts'

/** What the backend knows of its own project at Google. */
export interface GatewaySettings {
  clientId: string
  clientSecret: string
  redirectUri: string
  /** Address of the stand-in Google, without a slash at the end; undefined is Google itself. */
  base: string | undefined
  clock: Clock
  /** How long one call may take, real ms; default 30 s. */
  limitMs?: number
  log?: { info(event: string, facts: Record<string, string | number>): void }
}

/** Google behind the gateway's interface. One per process: it holds every mailbox's places. */
export function createGateway(settings: GatewaySettings): GoogleGateway {
  const { clock, limitMs = 30_000, log = { info: () => undefined } } = settings
  const client = createGmailClient(settings.base)
  const lanes = new Map<string, Lane>()
  const laneOf = (email: string): Lane => {
    const lane = lanes.get(email) ?? createLane(clock)
    lanes.set(email, lane)
    return lane
  }
  return {
    ...createOAuth({ ...settings, limitMs }),
    openMailbox: (email, tokens, share) =>
      createMailbox(client, createCalls({ lane: laneOf(email), share, tokens, clock, limitMs, log })),
    buildMime,
  }
}
