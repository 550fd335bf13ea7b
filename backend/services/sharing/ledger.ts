import type { Ledger } from '../../../lib/contract/sharing.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { sharingModes } from '../../../lib/domain/sharing.ts'
import { ownAddresses } from '../../storage/mail/addresses.ts'
import { type LedgerRow, readLedger, sharingPolicyChanges } from '../../storage/mail/ledger.ts'
import { partiesOf, sightingsOfMessage } from '../../storage/mail/shares.ts'
import { listMembers } from '../../storage/people.ts'
import type { Context } from '../context.ts'
import { bestOf, loadFacts, type MailFact, type MailFacts } from './facts.ts'
import { haversOf, nameFor } from './who-sees.ts'
import { levelOfMode } from './word.ts'

const maxEntries = 500

/** Who could see my mail since when and by what, and who opened it (design 05 C). Only for my own copy. */
export async function mailLedger(ctx: Context, messageId: string): Promise<Ledger> {
  const { orgId, userId } = ctx.actor
  const all = await loadFacts(ctx, ctx.db, await sightingsOfMessage(ctx.db, orgId, messageId))
  const mine = all.mails.filter((one) => one.shared.ownerId === userId && one.shared.mailboxIsConnected)
  const facts = await withNames(ctx, { ...all, mails: mine })
  const since = new Date(Math.min(...mine.map((one) => one.shared.at)))
  const [first] = mine
  if (first === undefined) throw new Refusal('not_found', 'message_missing')
  const rows = await readLedger(ctx.db, {
    ownerId: userId,
    sightingIds: mine.map((one) => one.id),
    recordIds: recordsDeciding(mine),
    since,
    limit: maxEntries,
  })
  const members = new Map((await listMembers(ctx.db, orgId)).map((one) => [one.id, one.name]))
  const person = (id: string) => ({ id, name: members.get(id) ?? '' })
  const received = await receivedToo(ctx, facts, first)
  // Who got the mail themselves neither gains it by a share nor loses it.
  const has = new Set(received.map((one) => one.id))
  const people = (ids: readonly string[] = []) => ids.filter((id) => !has.has(id)).map(person)
  const entry = (row: LedgerRow): Ledger['entries'][number] => ({
    id: row.id,
    at: row.at.toISOString(),
    kind: row.kind,
    who: person(row.actorId),
    isMe: row.actorId === userId,
    record: nameFor(ctx, facts, row.recordId ?? undefined),
    level: row.detail.level ?? null,
    gained: people(row.detail.gained),
    lost: people(row.detail.lost),
    about: row.detail.userId === undefined ? null : person(row.detail.userId),
  })
  const policy = await policyRows(ctx, since)
  // What a line about all mail did to this one is told instead of it.
  const told = new Set(rows.map((row) => row.detail.of))
  const own = rows.filter((row) => !told.has(row.id))
  return {
    entries: [...own, ...policy].sort((a, b) => b.at.getTime() - a.at.getTime()).map(entry),
    received,
    now: nowSeen(ctx, facts, new Set(rows.filter((row) => row.kind === 'opened').map((row) => row.actorId))),
  }
}

/** The records whose own lines concern these mails: where they stand, whose switch counts, who holds the address. */
function recordsDeciding(mails: readonly MailFact[]): string[] {
  const ids = mails.flatMap((mail) => [
    mail.shared.chosenDealId ?? '',
    ...mail.paths.flatMap((path) => [path.recordId, path.switchId ?? '', path.heldId]),
  ])
  return [...new Set(ids)].filter((id) => id !== '')
}

/** With the records lines may name besides those the mails stand on. */
async function withNames(ctx: Context, facts: MailFacts): Promise<MailFacts> {
  const { records } = await loadFacts(ctx, ctx.db, [], recordsDeciding(facts.mails))
  return { ...facts, records: new Map([...facts.records, ...records]) }
}

/** What an admin decided for everybody, as lines of the same kind. */
async function policyRows(ctx: Context, since: Date): Promise<LedgerRow[]> {
  const changes = await sharingPolicyChanges(ctx.db, ctx.actor.orgId, since)
  return changes.map(({ id, at, actorId, value }) => {
    const mode = sharingModes.find((one) => one === value)
    const detail = mode === undefined ? {} : levelOfMode(mode)
    return { id, at, kind: 'mode_changed', actorId, recordId: null, detail }
  })
}

/** Colleagues among the parties of my own copy; a Bcc that only theirs holds is not told. */
async function receivedToo(ctx: Context, facts: MailFacts, mail: MailFact): Promise<Ledger['received']> {
  const own = await ownAddresses(ctx.db, ctx.actor.orgId)
  const havers = haversOf(await partiesOf(ctx.db, [mail.id]), own)
  return facts.people.flatMap(({ id, name }) => {
    const as = id === ctx.actor.userId ? undefined : havers(mail, id)
    return as === undefined ? [] : [{ id, name, as, at: new Date(mail.shared.at).toISOString() }]
  })
}

function nowSeen(ctx: Context, facts: MailFacts, opened: ReadonlySet<string>): Ledger['now'] {
  return facts.people.flatMap((person) => {
    if (person.id === ctx.actor.userId) return []
    const { level } = bestOf(facts, person, facts.mails)
    if (level === 'none') return []
    const granted = facts.mails.some((mail) => mail.shared.grantedTo.has(person.id))
    return [{ id: person.id, name: person.name, level, opened: opened.has(person.id), granted }]
  })
}
