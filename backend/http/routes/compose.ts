import { Hono } from 'hono'
import * as z from 'zod'
import { Address, GmailId } from '../../../lib/contract/common.ts'
import {
  AnswerQuery,
  AnswerSource,
  CheckedRecipients,
  CheckRecipients,
  DraftList,
  DraftSaved,
  GuardList,
  RecipientQuery,
  RecipientRows,
  SaveDraft,
  SenderList,
  SubmitDraft,
  UpdateDraft,
} from '../../../lib/contract/compose.ts'
import { Send, SendVersion } from '../../../lib/contract/sends.ts'
import { answerSource } from '../../services/compose/answer.ts'
import { checkRecipients } from '../../services/compose/check-recipients.ts'
import { findRecipients } from '../../services/compose/recipients.ts'
import { listSenders } from '../../services/compose/senders.ts'
import { checkDraft } from '../../services/sends/check.ts'
import { createDraft, discardDraft, listDrafts, saveDraft } from '../../services/sends/draft.ts'
import { getSend } from '../../services/sends/read.ts'
import { submitDraft } from '../../services/sends/submit.ts'
import { undoSend } from '../../services/sends/undo.ts'
import { createOnce } from '../auth.ts'
import { describe } from '../describe.ts'
import type { Env } from '../house.ts'
import { valid } from '../valid.ts'

const byId = valid('param', z.object({ id: z.uuid() }))

/** A mail while it is written, and what the composer asks about it. */
export const composeRoutes = new Hono<Env>()
  .post(
    '/sends/drafts',
    describe('Begin a mail', Send, 201, { once: true }),
    valid('json', SaveDraft),
    async (c) => {
      const input = c.req.valid('json')
      return c.json<Send>(await createOnce(c, (ctx) => createDraft(ctx, input), getSend), 201)
    },
  )
  .get('/sends/drafts', describe('My unsent mails', DraftList), async (c) =>
    c.json<DraftList>(await listDrafts(c.get('ctx')), 200),
  )
  .put(
    '/sends/:id/draft',
    describe('Save a mail while it is written', DraftSaved),
    byId,
    valid('json', UpdateDraft),
    async (c) =>
      c.json<DraftSaved>(await saveDraft(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .delete(
    '/sends/:id',
    describe('Throw a draft away', null, 204),
    byId,
    valid('query', z.object({ version: z.coerce.number().int() })),
    async (c) => {
      await discardDraft(c.get('ctx'), c.req.valid('param').id, c.req.valid('query'))
      return c.body(null, 204)
    },
  )
  .post(
    '/sends/:id/submit',
    describe('Send a draft off, now or at a time', Send),
    byId,
    valid('json', SubmitDraft),
    async (c) =>
      c.json<Send>(await submitDraft(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .post(
    '/sends/:id/undo',
    describe('Take a mail back before it goes; it is a draft again', Send),
    byId,
    valid('json', SendVersion),
    async (c) =>
      c.json<Send>(await undoSend(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .post(
    '/sends/:id/check',
    describe('What stands against sending a draft', GuardList, 200, { reads: true }),
    byId,
    async (c) => c.json(await checkDraft(c.get('ctx'), c.req.valid('param').id), 200),
  )
  .get(
    '/senders',
    describe('From whom an account may send', SenderList),
    valid('query', z.object({ account: Address })),
    async (c) => c.json<SenderList>(await listSenders(c.get('ctx'), c.req.valid('query')), 200),
  )
  .get(
    '/recipients',
    describe('Whom a typed name may mean', RecipientRows),
    valid('query', RecipientQuery),
    async (c) => c.json<RecipientRows>(await findRecipients(c.get('ctx'), c.req.valid('query')), 200),
  )
  .post(
    '/recipients/check',
    describe('What is known of the addresses of a mail', CheckedRecipients, 200, { reads: true }),
    valid('json', CheckRecipients),
    async (c) => c.json<CheckedRecipients>(await checkRecipients(c.get('ctx'), c.req.valid('json')), 200),
  )
  .get(
    '/threads/:id/answer',
    describe('What an answer to a mail of mine starts from', AnswerSource),
    valid('param', z.object({ id: GmailId })),
    valid('query', AnswerQuery),
    async (c) => {
      const input = { ...c.req.valid('query'), threadId: c.req.valid('param').id }
      return c.json<AnswerSource>(await answerSource(c.get('ctx'), input), 200)
    },
  )
