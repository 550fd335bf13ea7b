import { beforeEach, describe, expect, it } from 'vitest'
import type { Notice } from '../../lib/extension/relay.ts'
import { FakeBrowser } from './fake-browser.ts'

const browser = new FakeBrowser().install()
const { callBackground, listenAsPage, listenAsPanel, roadToPanel } = await import(
  '../../lib/extension/relay.ts'
)

const stoppedInChrome = new Error(
  'A listener indicated an asynchronous response by returning true, but the message channel closed before a response was received',
)
const stoppedInFirefox = new Error('Could not establish connection. Receiving end does not exist.')
const background = { id: 'inlay-test', url: 'chrome-extension://inlay-test/background.js' }

const notice = (part: Partial<Notice> = {}): Notice => ({
  inlay: 'notice',
  to: 'panel',
  id: crypto.randomUUID(),
  name: 'page.file',
  payload: { key: 'k', choose: false },
  relayed: true,
  ...part,
})

beforeEach(() => {
  browser.sent.length = 0
  browser.faults.length = 0
})

describe('a sender', () => {
  it.each([stoppedInChrome, stoppedInFirefox])(
    'tries once more when the background was stopped midway',
    async (fault) => {
      browser.faults.push(fault)
      await roadToPanel()('page.file', { key: 'a', choose: false })
      expect(browser.sent).toMatchObject([{ inlay: 'notice', to: 'panel', name: 'page.file' }])
      browser.faults.push(fault)
      expect(await callBackground('ping', {})).toBe('answer')
    },
  )

  it('keeps the order, also when the first must be tried again', async () => {
    browser.faults.push(stoppedInChrome)
    const toPanel = roadToPanel()
    await Promise.all(['a', 'b', 'c'].map((key) => toPanel('page.undo-file', { key })))
    expect(browser.sent).toMatchObject([
      { payload: { key: 'a' } },
      { payload: { key: 'b' } },
      { payload: { key: 'c' } },
    ])
  })

  it('does not repeat a call that would do something twice, and reports other errors', async () => {
    browser.faults.push(stoppedInFirefox)
    await expect(callBackground('sign-in', { account: undefined })).rejects.toThrow('Receiving end')
    browser.faults.push(new Error('Extension context invalidated.'))
    await expect(callBackground('ping', {})).rejects.toThrow('invalidated')
    expect(browser.sent).toEqual([])
  })
})

describe('a receiver', () => {
  const hear = () => {
    const heard: string[] = []
    const stop = listenAsPanel({ 'page.file': ({ key }) => heard.push(key) })
    return { heard, stop }
  }

  it('hears what the background relays, each notice once', () => {
    const { heard, stop } = hear()
    const once = notice()
    browser.onMessage.fire(once, background)
    browser.onMessage.fire(once, background)
    browser.onMessage.fire(notice(), background)
    stop()
    browser.onMessage.fire(notice(), background)
    expect(heard).toEqual(['k', 'k'])
  })

  it('is deaf to tabs, to other extensions, to the unrelayed and to what goes elsewhere', () => {
    const { heard, stop } = hear()
    const page: string[] = []
    const stopPage = listenAsPage({ 'panel.ready': () => page.push('ready') })
    browser.onMessage.fire(notice(), { ...background, tab: { id: 1 } })
    browser.onMessage.fire(notice(), { id: 'stranger' })
    const { relayed: _, ...direct } = notice()
    browser.onMessage.fire(direct, background)
    browser.onMessage.fire(notice({ to: 'page', name: 'panel.ready' }), background)
    browser.onMessage.fire(notice({ name: 'page.unknown' }), background)
    for (const odd of [undefined, null, 7, 'text', {}]) browser.onMessage.fire(odd, background)
    stop()
    stopPage()
    expect(heard).toEqual([])
    expect(page).toEqual(['ready'])
  })
})
