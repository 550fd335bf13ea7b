import type { gmail_v1 } from 'googleapis/build/src/apis/gmail/v1.js'
import { z } from 'zod'
import { badRequest, GmailError, notFound } from '../errors.ts'
import { sendMail } from '../mail/sending.ts'
import { toBase64Url } from '../mime/charset.ts'
import { readsMetadataOnly } from '../oauth/scopes.ts'
import { findMessages } from '../search/match.ts'
import { checkLabelChange } from '../store/labels.ts'
import type { StoredMessage } from '../store/mail-store.ts'
import { attachmentBytes, type MessageFormat, viewIds, viewMessage } from '../store/view.ts'
import { type Call, type Endpoint, pageOf, parse, readFlag, readFormat, readId, readMessage } from './call.ts'

const ModifyInput = z.object({
  addLabelIds: z.array(z.string()).nullish(),
  removeLabelIds: z.array(z.string()).nullish(),
})
const BatchInput = ModifyInput.extend({ ids: z.array(z.string()) })
const MOST_IDS = 1000

/** users.messages.* */
export const messageEndpoints: Endpoint[] = [
  {
    verb: 'GET',
    path: '/messages',
    rpc: 'ListMessages',
    units: 5,
    scopes: ['readonly', 'modify', 'metadata'],
    answer: list,
  },
  {
    verb: 'GET',
    path: '/messages/:id',
    rpc: 'GetMessage',
    units: 20,
    scopes: ['readonly', 'modify', 'metadata'],
    answer: get,
  },
  {
    verb: 'GET',
    path: '/messages/:messageId/attachments/:id',
    rpc: 'GetAttachment',
    units: 20,
    scopes: ['readonly', 'modify'],
    answer: attachment,
  },
  {
    verb: 'POST',
    path: '/messages/send',
    rpc: 'SendMessage',
    units: 100,
    scopes: ['compose', 'modify', 'send'],
    upload: true,
    answer: send,
  },
  {
    verb: 'POST',
    path: '/messages/batchModify',
    rpc: 'BatchModifyMessages',
    units: 50,
    scopes: ['modify'],
    answer: batchModify,
  },
  {
    verb: 'POST',
    path: '/messages/:id/modify',
    rpc: 'ModifyMessage',
    units: 5,
    scopes: ['modify'],
    answer: modify,
  },
  {
    verb: 'POST',
    path: '/messages/:id/trash',
    rpc: 'TrashMessage',
    units: 20,
    scopes: ['modify'],
    answer: trash,
  },
  {
    verb: 'POST',
    path: '/messages/:id/untrash',
    rpc: 'UntrashMessage',
    units: 5,
    scopes: ['modify'],
    answer: untrash,
  },
]

function list(call: Call): gmail_v1.Schema$ListMessagesResponse {
  const found = searchFor(call)
  const { page, next } = pageOf(call.query, found, (message) => message)
  const messages = page.map(({ id, threadId }) => ({ id, threadId }))
  return { ...(messages.length > 0 && { messages }), ...next, resultSizeEstimate: found.length }
}

/** The messages a list call asks for; gmail.metadata alone may not search. */
export function searchFor(call: Call, more: readonly string[] = []): StoredMessage[] {
  const q = call.query.get('q') ?? undefined
  if (q !== undefined && readsMetadataOnly(call.granted)) {
    throw new GmailError(403, 'forbidden', "Metadata scope does not support 'q' parameter")
  }
  const labelIds = [...call.query.getAll('labelIds'), ...more]
  const includeSpamTrash = readFlag(call.query, 'includeSpamTrash')
  return findMessages(call.world, call.account, { ...(q !== undefined && { q }), labelIds, includeSpamTrash })
}

function get(call: Call): gmail_v1.Schema$Message {
  const format = formatAllowed(call)
  return viewMessage(call.world, call.account, named(call), format, call.query.getAll('metadataHeaders'))
}

/** The asked format; gmail.metadata alone may not see bodies. */
export function formatAllowed(call: Call): MessageFormat {
  const format = readFormat(call.query)
  if ((format === 'full' || format === 'raw') && readsMetadataOnly(call.granted)) {
    throw new GmailError(403, 'forbidden', `Metadata scope doesn't allow format ${format.toUpperCase()}`)
  }
  return format
}

function named(call: Call): StoredMessage {
  const message = call.account.store.get(readId(call, 'id'))
  if (message === undefined) throw notFound()
  return message
}

function attachment(call: Call): gmail_v1.Schema$MessagePartBody {
  const messageId = readId(call, 'messageId')
  if (call.account.store.get(messageId) === undefined) throw notFound()
  const bytes = attachmentBytes(call.world, call.account, messageId, call.params['id'] ?? '')
  if (bytes === undefined) throw badRequest('Invalid attachment token')
  return { size: bytes.length, data: toBase64Url(bytes) }
}

function send(call: Call): gmail_v1.Schema$Message {
  const { raw, threadId } = readMessage(call)
  return viewIds(sendMail(call.world, call.account, raw, 'api', threadId))
}

function modify(call: Call): gmail_v1.Schema$Message {
  const message = named(call)
  relabel(call, [message])
  return viewIds(message)
}

/** Applies the body's addLabelIds and removeLabelIds to all these messages, or to none. */
export function relabel(call: Call, messages: readonly StoredMessage[]): void {
  const { addLabelIds, removeLabelIds } = parse(ModifyInput, call.json)
  const add = addLabelIds ?? []
  const remove = removeLabelIds ?? []
  if (add.length + remove.length === 0) throw badRequest('No label add or removes specified')
  const { store } = call.account
  checkLabelChange(store, [...add, ...remove])
  store.change(() => {
    for (const message of messages) store.relabel(message, add, remove)
  })
}

function batchModify(call: Call): undefined {
  const { ids } = parse(BatchInput, call.json)
  if (ids.length === 0) throw badRequest('No message ids specified')
  if (ids.length > MOST_IDS) throw badRequest(`Too many message ids: at most ${MOST_IDS}`)
  const messages = ids.map((id) => call.account.store.get(id)).filter((message) => message !== undefined)
  relabel(call, messages)
}

function trash(call: Call): gmail_v1.Schema$Message {
  const message = named(call)
  call.account.store.change(() => call.account.store.relabel(message, ['TRASH'], ['INBOX']))
  return viewIds(message)
}

function untrash(call: Call): gmail_v1.Schema$Message {
  const message = named(call)
  call.account.store.relabel(message, [], ['TRASH'])
  return viewIds(message)
}
