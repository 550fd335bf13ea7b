import { Hono } from 'hono'
import * as z from 'zod'
import { MessageBody, MessageDetail } from '../../../lib/contract/messages.ts'
import { AccessRequest, Ledger } from '../../../lib/contract/sharing.ts'
import { messageBody } from '../../services/messages/body.ts'
import { messageDetail } from '../../services/messages/detail.ts'
import { mailLedger } from '../../services/sharing/ledger.ts'
import { askForAccess, requestOf } from '../../services/sharing/requests.ts'
import { revokeGrant } from '../../services/sharing/share.ts'
import { createOnce } from '../auth.ts'
import { describe } from '../describe.ts'
import type { Env } from '../house.ts'
import { valid } from '../valid.ts'

const byId = valid('param', z.object({ id: z.uuid() }))

/** One mail, its text, and who may and did see it. */
export const messageRoutes = new Hono<Env>()
  .get('/messages/:id', describe('One mail, as far as I may see it', MessageDetail), byId, async (c) =>
    c.json<MessageDetail>(await messageDetail(c.get('ctx'), c.req.valid('param').id), 200),
  )
  .get(
    '/messages/:id/body',
    describe('Its text, fetched from the mailbox and made harmless; a colleague learns of it', MessageBody),
    byId,
    async (c) => c.json<MessageBody>(await messageBody(c.get('ctx'), c.req.valid('param').id), 200),
  )
  .get(
    '/messages/:id/ledger',
    describe('Who could see my mail since when, and who opened it', Ledger),
    byId,
    async (c) => c.json<Ledger>(await mailLedger(c.get('ctx'), c.req.valid('param').id), 200),
  )
  .post(
    '/messages/:id/requests',
    describe('Ask for the text of a mail of which I see who and when', AccessRequest, 201, { once: true }),
    byId,
    async (c) => {
      const { id } = c.req.valid('param')
      return c.json<AccessRequest>(await createOnce(c, (ctx) => askForAccess(ctx, id), requestOf), 201)
    },
  )
  .delete(
    '/messages/:id/grants/:userId',
    describe('Take back what I granted to somebody', null, 204),
    valid('param', z.object({ id: z.uuid(), userId: z.uuid() })),
    async (c) => {
      const { id, userId } = c.req.valid('param')
      await revokeGrant(c.get('ctx'), id, userId)
      return c.body(null, 204)
    },
  )
