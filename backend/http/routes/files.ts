import { Readable } from 'node:stream'
import { Hono } from 'hono'
import * as z from 'zod'
import { DraftFile } from '../../../lib/contract/compose.ts'
import { MailLimits, MailLimitsQuery, StartUpload, Upload, UploadPiece } from '../../../lib/contract/files.ts'
import { SendFile } from '../../../lib/contract/sends.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { addFile } from '../../services/send-files/add.ts'
import { mailLimits } from '../../services/send-files/limits.ts'
import { openSendFile, removeFile } from '../../services/send-files/remove.ts'
import { appendUpload, cancelUpload, maxPieceBytes } from '../../services/uploads/append.ts'
import { getUpload } from '../../services/uploads/read.ts'
import { startUpload } from '../../services/uploads/start.ts'
import { createOnce } from '../auth.ts'
import { describe } from '../describe.ts'
import { storedFile } from '../download.ts'
import type { Env } from '../house.ts'
import { valid } from '../valid.ts'

const byId = valid('param', z.object({ id: z.uuid() }))
const byFile = valid('param', z.object({ id: z.uuid(), fileId: z.uuid() }))

/** Files on their way into mails and the library, and the files of my own mails. */
export const fileRoutes = new Hono<Env>()
  .get(
    '/mail-limits',
    describe('What one mail of an account of mine may carry', MailLimits),
    valid('query', MailLimitsQuery),
    async (c) => c.json<MailLimits>(await mailLimits(c.get('ctx'), c.req.valid('query').account), 200),
  )
  .post(
    '/uploads',
    describe('Begin an upload for a mail or the library', Upload, 201, { once: true }),
    valid('json', StartUpload),
    async (c) => {
      const input = c.req.valid('json')
      return c.json<Upload>(await createOnce(c, (ctx) => startUpload(ctx, input), getUpload), 201)
    },
  )
  .get('/uploads/:id', describe('How far an upload is', Upload), byId, async (c) =>
    c.json<Upload>(await getUpload(c.get('ctx'), c.req.valid('param').id), 200),
  )
  .put(
    '/uploads/:id',
    describe('Send the next piece; the body is its bytes, at most 1 MiB', Upload, 200, {
      body: 'application/octet-stream',
    }),
    byId,
    valid('query', UploadPiece),
    async (c) => {
      const bytes = Number(c.req.header('content-length') ?? 0)
      if (bytes > maxPieceBytes)
        throw new Refusal('too_large', 'body_too_large', { maxBytes: maxPieceBytes, bytes })
      const body: AsyncIterable<Uint8Array> = c.req.raw.body ?? Readable.from([])
      const { offset } = c.req.valid('query')
      return c.json<Upload>(await appendUpload(c.get('ctx'), c.req.valid('param').id, { offset, body }), 200)
    },
  )
  .delete('/uploads/:id', describe('Stop an upload', null, 204), byId, async (c) => {
    await cancelUpload(c.get('ctx'), c.req.valid('param').id)
    return c.body(null, 204)
  })
  .post(
    '/sends/:id/files',
    describe('Attach a file of a record, of the library or of Drive', SendFile, 201),
    byId,
    valid('json', DraftFile),
    async (c) =>
      c.json<SendFile>(await addFile(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')), 201),
  )
  .delete('/sends/:id/files/:fileId', describe('Take a file off a mail', null, 204), byFile, async (c) => {
    const { id, fileId } = c.req.valid('param')
    await removeFile(c.get('ctx'), id, fileId)
    return c.body(null, 204)
  })
  .get(
    '/sends/:id/files/:fileId/content',
    describe('The bytes of a file of my own mail', 'application/octet-stream'),
    byFile,
    async (c) => {
      const { id, fileId } = c.req.valid('param')
      return storedFile(c, await openSendFile(c.get('ctx'), id, fileId))
    },
  )
