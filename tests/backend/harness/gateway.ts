import { afterAll, afterEach } from 'vitest'
import { createGateway } from '../../../backend/google/connect.ts'
import type { GmailMailbox, GoogleGateway } from '../../../backend/google/gateway.ts'
import { startGoogle } from '../../stand-ins/google/start.ts'
import type { GoogleStandIn, RequestLogEntry, StandInMailbox } from '../../stand-ins/google/types.ts'

const scope = 'https://www.googleapis.com/auth/gmail.'
export const composeScope = `${scope}compose`
const all = [`${scope}readonly`, composeScope]

/** The gateway before a stand-in Google whose clock stands still. */
export interface TestGateway {
  google: GoogleStandIn
  gateway: GoogleGateway
  /** Another gateway with its own limit of a call, real ms. */
  another(limitMs: number): GoogleGateway
  /** A fresh account's mailbox; `asked` collects with which refused token it was asked for another. */
  newMailbox(scopes?: string[]): {
    email: string
    own: StandInMailbox
    mailbox: GmailMailbox
    asked: (string | undefined)[]
  }
  /** What this account has called. */
  calls(email: string): RequestLogEntry[]
}

/** No limit of our own: what Google says is looked at. */
export const freely = {
  use: 'person',
  budget: { take: async ({ want }) => ({ units: want, span: 0, until: 0 }) },
} satisfies Parameters<GoogleGateway['openMailbox']>[2]

/** Call it once per file; every test starts without faults. */
export async function testGateway(): Promise<TestGateway> {
  const google = await startGoogle({ startAt: Date.parse('2026-11-23T09:00:00Z'), running: false })
  const another = (limitMs: number) =>
    createGateway({
      clientId: google.clientId,
      clientSecret: google.clientSecret,
      redirectUri: 'http://127.0.0.1:9/callback',
      base: google.url,
      clock: google.clock,
      limitMs,
    })
  const gateway = another(5_000)
  afterAll(() => google.stop())
  afterEach(() => {
    google.clearFaults()
    google.clearRequests()
  })
  let made = 0
  return {
    google,
    gateway,
    another,
    newMailbox(scopes = all) {
      const email = `box${++made}@arbor.example`
      const own = google.addAccount({ email, name: 'Box' })
      const asked: (string | undefined)[] = []
      const mailbox = gateway.openMailbox(
        email,
        async (refused) => {
          asked.push(refused)
          return google.issueToken(email, scopes).accessToken
        },
        freely,
      )
      return { email, own, mailbox, asked }
    },
    calls: (email) => google.requests.filter((one) => one.account === email),
  }
}
