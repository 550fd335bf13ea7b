import { othersAccess } from '../../../lib/domain/policy.ts'
import { modeInForce, switchOf } from '../../../lib/domain/sharing.ts'
import type { Queryable, Trx } from '../../storage/database.ts'
import type { MailboxRow } from '../../storage/mail/mailboxes.ts'
import { type PathRecord, pathRecords, switchesOn } from '../../storage/mail/paths.ts'
import { listMembers } from '../../storage/people.ts'
import { policyOf } from '../../storage/policy.ts'
import type { Deps } from '../context.ts'
import { listsShowing, loadFacts } from '../sharing/facts.ts'

/** Whom of the organisation to tell of which records' lists; without a person everybody. */
export interface Hearing {
  userId: string | undefined
  recordIds: string[]
}

/**
 * Who besides the mailbox's owner sees its new mail come to these records: by the owner's mode, as far as they may open the
 * record. Of private mail nobody hears, unless its owner shared it by word (`shared`): then their mode does not count.
 */
export async function heardByOthers(
  q: Queryable,
  mailbox: Pick<MailboxRow, 'org_id' | 'user_id'>,
  recordIds: readonly string[],
  word?: 'shared',
): Promise<Hearing[]> {
  if (recordIds.length === 0) return []
  const { org_id: orgId, user_id: ownerId } = mailbox
  const { policy, hiddenModules } = await policyOf(q, orgId)
  const members = await listMembers(q, orgId)
  const own = members.find((one) => one.id === ownerId)?.sharing ?? null
  const mode = word === 'shared' ? 'public' : modeInForce(policy, own)
  if (mode === 'private') return []
  const found = [...(await pathRecords(q, orgId, recordIds)).values()]
  const standing = found.filter((record) => !hiddenModules.includes(record.module))
  const shown = mode === 'per_record' ? await switchedOn(q, ownerId, standing) : standing
  const isClosed = (record: PathRecord) => othersAccess(policy, record.module) === 'private'
  const open = shown.filter((record) => !isClosed(record)).map((record) => record.id)
  const closed = shown.filter(isClosed)
  const others = members.filter((one) => one.id !== ownerId && one.status === 'active')
  const single = others.map((person) => ({
    userId: person.id,
    recordIds: closed
      .filter((record) => person.role === 'admin' || record.ownerId === person.id)
      .map((record) => record.id),
  }))
  return [{ userId: undefined, recordIds: open }, ...single].filter((one) => one.recordIds.length > 0)
}

/**
 * Who sees these mails now on which records' lists, one by one: what leaves Gmail or comes back into view is told to exactly
 * those who saw it or see it again, asked before it goes and after it came.
 */
export async function seenNow(
  trx: Trx,
  deps: Deps,
  orgId: string,
  sightingIds: readonly string[],
): Promise<Hearing[]> {
  if (sightingIds.length === 0) return []
  const actor = { orgId, ...(await policyOf(trx, orgId)) }
  const facts = await loadFacts({ ...deps, db: trx, actor }, trx, sightingIds)
  return facts.people
    .map((person) => ({ userId: person.id, recordIds: listsShowing(facts, person) }))
    .filter((one) => one.recordIds.length > 0)
}

async function switchedOn(
  q: Queryable,
  ownerId: string,
  records: readonly PathRecord[],
): Promise<PathRecord[]> {
  const ids = records.flatMap((record) => switchOf(record)?.id ?? [])
  const on = new Set((await switchesOn(q, [ownerId], [...new Set(ids)])).map((one) => one.recordId))
  return records.filter((record) => on.has(switchOf(record)?.id ?? ''))
}
