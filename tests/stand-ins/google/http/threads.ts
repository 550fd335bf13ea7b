import type { gmail_v1 } from 'googleapis/build/src/apis/gmail/v1.js'
import { badRequest, notFound } from '../errors.ts'
import type { StoredMessage } from '../store/mail-store.ts'
import { viewIds, viewThread } from '../store/view.ts'
import { type Call, type Endpoint, pageOf, readId } from './call.ts'
import { formatAllowed, relabel, searchFor } from './messages.ts'

/** users.threads.* */
export const threadEndpoints: Endpoint[] = [
  {
    verb: 'GET',
    path: '/threads',
    rpc: 'ListThreads',
    units: 10,
    scopes: ['readonly', 'modify', 'metadata'],
    answer: list,
  },
  {
    verb: 'GET',
    path: '/threads/:id',
    rpc: 'GetThread',
    units: 40,
    scopes: ['readonly', 'modify', 'metadata'],
    answer: get,
  },
  {
    verb: 'POST',
    path: '/threads/:id/modify',
    rpc: 'ModifyThread',
    units: 10,
    scopes: ['modify'],
    answer: modify,
  },
]

function list(call: Call): gmail_v1.Schema$ListThreadsResponse {
  const newest = newestPerThread(searchFor(call))
  const { page, next } = pageOf(call.query, newest, (message) => message)
  const threads = page.map(({ threadId }) => {
    const messages = call.account.store.thread(threadId)
    const last = messages.at(-1)
    return {
      id: threadId,
      snippet: last === undefined ? '' : call.account.store.snippet(last),
      historyId: String(Math.max(...messages.map((message) => message.historyId))),
    }
  })
  return { ...(threads.length > 0 && { threads }), ...next, resultSizeEstimate: newest.length }
}

/** The first, so newest, message of each thread, in order. */
export function newestPerThread(messages: readonly StoredMessage[]): StoredMessage[] {
  const newest = new Map<string, StoredMessage>()
  for (const message of messages) if (!newest.has(message.threadId)) newest.set(message.threadId, message)
  return [...newest.values()]
}

function get(call: Call): gmail_v1.Schema$Thread {
  const format = formatAllowed(call)
  if (format === 'raw') throw badRequest('Invalid value at \'format\': "raw"')
  const headers = call.query.getAll('metadataHeaders')
  const thread = viewThread(call.world, call.account, readId(call, 'id'), format, headers)
  if (thread === undefined) throw notFound()
  return thread
}

function modify(call: Call): gmail_v1.Schema$Thread {
  const id = readId(call, 'id')
  const messages = call.account.store.thread(id)
  if (messages.length === 0) throw notFound()
  relabel(call, messages)
  return { id, messages: messages.map(viewIds) }
}
