import { describe, expect, test } from 'vitest'
import {
  ago,
  clockOf,
  fileSize,
  listOf,
  money,
  monthTitle,
  nearDay,
  offsetOf,
  placeOf,
  timeOf,
  type View,
  weekdayNames,
  whenFull,
  whenShort,
} from '../../lib/domain/format.ts'

const now = Date.parse('2026-09-15T06:12:00Z')
const en: View = { now, zone: 'Asia/Tokyo', language: 'en' }
const ja: View = { ...en, language: 'ja' }
const at = (iso: string) => Date.parse(iso)

describe('times say whose clock and never lose an hour that is ahead', () => {
  test.each([
    ['2026-09-15T06:02:00Z', '15:02', '15:02'],
    ['2026-09-17T07:00:00Z', 'Thu 16:00', '木 16:00'],
    ['2026-09-14T00:00:00Z', 'Mon', '月'],
    ['2026-09-01T00:00:00Z', '1 Sep', '9/1'],
    ['2025-09-11T00:00:00Z', '11 Sep 2025', '2025/9/11'],
    ['2026-10-27T08:00:00Z', '27 Oct, 17:00', '10/27 17:00'],
  ])('%s is %s / %s', (iso, english, japanese) => {
    expect(whenShort(at(iso), en)).toBe(english)
    expect(whenShort(at(iso), ja)).toBe(japanese)
  })

  test('a decision shows the weekday, and each clock its own day', () => {
    const when = at('2026-10-27T08:00:00Z')
    expect(whenFull(when, en)).toBe('Tue 27 Oct, 17:00')
    expect(whenFull(when, { ...en, zone: 'Europe/Berlin' })).toBe('Tue 27 Oct, 9:00')
    expect(whenFull(when, ja)).toBe('10/27（火）17:00')
    expect(whenFull(at('2026-09-15T16:00:00Z'), en)).toBe('Wed 16 Sep, 1:00')
  })

  test.each([
    ['2026-09-15T06:11:30Z', 'now', '今'],
    ['2026-09-15T06:02:00Z', '10 min ago', '10 分前'],
    ['2026-09-15T03:12:00Z', '3 hr ago', '3 時間前'],
    ['2026-09-15T06:12:20Z', 'now', '今'],
  ])('%s was %s', (iso, english, japanese) => {
    expect(ago(at(iso), en)).toBe(english)
    expect(ago(at(iso), ja)).toBe(japanese)
  })

  test('days near today, by the viewer’s calendar', () => {
    expect(nearDay(at('2026-09-15T16:00:00Z'), en)).toBe('tomorrow')
    expect(nearDay(at('2026-09-15T16:00:00Z'), { ...en, zone: 'Europe/Berlin' })).toBe('today')
    expect(nearDay(at('2026-09-20T16:00:00Z'), ja)).toBeUndefined()
  })

  test('clocks, offsets, places', () => {
    expect([timeOf(now, 'Europe/Berlin'), clockOf(now, 'Europe/Berlin')]).toEqual(['8:12', '08:12'])
    expect([offsetOf(now, 'Asia/Kathmandu'), offsetOf(now, 'America/New_York')]).toEqual([
      'UTC+5:45',
      'UTC−4',
    ])
    expect([
      placeOf('America/New_York', 'en'),
      placeOf('Europe/Berlin', 'ja'),
      placeOf('Asia/Tokyo', 'ja'),
    ]).toEqual(['New York', 'ドイツ', '日本'])
  })

  test('calendar heads', () => {
    expect([monthTitle(2026, 10, 'en'), monthTitle(2026, 10, 'ja')]).toEqual(['October 2026', '2026年10月'])
    expect(weekdayNames('en').join()).toBe('Mo,Tu,We,Th,Fr,Sa,Su')
    expect(weekdayNames('ja').join()).toBe('月,火,水,木,金,土,日')
  })
})

test('sizes, money, lists', () => {
  expect([fileSize(0, 'en'), fileSize(421_888, 'en'), fileSize(6_400_000, 'en')]).toEqual([
    '0 B',
    '412 KB',
    '6.1 MB',
  ])
  expect([money('184000', 'EUR', 'en'), money('28400000', 'JPY', 'ja'), money('12.5', 'USD', 'en')]).toEqual([
    '€184,000',
    '¥28,400,000',
    '$12.50',
  ])
  expect([money('', 'EUR', 'en'), money('5', '', 'en'), money('5', 'XX', 'en')]).toEqual(['', '5', '5 XX'])
  expect([listOf(['A', 'B', 'C'], 'en'), listOf(['A', 'B'], 'ja')]).toEqual(['A, B and C', 'A、B'])
})
