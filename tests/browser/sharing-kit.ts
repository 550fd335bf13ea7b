import { expect } from 'vitest'
import type { MySharing } from '../../lib/contract/sharing.ts'
import type { BrowserKind } from '../browsers.ts'
import { lookAt } from '../road/arrange.ts'
import { arrive, openThread, type Traveller } from '../road/road.ts'
import { buildMail } from '../stand-ins/gmail-page/mime.ts'
import { accessibilityProblems } from './harness/axe.ts'
import { type Office, openOffice } from './records-kit.ts'
import { goTo } from './workspace-kit.ts'

export const KEN = 'ken.mori@arbor.example'
/** Mia's alone from before Elena was a contact, and her newest mail from Elena. */
export const fair = 'Good to meet you at the fair'
export const offer = 'Price of line 4'

/** Mia and Ken, each in a tab of their own account; Elena is Mia's contact, and her page stands open at Ken's. */
export interface Desks {
  office: Office
  mia: Traveller
  ken: Traveller
  elenaId: string
  /** Mail from Elena as it comes from outside; Gmail's clock then moves past the next look. */
  arriveAt(address: string, subject: string): void
  mySharing(): Promise<MySharing>
}

export async function sideBySide(kind: BrowserKind): Promise<Desks> {
  const office = await openOffice(kind)
  const { town, mia } = office
  let sent = 0
  const arriveAt = (address: string, subject: string) => {
    sent += 1
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
  arriveAt(town.world.mia, fair)
  const { record } = await office.make(office.door, {
    module: 'contacts',
    fields: { firstName: 'Elena', lastName: 'Brandt' },
    primaryAddress: town.world.elena,
  })
  const ken = await arrive(town, office.browser, 1, KEN)
  await goTo(ken, 'contacts')
  await ken.side.click('list-row', { text: 'Elena Brandt' })
  await ken.side.waitFor('record-place', { text: 'Elena Brandt' })
  // Rows come in by themselves only where nobody points at the list.
  await ken.page.mouse.move(600, 600)
  await mia.page.bringToFront()
  await openThread(mia, 'retrofit')
  await mia.side.waitFor('card-name', { text: 'Elena Brandt' })
  arriveAt(town.world.mia, offer)
  await mia.side.waitFor('email-row', { text: offer })
  const mySharing = async () => (await office.door.call<MySharing>('GET', '/sharing')).body
  return { office, mia, ken, elenaId: record.id, arriveAt, mySharing }
}

export const sees = (who: Traveller, text: string) => who.side.waitFor('email-row', { text })
export const seesNo = (who: Traveller, text: string) => who.side.waitForNo('email-row', { text })

/** "My sharing" from the menu. */
export async function openMine({ page, side }: Traveller): Promise<void> {
  await page.bringToFront()
  await side.click('open-menu')
  await side.click('menu-sharing')
  await side.waitFor('mode-private')
}

/** Nothing for axe to find, which reads the same document in both browsers; a picture for who asked for one. */
export async function noProblems(who: Traveller, name: string): Promise<void> {
  if (who.browser.kind !== 'chromium') return
  expect(await accessibilityProblems(await who.side.frame())).toEqual([])
  await lookAt(who, `sharing-${name}`)
}
