import { Hono } from 'hono'
import * as z from 'zod'
import { GmailId } from '../../../lib/contract/common.ts'
import {
  FileAttachment,
  Filing,
  FilingTargets,
  TargetsQuery,
  ThreadFacts,
  ThreadQuery,
} from '../../../lib/contract/threads.ts'
import { openAttachment } from '../../services/attachments.ts'
import { cancelFiling, fileAttachment, getFiling } from '../../services/filings/file.ts'
import { filingTargets } from '../../services/filings/targets.ts'
import { threadFacts } from '../../services/threads.ts'
import { createOnce } from '../auth.ts'
import { describe } from '../describe.ts'
import { storedFile } from '../download.ts'
import type { Env } from '../house.ts'
import { valid } from '../valid.ts'

const byId = valid('param', z.object({ id: z.uuid() }))

/** The open thread, and filing what is attached to it. */
export const threadRoutes = new Hono<Env>()
  .get(
    '/threads/:id',
    describe('What is known of a thread of my mailbox', ThreadFacts),
    valid('param', z.object({ id: GmailId })),
    valid('query', ThreadQuery),
    async (c) =>
      c.json<ThreadFacts>(
        await threadFacts(c.get('ctx'), {
          account: c.req.valid('query').account,
          threadId: c.req.valid('param').id,
        }),
        200,
      ),
  )
  .post(
    '/filings/targets',
    describe('Records an attachment may be filed on', FilingTargets, 200, { reads: true }),
    valid('json', TargetsQuery),
    async (c) => c.json<FilingTargets>(await filingTargets(c.get('ctx'), c.req.valid('json')), 200),
  )
  .post(
    '/filings',
    describe('File an attachment on a record', Filing, 202, { once: true }),
    valid('json', FileAttachment),
    async (c) => {
      const input = c.req.valid('json')
      return c.json<Filing>(await createOnce(c, (ctx) => fileAttachment(ctx, input), getFiling), 202)
    },
  )
  .get('/filings/:id', describe('How a filing stands', Filing), byId, async (c) =>
    c.json<Filing>(await getFiling(c.get('ctx'), c.req.valid('param').id), 200),
  )
  .delete('/filings/:id', describe('Stop a filing', Filing), byId, async (c) =>
    c.json<Filing>(await cancelFiling(c.get('ctx'), c.req.valid('param').id), 200),
  )
  .get(
    '/attachments/:id/content',
    describe('The bytes of a filed file', 'application/octet-stream'),
    byId,
    async (c) => storedFile(c, await openAttachment(c.get('ctx'), c.req.valid('param').id)),
  )
