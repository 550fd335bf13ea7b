import { describe, expect, test } from 'vitest'
import {
  clockChanges,
  earliestTime,
  isNight,
  isZone,
  localAt,
  readTime,
  resolveWallTime,
  usualTimes,
} from '../../lib/domain/schedule.ts'

const ms = (iso: string) => Date.parse(iso)

describe('a wall-clock time in a zone (S-037)', () => {
  test.each([
    ['Asia/Tokyo', '2026-11-24T08:00', '2026-11-23T23:00:00Z', '+09:00'],
    ['Europe/Berlin', '2026-10-27T09:00', '2026-10-27T08:00:00Z', '+01:00'],
    ['Europe/Berlin', '2026-10-24T09:00', '2026-10-24T07:00:00Z', '+02:00'],
    ['America/New_York', '2026-11-01T00:59', '2026-11-01T04:59:00Z', '-04:00'],
    ['Asia/Kathmandu', '2026-01-01T00:00', '2025-12-31T18:15:00Z', '+05:45'],
    ['UTC', '2026-01-01T00:00', '2026-01-01T00:00:00Z', '+00:00'],
  ])('%s %s is %s', (zone, local, iso, offset) => {
    expect(resolveWallTime({ local, zone })).toEqual({ kind: 'ok', at: ms(iso), offset })
    expect(localAt(ms(iso), zone)).toBe(local)
  })

  test.each([
    ['Europe/Berlin', '2027-03-28T02:30', '2027-03-28T01:59', '2027-03-28T03:00', '2027-03-28T01:00:00Z'],
    ['Europe/Berlin', '2027-03-28T02:00', '2027-03-28T01:59', '2027-03-28T03:00', '2027-03-28T01:00:00Z'],
    ['Europe/Berlin', '2027-03-28T02:59', '2027-03-28T01:59', '2027-03-28T03:00', '2027-03-28T01:00:00Z'],
    ['America/New_York', '2027-03-14T02:30', '2027-03-14T01:59', '2027-03-14T03:00', '2027-03-14T07:00:00Z'],
    // Half an hour only, on Lord Howe.
    [
      'Australia/Lord_Howe',
      '2026-10-04T02:15',
      '2026-10-04T01:59',
      '2026-10-04T02:30',
      '2026-10-03T15:30:00Z',
    ],
    // Clocks that jump at midnight: the day begins at one.
    ['Africa/Cairo', '2026-04-24T00:30', '2026-04-23T23:59', '2026-04-24T01:00', '2026-04-23T22:00:00Z'],
    // A whole day that Samoa never had.
    ['Pacific/Apia', '2011-12-30T12:00', '2011-12-29T23:59', '2011-12-31T00:00', '2011-12-30T10:00:00Z'],
  ])('%s skips %s: neighbours %s and %s', (zone, local, before, after, iso) => {
    const found = resolveWallTime({ local, zone })
    expect(found).toMatchObject({
      kind: 'skipped',
      before: { local: before, at: ms(iso) - 60_000 },
      after: { local: after, at: ms(iso) },
    })
    for (const edge of [before, after]) expect(resolveWallTime({ local: edge, zone }).kind).toBe('ok')
  })

  test.each([
    ['Europe/Berlin', '2026-10-25T02:30', '2026-10-25T00:30:00Z', '+02:00', '2026-10-25T01:30:00Z', '+01:00'],
    [
      'America/New_York',
      '2026-11-01T01:00',
      '2026-11-01T05:00:00Z',
      '-04:00',
      '2026-11-01T06:00:00Z',
      '-05:00',
    ],
    [
      'Australia/Lord_Howe',
      '2026-04-05T01:45',
      '2026-04-04T14:45:00Z',
      '+11:00',
      '2026-04-04T15:15:00Z',
      '+10:30',
    ],
  ])('%s has %s twice, and the offset chooses', (zone, local, first, firstOffset, second, secondOffset) => {
    expect(resolveWallTime({ local, zone })).toEqual({
      kind: 'twice',
      first: { local, at: ms(first), offset: firstOffset },
      second: { local, at: ms(second), offset: secondOffset },
    })
    expect(resolveWallTime({ local, zone, offset: firstOffset })).toMatchObject({ kind: 'ok', at: ms(first) })
    expect(resolveWallTime({ local, zone, offset: secondOffset })).toMatchObject({
      kind: 'ok',
      at: ms(second),
    })
    expect(resolveWallTime({ local, zone, offset: '+12:00' }).kind).toBe('twice')
  })

  test.each(['', 'Nowhere/Land', '+02:00', '-0500', 'Europe/Berlin; drop', '2026'])(
    'unknown zone %j is refused in words, not guessed',
    (zone) => {
      expect(isZone(zone)).toBe(false)
      expect(resolveWallTime({ local: '2026-11-24T08:00', zone })).toEqual({ kind: 'zone_unknown' })
    },
  )

  test.each([
    '2026-02-30T08:00',
    '2026-11-24T24:00',
    '2026-11-24 08:00',
    '2026-11-24T08:00:00',
    'tomorrow',
    '',
  ])('%j is no wall-clock time', (local) =>
    expect(resolveWallTime({ local, zone: 'Europe/Berlin' })).toEqual({ kind: 'invalid' }),
  )
})

describe('usual times (S-036)', () => {
  const keys = (now: string, zone: string, theirZone?: string) =>
    usualTimes({ now: ms(now), zone, theirZone }).map((one) => `${one.key} ${one.local}`)

  test('all four, in the picture’s order', () => {
    expect(keys('2026-09-15T06:12:00Z', 'Asia/Tokyo', 'Europe/Berlin')).toEqual([
      'today_18 2026-09-15T18:00',
      'tomorrow_8 2026-09-16T08:00',
      'their_9 2026-09-16T09:00',
      'monday_8 2026-09-21T08:00',
    ])
  })

  test.each([
    ['2026-09-15T15:59:59Z', true],
    ['2026-09-15T16:00:00Z', false],
    ['2026-09-15T16:05:00Z', false],
  ])('at %s today 18:00 is offered: %s', (now, offered) => {
    expect(keys(now, 'Europe/Berlin').includes('today_18 2026-09-15T18:00')).toBe(offered)
  })

  test('on a Sunday tomorrow is Monday, said once', () => {
    expect(keys('2026-09-20T10:00:00Z', 'Europe/Berlin')).toEqual([
      'today_18 2026-09-20T18:00',
      'tomorrow_8 2026-09-21T08:00',
    ])
  })

  test('on a Monday the next Monday is offered', () => {
    expect(keys('2026-09-21T10:00:00Z', 'Europe/Berlin')).toContain('monday_8 2026-09-28T08:00')
  })

  test('their 9:00 needs a zone that exists', () => {
    expect(keys('2026-09-15T06:12:00Z', 'Asia/Tokyo', 'Atlantis/Main').join()).not.toContain('their_9')
    expect(keys('2026-09-15T06:12:00Z', 'Asia/Tokyo').join()).not.toContain('their_9')
  })

  test('their 9:00 is never in the past, wherever the two are', () => {
    for (let hour = 0; hour < 48; hour++) {
      const now = ms('2026-09-15T00:00:00Z') + hour * 3_600_000
      for (const theirZone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Asia/Tokyo', 'America/New_York']) {
        const their = usualTimes({ now, zone: 'America/Los_Angeles', theirZone }).find(
          (one) => one.key === 'their_9',
        )
        expect(their?.at).toBeGreaterThan(now)
      }
    }
  })

  test('a day that does not exist is not offered', () => {
    expect(keys('2011-12-29T20:00:00Z', 'Pacific/Apia')[0]).toBe('today_18 2011-12-29T18:00')
    expect(keys('2011-12-29T20:00:00Z', 'Pacific/Apia').join()).not.toContain('2011-12-30')
  })
})

test.each([
  ['2026-09-15T15:12:00.000Z', '2026-09-15T15:13:00.000Z'],
  ['2026-09-15T15:12:00.001Z', '2026-09-15T15:14:00.000Z'],
  ['2026-09-15T15:12:59.999Z', '2026-09-15T15:14:00.000Z'],
])('at %s the earliest time is %s', (now, earliest) => {
  expect(new Date(earliestTime(ms(now))).toISOString()).toBe(earliest)
})

test('changes of clocks between two instants', () => {
  const year = [ms('2026-09-01T00:00:00Z'), ms('2027-08-31T00:00:00Z')] as const
  expect(clockChanges('Europe/Berlin', ...year)).toEqual([
    { at: ms('2026-10-25T01:00:00Z'), day: '2026-10-25', before: 120, after: 60 },
    { at: ms('2027-03-28T01:00:00Z'), day: '2027-03-28', before: 60, after: 120 },
  ])
  expect(clockChanges('Asia/Tokyo', ...year)).toEqual([])
})

test.each([
  ['2026-09-15T20:00:00Z', true],
  ['2026-09-15T19:59:00Z', false],
  ['2026-09-15T04:59:00Z', true],
  ['2026-09-15T05:00:00Z', false],
])('night in Berlin at %s: %s', (iso, night) => {
  expect(isNight(ms(iso), 'Europe/Berlin')).toBe(night)
})

test.each([
  ['9', '09:00'],
  ['9:05', '09:05'],
  ['18:30', '18:30'],
  ['0900', '09:00'],
  ['900', '09:00'],
  ['9.30', '09:30'],
  ['９：３０', '09:30'],
  ['9時', '09:00'],
  ['18時30分', '18:30'],
  ['24:00', undefined],
  ['9:60', undefined],
  ['9:5', undefined],
  ['noon', undefined],
  ['', undefined],
  ['99999', undefined],
])('typed %j is %s', (typed, time) => {
  expect(readTime(typed)).toBe(time)
})
