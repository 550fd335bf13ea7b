import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PageThread } from '../../lib/extension/messages.ts'
import { type FakeWeb, startFakeWeb } from '../stand-ins/fake-web.ts'
import { buildExtension } from './harness/build.ts'
import { launchBrowser, type TestBrowser } from './harness/launch.ts'
import { type PanelProbe, probePanel } from './harness/panel-probe.ts'
import { until } from './harness/until.ts'

/** Markup by `facts/gmail-page.md` (2026-09), cut down to what a case needs. Ids are made up. */
const header =
  '<header role="banner"><a aria-label="Google Account: Mia Sato (mia.sato@arbor.example)" href="#">M</a></header>'
const heading = (attributes: string) => `<div class="ha"><h2 class="hP" ${attributes}>Skids</h2></div>`
const message = (attributes: string, inside = '') =>
  `<div role="listitem" aria-expanded="true"><div class="adn ads" ${attributes}>` +
  `<span class="gD" email="elena@halden.example" name="Elena">Elena</span><span class="hb">to ` +
  `<span class="g2" email="mia.sato@arbor.example" name="me">me</span></span>${inside}</div></div>`
const thread = (inside: string, title = heading('data-legacy-thread-id="18c0ffee00000001"')) =>
  `<div role="main" style="background:#fff">${title}<div role="list">${inside}</div></div>`
const card = (inside: string, attributes = '') =>
  `<span class="aZo" ${attributes}>${inside}<div class="aQw"></div></span>`
const attachments = (...cards: string[]) =>
  `<div class="hq gt"><div class="aQH">${cards.join('')}</div></div>`
const named = (name: string, href = '') =>
  `<a class="aQy" ${href && `href="${href}"`}><span class="aV3">${name}</span><span class="SaH2Ve">2 KB</span></a>`
const jslog = (...ids: string[]) =>
  `20277; u014N:xr6bB; ${ids.map((id, i) => `${i === 0 ? 1 : 4}:${Buffer.from(JSON.stringify([id])).toString('base64')}`).join('; ')}`

const open = 'data-message-id="#msg-f:1784505155484418049" data-legacy-message-id="18c3b1f2a4d5e601"'
const file =
  'https://mail.google.com/mail/u/0?ui=2&amp;view=att&amp;th=18c3b1f2a4d5e601&amp;attid=0.1&amp;realattid=f_plan'

const pages: Record<string, { html: string; title?: string }> = {
  'conversation-view-off': {
    html: `${header}<div role="main">${message(open, `<div class="ii gt" jslog='${jslog('#thread-f:1784505155484418048', '#msg-f:1784505155484418049')}'><div class="a3s">Hello</div></div>`)}</div>`,
  },
  'ids-in-decimal': {
    html:
      header +
      thread(
        message('data-message-id="#msg-f:1784505155484418049"') +
          message('data-message-id="#msg-a:r-5550123" data-legacy-message-id="undefined"'),
        heading('data-thread-perm-id="thread-f:1784505155484418048" data-legacy-thread-id="undefined"'),
      ),
  },
  'never-converted': {
    html:
      header +
      thread(message('data-message-id="#msg-a:r-5550123"'), heading('data-thread-perm-id="thread-a:r77"')),
  },
  'reading-pane': {
    html: `${header}<div role="main"><table>${[
      'data-thread-id="#thread-f:1784505155484418048" data-legacy-thread-id="undefined"',
      'data-thread-id="#thread-f:1" data-legacy-thread-id="18c0ffee00000001"',
      'data-thread-id="#thread-a:r77"',
    ]
      .map(
        (ids) =>
          `<tr class="zA" role="row" style="height:24px;line-height:20px"><td><span class="yP" email="stranger@else.example">S</span></td><td><span ${ids}>Skids</span></td></tr>`,
      )
      .join(
        '',
      )}<tr class="zA" role="row" style="display:none"><td><span data-legacy-thread-id="18c0ffee00000009">Old</span></td></tr></table>${thread(message(open)).replace('role="main"', '')}</div>`,
  },
  'all-kinds-of-cards': {
    html:
      header +
      thread(
        message(
          open,
          `<div class="ii gt"><div class="a3s">Plan<span class="aQH"><span class="aZo" download_url="image/png:inline.png:${file}"></span></span></div></div>` +
            attachments(
              card(
                named('Plan.pdf', file),
                `download_url="application/pdf:Plan%20%231.pdf:https://mail.google.com/x${file}"`,
              ),
              card(named('Plan.pdf', file), `download_url="application/pdf:Plan%20%231.pdf:${file}"`),
              card(named('Film', 'https://www.youtube.com/watch?v=abc')),
              card(named('Sheet', 'https://docs.google.com/spreadsheets/d/1U8/pubchart?oid=1')),
              card(named('half%loaded.bin')),
              card('<div class="aQy aUQ"></div>'),
            ),
        ),
      ),
  },
  'malformed-and-hostile': {
    html:
      header +
      thread(
        message(
          open,
          '<span class="hb"><span class="g2" email="" name="nobody"></span><span class="g2" email="not an address"></span></span>' +
            '<span class="g2" email="ELENA@halden.example"></span>' +
            '<div class="ii gt"><div class="a3s"><ul role="list"><li role="listitem">item <span class="gD" email="forged@evil.example">x</span></li></ul>' +
            `<p>Regards</p><p>Elena<br>+49 40 5550</p>${'<p>x</p>'.repeat(3000)}<p>Head of Procurement</p><div class="gmail_quote"><p>old</p></div></div></div>`,
        ),
      ),
  },
  'two-hundred': {
    html:
      header +
      thread(
        Array.from({ length: 200 }, (_, i) =>
          message(open.replaceAll('e601', (0x1000 + i).toString(16))).replaceAll('elena@', `p${i}@`),
        ).join(''),
      ),
  },
  'nobody-said': { html: thread(message(open)), title: 'x - ken.mori@arbor.example - Gmail' },
  'title-only': {
    html: thread(message(open)),
    title: 'Skids - ken.mori@arbor.example - Gmail - mia.sato@arbor.example - Gmail',
  },
}

describe.each(['chromium', 'firefox'] as const)('odd pages of Gmail in %s', (kind) => {
  let web: FakeWeb
  let browser: TestBrowser
  let page: Page
  let panel: PanelProbe

  beforeAll(async () => {
    web = await startFakeWeb({
      'mail.google.com': (request, response) => {
        const { html = '', title = 'Gmail' } =
          pages[new URL(request.url ?? '', 'https://x').searchParams.get('case') ?? ''] ?? {}
        response.setHeader(
          'content-security-policy',
          "require-trusted-types-for 'script'; script-src 'self'; frame-src 'self'",
        )
        response.setHeader('content-type', 'text/html; charset=utf-8')
        response.end(`<!doctype html><title>${title}</title><link rel="icon" href="data:,"><body>${html}`)
      },
    })
    browser = await launchBrowser(kind, {
      proxyPort: web.proxyPort,
      extensionDir: await buildExtension(kind),
    })
    page = await browser.newPage()
  })

  afterAll(async () => {
    await browser?.close()
    await web?.stop()
  })

  const see = async (name: string) => {
    await page.goto(`https://mail.google.com/mail/u/0/?case=${name}#inbox/FMfcgzQXKWbkdNfpNbCjQlkFDQmkLbhG`)
    panel = await probePanel(page)
    return panel.state((state) => state.thread !== undefined)
  }
  const threadOf = async (name: string): Promise<PageThread> => {
    const { thread } = await see(name)
    if (!thread) throw new Error(`${name} shows no thread`)
    return thread
  }

  it('takes the open messages alone when conversation view is off', async () => {
    const { threadId, messageIds, subject, messageCount } = await threadOf('conversation-view-off')
    expect({ threadId, messageIds, subject, messageCount }).toEqual({
      threadId: BigInt('1784505155484418048').toString(16),
      messageIds: ['18c3b1f2a4d5e601'],
      subject: '',
      messageCount: 1,
    })
    expect((await panel.settled()).health.ok).toBe(true)
  })

  it('reads ids that only stand there in decimal, and skips a message that has none yet', async () => {
    const { threadId, messageIds, messageCount } = await threadOf('ids-in-decimal')
    expect(threadId).toBe(BigInt('1784505155484418048').toString(16))
    expect(messageIds).toEqual([BigInt('1784505155484418049').toString(16)])
    expect(messageCount).toBe(2)
    const never = await threadOf('never-converted')
    expect([never.threadId, never.messageIds]).toEqual([undefined, []])
  })

  it('sees the thread in the reading pane, and nobody of the list beside it', async () => {
    const { threadId, people } = await threadOf('reading-pane')
    expect(threadId).toBe('18c0ffee00000001')
    expect(people.map(({ address }) => address)).toEqual(['elena@halden.example', 'mia.sato@arbor.example'])
  })

  it('reads rows of any kind of id, and keeps compact rows as high as they are', async () => {
    await see('reading-pane')
    const { threadIds } = await panel.heard('page.rows')
    expect(threadIds).toEqual([BigInt('1784505155484418048').toString(16), '18c0ffee00000001'])
    await panel.say('panel.chips', {
      chips: [{ threadId: threadIds[0] ?? '', name: 'Line 4 retrofit', stage: 'Negotiation' }],
    })
    await until(() => page.$('inlay-chip'), 'the chip')
    const heights = await page.$$eval('tr.zA', (all) => all.map((row) => row.getBoundingClientRect().height))
    expect(new Set(heights.slice(0, 3)).size).toBe(1)
  })

  it('tells files, links and cards that are still loading apart', async () => {
    const { attachments: found } = await threadOf('all-kinds-of-cards')
    expect(found.map(({ key, name, isDriveLink }) => [key, name, isDriveLink])).toEqual([
      ['18c3b1f2a4d5e601/f_plan/0', 'Plan #1.pdf', false],
      ['18c3b1f2a4d5e601/f_plan/1', 'Plan #1.pdf', false],
      ['18c3b1f2a4d5e601/Film/0', 'Film', true],
      ['18c3b1f2a4d5e601/Sheet/0', 'Sheet', true],
      ['18c3b1f2a4d5e601/half%loaded.bin/0', 'half%loaded.bin', false],
    ])
    expect(found[0]?.sizeText).toBe('2 KB')
  })

  it('passes malformed addresses on once, and believes nothing inside a mail’s own text', async () => {
    const { people, messageCount, signatureText } = await threadOf('malformed-and-hostile')
    expect(people.map(({ address }) => address)).toEqual([
      'elena@halden.example',
      'mia.sato@arbor.example',
      'not an address',
    ])
    expect(messageCount).toBe(1)
    expect(signatureText.length).toBeLessThanOrEqual(4000)
    expect(signatureText).toMatch(/Head of Procurement$/)
  })

  it('shows a thread of 200 messages as far as it goes', async () => {
    const { messageCount, messageIds, people } = await threadOf('two-hundred')
    expect([messageCount, messageIds.length, people.length]).toEqual([200, 200, 200])
  })

  it('believes an address in the title only of an account that is signed in', async () => {
    expect((await see('nobody-said')).account).toBeUndefined()
    const frame = page.frames().find((each) => each !== page.mainFrame()) ?? page.mainFrame()
    await frame.evaluate(() => {
      type Local = { storage: { local: { set(values: object): Promise<void> } } }
      const scope = globalThis as unknown as { browser?: Local; chrome: Local }
      return (scope.browser ?? scope.chrome).storage.local.set({ accounts: ['mia.sato@arbor.example'] })
    })
    expect((await panel.settled()).account).toBeUndefined()
    await see('title-only')
    expect((await panel.state((state) => state.account !== undefined)).account).toBe('mia.sato@arbor.example')
    expect(browser.errors).toEqual([])
  })
})
