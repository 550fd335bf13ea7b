import { isListed } from '../../../lib/domain/messages.ts'
import { keptAddresses } from '../../../lib/domain/sync.ts'
import { cleanText } from '../../../lib/domain/text.ts'
import type { Trx } from '../../storage/database.ts'
import type { OwnPeople } from '../../storage/mail/addresses.ts'
import type { MailboxRow } from '../../storage/mail/mailboxes.ts'
import {
  deleteSightings,
  findSightings,
  linkSightings,
  recordsByHand,
  type SightingRow,
  setLabels,
  unlinkSighting,
} from '../../storage/mail/sightings.ts'
import type { Deps } from '../context.ts'
import { type Hearing, seenNow } from '../links/hear.ts'

/** Stored mail that left the lists or came back to them; `seen`: who saw it there, or sees it again. */
export interface Moved {
  count: number
  addresses: string[]
  recordIds: string[]
  seen: Hearing[]
}

/** Takes over new labels of stored mail: into the trash means out of every list, and back. */
export async function relabel(
  trx: Trx,
  deps: Deps,
  stored: readonly SightingRow[],
  labels: ReadonlyMap<string, readonly string[]>,
  own: OwnPeople,
): Promise<Moved> {
  const changed = stored.flatMap((row) => {
    const given = labels.get(row.gmail_id)
    const labelIds = given === undefined ? row.label_ids : plainLabels(given)
    return sameLabels(labelIds, row.label_ids) ? [] : [{ row, labelIds }]
  })
  const moved = changed.filter(({ row, labelIds }) => isListed(row.label_ids) !== isListed(labelIds))
  const leaving = moved.filter(({ row }) => isListed(row.label_ids)).map(({ row }) => row.id)
  const coming = moved.filter(({ row }) => !isListed(row.label_ids)).map(({ row }) => row.id)
  const [orgId = ''] = moved.map(({ row }) => row.org_id)
  const addresses: string[] = []
  const before = await seenNow(trx, deps, orgId, leaving)
  // In one order, so that two transactions cannot lock each other out.
  for (const { row, labelIds } of changed.toSorted((a, b) => (a.row.id < b.row.id ? -1 : 1))) {
    await setLabels(trx, row.id, labelIds)
    if (leaving.includes(row.id)) addresses.push(...(await unlinkSighting(trx, row.id)))
    if (coming.includes(row.id)) addresses.push(...(await linkAgain(trx, row, own)))
  }
  return {
    count: changed.length,
    addresses,
    recordIds: await recordsByHand(trx, [...leaving, ...coming]),
    seen: [...before, ...(await seenNow(trx, deps, orgId, coming))],
  }
}

async function linkAgain(trx: Trx, row: SightingRow, own: OwnPeople): Promise<string[]> {
  const parties = [row.from_party, ...row.to_parties, ...row.cc_parties, ...row.bcc_parties]
  const all = parties.map((party) => party.address)
  const kept = keptAddresses(all, { isOwn: own.has })
  await linkSightings(trx, [{ row, addresses: kept }])
  return kept
}

/** Mail that is gone from Gmail is gone here. */
export async function removeGone(
  trx: Trx,
  deps: Deps,
  mailbox: MailboxRow,
  gmailIds: readonly string[],
): Promise<Moved> {
  const rows = await findSightings(trx, mailbox.id, gmailIds)
  const ids = rows.map((row) => row.id)
  const seen = await seenNow(trx, deps, mailbox.org_id, ids)
  return { ...(await deleteSightings(trx, mailbox.id, gmailIds)), seen }
}

/** No database takes a NUL. */
export function plainLabels(labelIds: readonly string[]): string[] {
  return labelIds.map(cleanText)
}

function sameLabels(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((label) => b.includes(label))
}
