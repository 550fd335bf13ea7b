import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LookupAnswer } from '../../lib/contract/records.ts'
import {
  allow,
  arrive,
  createContact,
  enterServer,
  fileAttachment,
  filed,
  openThread,
  scheduleReply,
  sendAtOnce,
  signIn,
  type Traveller,
} from '../road/road.ts'
import { headerOf } from '../stand-ins/google/testing.ts'
import { startTown, type Town } from '../stand-ins/town.ts'
import { accessibilityProblems } from './harness/axe.ts'
import { buildExtension } from './harness/build.ts'
import { launchBrowser, type TestBrowser } from './harness/launch.ts'
import { screenshot } from './harness/screenshot.ts'
import { until } from './harness/until.ts'

const subject = 'Re: Line 4 retrofit: revised quote'

describe.each(['chromium', 'firefox'] as const)('the road, in %s', (kind) => {
  let town: Town
  let browser: TestBrowser
  let mia: Traveller

  beforeAll(async () => {
    town = await startTown({ google: { startAt: Date.parse('2026-11-23T15:00:00+09:00') } })
    browser = await launchBrowser(kind, {
      proxyPort: town.web.proxyPort,
      extensionDir: await buildExtension(kind),
    })
    mia = await arrive(town, browser)
    await openThread(mia, 'retrofit')
  })

  afterAll(async () => {
    await browser?.close()
    await town?.stop()
  })

  const received = () =>
    town.google
      .mailbox(town.world.elena)
      .listThreads()
      .flatMap((thread) => thread.messages ?? [])
      .filter((message) => headerOf(message, 'subject') === subject && headerOf(message, 'x-inlay-send-id'))

  it('S-001, S-003, S-004: from nothing to the sender’s record, without leaving Gmail', async () => {
    await enterServer(mia)
    await signIn(mia)
    await allow(mia, 'send')
    await allow(mia, 'read')
    await createContact(mia, 'Elena Brandt')
    expect(await mia.side.waitFor('emails', { text: 'Line 4 retrofit' })).toContain('Received')
    expect(await accessibilityProblems(await mia.side.frame())).toEqual([])
  })

  it('S-059, S-019: mail received and mail sent from Gmail itself stand in the Emails list', async () => {
    const rows = await until(async () => {
      const texts = await mia.side.texts('email-row')
      return texts.length >= 3 ? texts : undefined
    }, 'three rows of mail')
    expect(rows.some((row) => row.includes('Received'))).toBe(true)
    expect(rows.some((row) => row.includes('Sent'))).toBe(true)
  })

  it('S-054: one click on Gmail’s card files the attachment, byte for byte', async () => {
    expect(await fileAttachment(mia)).toBe('On Elena Brandt')
    await mia.side.waitFor('attachment-row', { text: filed })
    const person = await town.door.signIn(town.world.mia)
    const { body } = await person.call<LookupAnswer>('POST', '/lookup', {
      account: town.world.mia,
      people: [{ address: town.world.elena, name: '' }],
    })
    const row = body.people[0]?.cards[0]?.attachments.rows[0]
    const response = await fetch(`${town.backend.url}/api/v1/attachments/${row?.id}/content`, {
      headers: { authorization: `Bearer ${person.session}` },
    })
    const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
    expect(digest(new Uint8Array(await response.arrayBuffer()))).toBe(digest(original()))
  })

  function original(): Uint8Array {
    const mailbox = town.google.mailbox(town.world.mia)
    const id = town.world.thread('retrofit').messageIdIn(town.world.mia, 1)
    const parts = mailbox.getMessage(id)?.payload?.parts ?? []
    const part = parts.flatMap((one) => [one, ...(one.parts ?? [])]).find((one) => one.filename === filed)
    return mailbox.partBytes(id, part?.partId ?? '') ?? new Uint8Array()
  }

  it('S-036, S-038, S-040: the answer is scheduled by a preset, then edited', async () => {
    await scheduleReply(mia, 'Dear Elena, the quote with the longer warranty follows.')
    await mia.side.waitFor('email-row', { text: 'Scheduled' })
    await screenshot(mia.page, `road-scheduled-${kind}`)
    await mia.side.hover('email-row', { text: 'Scheduled' })
    await mia.side.click('send-edit')
    expect(await accessibilityProblems(await mia.side.frame())).toEqual([])
    await mia.side.fill('input-body', 'Dear Elena, the quote with the extended warranty follows.')
    await mia.side.click('send')
    await mia.side.waitForNo('compose')
    expect(received()).toHaveLength(0)
  })

  it('S-030: goes out on time with Gmail closed and the backend killed between claim and send: one copy', async () => {
    await mia.page.close()
    town.google.addFault({ path: /drafts\/send$/, kind: { hang: true } })
    const hung = () => town.google.requests.some((request) => request.path.endsWith('/drafts/send'))
    town.google.clock.set(Date.parse('2026-11-24T08:00:01+09:00'))
    await until(hung, 'the send that never answers')
    await town.backend.kill()
    expect(received()).toHaveLength(0)
    town.google.clearFaults()
    await town.backend.restart()
    await until(() => {
      // The engine waits 10 s before it looks again at what it cannot know; let them pass.
      town.google.clock.advance(2_000)
      return received().length > 0
    }, 'the mail at Elena’s')
    town.google.clock.advance(30 * 60_000)
    expect(received()).toHaveLength(1)
    expect(
      town.google
        .mailbox(town.world.mia)
        .listDrafts()
        .map((draft) => draft.message?.id),
    ).toHaveLength(2)
  })

  it('S-039: the list shows it sent, and a mail sent now turns from sending to sent by itself', async () => {
    mia = await arrive(town, browser)
    await openThread(mia, 'retrofit')
    await mia.side.waitFor('email-row', { text: 'Sent' })
    const before = received().length
    await mia.side.click('reply-all')
    await mia.side.fill('input-body', 'One more thing: the drawings are on their way.')
    await sendAtOnce(mia.side)
    await until(() => received().length > before, 'the second mail at Elena’s')
    const shown = async () => (await mia.side.texts('email-row')).filter((row) => row.includes('Sent')).length
    await until(async () => (await shown()) >= 2, 'both mails as sent', { timeout: 5_000 })
    await screenshot(mia.page, `road-sent-${kind}`)
  })

  it('nothing of all this left the machine, and no page complained', () => {
    // Chromium asks its maker for updates by itself; the proxy refuses.
    const ours = town.web.blocked.filter((host) => !/google|gvt1|mozilla|firefox/i.test(host))
    expect(ours).toEqual([])
    expect(browser.errors).toEqual([])
  })
})
