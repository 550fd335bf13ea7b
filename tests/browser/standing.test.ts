import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ThreadStanding } from '../../lib/contract/messages.ts'
import { lookAt } from '../road/arrange.ts'
import { openThread } from '../road/road.ts'
import { headerOf, rawMail } from '../stand-ins/google/testing.ts'
import { HERE } from './harness/gmail-tab.ts'
import { until } from './harness/until.ts'
import { findings, furnishElena, type Office, openCard, openOffice } from './records-kit.ts'

const retrofit = 'retrofit'

describe.each(['chromium', 'firefox'] as const)('where the open mail stands, in %s', (kind) => {
  let office: Office
  let ids: { elena: string; deal: string; spare: string }

  beforeAll(async () => {
    office = await openOffice(kind)
    const { elena, deal } = await furnishElena(office)
    ids = { elena: elena.record.id, deal: deal.record.id, spare: '' }
    await openCard(office.mia, retrofit, 'Elena Brandt')
  })

  afterAll(() => office?.stop())

  /** What the line under the subject says, its button included. */
  const line = () =>
    office.mia.page.$eval('inlay-line >>> .line', (row) =>
      [...row.querySelectorAll<HTMLElement>('.words, .change')]
        .map((one) => (one.hidden ? '' : one.textContent))
        .join(' | '),
    )
  const saying = (...parts: string[]) =>
    until(
      async () => {
        const text = await line()
        return parts.every((part) => text.includes(part)) ? text : undefined
      },
      `the line to say ${parts.join(', ')}`,
    )
  const choose = async (id: string) => {
    await office.mia.page.click('inlay-line >>> .change')
    await office.mia.page.click(`inlay-line >>> .menu [data-id="${id}"]`)
  }
  /** The menu's rows are drawn when it opens. */
  const opened = async () => {
    await office.mia.page.click('inlay-line >>> .change')
    const isThere = await office.mia.page.$(`inlay-line >>> .menu [data-id="switch:${ids.deal}"]`)
    await office.mia.page.keyboard.press('Escape')
    return isThere !== null
  }
  const recordsOn = async () => {
    const path = `/threads/${office.town.world.thread(retrofit).threadIdIn(office.mia.account)}/standing`
    const { body } = await office.door.call<ThreadStanding>('GET', `${path}?account=${office.mia.account}`)
    return new Set(body.standings.map((one) => one.record.id))
  }
  const { click, waitFor, waitForNo, texts, fill } = {
    click: (...args: Parameters<Office['mia']['side']['click']>) => office.mia.side.click(...args),
    waitFor: (...args: Parameters<Office['mia']['side']['waitFor']>) => office.mia.side.waitFor(...args),
    waitForNo: (...args: Parameters<Office['mia']['side']['waitForNo']>) =>
      office.mia.side.waitForNo(...args),
    texts: (id: string) => office.mia.side.texts(id),
    fill: (id: string, value: string) => office.mia.side.fill(id, value),
  }

  it('S-059 S-061: a received mail stands on its sender, her deal and its documents, and the page says why', async () => {
    const text = await saying('On Elena Brandt', 'Change')
    expect(text).toContain('You and Ken Mori have it')
    await office.mia.page.click('inlay-line >>> .words .plain')
    await waitFor('standing-page')
    const rows = await texts('standing')
    expect(rows[0]).toContain('Elena Brandt By address: the sender')
    expect(rows.join()).toContain('Line 4 retrofit Through Elena Brandt, their main contact')
    const missing = (await texts('not-linked')).join()
    expect(missing).toContain('Ken Mori Not linked: a colleague’s address never is')
    expect(missing).toContain('jonas.lind@haldenmarine.example Not linked: on no record yet')
    expect(await findings(office.mia)).toEqual([])
    await lookAt(office.mia, 'standing-why')
    await click('back')
  })

  it('tells why a mail is here from the menu, takes it off any of its records, and opens one mail of it alone', async () => {
    await choose('why')
    await waitFor('standing-page')
    await click('back')
    await office.mia.page.click('inlay-line >>> .change')
    const offs = await office.mia.page.$$eval('inlay-line >>> .menu [data-id^="off:"]', (all) => all.length)
    expect(offs).toBe((await recordsOn()).size)
    await office.mia.page.keyboard.press('Escape')
    await choose('one')
    await waitFor('mail-page')
    await click('all-records')
    await waitFor('put-mail')
    const gone = 'Elena Brandt'
    await waitFor('on-record', { text: gone })
    await (await office.mia.side.frame()).click(`[aria-label="Take this mail off ${gone}"]`)
    await waitFor('toast', { text: `Taken off ${gone}.` })
    await until(async () => !(await texts('on-record')).includes(gone), 'the mail without the deal')
    await lookAt(office.mia, 'standing-one-mail')
    await click('toast-undo')
    await until(async () => (await texts('on-record')).includes(gone), 'the mail on the deal again')
    await click('back')
  })

  it('opens a record named in the line', async () => {
    await office.mia.page.click('inlay-line >>> .words button:not(.plain)')
    await waitFor('record-page', { text: 'Elena Brandt' })
    await click('back')
  })

  it('says why a mail is on no record', async () => {
    await openThread(office.mia, 'northwind')
    await saying('Priya Greene is not in Inlay yet')
    await openThread(office.mia, 'forecast')
    await saying('Not linked: a colleague’s address never is')
  })

  it('S-061: asks once which of several open deals it is about, and the answer holds for replies', async () => {
    const { make, door, mia, town } = office
    const spare = await make(door, {
      module: 'deals',
      fields: { dealName: 'Spare parts 2027', stage: 'proposal', amount: '32500', currency: 'EUR' },
      mainContactId: ids.elena,
    })
    ids.spare = spare.record.id
    await openThread(mia, retrofit)
    await waitFor('which-deal')
    const choices = await texts('deal-choice')
    expect(choices).toHaveLength(2)
    expect(choices[0]).toMatch(/^Line 4 retrofit €184,000 .*The subject names it/)
    await saying('Which deal?')
    expect(await findings(mia)).toEqual([])
    await lookAt(mia, 'standing-deal')
    const frame = await mia.side.frame()
    await frame.evaluate(() => document.querySelector<HTMLElement>('main')?.focus())
    await mia.page.keyboard.press('2')
    await waitFor('deal-who', { text: 'On Spare parts 2027 nobody else will see it: ' })
    await mia.page.keyboard.press('1')
    await mia.page.keyboard.press('Enter')
    await waitFor('toast', { text: 'About Line 4 retrofit. Replies follow.' })
    await waitFor('card-name', { text: 'Elena Brandt' })
    expect((await texts('deal-row'))[0]).toContain('Line 4 retrofit')
    expect(await saying('On Line 4 retrofit')).not.toContain('Which deal?')
    town.google.mailbox(mia.account).deliver(reply(office, 'And one more question.'))
    await mia.page.reload()
    await openCard(mia, retrofit, 'Elena Brandt')
    await saying('On Line 4 retrofit')
    await waitForNo('which-deal')
  })

  it('takes the answer back, and puts the question off', async () => {
    await choose('ask')
    await waitFor('deal-sheet')
    await click('deal-none')
    await click('use-deal')
    await waitFor('toast', { text: 'About none of them' })
    await click('toast-undo')
    await saying('On Line 4 retrofit')
  })

  it('S-013: goes on any record by hand, and off again, with undo', async () => {
    const { make, door, mia } = office
    await make(door, { module: 'leads', fields: { lastName: 'Aydin', company: 'Pumpwerk' } })
    const put = async () => {
      await choose('put')
      await waitFor('search-sheet')
      await fill('search-input', 'Aydin')
      await click('search-row', { text: 'Aydin' })
      await waitFor('who-sees')
      await click('who-link-private')
      await waitForNo('who-sees')
      await saying('Aydin')
    }
    await put()
    await click('toast-undo')
    await until(async () => !(await line()).includes('Aydin'), 'the line as before')
    await put()
    await office.mia.page.click('inlay-line >>> .words .plain')
    await waitFor('standing', { text: 'By hand: you chose it' })
    const frame = await mia.side.frame()
    await frame.click('[aria-label="Take off Aydin"]')
    await waitFor('toast', { text: 'Taken off Aydin.' })
    await until(async () => !(await line()).includes('Aydin'), 'the line without the record')
    await click('toast-undo')
    await waitFor('toast', { text: 'Taken back.' })
    await saying('Aydin')
    await click('back')
  })

  it('S-062 S-063: is shared from the line, where those are named who will see it, and taken back at once', async () => {
    await choose('share:full')
    await waitFor('who-sees')
    // Whoever came from the line goes back to it.
    await office.mia.page.keyboard.press('Escape')
    await waitForNo('who-sees')
    const focused = () =>
      office.mia.page.$eval('inlay-line', (host) => host.shadowRoot?.activeElement?.className)
    await until(async () => (await focused()) === 'change', 'the focus in the line')
    await choose('share:full')
    await waitFor('who-sees', { text: 'Tom Weber' })
    await click('who-share')
    await saying('4 people see it')
    await choose('share:none')
    await waitFor('toast', { text: 'You share it with nobody now.' })
    await saying('You and Ken Mori have it')
    await click('toast-undo')
    await saying('4 people see it')
    await choose('share:default')
    await saying('You and Ken Mori have it')
  })

  it('S-062: turns the switch of one deal, up after a look at who will see, down at once', async () => {
    await office.door.call('PUT', '/sharing', { mode: 'per_record' })
    await until(
      async () =>
        (await office.mia.page.$(`inlay-line >>> .menu [data-id="switch:${ids.deal}"]`)) !== null ||
        (await opened()),
      'the switch in the menu',
    )
    await office.mia.page.click('inlay-line >>> .change')
    await lookAt(office.mia, 'standing-menu')
    await office.mia.page.click(`${HERE} h2`)
    await choose(`switch:${ids.deal}`)
    await waitFor('who-sees')
    await click('who-switch')
    await saying('4 people see it')
    await choose(`switch:${ids.deal}`)
    await waitFor('toast', { text: 'Mails you shared one by one stay shared.' })
    await saying('You and Ken Mori have it')
    await office.door.call('PUT', '/sharing', { mode: null })
  })

  it('shows a chip on the row of each linked thread and opens its record from there', async () => {
    const { mia, town } = office
    await mia.page.evaluate(() => {
      location.hash = '#inbox'
    })
    const id = town.world.thread(retrofit).threadIdIn(mia.account)
    const chip = `${HERE} tr.zA:has([data-legacy-thread-id="${id}"]) inlay-chip`
    await until(() => mia.page.$(chip), 'the chip')
    expect(await mia.page.$eval(`${chip} >>> button`, (one) => one.textContent)).toContain('Line 4 retrofit')
    await lookAt(mia, 'standing-chips')
    await mia.page.click(`${chip} >>> button`)
    await waitFor('record-page', { text: 'Line 4 retrofit' })
    await click('back')
    for (const chips of ['off', 'on'] as const) {
      const frame = await mia.side.frame()
      await frame.evaluate((wanted) => {
        type Local = { storage: { local: { set(part: object): Promise<void> } } }
        const scope = globalThis as unknown as { browser?: Local; chrome: Local }
        return (scope.browser?.storage ? scope.browser : scope.chrome).storage.local.set({ chips: wanted })
      }, chips)
      await until(async () => ((await mia.page.$(chip)) !== null) === (chips === 'on'), `chips ${chips}`)
    }
  })

  it('tells the server when Gmail shows a new mail, so that it stands here at once', async () => {
    const { mia, town } = office
    const before = town.google.mailbox(mia.account).listThreads().length
    const news = rawMail({ From: town.world.elena, To: mia.account, Subject: 'Pump skid 3' })
    const { threadId } = town.google.mailbox(mia.account).deliver(news)
    const chip = `${HERE} tr.zA:has([data-legacy-thread-id="${threadId}"]) inlay-chip`
    await until(() => mia.page.$(chip), 'the chip of the new mail')
    expect(town.google.mailbox(mia.account).listThreads()).toHaveLength(before + 1)
  })

  it('no page complained', () => {
    expect(office.browser.errors).toEqual([])
  })
})

/** Another mail of Elena's in the same thread. */
function reply({ town }: Office, text: string): string {
  const mailbox = town.google.mailbox(town.world.mia)
  const thread = mailbox.getThread(town.world.thread(retrofit).threadIdIn(town.world.mia))
  const last = thread?.messages?.at(-1)
  const id = (last && headerOf(last, 'message-id')) ?? ''
  return rawMail(
    {
      From: town.world.elena,
      To: town.world.mia,
      Subject: 'Re: Line 4 retrofit: revised quote',
      'Message-ID': `<more-${text.length}@haldenmarine.example>`,
      'In-Reply-To': id,
      References: id,
    },
    text,
  )
}
