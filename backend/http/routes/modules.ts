import { Hono } from 'hono'
import * as z from 'zod'
import {
  CreateField,
  CreateModule,
  DeletedParts,
  ModulesAnswer,
  ModulesChanged,
  UpdateField,
  UpdateModule,
} from '../../../lib/contract/modules.ts'
import { createField, deleteField, restoreField, updateField } from '../../services/field-admin.ts'
import {
  createModule,
  deletedParts,
  deleteModule,
  madeBefore,
  restoreModule,
  updateModule,
} from '../../services/module-admin.ts'
import { purgeField, purgeModule } from '../../services/module-purge.ts'
import { modulesOf } from '../../services/modules.ts'
import { createOnce } from '../auth.ts'
import { describe } from '../describe.ts'
import type { Env } from '../house.ts'
import { valid } from '../valid.ts'

const key = z.string().max(100)
const byKey = valid('param', z.object({ key }))
const byField = valid('param', z.object({ key, field: key }))
const session = { sessionOnly: true }
const creating = { sessionOnly: true, once: true }
const changed = (summary: string, marks = session) => describe(summary, ModulesChanged, 200, marks)

/** The kinds of records; reading is everybody's, changing an admin's. */
const moduleVerbs = new Hono<Env>()
  .get('/modules', describe('Every module with its fields', ModulesAnswer), async (c) => {
    const ctx = c.get('ctx')
    const modules = [...(await modulesOf(ctx)).values()]
    return c.json<ModulesAnswer>({ version: ctx.actor.modulesVersion, modules }, 200)
  })
  .get('/modules/deleted', describe('What was deleted and can be restored', DeletedParts), async (c) =>
    c.json<DeletedParts>(await deletedParts(c.get('ctx')), 200),
  )
  .post(
    '/modules',
    describe('Make a module', ModulesChanged, 201, creating),
    valid('json', CreateModule),
    async (c) => {
      const input = c.req.valid('json')
      return c.json<ModulesChanged>(await createOnce(c, (ctx) => createModule(ctx, input), madeBefore), 201)
    },
  )
  .patch(
    '/modules/:key',
    changed('Rename a module, or choose what its card shows'),
    byKey,
    valid('json', UpdateModule),
    async (c) =>
      c.json<ModulesChanged>(
        await updateModule(c.get('ctx'), c.req.valid('param').key, c.req.valid('json')),
        200,
      ),
  )
  .delete('/modules/:key', changed('Delete a module; its records are kept, hidden'), byKey, async (c) =>
    c.json<ModulesChanged>(await deleteModule(c.get('ctx'), c.req.valid('param').key), 200),
  )
  .post('/modules/:key/restore', changed('Bring a deleted module back'), byKey, async (c) =>
    c.json<ModulesChanged>(await restoreModule(c.get('ctx'), c.req.valid('param').key), 200),
  )
  .post(
    '/modules/:key/purge',
    describe('Erase a deleted module and its records for good', null, 202, session),
    byKey,
    async (c) => {
      await purgeModule(c.get('ctx'), c.req.valid('param').key)
      return c.body(null, 202)
    },
  )

/** The fields an admin added to a module. */
const fieldVerbs = new Hono<Env>()
  .post(
    '/modules/:key/fields',
    describe('Add a field to a module', ModulesChanged, 201, creating),
    byKey,
    valid('json', CreateField),
    async (c) => {
      const input = c.req.valid('json')
      const module = c.req.valid('param').key
      return c.json<ModulesChanged>(
        await createOnce(c, (ctx) => createField(ctx, module, input), madeBefore),
        201,
      )
    },
  )
  .patch(
    '/modules/:key/fields/:field',
    changed('Change the words, choices or place of a field'),
    byField,
    valid('json', UpdateField),
    async (c) => {
      const at = c.req.valid('param')
      return c.json<ModulesChanged>(
        await updateField(c.get('ctx'), at.key, at.field, c.req.valid('json')),
        200,
      )
    },
  )
  .delete(
    '/modules/:key/fields/:field',
    changed('Delete a field; its values are kept, hidden'),
    byField,
    async (c) => {
      const at = c.req.valid('param')
      return c.json<ModulesChanged>(await deleteField(c.get('ctx'), at.key, at.field), 200)
    },
  )
  .post('/modules/:key/fields/:field/restore', changed('Bring a deleted field back'), byField, async (c) => {
    const at = c.req.valid('param')
    return c.json<ModulesChanged>(await restoreField(c.get('ctx'), at.key, at.field), 200)
  })
  .post(
    '/modules/:key/fields/:field/purge',
    describe('Erase a deleted field and all its values for good', null, 202, session),
    byField,
    async (c) => {
      const at = c.req.valid('param')
      await purgeField(c.get('ctx'), at.key, at.field)
      return c.body(null, 202)
    },
  )

export const moduleRoutes = new Hono<Env>().route('/', moduleVerbs).route('/', fieldVerbs)
