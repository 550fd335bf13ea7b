import { Hono } from 'hono'
import { Asked } from '../../../lib/contract/messages.ts'
import {
  AskMailbox,
  Disconnect,
  Erased,
  OfAccount,
  RetryAside,
  Runs,
  RunsQuery,
  StopSync,
  Trust,
} from '../../../lib/contract/sync.ts'
import { askMailbox } from '../../services/sync/ask.ts'
import { pokeSync, resync, retryAside, runSyncNow, stopSync } from '../../services/sync/control.ts'
import { disconnect } from '../../services/sync/disconnect.ts'
import { exportMailbox, getTrust, syncRuns } from '../../services/trust.ts'
import { describe } from '../describe.ts'
import { attachment } from '../download.ts'
import type { Env } from '../house.ts'
import { valid } from '../valid.ts'

/** Synchronisation of my own mailboxes: what it did, and what I want of it. */
export const syncRoutes = new Hono<Env>()
  .get('/sync', describe('What synchronisation did with my mailboxes', Trust), async (c) =>
    c.json<Trust>(await getTrust(c.get('ctx')), 200),
  )
  .get(
    '/sync/runs',
    describe('Runs of one of my mailboxes, newest first', Runs),
    valid('query', RunsQuery),
    async (c) => c.json<Runs>(await syncRuns(c.get('ctx'), c.req.valid('query')), 200),
  )
  .post(
    '/sync/poke',
    describe('My page of Gmail shows something new: look soon', null, 202),
    valid('json', OfAccount),
    async (c) => c.body(null, (await pokeSync(c.get('ctx'), c.req.valid('json').account)) ? 202 : 204),
  )
  .post('/sync/run', describe('Synchronise now', null, 204), valid('json', OfAccount), async (c) => {
    await runSyncNow(c.get('ctx'), c.req.valid('json').account)
    return c.body(null, 204)
  })
  .post(
    '/sync/stop',
    describe('Stop synchronisation, or start it again', null, 204),
    valid('json', StopSync),
    async (c) => {
      await stopSync(c.get('ctx'), c.req.valid('json'))
      return c.body(null, 204)
    },
  )
  .post(
    '/sync/resync',
    describe('Compare everything stored with Gmail', null, 204),
    valid('json', OfAccount),
    async (c) => {
      await resync(c.get('ctx'), c.req.valid('json').account)
      return c.body(null, 204)
    },
  )
  .post(
    '/sync/aside/retry',
    describe('Read mails that were set aside once more', null, 204),
    valid('json', RetryAside),
    async (c) => {
      await retryAside(c.get('ctx'), c.req.valid('json'))
      return c.body(null, 204)
    },
  )
  .post(
    '/sync/ask',
    describe('Why mails of my mailbox are here or not', Asked, 200, { reads: true }),
    valid('json', AskMailbox),
    async (c) => c.json<Asked>(await askMailbox(c.get('ctx'), c.req.valid('json')), 200),
  )
  .post(
    '/sync/disconnect',
    describe('Disconnect a mailbox, and delete what was taken from it if asked to', Erased, 200, {
      sessionOnly: true,
    }),
    valid('json', Disconnect),
    async (c) => c.json(await disconnect(c.get('ctx'), c.req.valid('json')), 200),
  )
  .get(
    '/sync/export',
    describe('Everything kept of one of my mailboxes, a JSON object a line', 'application/jsonl'),
    valid('query', OfAccount),
    async (c) => {
      const { account } = c.req.valid('query')
      const text = await exportMailbox(c.get('ctx'), account)
      return attachment(c, `${account}.jsonl`, 'application/jsonl', text)
    },
  )
