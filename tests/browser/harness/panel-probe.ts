import type { Page } from 'puppeteer-core'
import type { PageState, PageToPanel, PanelToPage } from '../../../lib/extension/messages.ts'
import { sidebarOf } from './extension-page.ts'
import { until } from './until.ts'

/** Listens beside the panel of a Gmail tab to what the page says, and speaks to the page in the panel's name. */
export interface PanelProbe {
  /** Waits for a state of the page that `fits`. */
  state(fits: (state: PageState) => boolean): Promise<PageState>
  /** The last state, once no new one has come for some frames. */
  settled(): Promise<PageState>
  /** Waits for the next notice of that name that was not asked for yet; gives its payload. */
  heard<Name extends keyof PageToPanel>(name: Name): Promise<PageToPanel[Name]>
  count(name: keyof PageToPanel): Promise<number>
  say<Name extends keyof PanelToPage>(name: Name, payload: PanelToPage[Name]): Promise<void>
}

interface Heard {
  name: string
  payload: unknown
}

type Api = {
  runtime: {
    sendMessage(message: unknown): Promise<unknown>
    onMessage: { addListener(listener: (message: unknown) => undefined): void }
  }
}

/** Starts listening in the panel's frame; needs the extension's test build, whose shadow roots are open. */
export async function probePanel(page: Page): Promise<PanelProbe> {
  const sidebar = sidebarOf(page)
  const inFrame = async <Value>(
    work: (input: string) => Value | Promise<Value>,
    input = '',
  ): Promise<Value> => (await (await sidebar.frame()).evaluate(work, input)) as Value
  await inFrame(() => {
    const scope = globalThis as unknown as { browser?: Api; chrome: Api; heard?: Heard[] }
    if (scope.heard) return
    const heard: Heard[] = []
    scope.heard = heard
    const api = scope.browser?.runtime ? scope.browser : scope.chrome
    api.runtime.onMessage.addListener((message) => {
      const notice = message as Partial<Heard & { to: string; relayed: boolean }> | null
      if (notice?.to === 'panel' && notice.relayed && notice.name)
        heard.push({ name: notice.name, payload: notice.payload })
    })
  })
  const all = () => inFrame(() => (globalThis as unknown as { heard: Heard[] }).heard)
  const say: PanelProbe['say'] = (name, payload) =>
    inFrame(async (text) => {
      const scope = globalThis as unknown as { browser?: Api; chrome: Api }
      const api = scope.browser?.runtime ? scope.browser : scope.chrome
      const notice = { inlay: 'notice', to: 'page', id: crypto.randomUUID(), ...JSON.parse(text) }
      await api.runtime.sendMessage(notice)
    }, JSON.stringify({ name, payload }))
  // The page answers this with what it sees now.
  await say('panel.ready', {})
  const states = async () =>
    (await all()).filter(({ name }) => name === 'page.changed').map(({ payload }) => payload as PageState)
  const asked = new Map<string, number>()
  return {
    say,
    state: (fits) =>
      until(async () => {
        const last = (await states()).at(-1)
        return last && fits(last) ? last : undefined
      }, 'the wanted state of the page'),
    async settled() {
      await page.evaluate(async () => {
        for (let i = 0; i < 6; i++) await new Promise((resolve) => requestAnimationFrame(resolve))
      })
      return until(async () => (await states()).at(-1), 'a state of the page')
    },
    async heard(name) {
      const known = asked.get(name) ?? 0
      const found = await until(
        async () => (await all()).filter((notice) => notice.name === name).at(known),
        `the page to say ${name}`,
      )
      asked.set(name, known + 1)
      // The page types its notices by name.
      return found.payload as PageToPanel[typeof name]
    },
    count: async (name) => (await all()).filter((notice) => notice.name === name).length,
  }
}
