import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Me } from '../../lib/contract/identity.ts'
import type { SendList } from '../../lib/contract/sends.ts'
import { employ, haveContact, lookAt, seat, sentTo } from '../road/arrange.ts'
import { arrive, discardOpen, openThread, sendAtOnce, type Traveller } from '../road/road.ts'
import type { Person } from '../stand-ins/door.ts'
import { startTown, type Town } from '../stand-ins/town.ts'
import { buildExtension } from './harness/build.ts'
import { launchBrowser, type TestBrowser } from './harness/launch.ts'
import { until } from './harness/until.ts'

const MIA = 'mia.sato@arbor.example'
const KEN = 'ken.mori@arbor.example'
const TOM = 'tom.weber@arbor.example'
const ANA = 'ana.ruiz@arbor.example'
const ACTIONS = ['send-edit', 'send-move', 'send-now', 'send-cancel'] as const
const japan = (time: string) => Date.parse(`2026-11-${time}+09:00`)

describe.each(['chromium', 'firefox'] as const)('mail in the queue, in %s', (kind) => {
  let town: Town
  let browser: TestBrowser
  let mia: Traveller
  let ken: Traveller
  let door: Person

  beforeAll(async () => {
    town = await startTown({
      accounts: [MIA, KEN, TOM, ANA],
      google: { startAt: japan('23T15:00:00') },
    })
    const tom = await employ(town, TOM)
    door = await employ(town, MIA)
    // Colleagues see scheduled mail as far as its author shares mail at all.
    expect((await door.call('PUT', '/sharing', { mode: 'public' })).status).toBe(200)
    await tom.call('POST', '/invitations', { email: ANA, role: 'viewer' })
    const others = [await employ(town, KEN), await town.door.signIn(ANA)]
    await haveContact(door, {
      firstName: 'Elena',
      lastName: 'Brandt',
      address: town.world.elena,
      zone: 'Europe/Berlin',
    })
    browser = await launchBrowser(kind, {
      proxyPort: town.web.proxyPort,
      extensionDir: await buildExtension(kind),
    })
    await seat(browser, town, [tom, door, ...others])
    mia = await arrive(town, browser)
    await openThread(mia, 'retrofit')
  })

  afterAll(async () => {
    await browser?.close()
    await town?.stop()
  })

  const write = async ({ side, page }: Traveller, subject: string) => {
    await page.bringToFront()
    await side.click('reply-all')
    await side.fill('input-subject', subject)
    await side.fill('input-body', `${subject}, in all detail.`)
  }
  const schedule = async (who: Traveller, subject: string, time: string) => {
    await write(who, subject)
    await who.side.click('schedule')
    await who.side.click(time)
    await who.side.waitForNo('schedule-sheet')
    await who.side.waitFor('email-row', { text: subject })
  }
  const act = async ({ side, page }: Traveller, subject: string, action: (typeof ACTIONS)[number]) => {
    await page.bringToFront()
    await side.hover('email-row', { text: subject })
    await side.click(action)
  }
  const sendOf = async (subject: string) => {
    const { body } = await door.call<SendList>('GET', '/sends')
    return body.sends.find((send) => send.subject === subject)
  }
  const arrived = () => sentTo(town, town.world.elena)
  /** By its name, for people who have no mail with her. */
  const findElena = async ({ side, page }: Traveller) => {
    await page.bringToFront()
    await side.click('open-search')
    await side.fill('search-input', 'Elena')
    await side.click('search-row', { text: 'Elena Brandt' })
    await side.waitFor('record-page', { text: 'Elena Brandt' })
  }
  const mayOnlyRead = async ({ side, page }: Traveller, subject: string) => {
    await page.bringToFront()
    expect(await side.waitFor('email-row', { text: subject })).toContain('Scheduled')
    await side.hover('email-row', { text: subject })
    for (const action of ACTIONS) expect(await side.texts(action)).toEqual([])
    const row = await (await side.frame()).$('[data-testid=email-row] [data-row]')
    for (const key of ['e', 'm', 's', 'Delete'] as const) await row?.press(key)
    await side.click('email-row', { text: subject })
    const sentence = 'Only Mia Sato may change this mail before it goes out.'
    expect(await side.waitFor('not-author')).toBe(sentence)
    for (const action of ACTIONS) expect(await side.texts(action)).toEqual([])
    expect((await sendOf(subject))?.status).toBe('scheduled')
  }

  it('S-042: a colleague and the admin see a scheduled mail and who may change it, and can do nothing', async () => {
    await schedule(mia, 'Warranty terms', 'time-tomorrow_8')
    ken = await arrive(town, browser, 1, KEN)
    await openThread(ken, 'retrofit')
    await mayOnlyRead(ken, 'Warranty terms')
    await lookAt(ken, 'not-author')
    const tom = await arrive(town, browser, 2, TOM)
    await findElena(tom)
    await mayOnlyRead(tom, 'Warranty terms')
    await tom.page.close()
  })

  it('S-044: a viewer sees at the Email button why it is off', async () => {
    const ana = await arrive(town, browser, 3, ANA)
    await findElena(ana)
    const frame = await ana.side.frame()
    for (const button of ['email', 'compose-email']) {
      const element = await frame.waitForSelector(`[data-testid="${button}"]`)
      expect(await element?.evaluate((node) => node.getAttribute('aria-disabled'))).toBe('true')
      await element?.hover()
      const tip = await until(() => frame.$eval('.tip', (node) => node.textContent), 'the reason')
      expect(tip).toBe('Viewers can’t write mail. An admin can change your role.')
      await element?.click()
      // Far from wherever the tooltip has found its place.
      await ana.side.hover('foot')
      await until(async () => (await frame.$('.tip')) === null, 'the tooltip to close')
    }
    expect(await ana.side.texts('input-body')).toEqual([])
    await ana.page.close()
  })

  it('S-040: moves to another time, back by undo, and goes at once by Send now', async () => {
    await act(mia, 'Warranty terms', 'send-move')
    await mia.side.click('time-today_18')
    await mia.side.waitFor('toast', { text: '18:00, 10:00 in Berlin.' })
    expect((await sendOf('Warranty terms'))?.dueAt).toBe(new Date(japan('23T18:00:00')).toISOString())
    await mia.side.click('toast-undo')
    await until(
      async () => (await sendOf('Warranty terms'))?.localTime === '2026-11-24T08:00',
      'the old time',
    )
    await mia.side.waitFor('email-row', { text: 'Tue 8:00' })
    expect(arrived()).toEqual([])
    await act(mia, 'Warranty terms', 'send-now')
    await until(() => arrived().length === 1, 'the mail at Elena’s')
    await mia.side.waitFor('email-row', { text: 'Sent' })
  })

  it('S-041: cancelling deletes it from the queue, undo puts it back, and cancelled is never sent', async () => {
    await schedule(mia, 'Price list', 'time-tomorrow_8')
    await schedule(mia, 'Order form', 'time-tomorrow_8')
    await act(mia, 'Price list', 'send-cancel')
    await mia.side.waitFor('toast', { text: 'It won’t go out.' })
    await mia.side.click('toast-undo')
    await until(
      async () => (await sendOf('Price list'))?.status === 'scheduled',
      'the mail back in the queue',
    )
    await mia.side.hover('card-name')
    await act(mia, 'Price list', 'send-cancel')
    await until(async () => (await sendOf('Price list'))?.status === 'cancelled', 'the cancellation')
    town.google.clock.set(japan('24T08:00:01'))
    // What was due at the same moment and not cancelled is the proof that the moment has passed.
    await until(() => arrived().includes('Order form'), 'the other mail at Elena’s')
    town.google.clock.set(japan('24T09:00:00'))
    await until(async () => (await sendOf('Order form'))?.status === 'sent', 'the other mail as sent')
    expect((await sendOf('Price list'))?.status).toBe('cancelled')
    expect(arrived().sort()).toEqual(['Order form', 'Warranty terms'])
  })

  it('S-040: once the worker has claimed it, edit, move and cancel say that they come too late', async () => {
    await schedule(mia, 'Spare parts', 'time-tomorrow_8')
    const other = await arrive(town, browser)
    await openThread(other, 'retrofit')
    await act(other, 'Spare parts', 'send-move')
    await other.side.waitFor('schedule-sheet')
    await act(mia, 'Spare parts', 'send-edit')
    await mia.side.fill('input-body', 'Another text.')
    town.google.addFault({ path: /drafts\/send$/, kind: { hang: true } })
    town.google.clock.set(japan('25T08:00:01'))
    await until(async () => (await sendOf('Spare parts'))?.status === 'sending', 'the claim')
    const late = 'It is going out right now. It was claimed at 8:00, so edit, move and cancel come too late.'
    await mia.side.click('send')
    expect(await mia.side.waitFor('send-problem')).toContain(`${late} Your text is kept here.`)
    await lookAt(mia, 'claimed')
    await other.page.bringToFront()
    await other.side.click('time-monday_8')
    await other.side.waitFor('toast', { text: late })
    await other.side.waitFor('email-row', { text: 'Sending' })
    for (const action of ACTIONS) expect(await other.side.texts(action)).toEqual([])
    await other.side.click('email-row', { text: 'Sending' })
    expect(await other.side.waitFor('mail-page')).toContain(late)
    await lookAt(other, 'sending')
    await other.page.close()
    const { id, version } = (await sendOf('Spare parts')) ?? {}
    expect(await door.call('POST', `/sends/${id}/cancel`, { version })).toMatchObject({
      status: 409,
      body: { error: { code: 'conflict', reason: 'already_claimed' } },
    })
  })

  it('the mail held up there still goes out once, after the server was killed', async () => {
    await town.backend.kill()
    town.google.clearFaults()
    await town.backend.restart()
    await until(() => {
      town.google.clock.advance(2_000)
      return arrived().includes('Spare parts')
    }, 'the mail at Elena’s')
    await mia.page.bringToFront()
    await discardOpen(mia.side)
    await mia.side.waitFor('email-row', { text: 'Sent' })
    expect(arrived().filter((subject) => subject === 'Spare parts')).toHaveLength(1)
  })

  it('invalid_grant: the foot asks to reconnect, due mail is held and not lost, others go on working', async () => {
    await schedule(mia, 'Delivery week', 'time-today_18')
    town.google.revokeTokens(MIA)
    await openThread(mia, 'warranty')
    expect(await mia.side.waitFor('reconnect')).toBe(
      'Google asks you to sign in again. Until then nothing is sent or listed. Reconnect',
    )
    town.google.clock.set(japan('25T18:00:01'))
    expect(await mia.side.waitFor('reconnect', { text: '1 scheduled mail' })).toContain(
      'Until then 1 scheduled mail is held.',
    )
    expect(await mia.page.$eval('inlay-sidebar >>> .count', (count) => count.textContent)).toBe('1')
    await openThread(mia, 'retrofit')
    const sentence = 'Held: Google asks for a new sign-in. It was not sent and is not lost.'
    expect(await mia.side.waitFor('email-row', { text: sentence })).toContain('Delivery week')
    const file = '.aZo[download_url*="Spec_sheet"] inlay-file'
    await (await mia.page.waitForSelector(`${file} >>> .file`))?.click()
    const tip = () => mia.page.$eval(`${file} >>> [role=tooltip]`, (node) => node.textContent)
    await until(async () => (await tip())?.startsWith('Google asks you to sign in again'), 'why it waits')
    await lookAt(mia, 'held')
    await ken.page.bringToFront()
    expect(await ken.side.waitFor('mail-page')).toMatch(/^Warranty terms .* Sent/)
    await ken.side.click('back')
    await write(ken, 'Nozzle loads')
    await sendAtOnce(ken.side)
    await until(() => arrived().includes('Nozzle loads'), 'Ken’s mail at Elena’s')
    expect(await ken.side.texts('reconnect')).toEqual([])
    expect(arrived()).not.toContain('Delivery week')
  })

  it('reconnecting gives back what was allowed before, and its author releases the held mail', async () => {
    await mia.page.bringToFront()
    await mia.side.click('reconnect-action')
    await mia.side.waitForNo('reconnect', { timeout: 30_000 })
    const { body } = await door.call<Me>('GET', '/me')
    expect(body.mailboxes).toMatchObject([{ status: 'connected', canSend: true, canRead: true, held: 1 }])
    await mia.side.click('send-release')
    await mia.side.click('time-now')
    await until(() => arrived().includes('Delivery week'), 'the mail at Elena’s')
    await mia.side.waitForNo('email-row', { text: 'Held' })
    expect(arrived().filter((subject) => subject === 'Delivery week')).toHaveLength(1)
    await until(() => {
      // It looks once a minute whether somebody has reconnected.
      town.google.clock.advance(10_000)
      return mia.page.$(`.aZo[download_url*="Spec_sheet"] inlay-file >>> .label.filed`)
    }, 'the file that waited')
    const quiet = browser.errors.filter((line) => !/^Failed to load resource|status of (4|5)/.test(line))
    expect(quiet).toEqual([])
  })
})
