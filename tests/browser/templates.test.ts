import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as z from 'zod'
import type { MassSendList } from '../../lib/contract/mass.ts'
import type { Send, SendList } from '../../lib/contract/sends.ts'
import type { TemplateList } from '../../lib/contract/templates.ts'
import { lookAt } from '../road/arrange.ts'
import { headerOf } from '../stand-ins/google/testing.ts'
import { accessibilityProblems } from './harness/axe.ts'
import { until } from './harness/until.ts'
import { type Rep, settle } from './sidebar-kit.ts'
import { goTo } from './workspace-kit.ts'

describe.each(['chromium', 'firefox'] as const)('templates and mass mail, in %s', (kind) => {
  let rep: Rep

  beforeAll(async () => {
    rep = await settle(kind)
    for (const [firstName, lastName, address] of [
      ['Ada', 'Slot', 'ada@slots.example'],
      ['Bea', 'Slot', 'bea@slots.example'],
      ['Cleo', 'Slot', undefined],
    ] as const)
      await rep.person.call('POST', '/records', {
        module: 'contacts',
        fields: { firstName, lastName },
        ...(address && { primaryAddress: address }),
      })
  })

  afterAll(async () => {
    await rep?.stop()
  })

  const side = () => rep.mia.side
  const sends = async () => (await rep.person.call<SendList>('GET', '/sends')).body.sends
  const arrived = (address: string, subject: string) =>
    rep.town.google
      .mailbox(address)
      .listThreads()
      .flatMap((thread) => thread.messages ?? [])
      .filter((message) => headerOf(message, 'subject') === subject)
  const previewed = async () => {
    const frame = await side().frame()
    return frame.$eval('[data-testid=preview-frame]', (node) => node.getAttribute('srcdoc') ?? '')
  }

  it('a template is written with fields, seen as its recipient gets it, and put into a mail', async () => {
    await side().click('compose-email')
    await side().waitFor('compose')
    await side().click('templates')
    await lookAt(rep.mia, 'templates-menu')
    await side().click('menu-insert')
    await side().waitFor('templates-sheet', { text: 'No templates yet' })
    await side().click('new-template')
    await side().fill('template-name', 'Autumn slots')
    await side().fill('template-subject', 'Slots for {{ recipient.company | default: "you" }}')
    await side().fill('input-body', 'Dear ')
    await side().click('template-field')
    await side().fill('fields-search', 'first name')
    await lookAt(rep.mia, 'templates-fields')
    await side().click('field-recipient.firstName')
    await side().waitFor('input-body', { text: '{{ recipient.firstName }}' })
    await rep.mia.page.keyboard.type(', three slots are left. {{ contact.department }}')
    await side().click('template-shared')
    expect(await accessibilityProblems(await side().frame())).toEqual([])
    await lookAt(rep.mia, 'templates-edit')
    await side().click('save-template')
    await side().waitFor('template-row', { text: 'Autumn slots' })
    await lookAt(rep.mia, 'templates-picker')
    await side().click('template-row', { text: 'Autumn slots' })
    await side().waitFor('open-fields', { text: 'contact.department' })
    expect(await previewed()).toContain('Dear Elena, three slots are left.')
    await lookAt(rep.mia, 'templates-preview')
    await side().click('insert-template')
    await side().waitFor('input-body', { text: 'Dear Elena, three slots are left. [contact.department?]' })
    const lines = await (await side().frame()).$eval('[data-testid=input-body]', (node) => node.innerHTML)
    expect(lines).toMatch(/^<p[^>]*>Dear/)
    // Which of two open deals a text means is asked above the text it fills.
    const deals: { id: string }[] = []
    for (const dealName of ['Halden line 4', 'Halden press shop']) {
      const deal = { module: 'deals', fields: { dealName, stage: 'proposal' }, mainContactId: rep.elenaId }
      const made = await rep.person.call<{ record: (typeof deals)[number] }>('POST', '/records', deal)
      deals.push(made.body.record)
    }
    const html = '<p>About {{ deal.name }}</p>'
    await rep.person.call('POST', '/templates', { name: 'About the line', html })
    await side().click('templates')
    await side().click('menu-insert')
    await side().click('template-row', { text: 'About the line' })
    await side().waitFor('open-fields', { text: 'deal.name' })
    await side().waitFor('choose-deal')
    expect(await side().texts('choose-deal')).toEqual(['Halden line 4', 'Halden press shop'])
    expect(await accessibilityProblems(await side().frame())).toEqual([])
    await lookAt(rep.mia, 'templates-which-deal')
    await side().click('choose-deal', { text: 'Halden press shop' })
    await side().waitForNo('choose-deal')
    await until(async () => (await previewed()).includes('About Halden press shop'), 'the chosen deal’s name')
    await side().click('insert-template')
    await side().waitFor('input-body', { text: 'About Halden press shop' })
    await side().click('compose-more')
    await side().click('menu-discard')
    await side().waitForNo('compose')
    for (const { id } of deals)
      expect((await rep.person.call('DELETE', `/records/${id}`)).status).toBeLessThan(300)
    await side().waitForNo('which-deal')
  })

  it('a mail that waits shows its whole text in the frame of received mail, whom it goes to and its template', async () => {
    const { person } = rep
    const { templates } = (await person.call<TemplateList>('GET', '/templates')).body
    const template = templates.find((one) => one.name === 'Autumn slots')
    const party = (name: string) => ({ address: `${name}@slots.example`, name })
    const end = 'the very end of it'
    const draft = await person.call<Send>('POST', '/sends/drafts', {
      ...{ account: person.email, subject: 'Waiting words', templateId: template?.id },
      ...{ to: [{ address: 'elena.brandt@haldenmarine.example', name: 'Elena' }], bcc: [party('quiet')] },
      html: `<p>Dear <b>Elena</b>,</p>${'<p>a long letter goes on</p>'.repeat(40)}<p>${end}</p>`,
    })
    const { id, version } = draft.body
    const when = { kind: 'at', local: '2027-01-11T09:00', zone: 'UTC' }
    expect((await person.call('POST', `/sends/${id}/submit`, { version, when })).status).toBe(200)
    await side().click('email-row', { text: 'Waiting words' })
    await side().waitFor('written-template', { text: 'Autumn slots' })
    const frame = await side().frame()
    const frames = await frame.$eval('[data-testid=written-text] iframe', (node) => [
      node.getAttribute('sandbox'),
      node.getAttribute('srcdoc'),
    ])
    expect(frames).toEqual(['allow-popups allow-popups-to-escape-sandbox', expect.stringContaining(end)])
    expect(await side().text('recipients')).toContain('quiet@slots.example Bcc')
    expect(await accessibilityProblems(frame)).toEqual([])
    await lookAt(rep.mia, 'written')
    await side().click('back')
    await side().waitForNo('mail-page')
  })

  it('S-005, S-006, S-033: a selection gets one mail each, with who is left out and why; it can be paused and stopped', async () => {
    await goTo(rep.mia, 'contacts')
    await side().fill('quick-filter', 'Slot')
    await side().waitFor('list-row', { text: 'Cleo Slot' })
    // The rows of before the filter go.
    await side().waitForNo('list-row', { text: 'Elena' })
    for (const [index, name] of ['Ada Slot', 'Bea Slot', 'Cleo Slot'].entries()) {
      const frame = await side().frame()
      await frame.locator(`[data-testid=list-row] input[aria-label*="${name}"]`).click()
      await side().waitFor('bulk-count', { text: String(index + 1) })
    }
    await side().click('bulk-email')
    await side().waitFor('mass-chip', { text: '3 records' })
    await side().fill('input-subject', 'Autumn slots')
    await side().fill('input-body', 'Dear {{ recipient.firstName }}, choose one.')
    await side().click('send')
    await side().waitFor('mass-mailed', { text: '2' })
    await side().waitFor('left-out', { text: 'No email address' })
    await side().waitFor('mass-preview', { text: '1 of 2' })
    const first = await previewed()
    await side().click('mass-after')
    await side().waitFor('mass-preview', { text: '2 of 2' })
    expect(`${first}${await previewed()}`).toMatch(/Dear (?:Ada|Bea), choose[\s\S]*Dear (?:Ada|Bea), choose/)
    expect(await accessibilityProblems(await side().frame())).toEqual([])
    await lookAt(rep.mia, 'mass-confirm')
    expect(await previewed()).toContain('Unsubscribe from these mails')
    // 07 F: all at one moment; taken back as a whole, the composer opens as it was.
    await side().click('mass-schedule')
    await side().waitFor('schedule-sheet', { text: '2 recipients' })
    await lookAt(rep.mia, 'mass-schedule')
    await side().click('time-tomorrow_8')
    await side().waitFor('mass-progress')
    await lookAt(rep.mia, 'mass-scheduled')
    await side().waitForNo('bulk-count')
    await side().click('toast-undo')
    await side().waitFor('mass-chip', { text: '3 records' })
    expect((await rep.person.call<z.infer<typeof MassSendList>>('GET', '/mass')).body.sends).toEqual([])
    await side().click('send')
    await side().waitFor('mass-preview', { text: '1 of 2' })
    await side().click('mass-send')
    await side().waitFor('toast-undo')
    expect(await side().texts('toast-send-now')).toEqual([])
    await until(
      async () => (await sends()).filter((send: Send) => send.subject === 'Autumn slots').length >= 2,
      'two mails of their own',
    )
    await lookAt(rep.mia, 'mass-progress')
    rep.town.google.clock.advance(20_000)
    const { sends: mine } = (await rep.person.call<z.infer<typeof MassSendList>>('GET', '/mass')).body
    expect(mine).toMatchObject([{ total: 2, leftOut: 1 }])
    await until(() => arrived('mia.sato@arbor.example', 'Autumn slots').length >= 1, 'the first mail in Sent')
  })
})
