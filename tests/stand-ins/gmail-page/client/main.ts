import type { ListModel, LiveEvent, ReplyModel, ThreadModel } from '../model.ts'
import { buildChrome } from './chrome.ts'
import { Compose, type ComposeStart } from './compose.ts'
import { loadCards } from './content.ts'
import { createContext, hashOf, listenLive, type Route, routeOf } from './context.ts'
import { el, show } from './dom.ts'
import { listenKeys } from './keys.ts'
import { createList, type ListView } from './list.ts'
import { ThreadView } from './thread.ts'
import { toast } from './toast.ts'

const context = createContext()
const { boot, words } = context
const composes = new Map<string, { view: Compose; place?: HTMLElement }>()
const dock = el('div', { class: 'dw' }, el('div', { class: 'nH nn' }))
const chrome = buildChrome(context, () => openPopup({}))
document.body.append(dock)

let route: Route = routeOf(location.hash)
let list: { key: string; view: ListView } | undefined
let thread: ThreadView | undefined
/** Gmail leaves conversations one came from in the page, hidden. */
const stale: ThreadView[] = []
const STALE_KEPT = 2
let looks = 0

const key = ({ view, query }: Route) => `${view} ${query}`
const ask = ({ view, query }: Route) => ({ view, q: query })

/** Shows what the hash says. Overtaken looks are dropped, so quick j, k, j ends on the last. */
async function navigate(): Promise<void> {
  route = routeOf(location.hash)
  const look = ++looks
  const here = route
  const model = here.token
    ? await context.get<ThreadModel>('thread', { ...ask(here), token: here.token })
    : undefined
  if (look !== looks) return
  if (here.token && !model) toast(words.notFound)
  if (model) showThread(here, model)
  else hideThread()
  if (list?.key !== key(here)) {
    list?.view.node.remove()
    list = {
      key: key(here),
      view: createList(context, here, (row) => row.draft && openPopup({ ...row.draft })),
    }
    chrome.main.prepend(list.view.node)
  }
  show(list.view.node, !model)
  chrome.update(here, undefined)
  await refreshList()
  if (model?.messages.some((message) => message.unread))
    await context.post('modify', { threadId: model.id, add: [], remove: ['UNREAD'] })
}

function showThread(here: Route, model: ThreadModel): void {
  if (thread?.token === model.token) {
    thread.update(model)
    return
  }
  hideThread()
  thread = new ThreadView(context, here, model, {
    reply: (message, all, place) => void reply(message.id, all, place),
    openDraft: (draft, place) =>
      openInline({ ...draft, threadId: model.id, threadPermId: model.permId }, place),
    answering: (place) => [...composes.values()].some((compose) => compose.place === place),
  })
  chrome.main.append(thread.node)
  document.title = `${model.subject || words.noSubject} - ${boot.account.email} - Gmail`
  document.querySelector('.aeJ')?.scrollTo(0, 0)
}

function hideThread(): void {
  if (!thread) return
  const { node } = thread
  for (const { view, place } of composes.values()) if (place && node.contains(place)) view.close()
  show(node, false)
  stale.push(thread)
  if (stale.length > STALE_KEPT) stale.shift()?.node.remove()
  thread = undefined
}

async function refreshList(): Promise<void> {
  const here = route
  const model = await context.get<ListModel>('list', ask(here))
  if (!model || !list || key(here) !== list.key) return
  list.view.update(model)
  chrome.update(here, model)
  if (!here.token)
    document.title = `${title(here)}${model.unreadInbox && here.view === 'inbox' ? ` (${model.unreadInbox})` : ''} - ${boot.account.email} - Gmail`
}

function title({ view, query }: Route): string {
  return view === 'search' ? `${words.searchResults} ${query}` : words[view]
}

let asked = 0
let applied = 0
/** Compose windows whose mail is on its way: the page puts it into the thread itself, under an id of its own. */
const leaving = new Set<string>()
/** Something changed in the mailbox: counters, rows and the open conversation follow without a reload. */
async function refresh(): Promise<void> {
  const here = route
  const mine = ++asked
  const [model] = await Promise.all([
    here.token ? context.get<ThreadModel>('thread', { ...ask(here), token: here.token }) : undefined,
    refreshList(),
  ])
  // Of two looks under way the later one knows more, whichever is answered last.
  if (mine < applied || leaving.size > 0) return
  applied = mine
  if (model && thread?.token === model.token && here.token === route.token) thread.update(model)
}

function open(kind: 'popup' | 'inline', start: ComposeStart, place?: HTMLElement): void {
  const standing =
    start.draftId && [...composes.values()].find(({ view }) => view.state().draftId === start.draftId)
  if (standing) {
    standing.view.focus()
    return
  }
  const view = new Compose(context, kind, start, {
    closed: (id) => {
      composes.delete(id)
      void refresh()
    },
    refuse: (reason) => toast(reason),
    scheduled: () => toast(words.scheduledToast),
    sent: (state) => {
      leaving.add(state.composeId)
      const undo = async () => {
        const answer = await context.post<{ undone: boolean }>('undo', state)
        toast(answer?.undone ? words.undone : words.messageSent)
        if (!answer?.undone) return
        leaving.delete(state.composeId)
        stand()
      }
      toast(words.sending, { label: words.undo, act: () => void undo() }, boot.undoMs + 1000)
    },
  })
  const stand = () => {
    composes.set(view.composeId, { view, ...(place && { place }) })
    if (place) place.replaceChildren(view.node)
    else dock.firstElementChild?.append(view.node)
    view.focus()
  }
  stand()
}

const openPopup = (start: ComposeStart) => open('popup', start)
const openInline = (start: ComposeStart, place: HTMLElement) => {
  open('inline', start, place)
  place.previousElementSibling?.replaceChildren()
}

async function reply(messageId: string, all: boolean, place: HTMLElement): Promise<void> {
  const start = await context.get<ReplyModel>('reply', { message: messageId, all: all ? '1' : '' })
  if (start) openInline(start, place)
}

function onLive(event: LiveEvent): void {
  if (event.type === 'changed') soon()
  else if (event.type === 'theme') document.documentElement.dataset['gmailTheme'] = event.theme
  else if (event.type === 'cards') {
    boot.cardsLoaded = event.loaded
    if (event.loaded) loadCards()
  } else if (event.type === 'draft-saved') composes.get(event.composeId)?.view.setDraftId(event.draftId)
  else if (event.type === 'send-failed') {
    leaving.delete(event.composeId)
    toast(`${words.notSent}: ${event.reason}`)
  } else {
    leaving.delete(event.composeId)
    const legacyId = boot.justSent === 'stale-draft' ? event.staleMessageId || undefined : undefined
    context.justSent.set(event.messageId, {
      permId: `msg-a:r${BigInt(`0x${event.messageId}`) * 7919n}`,
      legacyId,
    })
    toast(words.messageSent)
    soon()
  }
}

let waiting = false
/** A burst of changes is one look; one that never ends is a look every 60 ms. */
function soon(): void {
  if (waiting) return
  waiting = true
  window.setTimeout(() => {
    waiting = false
    void refresh()
  }, 60)
}

const to = (next: Partial<Route>) => {
  location.hash = hashOf({ ...route, ...next })
}

listenKeys({
  next: () => (thread ? pressButton('.ar5 .iconButton:last-child') : list?.view.move(1)),
  previous: () => (thread ? pressButton('.ar5 .iconButton:nth-last-child(2)') : list?.view.move(-1)),
  open: () => !thread && list?.view.open(),
  up: () => to({ token: '' }),
  compose: () => openPopup({}),
  reply: () => thread?.replyToLast(),
  search: () => document.querySelector<HTMLInputElement>('input[name=q]')?.focus(),
  go: (view) => to({ view, query: '', token: '' }),
})

function pressButton(selector: string): void {
  thread?.node.querySelector<HTMLElement>(selector)?.click()
}

window.addEventListener('hashchange', () => void navigate())
if (!location.hash) history.replaceState(undefined, '', '#inbox')
listenLive(boot, onLive)
await navigate()
