import { Hono } from 'hono'
import * as z from 'zod'
import { Address } from '../../../lib/contract/common.ts'
import { Allowance } from '../../../lib/contract/compose.ts'
import {
  MassPlan,
  MassPreview,
  MassPreviewQuery,
  MassRows,
  MassSend,
  MassSendList,
  PlanMass,
  StartMass,
} from '../../../lib/contract/mass.ts'
import { Send, SendVersion } from '../../../lib/contract/sends.ts'
import { pauseMass, resumeMass, stopMass } from '../../services/mass/control.ts'
import { planMass, previewMass } from '../../services/mass/plan.ts'
import { getMass, listMass, massRows } from '../../services/mass/read.ts'
import { startMass } from '../../services/mass/start.ts'
import { undoMass } from '../../services/mass/undo.ts'
import { getAllowance } from '../../services/sends/allowance.ts'
import { createOnce } from '../auth.ts'
import { describe } from '../describe.ts'
import type { Env } from '../house.ts'
import { valid } from '../valid.ts'

const byId = valid('param', z.object({ id: z.uuid() }))
const version = valid('json', SendVersion)

/** One mail each to many records, and what a mailbox may still send. */
export const massRoutes = new Hono<Env>()
  .get(
    '/sends/allowance',
    describe('What my mailbox may still send', Allowance),
    valid('query', z.object({ account: Address })),
    async (c) => c.json<Allowance>(await getAllowance(c.get('ctx'), c.req.valid('query')), 200),
  )
  .post(
    '/mass/plan',
    describe('Who of a selection would be mailed, and who not', MassPlan, 200, { reads: true }),
    valid('json', PlanMass),
    async (c) => c.json<MassPlan>(await planMass(c.get('ctx'), c.req.valid('json')), 200),
  )
  .post(
    '/mass/preview',
    describe('One mail of it as its recipient gets it', MassPreview, 200, { reads: true }),
    valid('json', MassPreviewQuery),
    async (c) => c.json<MassPreview>(await previewMass(c.get('ctx'), c.req.valid('json')), 200),
  )
  .post(
    '/mass',
    describe('Send a draft to many records, each its own mail', MassSend, 201, { once: true }),
    valid('json', StartMass),
    async (c) => {
      const input = c.req.valid('json')
      return c.json<MassSend>(await createOnce(c, (ctx) => startMass(ctx, input), getMass), 201)
    },
  )
  .get('/mass', describe('My mass sends', MassSendList), async (c) =>
    c.json<z.infer<typeof MassSendList>>({ sends: await listMass(c.get('ctx')) }, 200),
  )
  .get('/mass/:id', describe('How far a mass send is', MassSend), byId, async (c) =>
    c.json<MassSend>(await getMass(c.get('ctx'), c.req.valid('param').id), 200),
  )
  .get('/mass/:id/rows', describe('Its mails, and who was left out', MassRows), byId, async (c) =>
    c.json<MassRows>(await massRows(c.get('ctx'), c.req.valid('param').id), 200),
  )
  .post('/mass/:id/undo', describe('Take all of it back while nothing has left', Send), byId, async (c) =>
    c.json<Send>(await undoMass(c.get('ctx'), c.req.valid('param').id), 200),
  )
  .post('/mass/:id/pause', describe('Hold what waits of it', MassSend), byId, version, async (c) =>
    c.json<MassSend>(await pauseMass(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .post('/mass/:id/resume', describe('Go on with it', MassSend), byId, version, async (c) =>
    c.json<MassSend>(await resumeMass(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .post('/mass/:id/stop', describe('Cancel what waits of it', MassSend), byId, version, async (c) =>
    c.json<MassSend>(await stopMass(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')), 200),
  )
