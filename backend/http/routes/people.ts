import { Hono } from 'hono'
import * as z from 'zod'
import { Address } from '../../../lib/contract/common.ts'
import { Invite } from '../../../lib/contract/identity.ts'
import {
  Invitations,
  PeopleAnswer,
  PersonRow,
  TransferRecords,
  TransferStarted,
  UpdatePerson,
} from '../../../lib/contract/people.ts'
import {
  invitationsOf,
  invite,
  listEverybody,
  takeBackInvitation,
  updatePerson,
} from '../../services/people.ts'
import { transferRecords } from '../../services/transfer-records.ts'
import { describe } from '../describe.ts'
import type { Env } from '../house.ts'
import { valid } from '../valid.ts'

const byId = valid('param', z.object({ id: z.uuid() }))
const session = { sessionOnly: true }

/** Who belongs to the organisation, and who may come. */
export const peopleRoutes = new Hono<Env>()
  .get('/people', describe('Everybody of the organisation', PeopleAnswer), async (c) =>
    c.json<PeopleAnswer>(await listEverybody(c.get('ctx')), 200),
  )
  .patch(
    '/people/:id',
    describe('Change somebody’s role, deactivate or reactivate them', PersonRow, 200, session),
    byId,
    valid('json', UpdatePerson),
    async (c) =>
      c.json<PersonRow>(await updatePerson(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .post(
    '/people/:id/transfer',
    describe('Give all records of one person to another', TransferStarted, 202, session),
    byId,
    valid('json', TransferRecords),
    async (c) =>
      c.json<TransferStarted>(
        await transferRecords(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')),
        202,
      ),
  )
  .get('/invitations', describe('Who was invited and has not come yet', Invitations), async (c) =>
    c.json<Invitations>(await invitationsOf(c.get('ctx')), 200),
  )
  .post('/invitations', describe('Invite somebody', null, 204, session), valid('json', Invite), async (c) => {
    await invite(c.get('ctx'), c.req.valid('json'))
    return c.body(null, 204)
  })
  .delete(
    '/invitations/:email',
    describe('Take an invitation back', null, 204, session),
    valid('param', z.object({ email: Address })),
    async (c) => {
      await takeBackInvitation(c.get('ctx'), c.req.valid('param').email)
      return c.body(null, 204)
    },
  )
