import { type Parties, readParties } from '../../../lib/domain/messages.ts'
import { decideTaking, keptAddresses, linkingAddresses, type Verdict } from '../../../lib/domain/sync.ts'
import type { GoogleMessage } from '../../google/gateway.ts'
import type { Queryable } from '../../storage/database.ts'
import { knownAddresses, type OwnPeople, ownAddresses } from '../../storage/mail/addresses.ts'
import type { MailboxRow } from '../../storage/mail/mailboxes.ts'
import { threadsByHand } from '../../storage/mail/thread-marks.ts'

/** A read mail and what becomes of it. */
export interface Considered {
  message: GoogleMessage
  parties: Parties
  /** Parties it can be found by once it is stored. */
  kept: string[]
  /** Those of them that link by themselves now. */
  linking: string[]
  verdict: Verdict
}

/** Asks of each mail whether it is taken (decisions 6), with the organisation's facts of this moment. */
export async function consider(
  q: Queryable,
  mailbox: Pick<MailboxRow, 'id' | 'org_id'>,
  messages: readonly GoogleMessage[],
  byHand: ReadonlySet<string> = new Set(),
): Promise<{ considered: Considered[]; own: OwnPeople }> {
  const own = await ownAddresses(q, mailbox.org_id)
  const who = { isOwn: own.has, isNever: own.isNever }
  const read = messages.map((message) => {
    const parties = readParties(message.headers)
    const { from, to, cc, bcc } = parties
    const all = [...(from ? [from] : []), ...to, ...cc, ...bcc]
    return { message, parties, addresses: all.map((party) => party.address) }
  })
  const asked = new Set(read.flatMap(({ addresses }) => linkingAddresses(addresses, who)))
  const known = await knownAddresses(q, mailbox.org_id, [...asked])
  const threads = await threadsByHand(q, mailbox.id, [...new Set(messages.map((one) => one.threadId))])
  const considered = read.map(({ message, parties, addresses }): Considered => {
    const facts = {
      ...who,
      isKnown: (address: string) => known.has(address),
      threadIsLinked: threads.has(message.threadId) || byHand.has(message.id),
    }
    const verdict = decideTaking({ labelIds: message.labelIds, addresses }, facts)
    const kept = keptAddresses(addresses, who)
    return { message, parties, kept, linking: linkingAddresses(addresses, who), verdict }
  })
  return { considered, own }
}
