import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HostHandler } from '../fake-web.ts'
import type { GoogleStandIn, StandInMailbox } from '../google/types.ts'
import { PageAccount } from './account.ts'
import { clientFile } from './assets.ts'
import { escapeHtml } from './html-tree.ts'
import type { Boot, ComposeState, Language, LiveEvent, Theme, ViewName } from './model.ts'

export interface GmailPageOptions {
  google: GoogleStandIn
  /** Addresses of the signed-in accounts; the position is the `n` of `/mail/u/n/`. */
  accounts: readonly string[]
  theme?: Theme
  language?: Language
  /** ms of test time from the last change of a compose window to its draft; default 3 s. */
  autosaveMs?: number
  /** ms of test time in which a send can be undone; default 5 s. */
  undoMs?: number
  /** What a just sent message shows as legacy id until the page is loaded anew; default `missing`. */
  justSent?: Boot['justSent']
}

/** Gmail's page for some accounts of a stand-in Google, to be served as https://mail.google.com. */
export interface GmailPage {
  readonly handler: HostHandler
  /** Changes the theme, open pages included. */
  setTheme(theme: Theme): void
  /** While false, attachment cards stay in the form Gmail shows before it knows the file. */
  setCardsLoaded(loaded: boolean): void
  /** Saves every changed compose window as a draft now. */
  saveDrafts(): void
  /** Ends the open streams and the timers. */
  stop(): void
}

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "require-trusted-types-for 'script'; script-src 'self'; connect-src 'self'; frame-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'",
  'strict-transport-security': 'max-age=10886400; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
}

/** Builds the page's server side; the mailboxes are looked up when first asked for. */
export function createGmailPage(options: GmailPageOptions): GmailPage {
  const settings = { theme: options.theme ?? 'light', cardsLoaded: true }
  const times = { autosaveMs: options.autosaveMs ?? 3000, undoMs: options.undoMs ?? 5000 }
  const accounts = new Map<number, PageAccount>()
  const accountAt = (index: number): PageAccount | undefined => {
    const email = options.accounts[index]
    if (email === undefined) return undefined
    const account = accounts.get(index) ?? new PageAccount(options.google, email, index, times)
    accounts.set(index, account)
    return account
  }
  const boot = ({ mailbox, index }: PageAccount): Boot => ({
    ...settings,
    account: { name: mailbox.name, email: mailbox.email },
    index,
    language: options.language ?? 'en',
    justSent: options.justSent ?? 'missing',
    undoMs: times.undoMs,
  })
  const tellAll = (event: LiveEvent) => {
    for (const account of accounts.values()) account.tell(event)
  }
  return {
    handler: (request, response) => {
      void answer(request, response, accountAt, boot).catch((error: unknown) => {
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
        send(response, 500, 'text/plain', text)
      })
    },
    setTheme(theme) {
      settings.theme = theme
      tellAll({ type: 'theme', theme })
    },
    setCardsLoaded(loaded) {
      settings.cardsLoaded = loaded
      tellAll({ type: 'cards', loaded })
    },
    saveDrafts() {
      for (const { composes } of accounts.values()) composes.saveAll()
    },
    stop() {
      for (const account of accounts.values()) account.stop()
    },
  }
}

type AccountAt = (index: number) => PageAccount | undefined

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  accountAt: AccountAt,
  boot: (account: PageAccount) => Boot,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'https://mail.google.com')
  const asset = /^\/static\/([\w.-]+)$/.exec(url.pathname)?.[1]
  if (asset) {
    const file = await clientFile(asset)
    return file
      ? send(response, 200, file.type, file.text)
      : send(response, 404, 'text/plain', 'No such file')
  }
  const place = /^\/mail\/u\/(\d+)(\/.*)?$/.exec(url.pathname)
  const account = place && accountAt(Number(place[1]))
  if (!account) {
    response.writeHead(302, { ...HEADERS, location: '/mail/u/0/' }).end()
    return
  }
  const path = place[2] ?? ''
  if (url.searchParams.has('attid')) return sendPart(response, account, url.searchParams)
  if (path === '/data/events') {
    response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' }).write(': open\n\n')
    account.keep(response)
    return
  }
  if (path.startsWith('/data/')) {
    const body = request.method === 'POST' ? await bodyOf(request) : undefined
    const result = data(account, path.slice('/data/'.length), url.searchParams, body)
    return send(
      response,
      result === undefined ? 404 : 200,
      'application/json',
      JSON.stringify(result ?? null),
    )
  }
  send(response, 200, 'text/html; charset=utf-8', shell(boot(account)))
}

/** What the client asks and tells; undefined is "no such thing". */
function data(
  { mailbox, reader, composes }: PageAccount,
  what: string,
  query: URLSearchParams,
  body: unknown,
): unknown {
  const view = (query.get('view') ?? 'inbox') as ViewName
  const q = query.get('q') ?? ''
  switch (what) {
    case 'list':
      return reader.list(view, q, composes.scheduledRows())
    case 'thread':
      return reader.thread(query.get('token') ?? '', view, q)
    case 'reply':
      return reader.reply(query.get('message') ?? '', query.get('all') === '1')
    case 'compose':
      return composes.change(body as ComposeState) ?? {}
    case 'send':
      return composes.send(body as ComposeState) ?? {}
    case 'undo':
      return { undone: composes.undo((body as ComposeState).composeId) }
    case 'discard':
      return composes.discard(body as ComposeState) ?? {}
    case 'schedule': {
      const { state, at } = body as { state: ComposeState; at: number }
      return composes.schedule(state, at) ?? {}
    }
    case 'modify': {
      const { threadId, add, remove } = body as { threadId: string; add: string[]; remove: string[] }
      return modifyThread(mailbox, threadId, add, remove)
    }
    default:
      return undefined
  }
}

/** Changes only the messages that change, so that opening a read thread leaves no trace in the history. */
function modifyThread(mailbox: StandInMailbox, threadId: string, add: string[], remove: string[]): object {
  for (const { id, labelIds } of mailbox.getThread(threadId)?.messages ?? []) {
    if (!id) continue
    const missing = add.filter((label) => !labelIds?.includes(label))
    const present = remove.filter((label) => labelIds?.includes(label))
    if (missing.includes('TRASH')) mailbox.trash(id)
    else if (missing.length > 0 || present.length > 0) mailbox.modify(id, { add: missing, remove: present })
  }
  return {}
}

function sendPart(response: ServerResponse, { mailbox }: PageAccount, query: URLSearchParams): void {
  const [messageId, partId] = [query.get('th') ?? '', (query.get('attid') ?? '').replace(/^0\./, '')]
  const bytes = mailbox.partBytes(messageId, partId)
  if (!bytes) {
    send(response, 404, 'text/plain', 'No such part')
    return
  }
  const part = findPart(mailbox, messageId, partId)
  const shown = query.get('view') === 'fimg' || query.get('disp') === 'inline'
  response
    .writeHead(200, {
      ...HEADERS,
      'content-type': shown ? (part?.mimeType ?? 'application/octet-stream') : 'application/octet-stream',
      'content-disposition': shown
        ? 'inline'
        : `attachment; filename*=UTF-8''${encodeURIComponent(part?.filename ?? 'noname')}`,
    })
    .end(bytes)
}

function findPart(mailbox: StandInMailbox, messageId: string, partId: string) {
  const queue = [mailbox.getMessage(messageId)?.payload]
  for (const part of queue) {
    if (part?.partId === partId) return part
    queue.push(...(part?.parts ?? []))
  }
  return undefined
}

function shell(boot: Boot): string {
  return `<!doctype html>
<html lang="${boot.language}" data-gmail-theme="${boot.theme}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Gmail</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/static/gmail.css">
<script id="boot" type="application/json">${JSON.stringify(boot).replace(/</g, '\\u003c')}</script>
<script type="module" src="/static/main.ts"></script></head>
<body class="aAU" aria-label="${escapeHtml(boot.account.email)}"></body></html>`
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString('utf8') || 'null')
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { ...HEADERS, 'content-type': type }).end(text)
}
