import { describe, expect, it } from 'vitest'
import {
  bestSight,
  modeInForce,
  type Path,
  type SharedSighting,
  type SharingMode,
  sightThrough,
  switchOf,
} from '../../lib/domain/sharing.ts'

const mia = 'mia'
const ken = 'ken'

const sighting: SharedSighting = {
  ownerId: mia,
  ownerIsActive: true,
  mailboxIsConnected: true,
  isListed: true,
  at: 1000,
  mode: 'private',
  share: undefined,
  grantedTo: new Set(),
  chosenDealId: undefined,
}
const path: Path = {
  recordId: 'elena',
  by: 'address',
  since: 500,
  olderAgreed: false,
  takenOff: false,
  switchId: 'elena',
  switchIsDeal: false,
}

/** What Ken sees as `level reason`. */
function kenSees(of: Partial<SharedSighting>, through: Partial<Path> = {}, on: string[] = []): string {
  const seen = sightThrough(ken, { ...sighting, ...of }, { ...path, ...through }, (id) => on.includes(id))
  return `${seen.level} ${seen.reason}`
}

describe('who sees a mail', () => {
  it.each<[SharingMode, string[], string]>([
    ['private', [], 'none private'],
    ['private', ['elena'], 'none private'],
    ['metadata', [], 'metadata mode'],
    ['public', [], 'full mode'],
    ['per_record', [], 'none switch_off'],
    ['per_record', ['elena'], 'full switch'],
    ['per_record', ['another'], 'none switch_off'],
  ])('S-062: of a mail in mode %s with switches %j a colleague sees: %s', (mode, on, seen) => {
    expect(kenSees({ mode }, {}, on)).toBe(seen)
  })

  it('S-063: the owner sees it in every mode, hidden or not', () => {
    for (const mode of ['private', 'metadata', 'public', 'per_record'] as const)
      expect(
        sightThrough(mia, { ...sighting, mode, share: { level: 'none', at: 2000 } }, path, () => false).level,
      ).toBe('full')
  })

  it.each<[Partial<SharedSighting>, string]>([
    [{ ownerIsActive: false }, 'none deactivated'],
    [{ mailboxIsConnected: false }, 'none disconnected'],
    [{ isListed: false }, 'none not_listed'],
  ])('S-066, S-067: whatever is shared, %j means %s, for its owner too', (away, seen) => {
    const shared = { mode: 'public' as const, share: { level: 'full' as const, at: 1 }, ...away }
    expect(kenSees({ ...shared, grantedTo: new Set([ken]) })).toBe(seen)
    expect(sightThrough(mia, { ...sighting, ...shared }, path, () => true).level).toBe('none')
  })

  it('the owner’s word on one mail goes before their mode, both ways', () => {
    expect(kenSees({ mode: 'public', share: { level: 'none', at: 2000 } })).toBe('none hidden')
    expect(kenSees({ mode: 'public', share: { level: 'metadata', at: 2000 } })).toBe('metadata this_mail')
    expect(kenSees({ mode: 'private', share: { level: 'full', at: 2000 } })).toBe('full this_mail')
  })

  it('what was given to one person is theirs, hidden or older', () => {
    const grantedTo = new Set([ken])
    expect(kenSees({ grantedTo, share: { level: 'none', at: 1 } })).toBe('full granted')
    expect(kenSees({ grantedTo }, { since: 5000 })).toBe('full granted')
    expect(kenSees({ grantedTo: new Set(['ana']) })).toBe('none private')
  })

  it('mail from before its address stood there waits for the owner’s yes (decisions 6)', () => {
    const mode = 'public'
    expect(kenSees({ mode }, { since: 1001 })).toBe('none older')
    expect(kenSees({ mode }, { since: 1000 })).toBe('full mode')
    expect(kenSees({ mode }, { since: 1001, olderAgreed: true })).toBe('full mode')
    expect(kenSees({ mode }, { since: 1001, by: 'hand' })).toBe('full mode')
    // To say which deal it is about is no yes to older mail.
    expect(kenSees({ mode }, { since: 1001, by: 'choice' })).toBe('none older')
    expect(kenSees({ mode }, { since: 1000, by: 'choice' })).toBe('full mode')
  })

  it('a mail shared before an address was planted is not shown by that address', () => {
    const share = { level: 'full' as const, at: 2000 }
    expect(kenSees({ share }, { since: 1500 })).toBe('full this_mail')
    expect(kenSees({ share }, { since: 2000 })).toBe('full this_mail')
    expect(kenSees({ share }, { since: 2001 })).toBe('none older')
  })

  it('the deal chosen for a thread stands in for the contact’s other deals, and only for deals', () => {
    const other = { recordId: 'deal2', switchId: 'deal2', switchIsDeal: true }
    const of = { mode: 'per_record' as const, chosenDealId: 'deal1' }
    expect(kenSees(of, other, ['deal1'])).toBe('full switch')
    expect(kenSees(of, other, ['deal2'])).toBe('none switch_off')
    expect(kenSees(of, {}, ['deal1'])).toBe('none switch_off')
    expect(kenSees(of, { ...other, by: 'hand' }, ['deal2'])).toBe('full switch')
    expect(kenSees({ ...of, chosenDealId: undefined }, other, ['deal2'])).toBe('full switch')
  })

  it('without a switch *per record* shows nothing', () => {
    expect(kenSees({ mode: 'per_record' }, { switchId: undefined }, ['elena'])).toBe('none switch_off')
  })

  it('taken off a record it is seen there by nobody', () => {
    expect(kenSees({ mode: 'public' }, { takenOff: true })).toBe('none taken_off')
  })
})

describe('whose switch counts', () => {
  const of = (module: string, dealId?: string, mainContactId?: string) =>
    switchOf({ id: 'it', module, dealId, mainContactId })?.id
  it('is the lead’s, contact’s or deal’s own; documents follow their deal, else their contact', () => {
    expect(of('leads')).toBe('it')
    expect(of('contacts')).toBe('it')
    expect(of('deals', undefined, 'elena')).toBe('it')
    expect(of('quotes', 'deal', 'elena')).toBe('deal')
    expect(of('invoices', undefined, 'elena')).toBe('elena')
    expect(of('x_vessels', undefined, 'elena')).toBe('elena')
    expect(of('accounts')).toBeUndefined()
  })
})

describe('the mode in force', () => {
  it('is the person’s own, the policy’s without one, and the policy’s when forced', () => {
    expect(modeInForce({}, null)).toBe('private')
    expect(modeInForce({ 'sharing.default': 'metadata' }, null)).toBe('metadata')
    expect(modeInForce({ 'sharing.default': 'metadata' }, 'public')).toBe('public')
    expect(modeInForce({ 'sharing.default': 'metadata', 'sharing.forced': true }, 'public')).toBe('metadata')
    expect(modeInForce({ 'sharing.default': 'rubbish' }, null)).toBe('private')
  })
})

describe('over several records', () => {
  it('the most that one of them shows counts', () => {
    expect(bestSight([]).reason).toBe('no_record')
    expect(
      bestSight([
        { level: 'none', reason: 'private' },
        { level: 'metadata', reason: 'mode' },
        { level: 'none', reason: 'older' },
      ]),
    ).toEqual({ level: 'metadata', reason: 'mode' })
    expect(bestSight([{ level: 'none', reason: 'older' }]).reason).toBe('older')
  })
})
