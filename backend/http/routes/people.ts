import { Hono } from 'hono'
import { Invite } from '../../../lib/contract/identity.ts'
import { invite } from '../../services/people.ts'
import { describe } from '../describe.ts'
import type { Env } from '../house.ts'
import { valid } from '../valid.ts'

const session = { sessionOnly: true }

/** Who belongs to the organisation, and who may come. */
export const peopleRoutes = new Hono<Env>().post(
  '/invitations',
  describe('Invite somebody', null, 204, session),
  valid('json', Invite),
  async (c) => {
    await invite(c.get('ctx'), c.req.valid('json'))
    return c.body(null, 204)
  },
)
