import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startGoogle } from '../google/start.ts'
import type { GoogleStandIn, StandInMailbox } from '../google/types.ts'
import type { ListModel, ThreadModel } from './model.ts'
import { createGmailPage, type GmailPage } from './page.ts'
import { seedWorld, type World } from './world.ts'

/** When the bench's clock stands still: 15:12 in Tokyo, 8:12 in Hamburg. */
export const START = Date.parse('2026-09-22T06:12:00Z')

/** A seeded stand-in Google with its page served over plain http, Mia at /u/0 and Ken at /u/1. */
export interface PageBench {
  google: GoogleStandIn
  world: World
  gmail: GmailPage
  base: string
  /** Mia's mailbox. */
  mia: StandInMailbox
  ask<T>(what: string, index?: number): Promise<T>
  tell(what: string, body: unknown): Promise<unknown>
  /** A thread of the world as Mia's page gets it. */
  threadOf(name: string): Promise<ThreadModel>
  stop(): Promise<void>
}

/** Starts the bench on a clock that stands still. */
export async function startPageBench(): Promise<PageBench> {
  const google = await startGoogle({ startAt: START, running: false })
  const world = seedWorld(google)
  const gmail = createGmailPage({ google, accounts: [world.mia, world.ken] })
  const server = createServer(gmail.handler)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const ask = async <T>(what: string, index = 0) =>
    (await (await fetch(`${base}/mail/u/${index}/data/${what}`)).json()) as T
  return {
    google,
    world,
    gmail,
    base,
    mia: google.mailbox(world.mia),
    ask,
    async tell(what, body) {
      const answer = await fetch(`${base}/mail/u/0/data/${what}`, {
        method: 'POST',
        body: JSON.stringify(body),
      })
      return answer.json()
    },
    async threadOf(name) {
      const { rows } = await ask<ListModel>('list?view=all')
      const id = world.thread(name).threadIdIn(world.mia)
      return ask<ThreadModel>(`thread?view=all&token=${rows.find((row) => row.threadId === id)?.token}`)
    },
    async stop() {
      gmail.stop()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await google.stop()
    },
  }
}
