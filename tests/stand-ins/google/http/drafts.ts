import type { gmail_v1 } from 'googleapis/build/src/apis/gmail/v1.js'
import { notFound } from '../errors.ts'
import { createDraft, deleteDraft, sendDraft, updateDraft } from '../mail/sending.ts'
import type { StoredDraft } from '../store/mail-store.ts'
import { viewDraft, viewIds } from '../store/view.ts'
import { type Call, type Endpoint, pageOf, readDraft, readDraftToSend, readFormat } from './call.ts'
import { searchFor } from './messages.ts'

const READ = ['readonly', 'compose', 'modify'] as const
const WRITE = ['compose', 'modify'] as const

/** users.drafts.* */
export const draftEndpoints: Endpoint[] = [
  { verb: 'GET', path: '/drafts', rpc: 'ListDrafts', units: 5, scopes: READ, answer: list },
  {
    verb: 'POST',
    path: '/drafts',
    rpc: 'CreateDraft',
    units: 10,
    scopes: WRITE,
    upload: true,
    answer: create,
  },
  {
    verb: 'POST',
    path: '/drafts/send',
    rpc: 'SendDraft',
    units: 100,
    scopes: WRITE,
    upload: true,
    answer: send,
  },
  { verb: 'GET', path: '/drafts/:id', rpc: 'GetDraft', units: 20, scopes: READ, answer: get },
  {
    verb: 'PUT',
    path: '/drafts/:id',
    rpc: 'UpdateDraft',
    units: 15,
    scopes: WRITE,
    upload: true,
    answer: update,
  },
  { verb: 'DELETE', path: '/drafts/:id', rpc: 'DeleteDraft', units: 10, scopes: WRITE, answer: remove },
]

function list(call: Call): gmail_v1.Schema$ListDraftsResponse {
  const byMessage = new Map([...call.account.store.drafts.values()].map((draft) => [draft.messageId, draft]))
  const found = searchFor(call, ['DRAFT']).filter((message) => byMessage.has(message.id))
  const { page, next } = pageOf(call.query, found, (message) => message)
  const drafts = page.map(
    ({ id, threadId }): gmail_v1.Schema$Draft => ({
      id: byMessage.get(id)?.id ?? '',
      message: { id, threadId },
    }),
  )
  return { ...(drafts.length > 0 && { drafts }), ...next, resultSizeEstimate: found.length }
}

function create(call: Call): gmail_v1.Schema$Draft {
  const { raw, threadId } = readDraft(call)
  return shown(call, createDraft(call.world, call.account, raw, threadId))
}

function get(call: Call): gmail_v1.Schema$Draft {
  const draft = call.account.store.drafts.get(call.params['id'] ?? '')
  const view = draft && viewDraft(call.world, call.account, draft, readFormat(call.query))
  if (view === undefined) throw notFound()
  return view
}

function update(call: Call): gmail_v1.Schema$Draft {
  const draft = unsent(call, call.params['id'] ?? '')
  const { raw, threadId } = readDraft(call)
  updateDraft(call.world, call.account, draft, raw, threadId)
  return shown(call, draft)
}

function remove(call: Call): undefined {
  deleteDraft(call.account, unsent(call, call.params['id'] ?? ''))
}

function send(call: Call): gmail_v1.Schema$Message {
  const { id, newer } = readDraftToSend(call)
  const draft = unsent(call, id)
  if (newer !== undefined) updateDraft(call.world, call.account, draft, newer.raw, newer.threadId)
  return viewIds(sendDraft(call.world, call.account, draft))
}

/** A draft that is still one; a surviving wrapper of a sent mail cannot be changed or sent again. */
function unsent(call: Call, id: string): StoredDraft {
  const draft = call.account.store.drafts.get(id)
  if (draft === undefined || draft.sent) throw notFound()
  return draft
}

function shown(call: Call, draft: StoredDraft): gmail_v1.Schema$Draft {
  const message = call.account.store.get(draft.messageId)
  return message === undefined ? { id: draft.id } : { id: draft.id, message: viewIds(message) }
}
