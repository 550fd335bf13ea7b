import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RecordCard } from '../../lib/contract/records.ts'
import type { Ledger, MySharing } from '../../lib/contract/sharing.ts'
import type { Trust } from '../../lib/contract/sync.ts'
import { lookAt } from '../road/arrange.ts'
import { arrive, openThread, type Traveller } from '../road/road.ts'
import { buildMail } from '../stand-ins/gmail-page/mime.ts'
import { accessibilityProblems } from './harness/axe.ts'
import { until } from './harness/until.ts'
import { type Office, openOffice } from './records-kit.ts'
import { goTo } from './workspace-kit.ts'

const KEN = 'ken.mori@arbor.example'
const offer = 'Price of line 4'
const plan = 'Delivery plan'
const late = 'A late word'
const kens = 'Only to Ken'
const hidden = 'Subject not shared'

/** Mia and Ken side by side, each in a tab of their own account; Elena is Mia's contact. */
describe.each(['chromium', 'firefox'] as const)('who sees a mail, in %s', (kind) => {
  let office: Office
  let mia: Traveller
  let ken: Traveller
  let elenaId: string

  beforeAll(async () => {
    office = await openOffice(kind)
    mia = office.mia
    const { record } = await office.make(office.door, {
      module: 'contacts',
      fields: { firstName: 'Elena', lastName: 'Brandt' },
      primaryAddress: office.town.world.elena,
    })
    elenaId = record.id
    ken = await arrive(office.town, office.browser, 1, KEN)
    await goTo(ken, 'contacts')
    await ken.side.click('list-row', { text: 'Elena Brandt' })
    await ken.side.waitFor('record-place', { text: 'Elena Brandt' })
    // Rows come in by themselves only where nobody points at the list.
    await ken.page.mouse.move(600, 600)
    await mia.page.bringToFront()
    await openThread(mia, 'retrofit')
    await mia.side.waitFor('card-name', { text: 'Elena Brandt' })
    arriveAt(office.town.world.mia, offer)
    await mia.side.waitFor('email-row', { text: offer })
  })

  afterAll(async () => {
    await office?.stop()
  })

  let sent = 0
  const arriveAt = (address: string, subject: string) => {
    sent += 1
    const { town } = office
    const headers: [string, string][] = [
      ['Date', new Date(town.google.clock.now()).toUTCString().replace('GMT', '+0000')],
      ['Message-ID', `<sharing-${sent}@haldenmarine.example>`],
      ['From', `Elena Brandt <${town.world.elena}>`],
      ['To', address],
      ['Subject', subject],
    ]
    town.google.mailbox(address).deliver(buildMail({ headers, text: 'We take line 4 at this price.' }))
    town.google.clock.advance(61_000)
  }
  const mySharing = async () => (await office.door.call<MySharing>('GET', '/sharing')).body
  const sees = (who: Traveller, text: string) => who.side.waitFor('email-row', { text })
  const seesNo = (who: Traveller, text: string) => who.side.waitForNo('email-row', { text })
  const openMine = async () => {
    await mia.page.bringToFront()
    await mia.side.click('open-menu')
    await mia.side.click('menu-sharing')
    await mia.side.waitFor('mode-private')
  }
  const noProblems = async (who: Traveller, name: string) => {
    expect(await accessibilityProblems(await who.side.frame())).toEqual([])
    await lookAt(who, `sharing-${name}`)
  }

  it('S-063: private, who and when, everything, each as a colleague sees it at once', async () => {
    await seesNo(ken, offer)
    await openMine()
    await noProblems(mia, 'mine')
    await mia.side.click('mode-metadata')
    await sees(ken, hidden)
    expect(await ken.side.texts('email-row')).not.toContain(offer)
    await mia.side.click('mode-public')
    await sees(ken, offer)
    await mia.side.click('mode-private')
    await seesNo(ken, offer)
  })

  it('S-062: record by record, off until the switch on the record is on, and off again', async () => {
    await mia.side.click('mode-per_record')
    await until(async () => (await mySharing()).mode === 'per_record', 'the mode at the server')
    await seesNo(ken, offer)
    await mia.side.click('back')
    await mia.side.click('share-record')
    await sees(ken, offer)
    await noProblems(mia, 'switch')
    await openMine()
    await mia.side.waitFor('switched', { text: 'Elena Brandt' })
    await noProblems(mia, 'per-record')
    await mia.side.click('switched-off')
    await seesNo(ken, offer)
    await mia.side.click('mode-private')
    await until(async () => (await mySharing()).mode === 'private', 'the mode at the server')
    await mia.side.click('back')
  })

  it('S-042: names who will see a mail, then shares it, and nobody else’s', async () => {
    await mia.side.click('email-row', { text: offer })
    await mia.side.click('change-sharing')
    await mia.side.waitFor('who-person', { text: 'Ken Mori' })
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
    await openMine()
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

  it('S-063: set by the organisation, the ways stay visible and cannot be chosen', async () => {
    await office.tom.call('PUT', '/policy/sharing.default', { value: 'public' })
    await office.tom.call('PUT', '/policy/sharing.forced', { value: true })
    await openMine()
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

  it('S-065: an address that leaves the record takes its mail along, and brings it back', async () => {
    const change = async (primaryAddress: string) => {
      const { body } = await office.door.call<RecordCard>('GET', `/records/${elenaId}`)
      const { version } = body.record
      await office.door.call('PATCH', `/records/${elenaId}`, { version, primaryAddress })
    }
    await change('somebody.else@haldenmarine.example')
    await seesNo(ken, plan)
    await change(office.town.world.elena)
    await sees(ken, plan)
  })

  it('S-072: tells what is on the server, why a mail is there, and what every run did', async () => {
    await mia.page.bringToFront()
    await goTo(mia, 'trust')
    await mia.side.waitFor('trust-server', { text: 'none kept' })
    await until(async () => {
      const { stored, runs } = await mailbox()
      const shown = await mia.side.texts('trust-stored')
      return shown[0]?.includes(String(stored)) && (await mia.side.texts('trust-runs'))[0] === String(runs)
    }, 'the numbers of the server')
    await mia.side.fill('trust-ask', 'Price')
    await mia.side.click('trust-ask-do')
    expect(await mia.side.waitFor('asked-mail', { text: offer })).toContain('On Elena Brandt')
    await noProblems(mia, 'trust')
    await mia.side.click('trust-runs')
    await mia.side.waitFor('run')
    await noProblems(mia, 'runs')
    await mia.side.click('runs-back')
  })

  it('stops and starts synchronisation', async () => {
    await mia.side.click('trust-stop')
    await mia.side.waitFor('trust-state', { text: 'You stopped' })
    arriveAt(office.town.world.mia, late)
    expect((await mailbox()).state).toBe('stopped')
    await noProblems(mia, 'trust-stopped')
    await mia.side.click('trust-start')
    await mia.side.waitForNo('trust-state')
    office.town.google.clock.advance(61_000)
    await sees(ken, late)
  })

  it('S-023, S-066: disconnected, its mail is hidden from everybody; connected again, it is back', async () => {
    await mia.side.click('trust-disconnect')
    expect(await mia.side.waitFor('disconnect')).toContain('In Gmail nothing changes')
    await noProblems(mia, 'disconnect')
    await mia.side.click('disconnect-do')
    await mia.side.waitFor('trust-state', { text: 'disconnected' })
    await mia.side.waitFor('disconnected')
    await seesNo(ken, plan)
    await noProblems(mia, 'trust-disconnected')
    await mia.side.click('trust-connect')
    await mia.side.waitForNo('trust-state', { timeout: 30_000 })
    await mia.page.bringToFront()
    await mia.side.waitForNo('disconnected')
    await sees(ken, plan)
  })

  it('S-067: mail of somebody deactivated is gone, and returns with them', async () => {
    const { body } = await office.ken.call<{ user: { id: string } }>('GET', '/me')
    const turn = (status: string) => office.tom.call('PATCH', `/people/${body.user.id}`, { status })
    arriveAt(KEN, kens)
    await mia.side.click('back-to-mail')
    await sees(mia, kens)
    await turn('deactivated')
    await seesNo(mia, kens)
    await turn('active')
    await sees(mia, kens)
  })

  const mailbox = async () => {
    const { body } = await office.door.call<Trust>('GET', '/sync')
    const [one] = body.mailboxes
    if (one === undefined) throw new Error('Mia has no mailbox.')
    return one
  }

  const messageId = async () => {
    const { body } = await office.door.call<{ rows: { subject: string; messageId: string }[] }>(
      'GET',
      `/records/${elenaId}/emails`,
    )
    return body.rows.find((one) => one.subject === offer)?.messageId ?? ''
  }
})
