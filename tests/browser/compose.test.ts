import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DraftList } from '../../lib/contract/compose.ts'
import type { Send, SendList } from '../../lib/contract/sends.ts'
import { lookAt } from '../road/arrange.ts'
import { headerOf } from '../stand-ins/google/testing.ts'
import { accessibilityProblems } from './harness/axe.ts'
import { until } from './harness/until.ts'
import { type Rep, settle } from './sidebar-kit.ts'

const SECOND = 'brandt.elena@mailhaus.example'
const JONAS = 'jonas.lind@haldenmarine.example'
const TIM = 'tim.reyes@reyes-marine.example'

describe.each(['chromium', 'firefox'] as const)('the composer, in %s', (kind) => {
  let rep: Rep

  beforeAll(async () => {
    rep = await settle(kind)
    const make = async (module: string, fields: object, more: object = {}) => {
      const { status, body } = await rep.person.call<{ record: { id: string } }>('POST', '/records', {
        module,
        fields,
        ...more,
      })
      if (status !== 201) throw new Error(JSON.stringify(body))
      return body.record.id
    }
    const { record } = (
      await rep.person.call<{ record: { version: number } }>('GET', `/records/${rep.elenaId}`)
    ).body
    await rep.person.call('PATCH', `/records/${rep.elenaId}`, {
      version: record.version,
      secondaryAddress: SECOND,
    })
    await make('contacts', { firstName: 'Talbot', lastName: 'Reyes' }, { primaryAddress: TIM })
    await make('contacts', { firstName: 'Ilya', lastName: 'Tarkov' })
    await make('deals', { dealName: 'Tank farm upgrade' }, { mainContactId: rep.elenaId })
  })

  afterAll(async () => {
    await rep?.stop()
  })

  const side = () => rep.mia.side
  const keyboard = () => rep.mia.page.keyboard
  const sends = async () => (await rep.person.call<SendList>('GET', '/sends')).body.sends
  const sendOf = async (subject: string) => (await sends()).find((send) => send.subject === subject)
  const textOf = async () => {
    await side().waitFor('input-body')
    return (await side().frame()).$eval('[data-testid=input-body]', (node) => (node as HTMLElement).innerText)
  }
  const arrived = (address: string, subject: string) =>
    rep.town.google
      .mailbox(address)
      .listThreads()
      .flatMap((thread) => thread.messages ?? [])
      .filter((message) => headerOf(message, 'subject') === subject)
  const sendNow = async () => {
    await side().click('send')
    await side().waitFor('toast-send-now')
    await side().click('toast-send-now')
  }

  it('S-007, S-009: writes from a record with formatting; sent mail can be taken back and opens as it was', async () => {
    await side().click('compose-email')
    await side().waitFor('compose')
    await side().waitFor('recipient', { text: 'Elena Brandt' })
    await side().fill('input-subject', 'Line 4: dates')
    await side().fill('input-body', 'Dear Elena,')
    await keyboard().press('Enter')
    await side().click('show-formats')
    await side().click('format-bold')
    await keyboard().type('14 December')
    await side().click('format-bold')
    await keyboard().type(' is possible.')
    await side().waitFor('draft-state', { text: 'Draft saved' })
    expect(await accessibilityProblems(await side().frame())).toEqual([])
    await lookAt(rep.mia, 'compose-text')
    await side().click('send')
    expect(await side().waitFor('toast', { text: 'Undo' })).toContain('Send now')
    await lookAt(rep.mia, 'compose-sending')
    await side().waitForNo('compose')
    await side().click('toast-undo')
    await side().waitFor('compose')
    expect(await textOf()).toContain('14 December is possible.')
    expect((await sendOf('Line 4: dates'))?.status).toBe('draft')
    await sendNow()
    await until(() => arrived(rep.town.world.elena, 'Line 4: dates').length === 1, 'the mail at Elena’s')
    const sent = await sendOf('Line 4: dates')
    expect(sent?.html).toContain('<strong>14 December</strong>')
    expect(sent?.body).toContain('14 December is possible.')
  })
})
