import { Hono } from 'hono'
import * as z from 'zod'
import {
  BulkRun,
  CreateView,
  ListPage,
  ListQuery,
  ModuleCounts,
  SavedView,
  SavedViews,
  StartBulk,
  UpdateView,
  ViewsQuery,
} from '../../../lib/contract/lists.ts'
import { cancelBulk, getBulk, startBulk } from '../../services/bulk.ts'
import { countRecords, listPage } from '../../services/lists.ts'
import { createView, deleteView, getView, listViews, updateView } from '../../services/views.ts'
import { createOnce } from '../auth.ts'
import { describe } from '../describe.ts'
import type { Env } from '../house.ts'
import { valid } from '../valid.ts'

const byId = valid('param', z.object({ id: z.uuid() }))

/** Lists of a module's records, the views people keep of them, and changes to many rows. Stands before `/records/:id`. */
export const listRoutes = new Hono<Env>()
  .post(
    '/records/list',
    describe('A page of the records of a module, filtered and sorted', ListPage, 200, { reads: true }),
    valid('json', ListQuery),
    async (c) => c.json<ListPage>(await listPage(c.get('ctx'), c.req.valid('json')), 200),
  )
  .get('/records/counts', describe('How many records of each module one may see', ModuleCounts), async (c) =>
    c.json<ModuleCounts>({ counts: await countRecords(c.get('ctx')) }, 200),
  )
  .get(
    '/views',
    describe('Saved views: mine and what others share', SavedViews),
    valid('query', ViewsQuery),
    async (c) => c.json<SavedViews>({ views: await listViews(c.get('ctx'), c.req.valid('query')) }, 200),
  )
  .post(
    '/views',
    describe('Save a view', SavedView, 201, { once: true }),
    valid('json', CreateView),
    async (c) => {
      const input = c.req.valid('json')
      return c.json<SavedView>(await createOnce(c, (ctx) => createView(ctx, input), getView), 201)
    },
  )
  .patch('/views/:id', describe('Change a view', SavedView), byId, valid('json', UpdateView), async (c) =>
    c.json<SavedView>(await updateView(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .delete('/views/:id', describe('Delete a view', null, 204), byId, async (c) => {
    await deleteView(c.get('ctx'), c.req.valid('param').id)
    return c.body(null, 204)
  })
  .post(
    '/bulk',
    describe('Change many records at once', BulkRun, 202, { once: true }),
    valid('json', StartBulk),
    async (c) => {
      const input = c.req.valid('json')
      return c.json<BulkRun>(await createOnce(c, (ctx) => startBulk(ctx, input), getBulk), 202)
    },
  )
  .get('/bulk/:id', describe('How far a change of many records is', BulkRun), byId, async (c) =>
    c.json<BulkRun>(await getBulk(c.get('ctx'), c.req.valid('param').id), 200),
  )
  .delete('/bulk/:id', describe('Stop a change of many records', BulkRun), byId, async (c) =>
    c.json<BulkRun>(await cancelBulk(c.get('ctx'), c.req.valid('param').id), 200),
  )
