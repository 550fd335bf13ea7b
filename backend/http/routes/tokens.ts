import { Hono } from 'hono'
import * as z from 'zod'
import { AccessTokens, CreateAccessToken, NewAccessToken } from '../../../lib/contract/people.ts'
import { createToken, createTokenAgain, myTokens, revokeToken } from '../../services/tokens.ts'
import { createOnce } from '../auth.ts'
import { describe } from '../describe.ts'
import type { Env } from '../house.ts'
import { valid } from '../valid.ts'

/** Personal access tokens of whoever asks. */
export const tokenRoutes = new Hono<Env>()
  .get('/tokens', describe('My personal access tokens', AccessTokens), async (c) =>
    c.json<AccessTokens>(await myTokens(c.get('ctx')), 200),
  )
  .post(
    '/tokens',
    describe('Make a personal access token; the only answer that carries it', NewAccessToken, 201, {
      sessionOnly: true,
      once: true,
    }),
    valid('json', CreateAccessToken),
    async (c) => {
      const input = c.req.valid('json')
      return c.json<NewAccessToken>(
        await createOnce(c, (ctx) => createToken(ctx, input), createTokenAgain),
        201,
      )
    },
  )
  .delete(
    '/tokens/:id',
    describe('Revoke a token', null, 204, { sessionOnly: true }),
    valid('param', z.object({ id: z.uuid() })),
    async (c) => {
      await revokeToken(c.get('ctx'), c.req.valid('param').id)
      return c.body(null, 204)
    },
  )
