import { Hono } from 'hono'
import * as z from 'zod'
import { CreateSend, Send, SendList, SendVersion, UpdateSend, When } from '../../../lib/contract/sends.ts'
import { sendStatuses } from '../../../lib/domain/statuses.ts'
import { cancelSend, restoreSend, resumeSend, sendNow, updateSend } from '../../services/sends/change.ts'
import { createSend } from '../../services/sends/create.ts'
import { getSend, listMySends } from '../../services/sends/read.ts'
import { createOnce } from '../auth.ts'
import { describe } from '../describe.ts'
import type { Env } from '../house.ts'
import { valid } from '../valid.ts'

const byId = valid('param', z.object({ id: z.uuid() }))
const version = valid('json', SendVersion)

/** Outgoing mail, from the moment it is written to the moment it is gone. */
export const sendRoutes = new Hono<Env>()
  .get(
    '/sends',
    describe('My outgoing mail', SendList),
    valid('query', z.object({ status: z.enum(sendStatuses).optional() })),
    async (c) => c.json<SendList>({ sends: await listMySends(c.get('ctx'), c.req.valid('query')) }, 200),
  )
  .post(
    '/sends',
    describe('Send a mail, now or at a time', Send, 201, { once: true }),
    valid('json', CreateSend),
    async (c) => {
      const input = c.req.valid('json')
      return c.json<Send>(await createOnce(c, (ctx) => createSend(ctx, input), getSend), 201)
    },
  )
  .get('/sends/:id', describe('One mail, with its receipt', Send), byId, async (c) =>
    c.json<Send>(await getSend(c.get('ctx'), c.req.valid('param').id), 200),
  )
  .patch(
    '/sends/:id',
    describe('Edit or move a mail before it goes', Send),
    byId,
    valid('json', UpdateSend),
    async (c) =>
      c.json<Send>(await updateSend(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .post('/sends/:id/send-now', describe('Send it now instead', Send), byId, version, async (c) =>
    c.json<Send>(await sendNow(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .post('/sends/:id/cancel', describe('Cancel it; it is never sent', Send), byId, version, async (c) =>
    c.json<Send>(await cancelSend(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .post('/sends/:id/restore', describe('Take a cancellation back', Send), byId, version, async (c) =>
    c.json<Send>(await restoreSend(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .post(
    '/sends/:id/resume',
    describe('Take a held mail back into the queue', Send),
    byId,
    valid('json', SendVersion.extend({ when: When })),
    async (c) =>
      c.json<Send>(await resumeSend(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')), 200),
  )
