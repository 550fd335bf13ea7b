import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writtenText } from '../road/road.ts'
import { screenshot } from './harness/screenshot.ts'
import { until } from './harness/until.ts'
import { type Rep, settle } from './sidebar-kit.ts'

interface Sends {
  sends: { id: string; version: number; status: string; dueAt: string; zone: string; localTime: string }[]
}

describe('scheduling in the sidebar', () => {
  let rep: Rep

  beforeAll(async () => {
    rep = await settle('chromium')
  })

  afterAll(async () => {
    await rep?.stop()
  })

  const scheduled = async () => (await rep.person.call<Sends>('GET', '/sends?status=scheduled')).body.sends
  const openSheet = async () => {
    await rep.mia.side.click('reply-all')
    await rep.mia.side.fill('input-body', 'Dear Elena, the quote follows.')
    await rep.mia.side.click('schedule')
    await rep.mia.side.waitFor('schedule-sheet')
  }
  const leave = async () => {
    const frame = await rep.mia.side.frame()
    for (const open of ['any-time', 'schedule-sheet', 'compose']) {
      if ((await frame.$(`[data-testid=${open}]`)) === null) continue
      await frame.$eval(`[data-testid=${open}]`, (sheet) => {
        sheet.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))
      })
      await rep.mia.side.waitForNo(open)
    }
  }
  const cancelAll = async () => {
    for (const { id, version } of await scheduled())
      await rep.person.call('POST', `/sends/${id}/cancel`, { version })
  }
  const chooseDay = async (day: string, time: string) => {
    const frame = await rep.mia.side.frame()
    const months = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - (2026 * 12 + 11)
    for (let month = 0; month < months; month++) await rep.mia.side.click('month-after')
    await rep.mia.side.click(`day-${day}`)
    await rep.mia.side.fill('time-input', time)
    return frame
  }

  it('S-031, S-036: usual times with both clocks; a laptop that runs three hours ahead changes nothing', async () => {
    // 15:00 in Tokyo by the server, 18:05 by this laptop: "today 18:00" is still to come.
    await rep.mia.side.setNow(Date.parse('2026-11-23T18:05:00+09:00'))
    rep.town.google.clock.advance(1_000)
    await openSheet()
    const offered = async () => rep.mia.side.texts('time-today_18')
    await until(async () => (await offered())[0]?.includes('10:00 in Berlin'), 'today 18:00 with their clock')
    expect((await rep.mia.side.texts('time-tomorrow_8'))[0]).toContain('0:00 in Berlin')
    expect((await rep.mia.side.texts('time-their_9'))[0]).toBe('Their 9:00, tomorrow 17:00 for you')
    await screenshot(rep.mia.page, 'sidebar-usual-times')
    await leave()

    rep.town.google.clock.set(Date.parse('2026-11-23T18:05:00+09:00'))
    await openSheet()
    await until(async () => (await offered()).length === 0, 'S-036: no 18:00 at 18:05')
    expect(await rep.mia.side.texts('time-tomorrow_8')).toHaveLength(1)
    await leave()
  })

  it('S-034, S-038: one click schedules, undo takes it back and opens the text again', async () => {
    await openSheet()
    await rep.mia.side.click('time-tomorrow_8')
    expect(await rep.mia.side.waitFor('toast')).toContain('Goes out Tue 24 Nov, 8:00, 0:00 in Berlin.')
    expect(await scheduled()).toMatchObject([{ localTime: '2026-11-24T08:00', zone: 'Asia/Tokyo' }])
    expect(await rep.mia.side.waitFor('email-row', { text: 'Scheduled' })).toContain('0:00 in Berlin')
    await rep.mia.side.click('toast-undo')
    await rep.mia.side.waitFor('compose')
    expect(await scheduled()).toEqual([])
    expect(await writtenText(rep.mia.side)).toBe('Dear Elena, the quote follows.')
    await leave()
  })

  it('S-037: a skipped time is refused with its two neighbours, and what is chosen is what is stored', async () => {
    await openSheet()
    await rep.mia.side.click('time-any')
    await chooseDay('2027-03-28', '2:30')
    expect(await rep.mia.side.waitFor('time-skipped')).toContain(
      'Clocks there jump from 2:00 to 3:00 that night.',
    )
    expect(await rep.mia.side.texts('neighbour')).toEqual(['1:59', '3:00'])
    await rep.mia.side.click('schedule-confirm')
    expect(await scheduled()).toEqual([])
    await rep.mia.side.click('neighbour', { text: '3:00' })
    await rep.mia.side.click('schedule-confirm', { text: '28 Mar 2027, 10:00' })
    await rep.mia.side.waitFor('toast', { text: '3:00 in Berlin' })
    expect(await scheduled()).toMatchObject([
      { localTime: '2027-03-28T03:00', zone: 'Europe/Berlin', dueAt: '2027-03-28T01:00:00.000Z' },
    ])
    await cancelAll()
  })

  it('S-037: a time that comes twice asks which one', async () => {
    await openSheet()
    await rep.mia.side.click('time-any')
    await chooseDay('2027-10-31', '2:30')
    expect(await rep.mia.side.waitFor('time-twice')).toContain('That time comes twice there. Which one?')
    await rep.mia.side.click('schedule-confirm')
    expect(await scheduled()).toEqual([])
    const frame = await rep.mia.side.frame()
    await frame.click('[data-testid="twice-+01:00"]')
    await rep.mia.side.click('schedule-confirm', { text: '10:30' })
    await until(async () => (await scheduled()).length === 1, 'the mail in the queue')
    await rep.mia.side.waitFor('toast', { text: '2:30 in Berlin' })
    expect(await scheduled()).toMatchObject([
      { localTime: '2027-10-31T02:30', dueAt: '2027-10-31T01:30:00.000Z' },
    ])
    await cancelAll()
  })

  it('a past time and an unknown zone are refused in words', async () => {
    await openSheet()
    await rep.mia.side.click('time-any')
    await chooseDay('2026-11-23', '7:00')
    expect(await rep.mia.side.waitFor('time-past')).toMatch(
      /^That time has passed\. The earliest is 10:\d\d in Berlin\.$/,
    )
    const frame = await rep.mia.side.frame()
    await frame.click('[data-testid=zone-other]')
    await rep.mia.side.fill('zone-input', 'Atlantis/Main')
    await rep.mia.side.waitFor('field-error', { text: 'That time zone isn’t known.' })
    await rep.mia.side.click('schedule-confirm')
    expect(await scheduled()).toEqual([])
    await leave()
  })

  it('S-040, S-041: moved with undo, cancelled with undo, from the row', async () => {
    await openSheet()
    await rep.mia.side.click('time-tomorrow_8')
    await rep.mia.side.waitFor('toast', { text: 'Goes out Tue 24 Nov, 8:00' })
    await rep.mia.side.waitFor('email-row', { text: 'Scheduled' })
    await rep.mia.side.hover('email-row', { text: 'Scheduled' })
    await rep.mia.side.click('send-move')
    await rep.mia.side.click('time-their_9')
    await rep.mia.side.waitFor('toast', { text: '17:00, 9:00 in Berlin' })
    expect(await scheduled()).toMatchObject([{ localTime: '2026-11-24T09:00', zone: 'Europe/Berlin' }])
    await rep.mia.side.click('toast-undo')
    await until(async () => (await scheduled())[0]?.localTime === '2026-11-24T08:00', 'the old time again')

    await rep.mia.side.hover('email-row', { text: 'Scheduled' })
    await rep.mia.side.click('send-cancel')
    await rep.mia.side.waitFor('toast', { text: 'Cancelled. It won’t go out.' })
    expect(await scheduled()).toEqual([])
    await rep.mia.side.click('toast-undo')
    await until(async () => (await scheduled()).length === 1, 'the mail back in the queue')
    await cancelAll()
  })

  it('S-040: what the server has claimed meanwhile says so, and nothing changes', async () => {
    await openSheet()
    await rep.mia.side.click('time-tomorrow_8')
    await rep.mia.side.waitFor('toast', { text: 'Goes out Tue 24 Nov, 8:00' })
    await rep.mia.side.waitFor('email-row', { text: 'Scheduled' })
    rep.town.google.addFault({ path: /drafts\/send$/, kind: { hang: true } })
    await rep.mia.side.hover('email-row', { text: 'Scheduled' })
    const [waiting] = await scheduled()
    await rep.person.call('POST', `/sends/${waiting?.id}/send-now`, { version: waiting?.version })
    await rep.mia.side.waitFor('email-row', { text: 'Sending' })
    expect(await rep.mia.side.texts('send-cancel')).toEqual([])
    const claimed = await rep.person.call<{ error: { reason: string } }>(
      'POST',
      `/sends/${waiting?.id}/cancel`,
      {
        version: waiting?.version,
      },
    )
    expect(claimed.body.error.reason).toBe('already_claimed')
    rep.town.google.clearFaults()
  })
})
