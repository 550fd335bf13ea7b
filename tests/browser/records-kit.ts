import type { RecordCard } from '../../lib/contract/records.ts'
import type { BrowserKind } from '../browsers.ts'
import { employ, seat } from '../road/arrange.ts'
import { arrive, openThread, type Traveller } from '../road/road.ts'
import type { Person } from '../stand-ins/door.ts'
import { startTown, type Town } from '../stand-ins/town.ts'
import { accessibilityProblems } from './harness/axe.ts'
import { buildExtension } from './harness/build.ts'
import { type LaunchSettings, launchBrowser, type TestBrowser } from './harness/launch.ts'

const MIA = 'mia.sato@arbor.example'
const KEN = 'ken.mori@arbor.example'
const TOM = 'tom.weber@arbor.example'
const ANA = 'ana.ruiz@arbor.example'

/** A Monday afternoon in Tokyo. */
const monday = Date.parse('2026-11-23T15:00:00+09:00')

/** A rep in front of Gmail whose company keeps records; Tom is the admin, Ken a colleague, Ana a viewer. */
export interface Office {
  town: Town
  browser: TestBrowser
  mia: Traveller
  /** Without a browser. */
  door: Person
  ken: Person
  tom: Person
  /** Makes a record through the front door. */
  make(as: Person, record: object): Promise<RecordCard>
  stop(): Promise<void>
}

export async function openOffice(kind: BrowserKind, launch: Partial<LaunchSettings> = {}): Promise<Office> {
  const town = await startTown({ accounts: [MIA, KEN, TOM, ANA], google: { startAt: monday } })
  const tom = await employ(town, TOM)
  const door = await employ(town, MIA)
  const ken = await employ(town, KEN)
  await tom.call('POST', '/invitations', { email: ANA, role: 'viewer' })
  const ana = await town.door.signIn(ANA)
  const browser = await launchBrowser(kind, {
    proxyPort: town.web.proxyPort,
    extensionDir: await buildExtension(kind),
    ...launch,
  })
  await seat(browser, town, [tom, door, ken, ana])
  const mia = await arrive(town, browser)
  return {
    ...{ town, browser, mia, door, ken, tom },
    async make(as, record) {
      const { status, body } = await as.call<RecordCard>('POST', '/records', record)
      if (status !== 201) throw new Error(`Not made: ${JSON.stringify(body)}`)
      return body
    },
    async stop() {
      await browser.close()
      await town.stop()
    },
  }
}

/** Elena of the README's picture with everything a card can show. */
export async function furnishElena({ town, make, door, ken }: Office) {
  const account = await make(door, {
    module: 'accounts',
    fields: { accountName: 'Halden Marine', domain: 'haldenmarine.example', industry: 'Shipbuilding' },
  })
  const accountId = account.record.id
  const elena = await make(door, {
    module: 'contacts',
    fields: {
      firstName: 'Elena',
      lastName: 'Brandt',
      title: 'Head of Procurement',
      phone: '+49 40 5550 1287',
      zone: 'Europe/Berlin',
    },
    primaryAddress: town.world.elena,
    accountId,
  })
  const mainContactId = elena.record.id
  const deal = await make(door, {
    module: 'deals',
    fields: {
      dealName: 'Line 4 retrofit',
      stage: 'negotiation',
      amount: '184000',
      currency: 'EUR',
      closingOn: '2026-12-18',
    },
    mainContactId,
    accountId,
  })
  const dealId = deal.record.id
  const document = { accountId, mainContactId, dealId }
  await make(door, {
    module: 'quotes',
    fields: { number: 'Q-1187', subject: 'Revision B', status: 'sent', total: '184000', currency: 'EUR' },
    ...document,
  })
  const invoice = await make(door, {
    module: 'invoices',
    fields: { number: 'INV-1043', status: 'sent', total: '8420', currency: 'EUR', dueOn: '2026-11-11' },
    ...document,
  })
  const todo = { recordId: mainContactId, title: 'Send quote incl. ext. warranty', dueOn: '2026-11-24' }
  await door.call('POST', '/todos', todo)
  await ken.call('POST', `/records/${mainContactId}/notes`, { text: 'Prefers calls before ten.' })
  return { account, elena, deal, invoice }
}

/** Opens a thread of Mia's and waits for somebody's card. */
export async function openCard(mia: Traveller, thread: string, name: string): Promise<void> {
  await openThread(mia, thread)
  await mia.side.waitFor('card-name', { text: name })
}

/** What axe finds on the panel as it stands, once nothing moves any more. */
export async function findings({ side }: Traveller): Promise<string[]> {
  const frame = await side.frame()
  await frame.evaluate(() => Promise.all(document.getAnimations().map((one) => one.finished)))
  return accessibilityProblems(frame)
}

/** The test id around what has the focus in the panel. */
export async function focusedId({ side }: Traveller): Promise<string | undefined> {
  const frame = await side.frame()
  return frame.evaluate(
    () => document.activeElement?.closest<HTMLElement>('[data-testid]')?.dataset['testid'],
  )
}

/** Value of an input or select of the panel. */
export async function inputOf({ side }: Traveller, testId: string): Promise<string> {
  const frame = await side.frame()
  return frame.$eval(`[data-testid="${testId}"]`, (element) => (element as HTMLInputElement).value)
}
