import type { BrowserKind } from '../browsers.ts'
import { seat } from '../road/arrange.ts'
import { arrive, openThread, type Traveller } from '../road/road.ts'
import type { Person } from '../stand-ins/door.ts'
import { startTown, type Town, type TownOptions } from '../stand-ins/town.ts'
import { buildExtension } from './harness/build.ts'
import { type LaunchSettings, launchBrowser, type TestBrowser } from './harness/launch.ts'

/** A rep with every permission in front of Gmail, whose customer Elena (Berlin) stands in Inlay. */
export interface Rep {
  town: Town
  browser: TestBrowser
  mia: Traveller
  /** Mia without a browser. */
  person: Person
  elenaId: string
  stop(): Promise<void>
}

/** Elena's address and the thread with her. */
export const retrofit = 'retrofit'

export async function settle(
  kind: BrowserKind,
  options: { town?: TownOptions; launch?: Partial<LaunchSettings> } = {},
): Promise<Rep> {
  const town = await startTown({
    google: { startAt: Date.parse('2026-11-23T15:00:00+09:00') },
    ...options.town,
  })
  const browser = await launchBrowser(kind, {
    proxyPort: town.web.proxyPort,
    extensionDir: await buildExtension(kind),
    ...options.launch,
  })
  const person = await town.door.signIn(town.world.mia)
  await town.door.consent(person, ['send', 'read'])
  const { body } = await person.call<{ record: { id: string } }>('POST', '/records', {
    module: 'contacts',
    fields: { firstName: 'Elena', lastName: 'Brandt', company: 'Halden Marine', zone: 'Europe/Berlin' },
    primaryAddress: town.world.elena,
  })
  await seat(browser, town, [person])
  const mia = await arrive(town, browser)
  await openThread(mia, retrofit)
  await mia.side.waitFor('card-name', { text: 'Elena Brandt' })
  return {
    ...{ town, browser, mia, person, elenaId: body.record.id },
    async stop() {
      await browser.close()
      await town.stop()
    },
  }
}
