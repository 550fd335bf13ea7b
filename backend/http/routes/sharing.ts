import { Hono } from 'hono'
import * as z from 'zod'
import {
  AccessRequest,
  AccessRequests,
  AnswerOlder,
  AnswerRequest,
  CountOlder,
  MySharing,
  OlderCount,
  PreviewRule,
  PreviewSharing,
  RuleSeen,
  SetMode,
  SetSwitch,
  ShareMail,
  WhoSees,
} from '../../../lib/contract/sharing.ts'
import { answerOlder, countOlder, mySharing, setMode, setSwitch } from '../../services/sharing/mine.ts'
import { allRequests, answerRequest } from '../../services/sharing/requests.ts'
import { shareMail } from '../../services/sharing/share.ts'
import { previewSharing } from '../../services/sharing/who-sees.ts'
import { previewRule } from '../../services/sharing/who-would.ts'
import { describe } from '../describe.ts'
import type { Env } from '../house.ts'
import { valid } from '../valid.ts'

const byId = valid('param', z.object({ id: z.uuid() }))

/** What I let others see of my mail, and who would see what. */
export const sharingRoutes = new Hono<Env>()
  .get('/sharing', describe('What I share, and what waits for my answer', MySharing), async (c) =>
    c.json<MySharing>(await mySharing(c.get('ctx')), 200),
  )
  .put(
    '/sharing',
    describe('Choose what others see of my mail; null: as the organisation says', MySharing),
    valid('json', SetMode),
    async (c) => c.json<MySharing>(await setMode(c.get('ctx'), c.req.valid('json').mode), 200),
  )
  .put(
    '/sharing/records/:id',
    describe('Share all my mail on a lead, contact or deal, or stop', MySharing),
    byId,
    valid('json', SetSwitch),
    async (c) =>
      c.json<MySharing>(await setSwitch(c.get('ctx'), c.req.valid('param').id, c.req.valid('json').on), 200),
  )
  .put(
    '/sharing/older',
    describe('Whether mail from before an address stood on a record may be seen', MySharing),
    valid('json', AnswerOlder),
    async (c) => c.json<MySharing>(await answerOlder(c.get('ctx'), c.req.valid('json')), 200),
  )
  .post(
    '/sharing/older/count',
    describe('How much mail with an address lies in my mailboxes', OlderCount, 200, { reads: true }),
    valid('json', CountOlder),
    async (c) => c.json<OlderCount>(await countOlder(c.get('ctx'), c.req.valid('json').address), 200),
  )
  .post(
    '/sharing/preview',
    describe('Who sees a thread of mine, or would if it were linked or shared', WhoSees, 200, {
      reads: true,
    }),
    valid('json', PreviewSharing),
    async (c) => c.json<WhoSees>(await previewSharing(c.get('ctx'), c.req.valid('json')), 200),
  )
  .post(
    '/sharing/preview/rule',
    describe('Who would see how much of my mail by another rule of mine', RuleSeen, 200, { reads: true }),
    valid('json', PreviewRule),
    async (c) => c.json<RuleSeen>(await previewRule(c.get('ctx'), c.req.valid('json')), 200),
  )
  .put(
    '/sharing/mail',
    describe('Share or hide a thread of mine, or one mail of it; answers who sees it now', WhoSees),
    valid('json', ShareMail),
    async (c) => c.json<WhoSees>(await shareMail(c.get('ctx'), c.req.valid('json')), 200),
  )
  .get('/sharing/requests', describe('Requests for mail, to me and by me', AccessRequests), async (c) =>
    c.json<AccessRequests>(await allRequests(c.get('ctx')), 200),
  )
  .post(
    '/sharing/requests/:id',
    describe('Grant or decline a request for my mail', AccessRequest),
    byId,
    valid('json', AnswerRequest),
    async (c) =>
      c.json<AccessRequest>(
        await answerRequest(c.get('ctx'), c.req.valid('param').id, c.req.valid('json').answer),
        200,
      ),
  )
