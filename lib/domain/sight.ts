import type { ModuleKey } from './modules.ts'
import type { RoleName } from './permissions.ts'
import { othersAccess, type Policy } from './policy.ts'
import type { ShareLevel } from './sharing.ts'
import {
  type Path,
  type SharedSighting,
  type SharingReason,
  type Sight,
  shareLevels,
  sightThrough,
} from './sharing.ts'

/** What decides which records a person may open. */
export interface House {
  policy: Policy
  /** Deleted modules, of which nobody sees anything. */
  hiddenModules: readonly string[]
}

/** Whether somebody may open a record; the same as `visibleTo` says in SQL. */
export function mayOpen(
  { policy, hiddenModules }: House,
  person: { id: string; role: RoleName },
  record: { module: ModuleKey; ownerId: string },
): boolean {
  if (hiddenModules.includes(record.module)) return false
  if (person.role === 'admin' || record.ownerId === person.id) return true
  return othersAccess(policy, record.module) !== 'private'
}

/** What somebody sees of a mail, and through which record. */
export interface Seen extends Sight {
  recordId: string | undefined
}

const rank = (level: ShareLevel) => shareLevels.indexOf(level)

/** Of reasons for seeing nothing, the one that tells most: what could be changed comes before what is so. */
const tellingFirst: readonly SharingReason[] = [
  'deactivated',
  'disconnected',
  'not_listed',
  'hidden',
  'private',
  'older',
  'switch_off',
  'taken_off',
  'no_record',
]

const nothing: Seen = { level: 'none', reason: 'no_record', recordId: undefined }

/** The most a person sees of one sighting over the paths through records they may open; own before given. */
export function seenThrough(
  viewerId: string,
  sighting: SharedSighting,
  paths: readonly Path[],
  opens: (recordId: string) => boolean,
  isOn: (recordId: string) => boolean,
): Seen {
  let best = nothing
  for (const path of paths) {
    if (!opens(path.recordId)) continue
    const sight = sightThrough(viewerId, sighting, path, isOn)
    if (isBetter(sight, best)) best = { ...sight, recordId: path.recordId }
    if (best.level === 'full') return best
  }
  return best
}

/** The better of what is seen of several mails or copies. */
export function bestSeen(all: readonly Seen[]): Seen {
  let best = nothing
  for (const one of all) if (isBetter(one, best)) best = one
  return best
}

function isBetter(one: Sight, than: Sight): boolean {
  if (one.level !== than.level) return rank(one.level) > rank(than.level)
  return one.level === 'none' && tellingFirst.indexOf(one.reason) < tellingFirst.indexOf(than.reason)
}

export function isMore(level: ShareLevel, than: ShareLevel): boolean {
  return rank(level) > rank(than)
}
