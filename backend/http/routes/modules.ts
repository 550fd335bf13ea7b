import { Hono } from 'hono'
import { ModulesAnswer } from '../../../lib/contract/modules.ts'
import { modulesOf } from '../../services/modules.ts'
import { describe } from '../describe.ts'
import type { Env } from '../house.ts'

/** The kinds of records and their fields. */
export const moduleRoutes = new Hono<Env>().get(
  '/modules',
  describe('Every module with its fields', ModulesAnswer),
  async (c) => {
    const ctx = c.get('ctx')
    const modules = [...(await modulesOf(ctx)).values()]
    return c.json<ModulesAnswer>({ version: ctx.actor.modulesVersion, modules }, 200)
  },
)
