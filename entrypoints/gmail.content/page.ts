import type { PageState } from '@/lib/extension/messages.ts'
import { roadToPanel, wantCompose } from '@/lib/extension/relay.ts'
import {
  noteAccount,
  readPanel,
  readSettings,
  type Settings,
  savePanel,
  watchSettings,
} from '@/lib/extension/settings.ts'
import { readAccount } from './account.ts'
import { createCards } from './cards.ts'
import { createChips } from './chips.ts'
import { removeRemnants } from './dom.ts'
import { PanelFrame } from './frame.ts'
import { createHealth } from './health.ts'
import { listenToPanel } from './listen.ts'
import { createDensity, readTheme } from './look.ts'
import { createNews } from './news.ts'
import { observe } from './observe.ts'
import { followPlaces, listenForGoTo } from './places.ts'
import { readRoute } from './route.ts'
import { type ListRow, readRows } from './rows.ts'
import { all, one, type Visible } from './selectors.ts'
import { createSubjectLine } from './subject-line.ts'
import { readThread, type ThreadLook } from './thread.ts'

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
export class GmailPage {
  readonly #parts: PageParts
  readonly #toPanel = roadToPanel()
  readonly #health = createHealth(() => performance.now())
  readonly #density = createDensity()
  readonly #news = createNews()
  readonly #line = createSubjectLine((threadId, press, comeBack) => {
    this.#frame?.comeBackTo(comeBack)
    void this.#toPanel('page.line', { threadId, press })
  })
  readonly #chips = createChips((threadId) => void this.#toPanel('page.chip', { threadId }))
  readonly #cards = createCards({
    file: (key, { choose, all: every }) => this.#file(every ? this.#cards.filable(key) : [key], choose),
    cancel: (key) => void this.#toPanel('page.cancel-file', { key }),
    undo: (key) => void this.#toPanel('page.undo-file', { key }),
    openFiled: (key) => void this.#toPanel('page.open-filed', { key }),
  })
  readonly #places = followPlaces(window, (place) => this.#turn(place))
  readonly #eyes: ReturnType<typeof observe>
  readonly #ears: (() => void)[]
  #frame: PanelFrame | undefined
  #settings: Pick<Settings, 'accounts' | 'theme'> = { accounts: [], theme: 'auto' }
  #account: string | undefined
  #state: PageState | undefined
  #signature = ''
  #rows: readonly string[] = []
  #panelReady = false
  #composes = false
  #stopped = false

  constructor(parts: PageParts) {
    this.#parts = parts
    removeRemnants(document)
    const ears = listenToPanel({
      line: this.#line,
      cards: this.#cards,
      chips: this.#chips,
      frame: () => this.#frame,
      ready: () => {
        this.#panelReady = true
        this.#announce()
        this.#announceRows()
        void this.#toPanel('page.route', { route: this.#places.now() })
      },
      fileAll: () => this.#file(this.#cards.filable(), false),
      go: (route, replace, stay) => {
        this.#places.go(route, replace)
        this.#frame?.setWide(route !== undefined, stay)
      },
    })
    const goTo = listenForGoTo(window, () => void this.#toPanel('page.widen', {}))
    this.#ears = [ears, watchSettings((next) => this.#take(next)), this.#places.stop, goTo]
    this.#eyes = observe(window, () => this.#look())
    void readSettings().then((now) => this.#take(now))
  }

  stop(): void {
    if (this.#stopped) return
    this.#stopped = true
    this.#eyes.stop()
    // In a dead copy the browser's own interfaces are gone, and what they held with them.
    if (this.#parts.isAlive()) for (const close of this.#ears) close()
    for (const part of [this.#frame, this.#line, this.#cards, this.#chips]) part?.stop()
  }

  #look(): void {
    const { visible, isAlive } = this.#parts
    if (!isAlive()) {
      this.stop()
      return
    }
    const { accountIndex, hasThread } = readRoute(location)
    const main = all('main', document).find(visible)
    const root = main ?? document
    const seen = readThread(root, visible)
    const address = readAccount(document, visible, this.#settings.accounts)
    this.#noteHealth(seen, main !== undefined, address !== undefined, hasThread)
    const health = this.#health.report()
    const chosen = this.#settings.theme
    const own = readTheme(document, visible)
    const theme = chosen === 'auto' ? own : chosen
    this.#mount(main !== undefined || !health.ok, address)
    const account = address ?? this.#account
    const density = this.#density(root, visible)
    this.#compare({ account, accountIndex, thread: seen.open?.thread, theme, density, health })
    if (!this.#composes && one('composeMark', document)) {
      this.#composes = true
      wantCompose()
    }
    const rows = readRows(root, visible)
    this.#tellRows(rows)
    if (this.#news(rows, seen.open?.thread, document.title) && this.#panelReady)
      void this.#toPanel('page.news', {})
    // After the panel has been told, which works on its own meanwhile.
    this.#draw(seen.open, rows, theme, own)
  }

  /** Gmail builds its page over seconds, so nothing is missed before it is complete. */
  #noteHealth(seen: ThreadLook, main: boolean, account: boolean, hasThread: boolean): void {
    if (document.readyState !== 'complete') return
    this.#health.note('main', main)
    this.#health.note('account', account)
    // The list has no heading, and without conversation view there is none either.
    this.#health.note('threadHeading', !hasThread || seen.hasHeading || seen.hasMessages)
    this.#health.note('messageNode', !seen.hasHeading || seen.hasMessages)
  }

  #mount(isReady: boolean, address: string | undefined): void {
    const isNew = address !== undefined && address !== this.#account
    if (isNew) {
      this.#account = address
      void noteAccount(address)
    }
    const mustMount = isReady && !this.#frame
    if (mustMount)
      this.#frame = new PanelFrame(this.#parts.panelUrl, this.#parts.visible, {
        remember: (open) => {
          if (this.#account !== undefined) void savePanel(this.#account, { open })
        },
        moved: () => this.#eyes.lookSoon(),
        focused: () => void this.#toPanel('page.focus-panel', {}),
        leave: () => {
          this.#places.go(undefined, false)
          this.#turn(undefined)
        },
      })
    if (mustMount) this.#frame?.setWide(this.#places.now() !== undefined)
    if (isNew || mustMount) void this.#restorePanel()
  }

  async #restorePanel(): Promise<void> {
    if (this.#account === undefined) return
    const { open, width } = await readPanel(this.#account)
    if (!this.#stopped) this.#frame?.restore(open, width)
  }

  /** The panel has the chosen theme; what stands on Gmail's own ground has Gmail's, or it could not be read. */
  #draw(
    open: ThreadLook['open'],
    rows: readonly ListRow[],
    theme: PageState['theme'],
    gmails: PageState['theme'],
  ): void {
    this.#frame?.setTheme(theme)
    for (const part of [this.#line, this.#cards, this.#chips]) part.setTheme(gmails)
    const covered = this.#frame?.covers()
    for (const part of [this.#line, this.#chips]) part.setPanel(covered)
    this.#line.follow(open?.heading, open?.thread.threadId)
    this.#cards.follow(open?.cards ?? [])
    // Behind an open thread the list keeps its chips.
    if (rows.length > 0) this.#chips.follow(rows)
    this.#frame?.stayBelowCompose()
  }

  #compare(next: Omit<PageState, 'seenAt'>): void {
    const signature = JSON.stringify(next)
    if (signature === this.#signature) return
    this.#signature = signature
    const last = this.#state
    const isSame = last !== undefined && threadKey(last.thread) === threadKey(next.thread)
    this.#state = { ...next, seenAt: isSame ? last.seenAt : performance.timeOrigin + performance.now() }
    this.#announce()
  }

  /** Only which threads and in what order. */
  #tellRows(rows: readonly ListRow[]): void {
    const next = rows.map((row) => row.threadId)
    if (next.length === 0 || next.join() === this.#rows.join()) return
    this.#rows = next
    this.#announceRows()
  }

  #announceRows(): void {
    if (this.#panelReady && this.#rows.length > 0)
      void this.#toPanel('page.rows', { threadIds: [...this.#rows] })
  }

  #turn(place: string | undefined): void {
    this.#frame?.setWide(place !== undefined)
    if (this.#panelReady) void this.#toPanel('page.route', { route: place })
  }

  #announce(): void {
    if (this.#panelReady && this.#state) void this.#toPanel('page.changed', this.#state)
  }

  #file(keys: readonly string[], choose: boolean): void {
    for (const key of keys) void this.#toPanel('page.file', { key, choose })
  }

  #take(next: Settings): void {
    const account = this.#account ?? ''
    const isNew = next.accounts.includes(account) && !this.#settings.accounts.includes(account)
    this.#settings = next
    // Signing in opened the panel of this account in the settings.
    if (isNew) void this.#restorePanel()
    this.#eyes.lookSoon()
  }
}

function threadKey(thread: PageState['thread']): string {
  return thread ? `${thread.threadId}/${thread.subject}/${thread.messageIds[0]}` : ''
}
