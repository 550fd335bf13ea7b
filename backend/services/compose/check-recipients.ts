import type * as z from 'zod'
import type { CheckedRecipients, CheckRecipients } from '../../../lib/contract/compose.ts'
import type { RecordSummary } from '../../../lib/contract/records.ts'
import { domainOf, normaliseAddress } from '../../../lib/domain/addresses.ts'
import { otherAccountOf } from '../../../lib/domain/guards.ts'
import { meantDomain } from '../../../lib/domain/slips.ts'
import { ownAddresses } from '../../storage/mail/addresses.ts'
import { picksOf } from '../../storage/picks.ts'
import { customerDomainsLike, kinshipOf } from '../../storage/recipients.ts'
import { findRecordsByAddress } from '../../storage/records.ts'
import { suppressedAmong } from '../../storage/suppressions.ts'
import { viewerOf } from '../access.ts'
import type { Context } from '../context.ts'
import { toSummaries } from '../records/read.ts'
import { addressesOf, choicesOf, companyOf, knownOf } from './recipients.ts'

type Checked = CheckedRecipients['rows'][number]

/** Domains nobody knows that are looked at for slips; a long pasted list is no slip. */
const mostUnknown = 5

/** What is known of the addresses of a mail being written, one row for each in their order. */
export async function checkRecipients(
  ctx: Context,
  input: z.output<typeof CheckRecipients>,
): Promise<CheckedRecipients> {
  const viewer = viewerOf(ctx)
  const normal = input.addresses.map((text) => normaliseAddress(text))
  const addresses = [...new Set(normal.filter((one) => one !== undefined))]
  const own = await ownAddresses(ctx.db, ctx.actor.orgId)
  const records = await recordsOf(ctx, addresses)
  const suppressed = await suppressedAmong(ctx.db, ctx.actor.orgId, addresses)
  const known = await knownOf(
    ctx,
    [...records.values()].flatMap(([first]) => (first ? addressesOf(first) : [])),
  )
  const ids = [...records.values()].flat().map((one) => one.id)
  const kin = await kinshipOf(ctx.db, viewer, input.recordId === undefined ? [] : [...ids, input.recordId])
  const from = input.recordId === undefined ? undefined : kin.get(input.recordId)
  const kindOf = (address: string): Checked['kind'] => {
    if (own.has(address)) return 'colleague'
    return records.has(address) ? 'record' : 'unknown'
  }
  const slips = await slipsOf(
    ctx,
    addresses.filter((one) => kindOf(one) === 'unknown'),
  )
  const rows = input.addresses.map((typed, nth): Checked => {
    const address = normal[nth]
    if (address === undefined) return { ...nothing, address: typed, kind: 'malformed' }
    const not = suppressed.get(address)
    const found = own.has(address) ? [] : (records.get(address) ?? [])
    const [first] = found
    const choices = first === undefined ? [] : choicesOf(first, known)
    return {
      address,
      kind: kindOf(address),
      record: first === undefined ? null : refOf(first),
      choices: choices.length > 1 ? choices : [],
      suppressed: not === undefined ? null : { reason: not.reason, since: not.since.toISOString() },
      otherAccount: otherAccountOf(
        from,
        found.flatMap((one) => kin.get(one.id) ?? []),
      ),
      meant: slips.get(domainOf(address)) ?? '',
    }
  })
  return { rows }
}

const nothing = { record: null, choices: [], suppressed: null, otherAccount: '', meant: '' }

function refOf(record: RecordSummary): NonNullable<Checked['record']> {
  const { id, module, name } = record
  return { id, module, name, company: companyOf(record) }
}

/** By address its records the viewer may open, the one they once chose for it first, then the newest. */
async function recordsOf(ctx: Context, addresses: readonly string[]): Promise<Map<string, RecordSummary[]>> {
  const { orgId, userId } = ctx.actor
  const rows = await findRecordsByAddress(ctx.db, viewerOf(ctx), addresses)
  const picks = await picksOf(ctx.db, { orgId, userId, addresses: [...addresses] })
  const unique = [...new Map(rows.map((row) => [row.id, row])).values()]
  const summaries = new Map((await toSummaries(ctx, unique)).map((one) => [one.id, one]))
  const found = new Map<string, RecordSummary[]>()
  for (const row of rows) {
    const record = summaries.get(row.id)
    if (record === undefined) continue
    const some = found.get(row.matched) ?? []
    found.set(row.matched, picks.get(row.matched) === row.id ? [record, ...some] : [...some, record])
  }
  return found
}

/** By domain nobody knows, the one it may be a slip of: the organisation's customers', else a common one. */
async function slipsOf(ctx: Context, unknown: readonly string[]): Promise<Map<string, string>> {
  const domains = [...new Set(unknown.map(domainOf))].slice(0, mostUnknown)
  const customers = await customerDomainsLike(ctx.db, viewerOf(ctx), domains)
  return new Map(domains.map((domain) => [domain, meantDomain(domain, customers)]))
}
