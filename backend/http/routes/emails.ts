import { Hono } from 'hono'
import * as z from 'zod'
import { EmailsPage, EmailsQuery, MailTabPage } from '../../../lib/contract/emails.ts'
import { listEmails } from '../../services/emails/list.ts'
import { listMailTab } from '../../services/emails/mail-tab.ts'
import { describe } from '../describe.ts'
import type { Env } from '../house.ts'
import { valid } from '../valid.ts'

const byId = valid('param', z.object({ id: z.uuid() }))
const query = valid('query', EmailsQuery)

/** Lists of mail: a record's, and everything of mine that stands on records. */
export const emailRoutes = new Hono<Env>()
  .get(
    '/records/:id/emails',
    describe('Received, sent and scheduled mail of a record', EmailsPage),
    byId,
    query,
    async (c) =>
      c.json<EmailsPage>(await listEmails(c.get('ctx'), c.req.valid('param').id, c.req.valid('query')), 200),
  )
  .get('/emails', describe('My mail that stands on records', MailTabPage), query, async (c) =>
    c.json<MailTabPage>(await listMailTab(c.get('ctx'), c.req.valid('query')), 200),
  )
