import type { NotLinked, ThreadStanding } from '../../../lib/contract/messages.ts'
import { isRobot, type Party } from '../../../lib/domain/addresses.ts'
import { ownAddresses } from '../../storage/mail/addresses.ts'
import type { SightingRow } from '../../storage/mail/sightings.ts'
import type { Context } from '../context.ts'
import type { FactPath, FactPerson, MailFacts } from '../sharing/facts.ts'

export type PartyKind = 'from' | 'to' | 'cc' | 'bcc'

/** Somebody of the thread and, where its mail is stored, as what they stand in it. */
export interface ThreadParty {
  party: Party
  kind: PartyKind | null
}

/** Everybody of these mails once, as the most telling of what they are: a sender before a recipient. */
export function partiesOfThread(mails: readonly SightingRow[]): ThreadParty[] {
  const found = new Map<string, ThreadParty>()
  const add = (kind: PartyKind, all: readonly Party[]) => {
    for (const party of all) {
      const known = found.get(party.address)
      if (party.address !== '' && known === undefined) found.set(party.address, { party, kind })
      else if (known !== undefined && known.party.name === '') known.party = party
    }
  }
  for (const mail of mails) add('from', [mail.from_party])
  for (const mail of mails) add('to', mail.to_parties)
  for (const mail of mails) add('cc', mail.cc_parties)
  for (const mail of mails) add('bcc', mail.bcc_parties)
  return [...found.values()]
}

/** Parties by whom the thread stands on no record of the viewer's, each with the reason. */
export async function notLinkedOf(
  ctx: Context,
  { facts, me, parties }: { facts: MailFacts; me: FactPerson; parties: readonly ThreadParty[] },
): Promise<NotLinked[]> {
  const own = await ownAddresses(ctx.db, ctx.actor.orgId)
  const paths = Map.groupBy(
    facts.mails.flatMap((mail) => mail.paths.filter((path) => path.by === 'address')),
    (path) => path.address,
  )
  return parties.flatMap(({ party }): NotLinked[] => {
    const { address } = party
    if (own.owner(address)?.id === me.id) return [{ party, why: 'me' }]
    if (own.has(address)) return [{ party, why: 'colleague' }]
    if (isRobot(address)) return [{ party, why: 'robot' }]
    if (own.isNever(address)) return [{ party, why: 'never_link' }]
    const why = missing(facts, me, paths.get(address) ?? [])
    return why === undefined ? [] : [{ party, why }]
  })
}

function missing(
  facts: MailFacts,
  me: FactPerson,
  paths: readonly FactPath[],
): 'no_record' | 'may_not_open' | 'taken_off' | undefined {
  if (paths.length === 0) return 'no_record'
  const open = paths.filter((path) => {
    const record = facts.records.get(path.recordId)
    return record !== undefined && facts.opens(me, record)
  })
  if (open.length === 0) return 'may_not_open'
  return open.every((path) => path.takenOff) ? 'taken_off' : undefined
}

/** Colleagues who got it themselves, as far as my own copies say: what only theirs hold, a Bcc above all, is not told. */
export async function haversAmong(
  ctx: Context,
  parties: readonly ThreadParty[],
  people: readonly FactPerson[],
): Promise<ThreadStanding['alsoHaveIt']> {
  const own = await ownAddresses(ctx.db, ctx.actor.orgId)
  const ids = new Set(parties.flatMap(({ party }) => own.owner(party.address)?.id ?? []))
  return people
    .filter((one) => ids.has(one.id) && one.id !== ctx.actor.userId)
    .map(({ id, name }) => ({ id, name }))
}
