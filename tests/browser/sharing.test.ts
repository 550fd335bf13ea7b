import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ledger } from '../../lib/contract/sharing.ts'
import { lookAt } from '../road/arrange.ts'
import { openThread, type Traveller } from '../road/road.ts'
import { until } from './harness/until.ts'
import { focusedId, type Office } from './records-kit.ts'
import { type Desks, fair, noProblems, offer, openMine, sees, seesNo, sideBySide } from './sharing-kit.ts'

const plan = 'Delivery plan'
const hidden = 'Subject not shared'

describe.each(['chromium', 'firefox'] as const)('who sees a mail, in %s', (kind) => {
  let office: Office
  let mia: Traveller
  let ken: Traveller
  let elenaId: string
  let arriveAt: Desks['arriveAt']
  let mySharing: Desks['mySharing']

  beforeAll(async () => {
    ;({ office, mia, ken, elenaId, arriveAt, mySharing } = await sideBySide(kind))
  })

  afterAll(async () => {
    await office?.stop()
  })

  /** More is shown to somebody: by name first, then as it says. */
  const widen = async (choice: string, words = 'Ken Mori') => {
    await mia.side.click(choice)
    await mia.side.waitFor('who-would', { text: words })
    await mia.side.click('rule-do')
    await mia.side.waitForNo('who-would')
  }

  it('S-063: private, who and when, everything, each as a colleague sees it at once', async () => {
    await seesNo(ken, offer)
    await openMine(mia)
    await noProblems(mia, 'mine')
    await mia.side.click('mode-metadata')
    // Whoever would see more is named first, and so is the rule; until then nothing has changed.
    await mia.side.waitFor('who-would', { text: 'Ken Mori' })
    expect(await mia.side.text('who-count')).toMatch(/\d mails?, new to \d/)
    expect((await mySharing()).mode).toBe('private')
    await noProblems(mia, 'rule')
    await mia.side.click('who-keep')
    await mia.side.waitForNo('who-would')
    await widen('mode-metadata')
    await sees(ken, hidden)
    await mia.side.click('toast-undo')
    await seesNo(ken, offer)
    await until(async () => (await mySharing()).mode === 'private', 'the mode taken back')
    await mia.side.waitFor('toast', { text: 'Taken back.' })
    await widen('mode-metadata')
    await sees(ken, hidden)
    expect(await ken.side.texts('email-row')).not.toContain(offer)
    await widen('mode-public')
    await sees(ken, offer)
    await mia.side.click('mode-private')
    await seesNo(ken, offer)
  })

  it('S-062: record by record, off until the switch on the record is on, and off again', async () => {
    await widen('mode-per_record', 'Nobody sees more than now')
    await until(async () => (await mySharing()).mode === 'per_record', 'the mode at the server')
    await seesNo(ken, offer)
    await mia.side.click('back')
    await widen('share-record')
    await sees(ken, offer)
    await noProblems(mia, 'switch')
    await openMine(mia)
    await mia.side.waitFor('switched', { text: 'Elena Brandt' })
    await noProblems(mia, 'per-record')
    await mia.side.click('switched-off')
    await seesNo(ken, offer)
    await mia.side.click('mode-private')
    await until(async () => (await mySharing()).mode === 'private', 'the mode at the server')
    await mia.side.click('back')
  })

  it('leaves room for the round button where the panel is the whole window', async () => {
    const { page, side } = mia
    await page.setViewport({ width: 420, height: 800 })
    await page.click('inlay-sidebar >>> .rail')
    await side.waitFor('foot')
    const edges = async () => {
      const frame = await side.frame()
      return frame.evaluate(() => {
        const body = document.querySelector('.panel-main .frame-body')
        const ends = [...document.querySelectorAll('.panel-main > .foot .end')].map((one) =>
          Math.round(innerWidth - one.getBoundingClientRect().right),
        )
        const below = body ? Math.round(innerHeight - body.getBoundingClientRect().bottom) : 0
        return { ends, below }
      })
    }
    await until(async () => (await edges()).below >= 60, 'what scrolls to end above the button')
    expect(Math.min(...(await edges()).ends)).toBeGreaterThanOrEqual(48)
    await lookAt(mia, 'foot-sheet')
    await page.setViewport({ width: 1440, height: 810 })
  })

  it('S-042: names who will see a mail, then shares it, and nobody else’s', async () => {
    await mia.side.click('email-row', { text: offer })
    await mia.side.click('change-sharing')
    await mia.side.waitFor('who-person', { text: 'Ken Mori' })
    // The chosen one of the ways has the focus, not the first.
    expect(await focusedId(mia)).toBe('who-level-full')
    expect(await mia.side.text('who-count')).toContain('new')
    await noProblems(mia, 'who-sees')
    await mia.side.click('who-level-none')
    await mia.side.waitFor('who-count', { text: 'Only you' })
    await noProblems(mia, 'who-sees-none')
    await mia.side.click('who-level-full')
    await mia.side.waitFor('who-count', { text: 'new' })
    await mia.side.click('who-share')
    await mia.side.waitForNo('who-sees')
    await sees(ken, offer)
  })

  it('tells the owner who opened it, and retracts what can be', async () => {
    await ken.page.bringToFront()
    await ken.side.click('email-row', { text: offer })
    await ken.side.click('show-text')
    await mia.page.bringToFront()
    await mia.side.click('open-ledger')
    await mia.side.waitFor('ledger-entry', { text: 'Ken Mori opened the text' })
    await mia.side.waitFor('ledger-person', { text: 'has opened it' })
    await mia.side.click('ledger-stop')
    expect(await mia.side.waitFor('stop-sharing')).toContain('can’t be unread')
    await noProblems(mia, 'ledger')
    await mia.side.click('stop-sharing-do')
    await mia.side.waitFor('ledger-nobody')
    await ken.page.bringToFront()
    // Nothing of what was withdrawn stays on his screen.
    expect(await ken.side.waitFor('mail-page', { text: 'no longer shared' })).not.toMatch(
      /Elena|Price|line 4|Mia/,
    )
    expect(await ken.side.texts('mail-text')).toEqual([])
    await noProblems(ken, 'gone')
    await ken.side.click('back')
    await seesNo(ken, offer)
  })

  it('asked for, given and taken back', async () => {
    await mia.page.bringToFront()
    await mia.side.click('back')
    await mia.side.click('change-sharing')
    await mia.side.click('who-level-metadata')
    await mia.side.waitFor('who-person', { text: 'Who and when' })
    await mia.side.click('who-share')
    await mia.side.waitForNo('who-sees')
    await ken.page.bringToFront()
    await ken.side.click('email-row', { text: hidden })
    await ken.side.click('ask-for-text')
    await ken.side.waitFor('request-state', { text: 'ask' })
    await mia.page.bringToFront()
    await mia.side.click('back')
    await mia.side.waitFor('foot-waiting', { text: 'asks' })
    await lookAt(mia, 'sharing-foot')
    // The last word of what was done may still lie over the foot.
    await openMine(mia)
    await mia.side.waitFor('request', { text: 'Ken Mori' })
    await noProblems(mia, 'request')
    await mia.side.click('request-allow')
    await mia.side.waitFor('given', { text: offer })
    await ken.page.bringToFront()
    await ken.side.waitFor('mail-page', { text: offer })
    await mia.page.bringToFront()
    await mia.side.click('given-revoke')
    await mia.side.waitForNo('given')
    await ken.page.bringToFront()
    await ken.side.waitFor('request-state', { text: 'took it back' })
    expect(await ken.side.text('mail-page')).not.toMatch(/Price|line 4|gave it/)
    await ken.side.click('back')
    await sees(ken, hidden)
    await mia.page.bringToFront()
    await mia.side.click('back')
    const { body } = await office.door.call<Ledger>('GET', `/messages/${await messageId()}/ledger`)
    const kinds = body.entries.map((one) => one.kind)
    expect(kinds).toEqual(
      expect.arrayContaining(['opened', 'shared', 'stopped', 'requested', 'granted', 'revoked']),
    )
  })

  it('S-042: a colleague’s send is seen while they share it, and leaves the screen when they no longer do', async () => {
    const mode = (to: string) => office.door.call('PUT', '/sharing', { mode: to })
    const coming = 'Coming in March'
    const { status } = await office.door.call('POST', '/sends', {
      ...{ account: office.town.world.mia, to: [{ address: office.town.world.elena, name: '' }] },
      ...{ subject: coming, body: 'In spring', recordId: elenaId },
      when: { kind: 'at', local: '2027-03-01T18:00', zone: 'Europe/Oslo' },
    })
    expect(status).toBe(201)
    await mode('public')
    await ken.page.bringToFront()
    await ken.side.click('email-row', { text: coming })
    await ken.side.waitFor('not-author')
    await mode('metadata')
    await ken.side.waitFor('mail-page', { text: hidden })
    expect(await ken.side.text('mail-page')).not.toMatch(/March|spring/)
    await mode('private')
    expect(await ken.side.waitFor('mail-page', { text: 'no longer shared' })).not.toMatch(/Elena|March|Mia/)
    await ken.side.click('back')
    await seesNo(ken, coming)
    await mia.page.bringToFront()
  })

  it('S-063: set by the organisation, the ways stay visible and cannot be chosen', async () => {
    await office.tom.call('PUT', '/policy/sharing.default', { value: 'public' })
    await office.tom.call('PUT', '/policy/sharing.forced', { value: true })
    await openMine(mia)
    await mia.side.waitFor('sharing-forced', { text: 'organisation' })
    const off = await (await mia.side.frame()).$$eval('[data-testid=mode] input', (all) =>
      all.map((one) => [(one as HTMLInputElement).disabled, (one as HTMLInputElement).checked]),
    )
    expect(off).toEqual([
      [true, false],
      [true, false],
      [true, true],
      [true, false],
    ])
    await noProblems(mia, 'forced')
    await mia.side.click('back')
    arriveAt(office.town.world.mia, plan)
    await sees(ken, plan)
  })

  it('keeps older mail its owner’s alone until they have looked at it and agreed', async () => {
    await seesNo(ken, fair)
    await openMine(mia)
    await mia.side.click('older-look')
    await mia.side.waitFor('older-mails', { text: fair })
    await noProblems(mia, 'older')
    await widen('older-agree')
    await mia.side.waitFor('older-line', { text: 'agreed' })
    await sees(ken, fair)
    await mia.side.click('older-again')
    await mia.side.click('older-keep')
    await mia.side.waitFor('older-line', { text: 'kept private' })
    await seesNo(ken, fair)
    await mia.side.click('back')
  })

  it('asks about older mail in the step that makes a record, and takes silence for no', async () => {
    const agreed = async () =>
      (await mySharing()).older.find((one) => one.address.endsWith('ferrovia.example'))?.agreed
    const notWhilePrivate = async () => {
      await office.tom.call('PUT', '/policy/sharing.default', { value: 'private' })
      await mia.side.waitForNo('show-older')
      await office.tom.call('PUT', '/policy/sharing.default', { value: 'public' })
      await mia.side.waitFor('show-older')
    }
    for (const yes of [false, true]) {
      await openThread(mia, 'ferrovia')
      await mia.side.click('create-lead')
      await mia.side.waitFor('show-older')
      if (yes) await mia.side.click('show-older')
      else await noProblems(mia, 'create')
      if (!yes) await notWhilePrivate()
      await mia.side.click('create-save')
      await until(async () => (await agreed()) === yes, `the answer ${yes}`)
      if (!yes) await mia.side.click('toast-undo')
      if (!yes) await mia.side.waitFor('create-lead')
    }
    await openThread(mia, 'retrofit')
    await mia.side.waitFor('card-name', { text: 'Elena Brandt' })
  })

  it('opens my mail in Gmail, in the same tab', async () => {
    await mia.side.click('email-row', { text: plan })
    await mia.side.click('open-in-gmail')
    const rows = () =>
      mia.page.$$eval('tr.zA', (all) =>
        all.flatMap((row) => (row.clientHeight > 0 ? [row.textContent ?? ''] : [])),
      )
    await until(async () => {
      const [first = '', ...others] = await rows()
      return first.includes(plan) && others.length === 0
    }, 'the mail and nothing else in Gmail')
  })

  const messageId = async () => {
    const { body } = await office.door.call<{ rows: { subject: string; messageId: string }[] }>(
      'GET',
      `/records/${elenaId}/emails`,
    )
    return body.rows.find((one) => one.subject === offer)?.messageId ?? ''
  }
})
