import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RecordCard } from '../../lib/contract/records.ts'
import type { Trust } from '../../lib/contract/sync.ts'
import { lookAt } from '../road/arrange.ts'
import type { Traveller } from '../road/road.ts'
import { until } from './harness/until.ts'
import type { Office } from './records-kit.ts'
import { type Desks, KEN, noProblems, offer, sees, seesNo, sideBySide } from './sharing-kit.ts'
import { goTo } from './workspace-kit.ts'

const late = 'A late word'
const kens = 'Only to Ken'
const poison = 'Nobody can read it'

describe.each(['chromium', 'firefox'] as const)('what the Trust page tells and does, in %s', (kind) => {
  let office: Office
  let mia: Traveller
  let ken: Traveller
  let elenaId: string
  let arriveAt: Desks['arriveAt']

  beforeAll(async () => {
    ;({ office, mia, ken, elenaId, arriveAt } = await sideBySide(kind))
    await office.tom.call('PUT', '/policy/sharing.default', { value: 'public' })
    await sees(ken, offer)
  })

  afterAll(async () => {
    await office?.stop()
  })

  it('S-065: an address that leaves the record takes its mail along, and brings it back', async () => {
    const change = async (primaryAddress: string) => {
      const { body } = await office.door.call<RecordCard>('GET', `/records/${elenaId}`)
      const { version } = body.record
      await office.door.call('PATCH', `/records/${elenaId}`, { version, primaryAddress })
    }
    await change('somebody.else@haldenmarine.example')
    await seesNo(ken, offer)
    await change(office.town.world.elena)
    await sees(ken, offer)
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
    expect(await mia.side.text('trust-requests')).toMatch(/[1-9]\d* requests/)
    await mia.side.fill('trust-ask', 'Price')
    await mia.side.click('trust-ask-do')
    expect(await mia.side.waitFor('asked-mail', { text: offer })).toContain('On Elena Brandt')
    expect(await mia.side.texts('withdraw')).toEqual(['Withdraw both…'])
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

  it('says that Google asks to wait as soon as it does, and no longer than it lasts', async () => {
    const { google } = office.town
    const error = { code: 429, message: 'No.', errors: [{ reason: 'rateLimitExceeded', message: 'No.' }] }
    google.addFault({
      path: '/history',
      account: office.town.world.mia,
      kind: { status: 429, body: { error } },
    })
    google.clock.advance(61_000)
    await mia.side.waitFor('trust-state')
    // The foot of the panel says it beside the mail; the wide place has none for it.
    await mia.side.click('back-to-mail')
    await mia.side.waitFor('foot-paused')
    await lookAt(mia, 'trust-foot-paused')
    google.clock.advance(61_000)
    await mia.side.waitForNo('foot-paused')
    await goTo(mia, 'trust')
    await mia.side.waitForNo('trust-state')
  })

  it('S-023, S-066: disconnected, its mail is hidden from everybody; connected again, it is back', async () => {
    await ken.page.bringToFront()
    await ken.side.click('email-row', { text: offer })
    await ken.side.click('show-text')
    await ken.side.waitFor('mail-text', { text: 'line 4 at this price' })
    await mia.page.bringToFront()
    await mia.side.click('trust-disconnect')
    expect(await mia.side.waitFor('disconnect')).toContain('In Gmail nothing changes')
    await noProblems(mia, 'disconnect')
    await mia.side.click('disconnect-do')
    await mia.side.waitFor('trust-state', { text: 'disconnected' })
    await mia.side.waitFor('disconnected')
    await mia.side.waitFor('toast', { text: 'is disconnected' })
    // Somebody points at it, so that it does not go by itself.
    await (await mia.side.frame()).evaluate(() =>
      document.querySelector('[data-testid=toast]')?.dispatchEvent(new PointerEvent('pointerenter')),
    )
    await until(
      async () => (await line()) === 'Not shown: this mailbox is not connected',
      'the line in Gmail',
    )
    await ken.page.bringToFront()
    expect(await ken.side.waitFor('mail-page', { text: 'no longer shared' })).not.toMatch(/Elena|price|gave/)
    await ken.side.click('back')
    await seesNo(ken, offer)
    await mia.page.bringToFront()
    await noProblems(mia, 'trust-disconnected')
    await mia.side.click('trust-connect')
    await mia.side.waitForNo('trust-state', { timeout: 30_000 })
    await mia.page.bringToFront()
    await mia.side.waitForNo('disconnected')
    await mia.side.waitForNo('toast', { text: 'is disconnected' })
    await sees(ken, offer)
  })

  it('counts a look that found nothing as fresh', async () => {
    const { clock } = office.town.google
    const before = (await mailbox()).syncedAt ?? ''
    clock.advance(400_000)
    await until(async () => ((await mailbox()).syncedAt ?? '') > before, 'the next look')
    await mia.side.waitFor('trust-run', { text: 'nothing new since' })
    await mia.side.click('back-to-mail')
    await until(async () => {
      clock.advance(61_000)
      return /now|1 min/.test(await mia.side.text('foot'))
    }, 'the foot to be fresh')
    await goTo(mia, 'trust')
    await mia.side.waitFor('trust-run')
  })

  it('S-067: mail of somebody deactivated is gone, and returns with them', async () => {
    const { body } = await office.ken.call<{ user: { id: string } }>('GET', '/me')
    const turn = (status: string) => office.tom.call('PATCH', `/people/${body.user.id}`, { status })
    arriveAt(KEN, kens)
    await mia.side.click('back-to-mail')
    await sees(mia, kens)
    await mia.side.click('email-row', { text: kens })
    await mia.side.waitFor('whose-mailbox', { text: 'Ken Mori' })
    await turn('deactivated')
    expect(await mia.side.waitFor('mail-page', { text: 'no longer shared' })).not.toMatch(/Ken|Elena/)
    await turn('active')
    await mia.side.waitFor('whose-mailbox', { text: 'Ken Mori' })
    await turn('deactivated')
    await mia.side.waitFor('mail-gone')
    await mia.side.click('back')
    await seesNo(mia, kens)
    await turn('active')
    await sees(mia, kens)
  })

  it('tells how far the search for earlier mail is, and no more once it is over', async () => {
    const { google, world } = office.town
    // What is found cannot be read yet; every try is seconds of Google's clock behind the one before.
    google.addFault({
      path: /messages\/\w+$/,
      account: world.mia,
      times: 500,
      kind: { status: 500 },
    })
    google.clock.advance(61_000)
    await office.make(office.door, {
      module: 'contacts',
      fields: { firstName: 'Priya', lastName: 'Greene' },
      primaryAddress: 'priya.greene@northwindfoods.example',
    })
    expect(await mia.side.waitFor('foot-finding')).toMatch(/Finding earlier mail, [1-9]\d* so far/)
    await noProblems(mia, 'foot-finding')
    await mia.side.click('foot-finding-see')
    await mia.side.waitFor('backfill', { text: 'priya.greene@northwindfoods.example' })
    await noProblems(mia, 'trust-finding')
    google.clearFaults()
    await until(async () => {
      google.clock.advance(61_000)
      return (await mia.side.texts('trust-finding')).length === 0
    }, 'the end of the search')
    await mia.side.click('back-to-mail')
    await mia.side.waitFor('card-name', { text: 'Elena Brandt' })
    await mia.side.waitForNo('foot-finding')
  })

  it('shows a mail that Google refuses to give as set aside, and has it tried again', async () => {
    const { google, world } = office.town
    const error = { code: 400, message: 'No.', errors: [{ reason: 'invalidArgument', message: 'No.' }] }
    google.addFault({
      path: /messages\/\w+$/,
      account: world.mia,
      times: 50,
      kind: { status: 400, body: { error } },
    })
    arriveAt(world.mia, poison)
    await goTo(mia, 'trust')
    await until(async () => {
      google.clock.advance(61_000)
      return (await mia.side.texts('aside')).length > 0
    }, 'the mail that is set aside')
    expect(await mia.side.text('aside')).toContain('1 try')
    await noProblems(mia, 'trust-aside')
    google.clearFaults()
    await mia.side.click('aside-retry')
    await until(async () => {
      google.clock.advance(61_000)
      return (await mia.side.texts('aside')).length === 0
    }, 'the mail that could be read')
    await mia.side.click('back-to-mail')
    await sees(mia, poison)
  })

  it('tells what is true of a mailbox whose mail was deleted', async () => {
    await goTo(mia, 'trust')
    await mia.side.click('trust-disconnect')
    await mia.side.click('leave-erase')
    await mia.side.click('disconnect-do')
    expect(await mia.side.waitFor('trust-state', { text: 'Nothing of its mail is kept' })).not.toContain(
      'comes back',
    )
    expect(await mia.side.waitFor('trust-no-run')).toContain('disconnected')
    expect(await mia.side.text('trust-no-run')).not.toContain('by itself')
    await office.tom.call('PUT', '/policy/sharing.default', { value: 'private' })
    await mia.side.click('back-to-mail')
    await mia.side.waitFor('empty-away')
    expect(await line()).toBe('Not shown: this mailbox is not connected')
    for (const one of ['allow-read', 'first-step']) expect(await mia.side.texts(one)).toEqual([])
    await noProblems(mia, 'erased')
  })

  /** What stands under the subject in Gmail's page. */
  const line = () =>
    mia.page.$eval('inlay-line', (host) => host.shadowRoot?.querySelector('.words')?.textContent ?? '')

  const mailbox = async () => {
    const { body } = await office.door.call<Trust>('GET', '/sync')
    const [one] = body.mailboxes
    if (one === undefined) throw new Error('Mia has no mailbox.')
    return one
  }
})
