import { Hono } from 'hono'
import * as z from 'zod'
import {
  Conversion,
  ConversionPreview,
  ConvertLead,
  Duplicates,
  DuplicatesQuery,
  Merge,
  MergePreview,
  MergePreviewQuery,
  Merges,
  StartMerge,
  UndoneMerge,
} from '../../../lib/contract/duplicates.ts'
import { convertLead, findConversion } from '../../services/convert/convert.ts'
import { previewConversion } from '../../services/convert/preview.ts'
import { findDuplicates } from '../../services/duplicates.ts'
import { findMerge, listMerges } from '../../services/merges/list.ts'
import { mergeRecords } from '../../services/merges/merge.ts'
import { previewMerge } from '../../services/merges/preview.ts'
import { undoMerge } from '../../services/merges/undo.ts'
import { createOnce } from '../auth.ts'
import { describe } from '../describe.ts'
import type { Env } from '../house.ts'
import { valid } from '../valid.ts'

const byId = valid('param', z.object({ id: z.uuid() }))

/** Who is like this already, making one record of two, and making contact, account and deal of a lead. */
export const duplicateRoutes = new Hono<Env>()
  .post(
    '/records/duplicates',
    describe('Records like the one being written, best first', Duplicates, 200, { reads: true }),
    valid('json', DuplicatesQuery),
    async (c) => c.json<Duplicates>(await findDuplicates(c.get('ctx'), c.req.valid('json')), 200),
  )
  .get(
    '/merges/preview',
    describe('What merging two records would keep and move', MergePreview),
    valid('query', MergePreviewQuery),
    async (c) => c.json<MergePreview>(await previewMerge(c.get('ctx'), c.req.valid('query')), 200),
  )
  .post(
    '/merges',
    describe('Make one record of two', Merge, 201, { once: true }),
    valid('json', StartMerge),
    async (c) => {
      const input = c.req.valid('json')
      return c.json<Merge>(await createOnce(c, (ctx) => mergeRecords(ctx, input), findMerge), 201)
    },
  )
  .post('/merges/:id/undo', describe('Make two records of one again', UndoneMerge), byId, async (c) =>
    c.json<UndoneMerge>(await undoMerge(c.get('ctx'), c.req.valid('param').id), 200),
  )
  .get('/records/:id/merges', describe('What was merged into a record', Merges), byId, async (c) =>
    c.json<Merges>({ merges: await listMerges(c.get('ctx'), c.req.valid('param').id) }, 200),
  )
  .get(
    '/records/:id/conversion',
    describe('What converting a lead would make or use', ConversionPreview),
    byId,
    async (c) =>
      c.json<ConversionPreview>(await previewConversion(c.get('ctx'), c.req.valid('param').id), 200),
  )
  .post(
    '/records/:id/convert',
    describe('Make contact, account and deal of a lead', Conversion, 201, { once: true }),
    byId,
    valid('json', ConvertLead),
    async (c) => {
      const { id } = c.req.valid('param')
      const input = c.req.valid('json')
      return c.json<Conversion>(
        await createOnce(c, (ctx) => convertLead(ctx, id, input), findConversion),
        201,
      )
    },
  )
