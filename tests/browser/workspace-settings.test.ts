import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AccessTokens, PeopleAnswer, PolicyAnswer } from '../../lib/contract/people.ts'
import { lookAt } from '../road/arrange.ts'
import { arrive, type Traveller } from '../road/road.ts'
import { accessibilityProblems } from './harness/axe.ts'
import { until } from './harness/until.ts'
import { type Office, openOffice } from './records-kit.ts'

const TOM = 'tom.weber@arbor.example'

describe.each(['chromium', 'firefox'] as const)('what an admin arranges, in %s', (kind) => {
  let office: Office
  let tom: Traveller

  beforeAll(async () => {
    office = await openOffice(kind)
    tom = await arrive(office.town, office.browser, 2, TOM)
    await tom.side.click('widen')
  })

  afterAll(async () => {
    await office?.stop()
  })

  const ask = async <T>(path: string) => (await office.tom.call<T>('GET', path)).body
  const noProblems = async (name: string) => {
    expect(await accessibilityProblems(await tom.side.frame())).toEqual([])
    await lookAt(tom, `settings-${name}`)
  }
  const go = async (tab: string) => {
    await tom.side.click('place-settings')
    await tom.side.click(`settings-tab-${tab}`)
    await tom.side.waitFor(`settings-${tab}`)
  }

  it('invites a person and gives another one another role', async () => {
    await go('people')
    await tom.side.fill('invite-email', 'new.person@partner.example')
    await tom.side.click('invite-send')
    await tom.side.waitFor('invitation', { text: 'new.person@partner.example' })
    const frame = await tom.side.frame()
    await frame.select('[data-person="ana.ruiz@arbor.example"] [data-testid=person-role]', 'rep')
    await until(
      async () =>
        (await ask<PeopleAnswer>('/people')).people.find((one) => one.email.startsWith('ana'))?.role ===
        'rep',
      'the role at the server',
    )
    await noProblems('people')
  })

  it('keeps the last admin an admin, and says why', async () => {
    const frame = await tom.side.frame()
    await frame.select(`[data-person="${TOM}"] [data-testid=person-role]`, 'viewer')
    expect(await tom.side.waitFor('field-error')).toContain('last admin')
  })

  it('sets a policy, shows who did it, and goes back to the default', async () => {
    await go('policy')
    await tom.side.fill('set-mail.maxBytes', '12')
    await tom.side.press('set-mail.maxBytes', 'Enter')
    const valueAtServer = async () =>
      (await ask<PolicyAnswer>('/policy')).settings.find((one) => one.key === 'mail.maxBytes')?.value
    await until(async () => (await valueAtServer()) === 12 * 1024 * 1024, 'the size at the server')
    await tom.side.waitFor('setting', { text: 'Tom Weber' })
    await noProblems('policy')
    await tom.side.fill('set-mail.maxBytes', '99')
    await tom.side.press('set-mail.maxBytes', 'Enter')
    expect(await valueAtServer()).toBe(12 * 1024 * 1024)
    const frame = await tom.side.frame()
    await (await frame.waitForSelector('[data-key="mail.maxBytes"] [data-testid=to-default]'))?.click()
    await until(async () => (await valueAtServer()) === null, 'the default')
  })

  it('adds a field to a module and puts it on the card', async () => {
    await go('modules')
    await tom.side.click('new-field')
    await tom.side.fill('new-field-label', 'Preferred harbour')
    await tom.side.click('new-field-save')
    await tom.side.waitFor('field-row', { text: 'Preferred harbour' })
    await noProblems('modules')
    await tom.side.click('card-field-x_preferred_harbour')
    await tom.side.click('card-fields-save')
    const cardFields = async () =>
      (await ask<{ modules: { key: string; cardFields: string[] }[] }>('/modules')).modules.find(
        (one) => one.key === 'contacts',
      )?.cardFields
    await until(async () => (await cardFields())?.includes('x_preferred_harbour'), 'the field on the card')
  })

  it('makes a module that stands in the navigation', async () => {
    await tom.side.fill('new-one', 'Vessel')
    await tom.side.fill('new-many', 'Vessels')
    await tom.side.click('new-module')
    await tom.side.waitFor('place-x_vessel', { text: 'Vessels' })
  })

  it('shows a token once, and revokes it', async () => {
    await go('tokens')
    await tom.side.fill('token-name', 'Nightly report')
    await tom.side.click('token-create')
    const token = await tom.side.waitFor('token-value')
    expect(token).toMatch(/^inlay_pat_[\w-]{43}$/)
    await noProblems('tokens')
    await go('people')
    await go('tokens')
    await tom.side.waitFor('token-row', { text: token.slice(-4) })
    expect(await tom.side.texts('token-value')).toEqual([])
    await tom.side.click('token-revoke')
    await tom.side.waitForNo('token-row')
    expect((await ask<AccessTokens>('/tokens')).tokens).toEqual([])
  })
})
