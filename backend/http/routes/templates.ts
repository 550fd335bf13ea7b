import { Hono } from 'hono'
import * as z from 'zod'
import { ModuleKeySchema } from '../../../lib/contract/modules.ts'
import {
  ChangeTemplate,
  MergedText,
  MergeFields,
  MergeText,
  SaveTemplate,
  Template,
  TemplateList,
} from '../../../lib/contract/templates.ts'
import {
  bringBackTemplate,
  createTemplate,
  deleteTemplate,
  getTemplate,
  mergeFields,
  mergeText,
  templatesOf,
  updateTemplate,
} from '../../services/templates/keep.ts'
import { createOnce } from '../auth.ts'
import { describe } from '../describe.ts'
import type { Env } from '../house.ts'
import { valid } from '../valid.ts'

const byId = valid('param', z.object({ id: z.uuid() }))

/** Texts to write mails from, and what becomes of them for one recipient. */
export const templateRoutes = new Hono<Env>()
  .get('/templates', describe('My templates and the shared ones', TemplateList), async (c) =>
    c.json<TemplateList>({ templates: await templatesOf(c.get('ctx')) }, 200),
  )
  .post(
    '/templates',
    describe('Keep a template', Template, 201, { once: true }),
    valid('json', SaveTemplate),
    async (c) => {
      const input = c.req.valid('json')
      return c.json<Template>(await createOnce(c, (ctx) => createTemplate(ctx, input), getTemplate), 201)
    },
  )
  .get(
    '/templates/fields',
    describe('What a template may name', MergeFields),
    valid(
      'query',
      z.object({ module: ModuleKeySchema.optional(), language: z.enum(['en', 'ja']).default('en') }),
    ),
    async (c) => c.json<MergeFields>(await mergeFields(c.get('ctx'), c.req.valid('query')), 200),
  )
  .post(
    '/templates/merge',
    describe('A text as one recipient gets it', MergedText, 200, { reads: true }),
    valid('json', MergeText),
    async (c) => c.json<MergedText>(await mergeText(c.get('ctx'), c.req.valid('json')), 200),
  )
  .get('/templates/:id', describe('One template', Template), byId, async (c) =>
    c.json<Template>(await getTemplate(c.get('ctx'), c.req.valid('param').id), 200),
  )
  .patch(
    '/templates/:id',
    describe('Change a template', Template),
    byId,
    valid('json', ChangeTemplate),
    async (c) =>
      c.json<Template>(await updateTemplate(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .delete(
    '/templates/:id',
    describe('Delete a template', null, 204),
    byId,
    valid('query', z.object({ version: z.coerce.number().int() })),
    async (c) => {
      await deleteTemplate(c.get('ctx'), c.req.valid('param').id, c.req.valid('query').version)
      return c.body(null, 204)
    },
  )
  .post('/templates/:id/restore', describe('Bring a deleted template back', Template), byId, async (c) =>
    c.json<Template>(await bringBackTemplate(c.get('ctx'), c.req.valid('param').id), 200),
  )
