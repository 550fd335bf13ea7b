import type { PageState } from '@/lib/extension/messages.ts'
import { listenAsPage, roadToPanel } from '@/lib/extension/relay.ts'
import { noteAccount, readPanel, readSettings, savePanel, watchSettings } from '@/lib/extension/settings.ts'
import { readAccount } from './account.ts'
import { createCards } from './cards.ts'
import { removeRemnants } from './dom.ts'
import { createFrame } from './frame.ts'
import { createHealth } from './health.ts'
import { createDensity, readTheme } from './look.ts'
import { observe } from './observe.ts'
import { readRoute } from './route.ts'
import { all, type Visible } from './selectors.ts'
import { createSubjectLine } from './subject-line.ts'
import { type OpenThread, readThread } from './thread.ts'

export interface PageParts {
  /** Address of the panel's own page. */
  panelUrl: string
  visible: Visible
  /** False once the extension was updated or removed under this script. */
  isAlive(): boolean
}

/**
 * The adapter: the only one who knows Gmail's page. It tells the panel of this tab what a person sees (`page.changed`,
 * only when it differs) and draws what the panel wants in the page. `stop` takes everything of ours out again.
 */
export function startPage({ panelUrl, visible, isAlive }: PageParts): { stop(): void } {
  removeRemnants(document)
  const toPanel = roadToPanel()
  const health = createHealth(() => performance.now())
  const density = createDensity()
  const line = createSubjectLine()
  const cards = createCards({
    file(key, { choose, all: every }) {
      const keys = every ? cards.filable(key) : [key]
      for (const each of keys) void toPanel('page.file', { key: each, choose })
    },
    cancel: (key) => void toPanel('page.cancel-file', { key }),
    undo: (key) => void toPanel('page.undo-file', { key }),
    openFiled: (key) => void toPanel('page.open-filed', { key }),
  })
  let frame: ReturnType<typeof createFrame> | undefined
  let settings: Pick<Awaited<ReturnType<typeof readSettings>>, 'accounts' | 'theme'> = {
    accounts: [],
    theme: 'auto',
  }
  let account: string | undefined
  let state: PageState | undefined
  let signature = ''
  let panelReady = false
  let stopped = false

  const announce = () => {
    if (panelReady && state) void toPanel('page.changed', state)
  }
  const mountFrame = () =>
    createFrame(panelUrl, visible, {
      remember: (open) => {
        if (account !== undefined) void savePanel(account, { open })
      },
      focused: () => void toPanel('page.focus-panel', {}),
    })
  const restorePanel = async () => {
    if (account === undefined) return
    const { open, width } = await readPanel(account)
    if (!stopped) frame?.restore(open, width)
  }
  const meet = (address: string | undefined) => {
    if (address === undefined || address === account) return
    account = address
    void noteAccount(address)
    void restorePanel()
  }

  const look = () => {
    if (!isAlive()) return stop()
    const { accountIndex, hasThread } = readRoute(location)
    const main = all('main', document).find(visible)
    const { open, hasHeading, hasMessages } = readThread(main ?? document, visible)
    const address = readAccount(document, visible, settings.accounts)
    noteHealth({
      main: main !== undefined,
      account: address !== undefined,
      hasThread,
      hasHeading,
      hasMessages,
    })
    const theme = settings.theme === 'auto' ? readTheme(document, visible) : settings.theme
    const report = health.report()
    if (!frame && (main || !report.ok)) {
      frame = mountFrame()
      void restorePanel()
    }
    meet(address)
    draw(open, theme)
    const next = {
      account: address ?? account,
      accountIndex,
      thread: open?.thread,
      theme,
      density: density(main ?? document, visible),
      health: report,
    }
    const nextSignature = JSON.stringify(next)
    if (nextSignature === signature) return
    signature = nextSignature
    const sameThread = state !== undefined && threadKey(state.thread) === threadKey(next.thread)
    const seenAt = sameThread && state ? state.seenAt : performance.timeOrigin + performance.now()
    state = { ...next, seenAt }
    announce()
  }
  const noteHealth = (
    seen: Record<'main' | 'account' | 'hasThread' | 'hasHeading' | 'hasMessages', boolean>,
  ) => {
    if (document.readyState !== 'complete') return
    health.note('main', seen.main)
    health.note('account', seen.account)
    // The list has no heading, and without conversation view there is none either.
    health.note('threadHeading', !seen.hasThread || seen.hasHeading || seen.hasMessages)
    health.note('messageNode', !seen.hasHeading || seen.hasMessages)
  }
  const draw = (open: OpenThread | undefined, theme: PageState['theme']) => {
    for (const part of [frame, line, cards]) part?.setTheme(theme)
    line.follow(open?.heading, open?.thread.threadId)
    cards.follow(open?.cards ?? [])
    frame?.stayBelowCompose()
  }
  const take = (next: Awaited<ReturnType<typeof readSettings>>) => {
    const isNew =
      account !== undefined && next.accounts.includes(account) && !settings.accounts.includes(account)
    settings = next
    // Signing in opened the panel of this account in the settings.
    if (isNew) void restorePanel()
    eyes.lookSoon()
  }

  const unlisten = listenAsPage({
    'panel.ready': () => {
      panelReady = true
      announce()
    },
    'panel.cards': (message) => cards.setStates(message.cards),
    'panel.subject-line': (message) => line.say(message),
    'panel.open': ({ open }) => frame?.setOpen(open),
    'panel.focus-page': () => frame?.goBack(),
    'panel.mode': ({ mode }) => frame?.setMode(mode),
    'panel.badge': ({ held }) => frame?.setHeld(held),
    'panel.labels': ({ file, undo, openPanel, cancel, closePanel }) => {
      cards.setLabels({ file, undo, cancel: cancel ?? undo })
      frame?.setNames(openPanel, closePanel ?? openPanel)
    },
    'command.toggle-panel': () => frame?.toggle(),
    'command.focus-panel': () => frame?.switchFocus(),
    'command.file-attachments': () => {
      for (const key of cards.filable()) void toPanel('page.file', { key, choose: false })
    },
  })
  const unwatch = watchSettings(take)
  const eyes = observe(window, look)
  void readSettings().then(take)

  function stop(): void {
    if (stopped) return
    stopped = true
    eyes.stop()
    // In a dead copy the browser's own interfaces are gone, and what they held with them.
    if (isAlive()) {
      unlisten()
      unwatch()
    }
    frame?.stop()
    line.stop()
    cards.stop()
  }
  return { stop }
}

function threadKey(thread: PageState['thread']): string {
  return thread ? `${thread.threadId}/${thread.subject}/${thread.messageIds[0]}` : ''
}
