import type { gmail_v1 } from 'googleapis/build/src/apis/gmail/v1.js'
import { z } from 'zod'
import { badRequest, notFound } from '../errors.ts'
import { HISTORY_TYPES, type HistoryType } from '../store/history.ts'
import { createLabel, getLabel, listLabels } from '../store/labels.ts'
import { listSendAs } from '../store/view.ts'
import { type Call, type Endpoint, parse, readMax } from './call.ts'

const LabelInput = z.object({ name: z.string() })
const WatchInput = z.object({
  topicName: z.string(),
  labelIds: z.array(z.string()).default([]),
  labelFilterBehavior: z.string().optional(),
  labelFilterAction: z.string().optional(),
})
const READ_LABELS = ['readonly', 'modify', 'labels', 'metadata'] as const
const READ_SETTINGS = ['readonly', 'modify', 'settings.basic'] as const

/** users.getProfile, watch, stop, history, labels and settings.sendAs. */
export const mailboxEndpoints: Endpoint[] = [
  {
    verb: 'GET',
    path: '/profile',
    rpc: 'GetProfile',
    units: 1,
    scopes: ['readonly', 'compose', 'modify', 'metadata'],
    answer: profile,
  },
  {
    verb: 'POST',
    path: '/watch',
    rpc: 'Watch',
    units: 100,
    scopes: ['readonly', 'modify', 'metadata'],
    answer: watch,
  },
  {
    verb: 'POST',
    path: '/stop',
    rpc: 'Stop',
    units: 50,
    scopes: ['readonly', 'modify', 'metadata'],
    answer: ({ world, account }) => {
      world.notifier.stop(account)
      return undefined
    },
  },
  {
    verb: 'GET',
    path: '/history',
    rpc: 'ListHistory',
    units: 2,
    scopes: ['readonly', 'modify', 'metadata'],
    answer: history,
  },
  { verb: 'GET', path: '/labels', rpc: 'ListLabels', units: 1, scopes: READ_LABELS, answer: labels },
  {
    verb: 'GET',
    path: '/labels/:id',
    rpc: 'GetLabel',
    units: 1,
    scopes: READ_LABELS,
    answer: (call) => getLabel(call.account.store, call.params['id'] ?? ''),
  },
  {
    verb: 'POST',
    path: '/labels',
    rpc: 'CreateLabel',
    units: 5,
    scopes: ['modify', 'labels'],
    answer: (call) => createLabel(call.account.store, parse(LabelInput, call.json).name),
  },
  {
    verb: 'GET',
    path: '/settings/sendAs',
    rpc: 'ListSendAs',
    units: 1,
    scopes: READ_SETTINGS,
    answer: sendAsList,
  },
  {
    verb: 'GET',
    path: '/settings/sendAs/:email',
    rpc: 'GetSendAs',
    units: 1,
    scopes: READ_SETTINGS,
    answer: sendAs,
  },
]

function profile({ account }: Call): gmail_v1.Schema$Profile {
  return {
    emailAddress: account.email,
    messagesTotal: account.store.size,
    threadsTotal: account.store.threadCount,
    historyId: String(account.store.history.latest),
  }
}

function watch({ world, account, json }: Call): gmail_v1.Schema$WatchResponse {
  const { topicName, labelIds, ...how } = parse(WatchInput, json)
  const exclude = /^exclude$/i.test(how.labelFilterBehavior ?? how.labelFilterAction ?? '')
  return world.notifier.watch(account, { topicName, labelIds, exclude })
}

function history({ account, query }: Call): gmail_v1.Schema$ListHistoryResponse {
  const start = query.get('startHistoryId') ?? ''
  if (!/^\d{1,19}$/.test(start)) throw badRequest('Missing or invalid parameter: startHistoryId')
  if (!account.store.history.knows(Number(start))) throw notFound()
  const labelId = query.get('labelId')
  const { records, more } = account.store.history.list({
    startId: readCursor(query.get('pageToken')) ?? Number(start),
    types: readTypes(query.getAll('historyTypes')),
    max: readMax(query),
    ...(labelId !== null && { labelId }),
  })
  const answer: gmail_v1.Schema$ListHistoryResponse = { historyId: String(account.store.history.latest) }
  if (records.length > 0) answer.history = records
  if (more !== undefined) answer.nextPageToken = Buffer.from(`h${more}`).toString('base64url')
  return answer
}

function readCursor(token: string | null): number | undefined {
  if (token === null || token === '') return undefined
  const found = /^h(\d+)$/.exec(Buffer.from(token, 'base64url').toString('latin1'))
  if (found === null) throw badRequest('Invalid pageToken')
  return Number(found[1])
}

function readTypes(wanted: readonly string[]): ReadonlySet<HistoryType> {
  if (wanted.length === 0) return new Set(HISTORY_TYPES)
  const types = wanted.map((one) => HISTORY_TYPES.find((type) => type === one))
  return new Set(
    types.map((type) => {
      if (type === undefined) throw badRequest("Invalid value at 'history_types'")
      return type
    }),
  )
}

function labels({ account }: Call): gmail_v1.Schema$ListLabelsResponse {
  return { labels: listLabels(account.store) }
}

function sendAsList({ account }: Call): gmail_v1.Schema$ListSendAsResponse {
  return { sendAs: listSendAs(account) }
}

function sendAs({ account, params }: Call): gmail_v1.Schema$SendAs {
  const wanted = (params['email'] ?? '').toLowerCase()
  const found = listSendAs(account).find((one) => one.sendAsEmail === wanted)
  if (found === undefined) throw notFound()
  return found
}
