import type { When } from '../../../lib/contract/sends.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { earliestTime, localAt, resolveWallTime } from '../../../lib/domain/schedule.ts'

export interface DueTime {
  due_at: Date
  zone: string
  local_time: string
  /** Its author chose a later time, so it needs the permission to schedule until it goes out. */
  planned: boolean
}

/**
 * S-037: the instant a wall-clock time means, never silently another one. What is past, skipped, doubled or in no known
 * zone is refused with what would be right. `now` is epoch ms; `zone` is where "now" is written down.
 */
export function resolveWhen(when: When, now: number, zone = 'UTC'): DueTime {
  if (when.kind === 'now')
    return { due_at: new Date(now), zone, local_time: localAt(now, zone), planned: false }
  const found = resolveWallTime(when)
  switch (found.kind) {
    case 'zone_unknown':
      throw refuse('zone_unknown', 'when.zone', { zone: when.zone })
    case 'invalid':
      throw refuse('field_invalid', 'when.local')
    case 'skipped':
      throw refuse('time_skipped', 'when.local', {
        before: found.before.local,
        beforeAt: instant(found.before.at),
        after: found.after.local,
        afterAt: instant(found.after.at),
      })
    case 'twice':
      throw refuse('time_twice', 'when.local', {
        firstOffset: found.first.offset,
        firstAt: instant(found.first.at),
        secondOffset: found.second.offset,
        secondAt: instant(found.second.at),
      })
    case 'ok':
      if (found.at <= now) {
        const earliest = earliestTime(now)
        const local = localAt(earliest, when.zone)
        throw refuse('time_past', 'when.local', { earliest: instant(earliest), local })
      }
      return { due_at: new Date(found.at), zone: when.zone, local_time: when.local, planned: true }
  }
}

function refuse(
  reason: 'zone_unknown' | 'field_invalid' | 'time_skipped' | 'time_twice' | 'time_past',
  field: string,
  facts: Record<string, string> = {},
): Refusal {
  return new Refusal('invalid', reason, facts, [{ field, reason }])
}

function instant(at: number): string {
  return new Date(at).toISOString()
}
