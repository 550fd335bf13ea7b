import type { Clock } from '../../lib/domain/clock.ts'
import { createCalls } from './calls.ts'
import { createDrive, createDriveClient } from './drive.ts'
import type { Budget, GoogleGateway } from './gateway.ts'
import { createGmailClient, createMailbox } from './gmail.ts'
import { createLane, type Lane } from './lane.ts'
import { buildMime } from './mime.ts'
import { createOAuth } from './oauth.ts'
import { readMail } from './read-mail.ts'

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

/** Drive counts requests, not units, and allows far more of them than a person asks for; its 403s say when to wait. */
const unlimited: Budget = { take: async ({ want }) => ({ units: want, span: 0, until: 0 }) }

/** Google behind the gateway's interface. One per process: it holds every mailbox's places. */
export function createGateway(settings: GatewaySettings): GoogleGateway {
  const { clock, limitMs = 30_000, log = { info: () => undefined } } = settings
  const client = createGmailClient(settings.base)
  const drive = createDriveClient(settings.base)
  const lanes = new Map<string, Lane>()
  const laneOf = (name: string): Lane => {
    const lane = lanes.get(name) ?? createLane(clock)
    lanes.set(name, lane)
    return lane
  }
  return {
    ...createOAuth({ ...settings, limitMs }),
    openMailbox: (email, tokens, share) =>
      createMailbox(client, createCalls({ lane: laneOf(email), share, tokens, clock, limitMs, log })),
    openDrive: (email, tokens) => {
      const lane = laneOf(`drive ${email}`)
      const share = { use: 'person', budget: unlimited } as const
      return createDrive(drive, createCalls({ lane, share, tokens, clock, limitMs, log }))
    },
    buildMime,
    readMail,
  }
}
