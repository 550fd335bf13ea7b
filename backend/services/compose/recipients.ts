import type { RecipientRows } from '../../../lib/contract/compose.ts'
import type { RecordSummary } from '../../../lib/contract/records.ts'
import { answeredAt, peopleOf } from '../../storage/recipients.ts'
import { findRecord } from '../../storage/records.ts'
import { suppressedAmong } from '../../storage/suppressions.ts'
import { viewerOf } from '../access.ts'
import type { Context } from '../context.ts'
import { toSummaries } from '../records/read.ts'
import { searchRecords } from '../search.ts'

const mostRows = 20

type Row = RecipientRows['rows'][number]
type Choice = Row['addresses'][number]

/** A person to write to, with the record they were found by. */
interface Reached {
  record: RecordSummary
  through: string
  person: RecordSummary
}

/**
 * Whom a typed text may mean (S-016): records of any module by name, company, address or number; what has no address of its
 * own offers its contacts. Without a text those around the record the mail is written from. Only what the viewer may open.
 */
export async function findRecipients(
  ctx: Context,
  input: { q: string; recordId?: string | undefined },
): Promise<RecipientRows> {
  const records = await wanted(ctx, input)
  const people = await peopleByRecord(ctx, records)
  const reached = records
    .flatMap((record) => reachedBy(record, people.get(record.id) ?? []))
    .filter((one, nth, all) => all.findIndex((other) => isSame(one, other)) === nth)
    .slice(0, mostRows)
  const known = await knownOf(
    ctx,
    reached.flatMap(({ person }) => addressesOf(person)),
  )
  return {
    rows: reached.map(({ record, through, person }) => ({
      record: { id: record.id, module: record.module, name: record.name },
      through,
      name: person.name,
      company: companyOf(person) || companyOf(record),
      addresses: choicesOf(person, known),
    })),
  }
}

async function wanted(
  ctx: Context,
  { q, recordId }: { q: string; recordId?: string | undefined },
): Promise<RecordSummary[]> {
  const found = await searchRecords(ctx, { q })
  if (q.trim() !== '' || recordId === undefined) return found
  const row = await findRecord(ctx.db, viewerOf(ctx), recordId)
  if (row === undefined) return found
  return [...(await toSummaries(ctx, [row])), ...found.filter((one) => one.id !== recordId)]
}

/** By record without an own address, the people through whom it is reached. */
async function peopleByRecord(
  ctx: Context,
  records: readonly RecordSummary[],
): Promise<Map<string, RecordSummary[]>> {
  const without = records.filter((one) => one.primaryAddress === null && one.secondaryAddress === null)
  const rows = await peopleOf(
    ctx.db,
    viewerOf(ctx),
    without.map((one) => one.id),
  )
  const unique = [...new Map(rows.map((row) => [row.id, row])).values()]
  const summaries = new Map((await toSummaries(ctx, unique)).map((one) => [one.id, one]))
  const people = new Map<string, RecordSummary[]>()
  for (const { ofId, id } of rows) {
    const person = summaries.get(id)
    if (person !== undefined) people.set(ofId, [...(people.get(ofId) ?? []), person])
  }
  return people
}

/** Nobody is found by a record without address and people: it is shown, and cannot be written to. */
function reachedBy(record: RecordSummary, people: readonly RecordSummary[]): Reached[] {
  if (people.length === 0) return [{ record, through: '', person: record }]
  return people.map((person) => ({ record, through: person.name, person }))
}

/** The contact itself and the same contact through its deal are two ways; the same way twice is one. */
function isSame(a: Reached, b: Reached): boolean {
  return a.person.id === b.person.id && a.record.id === b.record.id
}

export function addressesOf(record: Pick<RecordSummary, 'primaryAddress' | 'secondaryAddress'>): string[] {
  return [record.primaryAddress, record.secondaryAddress].filter((address) => address !== null)
}

/** The account's name, else the company as typed. */
export function companyOf(record: RecordSummary): string {
  const account = record.refs.find((ref) => ref.id === record.accountId)?.name
  return account || (record.fields['company'] ?? '')
}

/** What is known of addresses: why one may not be mailed, or when it last answered me. */
export type Known = ReadonlyMap<string, Pick<Choice, 'note' | 'at'>>

export async function knownOf(ctx: Context, addresses: readonly string[]): Promise<Known> {
  const { orgId } = ctx.actor
  const unique = [...new Set(addresses)]
  const suppressed = await suppressedAmong(ctx.db, orgId, unique)
  const answered = await answeredAt(ctx.db, ctx.actor, unique)
  return new Map(
    unique.map((address): [string, Pick<Choice, 'note' | 'at'>] => {
      const not = suppressed.get(address)
      if (not !== undefined) return [address, { note: 'suppressed', at: not.since.toISOString() }]
      const at = answered.get(address)
      return [
        address,
        at === undefined ? { note: 'none', at: null } : { note: 'answered', at: at.toISOString() },
      ]
    }),
  )
}

/** Primary and secondary address of a record (S-010). */
export function choicesOf(record: RecordSummary, known: Known): Choice[] {
  const choice = (kind: Choice['kind'], address: string | null): Choice[] =>
    address === null ? [] : [{ address, kind, note: 'none', at: null, ...known.get(address) }]
  return [...choice('primary', record.primaryAddress), ...choice('secondary', record.secondaryAddress)]
}
