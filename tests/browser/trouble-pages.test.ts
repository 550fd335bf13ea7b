import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SendList } from '../../lib/contract/sends.ts'
import { employ, haveContact, lookAt, seat } from '../road/arrange.ts'
import { arrive, createContact, openThread, type Traveller } from '../road/road.ts'
import type { Person } from '../stand-ins/door.ts'
import { MIA } from '../stand-ins/gmail-page/world/people.ts'
import type { Letter } from '../stand-ins/gmail-page/world/post.ts'
import { longThread, type SeededThread, seedThreads } from '../stand-ins/gmail-page/world.ts'
import { startTown, type Town } from '../stand-ins/town.ts'
import { buildExtension } from './harness/build.ts'
import { launchBrowser, type TestBrowser } from './harness/launch.ts'
import { until } from './harness/until.ts'

const note: Letter = {
  ...{ from: MIA, to: [MIA], minutesAgo: 30, subject: 'Note to myself' },
  paragraphs: ['Ask Ken about the anchor pattern.'],
}
const broken: Letter = {
  ...{ from: { name: 'Fax gateway', email: 'fax' }, to: [MIA], minutesAgo: 20, subject: 'Scan 0042' },
  paragraphs: ['See below.'],
  headers: {
    From: 'Fax gateway <fax at nowhere>',
    To: 'undisclosed-recipients:;',
    Cc: '"Mia Sato" <mia.sato@arbor.example>, nobody, <@>, "Rossi, Paolo" <p.rossi@lumenoptics.example>, a@b@c',
  },
}

describe.each(['chromium', 'firefox'] as const)('odd mails and odd times, in %s', (kind) => {
  let town: Town
  let browser: TestBrowser
  let mia: Traveller
  let door: Person
  let odd: ReadonlyMap<string, SeededThread>

  beforeAll(async () => {
    // Three days before the clocks go forward in Berlin, ten before they go back in Sydney.
    town = await startTown({ google: { startAt: Date.parse('2027-03-25T15:00:00+09:00') } })
    odd = seedThreads(
      town.google,
      new Map([
        ['note', [note]],
        ['broken', [broken]],
        ['endless', longThread(200, 'Line 3 commissioning log')],
      ]),
    )
    door = await employ(town, town.world.mia)
    await haveContact(door, { firstName: 'Elena', lastName: 'Brandt', address: town.world.elena })
    browser = await launchBrowser(kind, {
      proxyPort: town.web.proxyPort,
      extensionDir: await buildExtension(kind),
    })
    await seat(browser, town, [door])
    mia = await arrive(town, browser)
  })

  afterAll(async () => {
    await browser?.close()
    await town?.stop()
  })

  const open = async (name: string) => {
    const thread = odd.get(name)
    if (thread !== undefined) await openThread(mia, thread)
  }
  /** Gmail allows so many reads a minute; the 200 use most of them up. */
  const letGmailCount = () => town.google.clock.advance(2_000)
  const scheduled = async () => (await door.call<SendList>('GET', '/sends?status=scheduled')).body.sends
  const anyTime = async (subject: string) => {
    await mia.side.click('reply-all')
    await mia.side.fill('input-subject', subject)
    await mia.side.fill('input-body', 'Dear Elena, …')
    await mia.side.click('schedule')
    await mia.side.click('time-any')
  }
  const inZone = async (zone: string) => {
    await (await mia.side.frame()).click('[data-testid=zone-other]')
    await mia.side.fill('zone-input', zone)
  }
  const isOff = async () =>
    (await mia.side.frame()).$eval('[data-testid=schedule-confirm]', (one) => one.ariaDisabled === 'true')

  it('a mail without other people says so, and nothing more', async () => {
    await open('note')
    expect(await mia.side.waitFor('idle')).toBe('No other person is in this mail.')
    expect(await mia.side.texts('person-tab')).toEqual([])
  })

  it('a mail with malformed addresses shows who can be read, and says that others cannot', async () => {
    await open('broken')
    await mia.side.waitFor('unknown')
    const frame = await mia.side.frame()
    const tabs = await frame.$$eval('[data-testid=person-tab]', (all) =>
      all.map((tab) => `${tab.getAttribute('data-kind')} ${tab.getAttribute('data-address')}`),
    )
    expect(tabs).toEqual(['unknown p.rossi@lumenoptics.example'])
    expect(await mia.side.waitFor('some-malformed')).toBe('Some addresses in this mail can’t be read.')
  })

  it('a mail with 200 messages shows its people, and its mail once one of them is a contact', async () => {
    await open('endless')
    await createContact(mia, 'Jonas Lind')
    const found = async () => {
      letGmailCount()
      return Number(/^Emails (\d+)/.exec(await mia.side.text('emails'))?.[1]) > 200
    }
    await until(found, 'his mail', { timeout: 40_000 })
    await lookAt(mia, 'endless')
  })

  it('S-054: whoever has just become a contact is where the next file goes, with one click', async () => {
    await openThread(mia, 'skidDrawings')
    await mia.side.waitFor('card-name', { text: 'Jonas' })
    await openThread(mia, 'northwind')
    const file = '.aZo inlay-file'
    const tip = () => mia.page.$eval(`${file} >>> [role=tooltip]`, (node) => node.textContent)
    await until(async () => (await tip()) === 'File on which record?', 'the question')
    await createContact(mia, 'Priya Greene')
    await until(async () => (await tip()) === 'File to Priya Greene', 'the answer')
    await mia.page.click(`${file} >>> .file`)
    const filed = async () => {
      letGmailCount()
      return mia.page.$eval(`${file} >>> .label.filed`, (node) => node.textContent)
    }
    expect(await until(filed, 'the file to be filed')).toBe('On Priya Greene')
  })

  it('S-037: a past time is refused with the earliest one, also when it passes while one looks', async () => {
    await openThread(mia, 'retrofit')
    // Jonas, who is in Cc, is known to this browser already; Elena, who wrote, is not.
    await mia.side.waitFor('card-name', { text: 'Elena Brandt' })
    await anyTime('In time')
    await mia.side.click('day-2027-03-25')
    await mia.side.fill('time-input', '14:00')
    expect(await mia.side.waitFor('time-past')).toMatch(/^That time has passed\. The earliest is 15:\d\d\.$/)
    expect(await isOff()).toBe(true)
    await mia.side.fill('time-input', '16:00')
    await mia.side.waitForNo('time-past')
    town.google.clock.set(Date.parse('2027-03-25T16:00:30+09:00'))
    expect(await mia.side.waitFor('time-past')).toContain('The earliest is 16:02.')
    await mia.side.click('schedule-confirm')
    expect(await scheduled()).toEqual([])
  })

  it('S-037: an unknown zone is refused', async () => {
    await mia.side.click('day-2027-03-28')
    await inZone('Mars/Olympus')
    await mia.side.waitFor('field-error', { text: 'That time zone isn’t known.' })
    expect(await isOff()).toBe(true)
  })

  it('S-037: a time that clocks skip offers its neighbours and never moves by itself', async () => {
    await inZone('Europe/Berlin')
    await mia.side.fill('time-input', '2:30')
    expect(await mia.side.waitFor('time-skipped')).toContain(
      'Clocks there jump from 2:00 to 3:00 that night.',
    )
    expect(await mia.side.texts('neighbour')).toEqual(['1:59', '3:00'])
    expect(await mia.side.text('any-time')).toContain('to Elena Brandt')
    await lookAt(mia, 'gap')
    await mia.side.click('schedule-confirm')
    expect(await scheduled()).toEqual([])
    await mia.side.click('neighbour', { text: '3:00' })
    expect(await mia.side.waitFor('clocks')).toBe('Berlin Sun 28 Mar, 3:00 Tokyo, you Sun 28 Mar, 10:00')
    await mia.side.click('schedule-confirm')
    await mia.side.waitForNo('any-time')
    expect(await scheduled()).toMatchObject([
      { localTime: '2027-03-28T03:00', zone: 'Europe/Berlin', dueAt: '2027-03-28T01:00:00.000Z' },
    ])
  })

  it('S-037: a time that comes twice asks which one is meant', async () => {
    await anyTime('Twice')
    await inZone('Australia/Sydney')
    await mia.side.click('month-after')
    await mia.side.click('day-2027-04-04')
    await mia.side.fill('time-input', '2:30')
    expect(await mia.side.waitFor('time-twice')).toContain('That time comes twice there. Which one?')
    expect(await isOff()).toBe(true)
    await lookAt(mia, 'twice')
    await (await mia.side.frame()).click('[data-testid="twice-+11:00"]')
    await mia.side.click('schedule-confirm', { text: '4 Apr, 0:30' })
    await mia.side.waitForNo('any-time')
    const dues = (await scheduled()).map((send) => send.dueAt).sort()
    expect(dues).toEqual(['2027-03-28T01:00:00.000Z', '2027-04-03T15:30:00.000Z'])
    expect(browser.errors).toEqual([])
  })
})
