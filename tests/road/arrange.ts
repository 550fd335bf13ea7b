import type { RecordCard } from '../../lib/contract/records.ts'
import { openExtensionPage } from '../browser/harness/extension-page.ts'
import type { TestBrowser } from '../browser/harness/launch.ts'
import { screenshot } from '../browser/harness/screenshot.ts'
import { until } from '../browser/harness/until.ts'
import type { Person } from '../stand-ins/door.ts'
import { headerOf } from '../stand-ins/google/testing.ts'
import type { Town } from '../stand-ins/town.ts'
import type { Traveller } from './road.ts'

/** Somebody of the company in Inlay, their mailbox connected with both permissions. */
export async function employ(town: Town, email: string): Promise<Person> {
  const person = await town.door.signIn(email)
  await town.door.consent(person, ['send', 'read'])
  return person
}

/** A contact of the company; gives its card. */
export async function haveContact(
  person: Person,
  contact: { firstName: string; lastName: string; address: string; zone?: string },
): Promise<RecordCard> {
  const { address, ...fields } = contact
  const { status, body } = await person.call<RecordCard>('POST', '/records', {
    module: 'contacts',
    fields,
    primaryAddress: address,
  })
  if (status !== 201) throw new Error(`The contact was not made: ${JSON.stringify(body)}`)
  return body
}

/** What signing in leaves in this browser, for people whose sign-in is not the point; the panel stands open. */
export async function seat(browser: TestBrowser, town: Town, people: readonly Person[]): Promise<void> {
  const page = await openExtensionPage(browser, 'options.html')
  const server = town.backend.url
  const sessions = people.map(({ email, session }) => [
    [`session:${email}`, { token: session, email, name: email, server }],
    [`panel:${email}`, { open: true, width: 360 }],
  ])
  const accounts = people.map(({ email }) => email)
  await page.evaluate(keep, { server, accounts, ...Object.fromEntries(sessions.flat()) })
  await page.close()
}

/** Runs in a page of the extension. */
function keep(values: object): Promise<void> {
  type Local = { storage: { local: { set(values: object): Promise<void> } } }
  const scope = globalThis as unknown as { browser?: Local; chrome: Local }
  return (scope.browser?.storage ? scope.browser : scope.chrome).storage.local.set(values)
}

/**
 * Pictures of the state as each reader meets it: English and Japanese, light and dark. Only for a person who looks at them
 * (`INLAY_PICTURES=1`), and of Chromium alone, since Firefox draws the same.
 */
export async function lookAt({ browser, page, side }: Traveller, name: string): Promise<void> {
  if (!process.env['INLAY_PICTURES'] || browser.kind !== 'chromium') return
  const frame = await side.frame()
  for (const language of ['ja', 'en'] as const)
    for (const theme of ['dark', 'light'] as const) {
      await frame.evaluate(keep, { language, theme })
      const shown = () =>
        frame.evaluate(() => `${document.documentElement.lang} ${document.documentElement.dataset['theme']}`)
      await until(async () => (await shown()) === `${language} ${theme}`, `${language} and ${theme}`)
      // Colours of buttons fade in; a picture in between would show none there is.
      await until(
        () => frame.evaluate(() => !document.getAnimations().some((one) => one instanceof CSSTransition)),
        'no fading',
      )
      await screenshot(page, `trouble-${name}-${language}-${theme}`)
    }
}

/** What Inlay sent and reached this mailbox, subjects only. */
export function sentTo(town: Town, email: string): string[] {
  return town.google
    .mailbox(email)
    .listThreads()
    .flatMap((thread) => thread.messages ?? [])
    .filter((message) => headerOf(message, 'x-inlay-send-id'))
    .map((message) => headerOf(message, 'subject') ?? '')
}
