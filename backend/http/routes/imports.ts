import { Readable } from 'node:stream'
import { Hono } from 'hono'
import * as z from 'zod'
import {
  Import,
  ImportProblems,
  Imports,
  LanguageQuery,
  ProblemsQuery,
  UpdateImport,
  UploadImport,
} from '../../../lib/contract/imports.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import {
  cancelImport,
  checkImport,
  createImport,
  getImport,
  listImports,
  maxImportBytes,
  startImport,
  undoImport,
  updateImport,
} from '../../services/imports/imports.ts'
import { listImportProblems, problemsCsv } from '../../services/imports/problems.ts'
import { createOnce } from '../auth.ts'
import { describe } from '../describe.ts'
import { attachment } from '../download.ts'
import type { Env } from '../house.ts'
import { valid } from '../valid.ts'

const byId = valid('param', z.object({ id: z.uuid() }))

/** Records from a table file: upload, look, check, run, take back. */
export const importRoutes = new Hono<Env>()
  .post(
    '/imports',
    describe('Upload a CSV file; the body is the file itself', Import, 201, { once: true, body: 'text/csv' }),
    valid('query', UploadImport),
    async (c) => {
      const announced = Number(c.req.header('content-length') ?? 0)
      if (announced > maxImportBytes)
        throw new Refusal('too_large', 'body_too_large', { maxBytes: maxImportBytes, bytes: announced })
      const body: AsyncIterable<Uint8Array> = c.req.raw.body ?? Readable.from([])
      const { signal } = c.req.raw
      const input = c.req.valid('query')
      const made = await createOnce(c, (ctx) => createImport(ctx, input, body, signal), getImport)
      return c.json<Import>(made, 201)
    },
  )
  .get(
    '/imports',
    describe('My imports, newest first; an admin’s view has everybody’s', Imports),
    async (c) => c.json<z.infer<typeof Imports>>({ imports: await listImports(c.get('ctx')) }, 200),
  )
  .get('/imports/:id', describe('One import and how it stands', Import), byId, async (c) =>
    c.json<Import>(await getImport(c.get('ctx'), c.req.valid('param').id), 200),
  )
  .patch(
    '/imports/:id',
    describe('Read the file another way, or map its columns otherwise', Import),
    byId,
    valid('json', UpdateImport),
    async (c) =>
      c.json<Import>(await updateImport(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .post('/imports/:id/check', describe('Try every row and write none', Import, 202), byId, async (c) =>
    c.json<Import>(await checkImport(c.get('ctx'), c.req.valid('param').id), 202),
  )
  .post('/imports/:id/start', describe('Write the rows', Import, 202), byId, async (c) =>
    c.json<Import>(await startImport(c.get('ctx'), c.req.valid('param').id), 202),
  )
  .post(
    '/imports/:id/cancel',
    describe('Stop and take back what was written', Import, 202),
    byId,
    async (c) => c.json<Import>(await cancelImport(c.get('ctx'), c.req.valid('param').id), 202),
  )
  .post(
    '/imports/:id/undo',
    describe('Take back a finished import, within 30 days', Import, 202),
    byId,
    async (c) => c.json<Import>(await undoImport(c.get('ctx'), c.req.valid('param').id), 202),
  )
  .get(
    '/imports/:id/problems',
    describe('What was wrong with which rows', ImportProblems),
    byId,
    valid('query', ProblemsQuery),
    async (c) =>
      c.json<ImportProblems>(
        await listImportProblems(c.get('ctx'), c.req.valid('param').id, c.req.valid('query')),
        200,
      ),
  )
  .get(
    '/imports/:id/problems.csv',
    describe('The rows that failed, each with why, to correct and import again', 'text/csv'),
    byId,
    valid('query', LanguageQuery),
    async (c) => {
      const { language } = c.req.valid('query')
      const { name, lines } = await problemsCsv(
        c.get('ctx'),
        c.req.valid('param').id,
        language,
        c.req.raw.signal,
      )
      return attachment(c, name, 'text/csv; charset=utf-8', lines)
    },
  )
