import { Hono } from 'hono'
import * as z from 'zod'
import { GmailId } from '../../../lib/contract/common.ts'
import { Chips, ChipsQuery, ChooseDeal, LinkThread, ThreadStanding } from '../../../lib/contract/messages.ts'
import { ThreadQuery } from '../../../lib/contract/threads.ts'
import { threadChips } from '../../services/links/chips.ts'
import { chooseDeal } from '../../services/links/deal.ts'
import { linkThread, unlinkThread } from '../../services/links/link.ts'
import { threadStanding } from '../../services/links/standing.ts'
import { describe } from '../describe.ts'
import type { Env } from '../house.ts'
import { valid } from '../valid.ts'

const byThread = valid('param', z.object({ id: GmailId }))

/** Where a thread of my mailbox stands, and putting it elsewhere. */
export const linkRoutes = new Hono<Env>()
  .get(
    '/threads/:id/standing',
    describe('On which records a thread of my mailbox stands, why, and who sees it', ThreadStanding),
    byThread,
    valid('query', ThreadQuery),
    async (c) => {
      const { account } = c.req.valid('query')
      return c.json<ThreadStanding>(await threadStanding(c.get('ctx'), c.req.valid('param').id, account), 200)
    },
  )
  .put(
    '/threads/:id/links',
    describe('Put a thread or one mail of it on a record by hand', ThreadStanding),
    byThread,
    valid('json', LinkThread),
    async (c) =>
      c.json<ThreadStanding>(
        await linkThread(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')),
        200,
      ),
  )
  .delete(
    '/threads/:id/links',
    describe('Take a thread or one mail of it off a record', ThreadStanding),
    byThread,
    valid('json', LinkThread),
    async (c) =>
      c.json<ThreadStanding>(
        await unlinkThread(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')),
        200,
      ),
  )
  .put(
    '/threads/:id/deal',
    describe('Say which deal a thread is about', ThreadStanding),
    byThread,
    valid('json', ChooseDeal),
    async (c) =>
      c.json<ThreadStanding>(
        await chooseDeal(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')),
        200,
      ),
  )
  .post(
    '/threads/chips',
    describe('The record that tells most about each thread of a list', Chips, 200, { reads: true }),
    valid('json', ChipsQuery),
    async (c) => c.json<Chips>(await threadChips(c.get('ctx'), c.req.valid('json')), 200),
  )
