import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { openDatabase } from '../../backend/storage/open.ts'
import type { BrowserKind } from '../browsers.ts'
import { seat } from '../road/arrange.ts'
import { arrive, openThread, type Traveller } from '../road/road.ts'
import type { Person } from '../stand-ins/door.ts'
import { startTown, type Town } from '../stand-ins/town.ts'
import { buildExtension } from './harness/build.ts'
import { launchBrowser, type TestBrowser } from './harness/launch.ts'
import { until } from './harness/until.ts'
import { retrofit } from './sidebar-kit.ts'

/** A rep at work: Tom is the admin, Mia and Ken are reps, and Mia's panel stands open on Elena's mail. */
export interface Company {
  town: Town
  browser: TestBrowser
  mia: Traveller
  tom: Person
  ken: Person
  /** Mia without a browser. */
  person: Person
  /** Makes a record as Mia; gives its id. */
  make(module: string, fields: Record<string, string>, rest?: object): Promise<string>
  stop(): Promise<void>
}

/** `contacts`: so many stand in the database before anybody looks, named `Row 0001` …, their numbers as their phone. */
export async function found(kind: BrowserKind, contacts = 0): Promise<Company> {
  const dataDir = await mkdtemp(join(tmpdir(), 'inlay-company-'))
  const town = await startTown({
    google: { startAt: Date.parse('2026-11-23T15:00:00+09:00') },
    dataDir,
  })
  const tom = await town.door.signIn(town.world.tom)
  const ken = await town.door.signIn(town.world.ken)
  const person = await town.door.signIn(town.world.mia)
  await town.door.consent(person, ['send', 'read'])
  if (contacts > 0) await fill(town, dataDir, contacts)
  const browser = await launchBrowser(kind, {
    proxyPort: town.web.proxyPort,
    extensionDir: await buildExtension(kind),
  })
  await seat(browser, town, [person])
  const mia = await arrive(town, browser)
  await openThread(mia, retrofit)
  await mia.side.waitFor('widen')
  return {
    ...{ town, browser, mia, tom, ken, person },
    async make(module, fields, rest = {}) {
      const answer = await person.call<{ record: { id: string } }>('POST', '/records', {
        ...{ module, fields },
        ...rest,
      })
      if (answer.status !== 201) throw new Error(`Not made: ${JSON.stringify(answer.body)}`)
      return answer.body.record.id
    },
    async stop() {
      await browser.close()
      await town.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Rows straight into the database, with the backend away: what thousands of people typed in years. */
async function fill(town: Town, dataDir: string, count: number): Promise<void> {
  await town.backend.stop()
  const { db, close } = await openDatabase({ databaseUrl: undefined, dataDir })
  const user = await db
    .selectFrom('users')
    .select(['id', 'org_id'])
    .where('email', '=', town.world.mia)
    .executeTakeFirstOrThrow()
  const at = new Date(Date.parse('2026-11-20T00:00:00Z'))
  await sql`insert into records (id, org_id, module, owner_id, name, fields, created_by, created_at, updated_at, sort_name, indexed)
    select gen_random_uuid(), ${user.org_id}, 'contacts', ${user.id}, 'Row ' || lpad(n::text, 4, '0'),
      jsonb_build_object('firstName', 'Row', 'lastName', lpad(n::text, 4, '0'), 'phone', '+49 40 ' || lpad(n::text, 6, '0')),
      ${user.id}, ${at}, ${at}, 'row ' || lpad(n::text, 4, '0'), true
    from generate_series(1, ${count}::int) as n`.execute(db)
  await close()
  await town.backend.restart()
}

/** The place Gmail's address names, after `inlay=`. */
export function placeOf({ page }: Traveller): Promise<string | undefined> {
  return page.evaluate(() => /[?&]inlay=([^&]+)/.exec(location.hash)?.[1])
}

/** Opens the workspace and goes to a place of it by its entry in the navigation. */
export async function goTo({ side }: Traveller, place: string): Promise<void> {
  // After a reload it takes a moment until the frame knows where it is.
  const frame = await until(async () => {
    const now = await side.frame()
    const known = await now.evaluate(
      () => document.querySelector('[data-testid=widen], [data-testid=nav]') !== null,
    )
    return known ? now : undefined
  }, 'the panel or the workspace')
  const wide = await frame.evaluate(() => document.documentElement.dataset['width'] === 'workspace')
  if (!wide) await side.click('widen')
  await side.click(`place-${place}`)
  await until(
    () =>
      frame.evaluate(
        (key) =>
          document.querySelector(`[data-testid=place-${key}]`)?.getAttribute('aria-current') === 'page',
        place,
      ),
    `the place ${place}`,
  )
}

/** Names of the rows that stand in the page now, from the top. */
export async function rowNames({ side }: Traveller): Promise<string[]> {
  return (await side.frame()).evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('[data-testid=list-row]')]
      .sort((a, b) => Number(a.dataset['index']) - Number(b.dataset['index']))
      .map((row) => row.querySelector('[data-row]')?.textContent?.trim() ?? ''),
  )
}

/** Waits until the list shows exactly these rows. */
export async function showsRows(mia: Traveller, names: readonly string[]): Promise<void> {
  await until(
    async () => JSON.stringify(await rowNames(mia)) === JSON.stringify(names),
    `rows ${names.join(', ')}`,
  )
}
