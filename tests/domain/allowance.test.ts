import { describe, expect, test } from 'vitest'
import { dayMs, massPace, minuteMs, roomNow, slotsAfter } from '../../lib/domain/allowance.ts'

const now = Date.parse('2026-11-23T09:00:00Z')
const limits = { perDay: 5, perMinute: 2 }

describe('room', () => {
  test.each([
    [{ day: 0, minute: 0 }, 2],
    [{ day: 4, minute: 0 }, 1],
    [{ day: 5, minute: 0 }, 0],
    [{ day: 3, minute: 2 }, 0],
    [{ day: 9, minute: 9 }, 0],
  ])('%j used leaves %i', (used, room) => {
    expect(roomNow(used, limits)).toBe(room)
  })
})

describe('slots', () => {
  test('nothing sent yet: as many as a minute takes, then a minute later; the sixth a day after the first', () => {
    const slots = slotsAfter([], limits, { now, count: 6 })
    expect(slots.map((slot) => slot.at - now)).toEqual([0, 0, minuteMs, minuteMs, 2 * minuteMs, dayMs])
    expect(slots[0]?.reason).toBeUndefined()
    expect(slots[2]?.reason).toBe('minute_limit')
    expect(slots[5]?.reason).toBe('day_limit')
  })

  test('no window of a day or a minute ever holds more than its limit, whatever was sent before', () => {
    let seed = 7
    const random = (most: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
      return seed % most
    }
    for (let round = 0; round < 200; round++) {
      const some = { perDay: 1 + random(9), perMinute: 1 + random(4) }
      const before = slotsAfter([], some, { now: now - dayMs, count: random(20) })
        .map((slot) => slot.at)
        .filter((at) => at <= now)
      const planned = slotsAfter(before, some, { now, count: 12, pause: random(3) * 10_000 })
      const all = [...before, ...planned.map((slot) => slot.at)]
      for (const end of all) {
        expect(all.filter((at) => at > end - dayMs && at <= end).length).toBeLessThanOrEqual(some.perDay)
        expect(all.filter((at) => at > end - minuteMs && at <= end).length).toBeLessThanOrEqual(
          some.perMinute,
        )
      }
      expect(planned.every((slot) => slot.at >= now)).toBe(true)
    }
  })

  test('a mass send leaves a tenth of a minute to what is written meanwhile', () => {
    expect([1, 2, 20, 30].map((perMinute) => massPace({ perDay: 400, perMinute }))).toEqual([1, 1, 18, 27])
  })
})
