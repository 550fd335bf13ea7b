import { Hono } from 'hono'
import * as z from 'zod'
import { JoinPolicy } from '../../../lib/contract/identity.ts'
import { PolicyAnswer, PolicyChanges, PolicySetting, SetPolicy } from '../../../lib/contract/people.ts'
import { getJoinPolicy, getPolicy, policyChanges, setJoinPolicy, setPolicy } from '../../services/policy.ts'
import { describe } from '../describe.ts'
import type { Env } from '../house.ts'
import { valid } from '../valid.ts'

const page = valid('query', z.object({ cursor: z.string().max(200).optional() }))
const byKey = valid('param', z.object({ key: z.string().max(100) }))

/** The organisation's settings. */
export const policyRoutes = new Hono<Env>()
  .get('/policy', describe('Every setting with its rule, value and default', PolicyAnswer), async (c) =>
    c.json<PolicyAnswer>(await getPolicy(c.get('ctx')), 200),
  )
  .get('/policy/join', describe('Domains whose people may join', JoinPolicy), async (c) =>
    c.json(await getJoinPolicy(c.get('ctx')), 200),
  )
  .put(
    '/policy/join',
    describe('Set the domains whose people may join', JoinPolicy, 200, { sessionOnly: true }),
    valid('json', JoinPolicy),
    async (c) => c.json(await setJoinPolicy(c.get('ctx'), c.req.valid('json')), 200),
  )
  .put(
    '/policy/:key',
    describe('Set one setting, or with null go back to its default', PolicySetting, 200, {
      sessionOnly: true,
    }),
    byKey,
    valid('json', SetPolicy),
    async (c) =>
      c.json<PolicySetting>(
        await setPolicy(c.get('ctx'), c.req.valid('param').key, c.req.valid('json')),
        200,
      ),
  )
  .get(
    '/policy/:key/changes',
    describe('Who set a setting, when and to what', PolicyChanges),
    byKey,
    page,
    async (c) =>
      c.json<PolicyChanges>(
        await policyChanges(c.get('ctx'), c.req.valid('param').key, c.req.valid('query')),
        200,
      ),
  )
