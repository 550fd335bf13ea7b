import type { Boot, LiveEvent } from '../model.ts'
import { type Words, wordsIn } from './words.ts'

/** What every part of the page is given. */
export interface Context {
  boot: Boot
  words: Words
  /** `/mail/u/<n>/data/` */
  get<T>(what: string, query?: Record<string, string>): Promise<T | undefined>
  post<T>(what: string, body: unknown): Promise<T | undefined>
  /** Ids Gmail's page made up for messages sent since it was loaded, by their real id. */
  justSent: Map<string, { permId: string; legacyId: string | undefined }>
}

export function createContext(): Context {
  const boot = JSON.parse(document.getElementById('boot')?.textContent ?? '') as Boot
  const base = `/mail/u/${boot.index}/data/`
  const json = async <T>(answer: Response) => (answer.ok ? ((await answer.json()) as T) : undefined)
  // One after the other: a keystroke told late must not undo the send that followed it.
  let before: Promise<unknown> = Promise.resolve()
  return {
    boot,
    words: wordsIn(boot.language),
    get: async (what, query) => json(await fetch(`${base}${what}?${new URLSearchParams(query)}`)),
    post(what, body) {
      const sent = before.then(() => fetch(base + what, { method: 'POST', body: JSON.stringify(body) }))
      before = sent.catch(() => undefined)
      return sent.then((answer) => json(answer))
    },
    justSent: new Map(),
  }
}

/** Opens the stream of what happens to the mailbox; the browser reopens it by itself. */
export function listenLive(boot: Boot, onEvent: (event: LiveEvent) => void): void {
  const source = new EventSource(`/mail/u/${boot.index}/data/events`)
  source.addEventListener('message', (event) => onEvent(JSON.parse(event.data as string) as LiveEvent))
  // What happened while the stream was away was not told.
  source.addEventListener('open', () => onEvent({ type: 'changed' }))
}

/** Where the page is, read from the hash. */
export interface Route {
  view: 'inbox' | 'starred' | 'sent' | 'drafts' | 'scheduled' | 'all' | 'search'
  query: string
  token: string
}

const VIEWS = ['inbox', 'starred', 'sent', 'drafts', 'scheduled', 'all'] as const

/** `#inbox`, `#inbox/<token>`, `#search/<words>/<token>`; anything else is the inbox. */
export function routeOf(hash: string): Route {
  const [name, first = '', second = ''] = hash.replace(/^#/, '').split('?')[0]?.split('/') ?? []
  if (name === 'search')
    return { view: 'search', query: decodeURIComponent(first.replace(/\+/g, ' ')), token: second }
  return { view: VIEWS.find((view) => view === name) ?? 'inbox', query: '', token: first }
}

export function hashOf({ view, query, token }: Route): string {
  const place = view === 'search' ? `search/${encodeURIComponent(query).replace(/%20/g, '+')}` : view
  return `#${place}${token && `/${token}`}`
}
