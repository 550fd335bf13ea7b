import { Hono } from 'hono'
import * as z from 'zod'
import {
  AttachmentsPage,
  BinPage,
  BinQuery,
  CreateRecord,
  Lookup,
  LookupAnswer,
  RecordCard,
  UpdateRecord,
} from '../../../lib/contract/records.ts'
import { listAttachments } from '../../services/attachments.ts'
import { lookUp } from '../../services/lookup.ts'
import { deleteRecord, listBin, restoreRecord } from '../../services/records/bin.ts'
import { createRecord } from '../../services/records/create.ts'
import { getRecord } from '../../services/records/read.ts'
import { updateRecord } from '../../services/records/update.ts'
import { createdRecord } from '../../services/records/written.ts'
import { createOnce } from '../auth.ts'
import { describe } from '../describe.ts'
import type { Env } from '../house.ts'
import { valid } from '../valid.ts'

const byId = valid('param', z.object({ id: z.uuid() }))
const page = valid('query', z.object({ cursor: z.string().max(200).optional() }))

/** Looking people up, and the records themselves with their lists. */
export const recordRoutes = new Hono<Env>()
  .post(
    '/lookup',
    describe('What is known of the people in a mail', LookupAnswer, 200, { reads: true }),
    valid('json', Lookup),
    async (c) => c.json<LookupAnswer>(await lookUp(c.get('ctx'), c.req.valid('json')), 200),
  )
  .post(
    '/records',
    describe('Make a record', RecordCard, 201, { once: true }),
    valid('json', CreateRecord),
    async (c) => {
      const input = c.req.valid('json')
      return c.json<RecordCard>(await createOnce(c, (ctx) => createRecord(ctx, input), createdRecord), 201)
    },
  )
  .get('/records/:id', describe('A record with what surrounds it', RecordCard), byId, async (c) =>
    c.json<RecordCard>(await getRecord(c.get('ctx'), c.req.valid('param').id), 200),
  )
  .patch(
    '/records/:id',
    describe('Change a record; 409 names each field that somebody else changed meanwhile', RecordCard),
    byId,
    valid('json', UpdateRecord),
    async (c) =>
      c.json<RecordCard>(await updateRecord(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .delete('/records/:id', describe('Put a record into the bin', null, 204), byId, async (c) => {
    await deleteRecord(c.get('ctx'), c.req.valid('param').id)
    return c.body(null, 204)
  })
  .post('/records/:id/restore', describe('Take a record out of the bin', RecordCard), byId, async (c) =>
    c.json<RecordCard>(await restoreRecord(c.get('ctx'), c.req.valid('param').id), 200),
  )
  .get(
    '/bin',
    describe('What lies in the bin, the last deleted first', BinPage),
    valid('query', BinQuery),
    async (c) => c.json<BinPage>(await listBin(c.get('ctx'), c.req.valid('query')), 200),
  )
  .get('/records/:id/attachments', describe('Files of a record', AttachmentsPage), byId, page, async (c) =>
    c.json<AttachmentsPage>(
      await listAttachments(c.get('ctx'), c.req.valid('param').id, c.req.valid('query')),
      200,
    ),
  )
