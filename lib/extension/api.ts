import { hc } from 'hono/client'
import * as z from 'zod'
import type { Api } from '../../backend/http/app.ts'
import { Consent, Me, type StartConsent } from '../contract/identity.ts'
import { AttachmentsPage, type Lookup, LookupAnswer } from '../contract/records.ts'
import { type CreateSend, Send, type UpdateSend, type When } from '../contract/sends.ts'
import {
  type FileAttachment,
  Filing,
  FilingTargets,
  type TargetsQuery,
  ThreadFacts,
} from '../contract/threads.ts'
import { adminCalls } from './api-admin.ts'
import { composeCalls } from './api-compose.ts'
import { accepted, at, type Calls, done, read } from './api-core.ts'
import { duplicateCalls } from './api-duplicates.ts'
import { emailCalls } from './api-emails.ts'
import { fileCalls } from './api-files.ts'
import { historyCalls } from './api-history.ts'
import { importCalls } from './api-imports.ts'
import { linkCalls } from './api-links.ts'
import { listCalls } from './api-lists.ts'
import { massCalls } from './api-mass.ts'
import { recordCalls } from './api-records.ts'
import { sharingCalls } from './api-sharing.ts'
import { syncCalls } from './api-sync.ts'
import { takeOverCalls } from './api-take-over.ts'
import { templateCalls } from './api-templates.ts'

// An extension page's CSP forbids the code zod would otherwise generate.
z.config({ jitless: true })

/** A server that has not answered by then (ms) is as good as down. */
const patience = 12_000
/** Gmail stands behind these answers, and the server waits for it. */
const longPatience = 40_000
/** A large file on a slow line. */
const filePatience = 15 * 60_000

/** Where to call and as whom. `fetch` is an argument so that tests need no network. */
export interface BackendOptions {
  /** Without a trailing slash. */
  origin: string
  session: string
  fetch?: typeof fetch
}

/** The backend as the sidebar sees it. Answers are validated at the door; every method throws `ApiError`. */
export type Backend = ReturnType<typeof createBackend>

export function createBackend(options: BackendOptions) {
  const send = options.fetch ?? fetch.bind(globalThis)
  const authorization = `Bearer ${options.session}`
  const timed =
    (ms: number): typeof fetch =>
    (input, init) => {
      const late = AbortSignal.timeout(ms)
      return send(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, late]) : late })
    }
  const v1 = hc<Api>(options.origin, { fetch: timed(patience), headers: { authorization } }).api.v1
  const slow = hc<Api>(options.origin, { fetch: timed(longPatience), headers: { authorization } }).api.v1
  const long = hc<Api>(options.origin, { fetch: timed(filePatience), headers: { authorization } }).api.v1
  const once = (key: string) => ({ headers: { authorization, 'idempotency-key': key } })
  const calls: Calls = { v1, slow, long, once }
  return {
    ...recordCalls(calls),
    ...emailCalls(calls),
    ...linkCalls(calls),
    ...sharingCalls(calls),
    ...listCalls(calls),
    ...historyCalls(calls),
    ...duplicateCalls(calls),
    ...adminCalls(calls),
    ...importCalls(calls),
    ...syncCalls(calls),
    ...templateCalls(calls),
    ...fileCalls(calls),
    ...composeCalls(calls),
    ...takeOverCalls(calls),
    ...massCalls(calls),
    origin: options.origin,
    me: () => read(v1.me.$get(), Me),
    signOut: () => done(v1.session.$delete()),
    startConsent: (json: z.input<typeof StartConsent>) => read(v1.auth.consents.$post({ json }), Consent),
    lookUp: (json: z.input<typeof Lookup>) => read(v1.lookup.$post({ json }), LookupAnswer),
    thread: (id: string, account: string) =>
      read(slow.threads[':id'].$get({ param: at(id), query: { account } }), ThreadFacts),

    attachments: (id: string, query: { cursor?: string }) =>
      read(v1.records[':id'].attachments.$get({ param: at(id), query }), AttachmentsPage),

    targets: (json: z.input<typeof TargetsQuery>) => read(v1.filings.targets.$post({ json }), FilingTargets),
    file: (json: z.input<typeof FileAttachment>, key: string) =>
      read(v1.filings.$post({ json }, once(key)), Filing),
    filing: (id: string) => read(v1.filings[':id'].$get({ param: at(id) }), Filing),
    cancelFiling: (id: string) => read(v1.filings[':id'].$delete({ param: at(id) }), Filing),
    attachmentContent: async (id: string) =>
      (await accepted(slow.attachments[':id'].content.$get({ param: at(id) }))).blob(),

    createSend: (json: CreateSend, key: string) => read(v1.sends.$post({ json }, once(key)), Send),
    send: (id: string) => read(v1.sends[':id'].$get({ param: at(id) }), Send),
    updateSend: (id: string, json: UpdateSend) => read(v1.sends[':id'].$patch({ param: at(id), json }), Send),
    sendNow: (id: string, version: number) =>
      read(v1.sends[':id']['send-now'].$post({ param: at(id), json: { version } }), Send),
    cancelSend: (id: string, version: number) =>
      read(v1.sends[':id'].cancel.$post({ param: at(id), json: { version } }), Send),
    restoreSend: (id: string, version: number) =>
      read(v1.sends[':id'].restore.$post({ param: at(id), json: { version } }), Send),
    resumeSend: (id: string, version: number, when: When) =>
      read(v1.sends[':id'].resume.$post({ param: at(id), json: { version, when } }), Send),

    /** The open response of the event stream; `lastEventId` resumes it. */
    stream: (lastEventId: number | undefined, signal: AbortSignal) =>
      openStream({ ...options, fetch: send }, lastEventId, signal),
  }
}

function openStream(
  { origin, session, fetch: send }: Required<BackendOptions>,
  lastEventId: number | undefined,
  signal: AbortSignal,
): Promise<Response> {
  const headers = {
    authorization: `Bearer ${session}`,
    accept: 'text/event-stream',
    ...(lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) }),
  }
  return accepted(send(`${origin}/api/v1/stream`, { headers, cache: 'no-store', signal }))
}

export type EmailFilter = 'all' | 'received' | 'sent' | 'scheduled'
