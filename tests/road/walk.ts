import type { TestBrowser } from '../browser/harness/launch.ts'
import { until } from '../browser/harness/until.ts'
import { headerOf } from '../stand-ins/google/testing.ts'
import type { Town } from '../stand-ins/town.ts'
import { furnish } from './furnish.ts'
import {
  allow,
  arrive,
  createContact,
  createDeal,
  enterServer,
  fileAttachment,
  filed,
  openThread,
  scheduleReply,
  signIn,
  type Traveller,
} from './road.ts'

/** A Monday afternoon in Tokyo; the reply goes out on Tuesday at 8:00. */
export const demoStart = '2026-11-23T15:00:00+09:00'
const due = '2026-11-24T08:00:01+09:00'

interface Guide {
  step(text: string, work: () => Promise<void>): Promise<void>
  picture(traveller: Traveller, name: string): Promise<void>
}

/** The main job, from an empty installation to a mail that went out with Gmail closed. */
export async function walkRoad(town: Town, browser: TestBrowser, guide: Guide): Promise<void> {
  const { step, picture } = guide
  await step('Tom, the admin, and Ken, a colleague, are in Inlay already, with their records', async () => {
    const tom = await town.door.signIn(town.world.tom)
    await furnish(tom, await town.door.signIn(town.world.ken))
  })
  let mia = await arrive(town, browser)
  await step('Mia opens Elena’s mail in Gmail', () => openThread(mia, 'retrofit'))
  await step('enters the server’s address in the options', () => enterServer(mia))
  await step('signs in with Google', () => signIn(mia))
  await mia.side.waitFor('create-contact')
  await picture(mia, '01-unknown-sender')
  await step('lets Inlay write for her, then read', async () => {
    await allow(mia, 'send')
    await allow(mia, 'read')
  })
  await step('makes the sender a contact in two clicks', () => createContact(mia, 'Elena Brandt'))
  await step('adds the deal', () =>
    createDeal(mia, { dealName: 'Line 4 retrofit', amount: '184000', currency: 'EUR' }),
  )
  await step('files the purchase order with one click on Gmail’s card', async () => {
    await fileAttachment(mia)
    await mia.side.waitFor('attachment-row', { text: filed })
  })
  await picture(mia, '02-filed')
  await step('answers in the panel and schedules it for tomorrow 8:00', () =>
    scheduleReply(mia, 'Dear Elena,\n\nthe quote with the extended warranty follows.\n\nMia'),
  )
  await picture(mia, '03-scheduled')
  await step('closes Gmail', () => mia.page.close())
  await step('the clock reaches Tuesday 8:00, and the mail is at Elena’s', async () => {
    town.google.clock.set(Date.parse(due))
    await until(() => sentToElena(town) === 1, 'the mail at Elena’s')
  })
  mia = await arrive(town, browser)
  await step('Mia opens Gmail again: the list says Sent', async () => {
    await openThread(mia, 'retrofit')
    await mia.side.waitFor('email-row', { text: 'Sent' })
  })
  await picture(mia, '04-sent')
  await step('the same in Gmail’s dark theme', async () => {
    town.gmail.setTheme('dark')
    const dark = async () =>
      (await mia.side.frame()).evaluate(() => document.documentElement.dataset['theme'] === 'dark')
    await until(dark, 'the dark panel')
  })
  await picture(mia, '05-dark')
  town.gmail.setTheme('light')
  await step('widens the panel over Gmail: all contacts, hers and her colleagues’', async () => {
    await mia.side.click('widen')
    await mia.side.click('place-contacts')
    await mia.side.waitFor('list-row', { text: 'Elena Brandt' })
  })
  await picture(mia, '06-contacts')
}

function sentToElena(town: Town): number {
  const messages = town.google
    .mailbox(town.world.elena)
    .listThreads()
    .flatMap((thread) => thread.messages ?? [])
  return messages.filter((message) => headerOf(message, 'x-inlay-send-id')).length
}
