import type { Policy } from './policy.ts'
import { policyValue } from './policy.ts'

/** What a person lets others see of their mail (decisions 7, S-062, S-063). */
export const sharingModes = ['private', 'metadata', 'public', 'per_record'] as const
export type SharingMode = (typeof sharingModes)[number]

/** How much of a mail: nothing, not even that it exists; who and when; everything. */
export const shareLevels = ['none', 'metadata', 'full'] as const
export type ShareLevel = (typeof shareLevels)[number]

/** What a mail's ledger tells its owner. */
export const ledgerKinds = [
  'shared',
  'stopped',
  'linked',
  'unlinked',
  'deal_chosen',
  'switched_on',
  'switched_off',
  'older_agreed',
  'older_kept',
  'mode_changed',
  'requested',
  'granted',
  'declined',
  'revoked',
  'opened',
] as const
export type LedgerKind = (typeof ledgerKinds)[number]

/** One mailbox's copy of a mail, as far as it decides who sees it. Instants in epoch ms. */
export interface SharedSighting {
  ownerId: string
  ownerIsActive: boolean
  /** False once its owner disconnected the mailbox; one that waits for a new sign-in counts as connected. */
  mailboxIsConnected: boolean
  /** False in the trash and in spam. */
  isListed: boolean
  at: number
  /** The owner's mode in force ({@link modeInForce}). */
  mode: SharingMode
  /** The owner's word on this one mail. */
  share: { level: ShareLevel; at: number } | undefined
  /** People the owner gave this one mail to, on their request. */
  grantedTo: ReadonlySet<string>
  /** The deal its thread is about, if the owner chose one that still stands. */
  chosenDealId: string | undefined
}

/** Why a sighting stands on a record. */
export interface Path {
  recordId: string
  /**
   * `hand`: its owner put it there. `choice`: they said which deal its thread is about, which is no yes to older mail.
   * `address`: a party's address stands on the record or on the contact it resolves to.
   */
  by: 'hand' | 'choice' | 'address'
  /** Since when the address stands there or the deal is chosen, epoch ms; 0 by hand. */
  since: number
  /** The owner agreed that mail from before may be seen here. */
  olderAgreed: boolean
  /** Its owner took it off this record. */
  takenOff: boolean
  /** The lead, contact or deal whose switch counts here ({@link switchOf}). */
  switchId: string | undefined
  /** Whether that switch is a deal's, for which the deal chosen for a thread stands in. */
  switchIsDeal: boolean
}

/** Why somebody sees a mail or does not; the last reason that decided. */
export const sharingReasons = [
  'own',
  'granted',
  'this_mail',
  'mode',
  'switch',
  'hidden',
  'private',
  'switch_off',
  'older',
  'taken_off',
  'no_record',
  'deactivated',
  'disconnected',
  'not_listed',
] as const
type SharingReason = (typeof sharingReasons)[number]

export interface Sight {
  level: ShareLevel
  reason: SharingReason
}

/** The mode that counts: the policy's where an admin forces it or the person chose none. */
export function modeInForce(policy: Policy, own: SharingMode | null): SharingMode {
  const general = sharingModes.find((mode) => mode === policyValue(policy, 'sharing.default')) ?? 'private'
  return policyValue(policy, 'sharing.forced') === true ? general : (own ?? general)
}

/**
 * The record whose switch decides under *per record*: a lead, contact or deal its own; everything else that of its deal,
 * else of its contact (decisions 7). undefined: there is no switch, so nothing is shown.
 */
export function switchOf(record: {
  id: string
  module: string
  dealId: string | undefined
  mainContactId: string | undefined
}): { id: string; isDeal: boolean } | undefined {
  if (record.module === 'deals') return { id: record.id, isDeal: true }
  if (record.module === 'leads' || record.module === 'contacts') return { id: record.id, isDeal: false }
  if (record.dealId !== undefined) return { id: record.dealId, isDeal: true }
  if (record.mainContactId !== undefined) return { id: record.mainContactId, isDeal: false }
  return undefined
}

/**
 * What a person sees of one sighting through one record they may open. `isOn` tells the owner's switches. Every list,
 * search, page and call agrees with this function; SQL says the same in `backend/storage/mail/sight.ts` (decisions 6, 7;
 * S-062, S-063, S-066, S-067).
 */
export function sightThrough(
  viewerId: string,
  sighting: SharedSighting,
  path: Path,
  isOn: (recordId: string) => boolean,
): Sight {
  if (!sighting.ownerIsActive) return { level: 'none', reason: 'deactivated' }
  if (!sighting.mailboxIsConnected) return { level: 'none', reason: 'disconnected' }
  if (!sighting.isListed) return { level: 'none', reason: 'not_listed' }
  if (path.takenOff) return { level: 'none', reason: 'taken_off' }
  if (viewerId === sighting.ownerId) return { level: 'full', reason: 'own' }
  if (sighting.grantedTo.has(viewerId)) return { level: 'full', reason: 'granted' }
  const given = levelGiven(sighting, path, isOn)
  if (given.level === 'none') return given
  return isOlder(sighting, path) ? { level: 'none', reason: 'older' } : given
}

function levelGiven(sighting: SharedSighting, path: Path, isOn: (recordId: string) => boolean): Sight {
  const { share, mode } = sighting
  if (share !== undefined)
    return share.level === 'none'
      ? { level: 'none', reason: 'hidden' }
      : { level: share.level, reason: 'this_mail' }
  if (mode === 'public') return { level: 'full', reason: 'mode' }
  if (mode === 'metadata') return { level: 'metadata', reason: 'mode' }
  if (mode === 'private') return { level: 'none', reason: 'private' }
  // By hand it is on this very record; by address the chosen deal stands in for the contact's other deals.
  const standsIn = path.by === 'address' && path.switchIsDeal ? sighting.chosenDealId : undefined
  const id = standsIn ?? path.switchId
  return id !== undefined && isOn(id)
    ? { level: 'full', reason: 'switch' }
    : { level: 'none', reason: 'switch_off' }
}

/** From before its address stood or its deal was chosen, and its owner neither agreed nor shared it after that. */
function isOlder(sighting: SharedSighting, path: Path): boolean {
  if (path.by === 'hand' || path.olderAgreed || sighting.at >= path.since) return false
  return sighting.share === undefined || sighting.share.at < path.since
}

/** The most that any of these shows; a record the person may not open must not be among them. */
export function bestSight(sights: readonly Sight[]): Sight {
  const rank = (one: Sight) => shareLevels.indexOf(one.level)
  let best: Sight = { level: 'none', reason: 'no_record' }
  for (const one of sights) if (rank(one) > rank(best) || best.reason === 'no_record') best = one
  return best
}
