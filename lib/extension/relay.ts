import type { Runtime } from 'webextension-polyfill'
import { browser } from './browser.ts'
import type {
  BackgroundToPage,
  BackgroundToPageName,
  PageToPanel,
  PageToPanelName,
  PanelToPage,
  PanelToPageName,
  ToBackground,
  ToBackgroundName,
} from './messages.ts'

/**
 * One notice on its way page → background → panel of the same tab, or back. `id` lets the receiver drop a copy: a
 * background that is stopped mid-way makes the sender try again without knowing how far the first one came.
 */
export interface Notice {
  inlay: 'notice'
  to: 'page' | 'panel'
  id: string
  name: string
  payload: unknown
  /** Set by the background. A notice heard directly (Chrome lets every frame hear them) is not for us. */
  relayed?: true
}

export interface Call {
  inlay: 'call'
  name: ToBackgroundName
  request: unknown
}

/** What a receiver does, by name; names without a handler are ignored. */
export type Handlers<Table> = { [Name in keyof Table]?: (payload: Table[Name]) => void }

/** The two errors with which Chrome and Firefox report a background that was stopped while it worked. */
const stoppedMidway = /channel closed before|Receiving end does not/

/** Sends, and once more when the background was stopped midway. Only for what may arrive twice. */
async function sendTwice(message: Notice | Call): Promise<unknown> {
  try {
    return await browser.runtime.sendMessage(message)
  } catch (error) {
    if (!stoppedMidway.test(String(error))) throw error
    return browser.runtime.sendMessage(message)
  }
}

/** A road to the other side of this tab. Notices arrive in order; one that cannot be sent is dropped. */
function road<Table>(to: Notice['to']) {
  let last: Promise<unknown> = Promise.resolve()
  return <Name extends keyof Table & string>(name: Name, payload: Table[Name]): Promise<void> => {
    const notice: Notice = { inlay: 'notice', to, id: crypto.randomUUID(), name, payload }
    const sent = last.then(() => sendTwice(notice)).then(noop, noop)
    last = sent
    return sent
  }
}

function noop(): void {}

/** From the page to the panel of its tab. */
export function roadToPanel() {
  return road<PageToPanel>('panel')
}

/** From the panel to the page of its tab. */
export function roadToPage() {
  return road<PanelToPage>('page')
}

/** Hears what the page of this tab says. Returns a function that ends it. */
export function listenAsPanel(handlers: Handlers<PageToPanel>): () => void {
  return listen<PageToPanel, PageToPanelName>('panel', handlers)
}

/** Hears what the panel of this tab and the browser's own buttons say. Returns a function that ends it. */
export function listenAsPage(handlers: Handlers<PanelToPage & BackgroundToPage>): () => void {
  return listen<PanelToPage & BackgroundToPage, PanelToPageName | BackgroundToPageName>('page', handlers)
}

function listen<Table, Name extends keyof Table>(to: Notice['to'], handlers: Handlers<Table>): () => void {
  let seen: string[] = []
  const listener = (message: unknown, sender: Runtime.MessageSender): undefined => {
    // Only the background has no tab; it has checked who spoke, and addressed this tab.
    if (sender.id !== browser.runtime.id || sender.tab !== undefined) return
    if (!isNotice(message) || message.to !== to || !message.relayed || seen.includes(message.id)) return
    seen = [...seen.slice(-15), message.id]
    // The table says what travels under each name, and both ends are this same build.
    handlers[message.name as Name]?.(message.payload as Table[Name])
  }
  browser.runtime.onMessage.addListener(listener)
  return () => browser.runtime.onMessage.removeListener(listener)
}

/** Gmail's page has a compose window: its part of our script is wanted. Only the background can bring it. */
export function wantCompose(): void {
  void browser.runtime.sendMessage(composeWanted).catch(noop)
}

const composeWanted = 'inlay-compose-wanted'

export function isComposeWanted(message: unknown): boolean {
  return message === composeWanted
}

export function isNotice(message: unknown): message is Notice {
  return (message as Partial<Notice> | null)?.inlay === 'notice'
}

export function isCall(message: unknown): message is Call {
  return (message as Partial<Call> | null)?.inlay === 'call'
}

/** Calls that may run twice: asking, and opening what is only brought to the front. */
const repeatable: readonly ToBackgroundName[] = ['check-server', 'open-gmail', 'open-options', 'ping']

/** Asks the background and waits for its answer; survives a background that is stopped meanwhile where that is safe. */
export async function callBackground<Name extends ToBackgroundName>(
  name: Name,
  request: ToBackground[Name]['request'],
): Promise<ToBackground[Name]['answer']> {
  const call: Call = { inlay: 'call', name, request }
  const answer = repeatable.includes(name) ? sendTwice(call) : browser.runtime.sendMessage(call)
  return (await answer) as ToBackground[Name]['answer']
}
