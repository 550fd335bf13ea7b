import { Hono } from 'hono'
import * as z from 'zod'
import { TakeOver } from '../../../lib/contract/compose.ts'
import { Send } from '../../../lib/contract/sends.ts'
import { releaseTaken } from '../../services/compose/release-taken.ts'
import { takeOver } from '../../services/compose/take-over.ts'
import { getSend } from '../../services/sends/read.ts'
import { createOnce } from '../auth.ts'
import { describe } from '../describe.ts'
import type { Env } from '../house.ts'
import { valid } from '../valid.ts'

/** Mail that was begun in Gmail's own window and goes on in Inlay. */
export const takeOverRoutes = new Hono<Env>()
  .post(
    '/take-over',
    describe('Take a mail over from a window of Gmail’s', Send, 201, { once: true }),
    valid('json', TakeOver),
    async (c) => {
      const input = c.req.valid('json')
      return c.json<Send>(await createOnce(c, (ctx) => takeOver(ctx, input), getSend), 201)
    },
  )
  .post(
    '/take-over/:id/release',
    describe('Delete the draft of Gmail’s that was taken over', null, 204),
    valid('param', z.object({ id: z.uuid() })),
    async (c) => {
      await releaseTaken(c.get('ctx'), c.req.valid('param').id)
      return c.body(null, 204)
    },
  )
