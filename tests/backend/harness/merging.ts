import { expect } from 'vitest'
import type { Merge, MergePreview, UndoneMerge } from '../../../lib/contract/duplicates.ts'
import type { ChangesPage } from '../../../lib/contract/history.ts'
import type { RecordCard, RecordSummary } from '../../../lib/contract/records.ts'
import type { Answer, Person } from '../../stand-ins/door.ts'
import type { TestHouse } from './house.ts'

/** A new record as its owner sees it. */
export async function make(who: Person, body: object): Promise<RecordSummary> {
  const made = await who.call<RecordCard>('POST', '/records', { module: 'contacts', fields: {}, ...body })
  expect(made, JSON.stringify(made.body)).toMatchObject({ status: 201 })
  return made.body.record
}

export async function look(who: Person, id: string): Promise<RecordSummary> {
  return (await who.call<RecordCard>('GET', `/records/${id}`)).body.record
}

export async function change(who: Person, id: string, body: object): Promise<RecordSummary> {
  const { version } = await look(who, id)
  const answer = await who.call<RecordCard>('PATCH', `/records/${id}`, { version, ...body })
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 })
  return answer.body.record
}

export async function preview(who: Person, winnerId: string, loserId: string): Promise<MergePreview> {
  const path = `/merges/preview?winnerId=${winnerId}&loserId=${loserId}`
  const answer = await who.call<MergePreview>('GET', path)
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 })
  return answer.body
}

/** Merges what stands now; `more` overrides parts of the request. */
export async function tryMerge(
  who: Person,
  winnerId: string,
  loserId: string,
  more: object = {},
  headers?: Record<string, string>,
): Promise<Answer<Merge>> {
  const versions = {
    winnerVersion: (await look(who, winnerId))?.version ?? 1,
    loserVersion: (await look(who, loserId))?.version ?? 1,
  }
  return who.call<Merge>('POST', '/merges', { winnerId, loserId, ...versions, ...more }, headers)
}

export async function merge(who: Person, winnerId: string, loserId: string, more?: object): Promise<Merge> {
  const answer = await tryMerge(who, winnerId, loserId, more)
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 201 })
  return answer.body
}

export function tryUndo(who: Person, mergeId: string): Promise<Answer<UndoneMerge>> {
  return who.call<UndoneMerge>('POST', `/merges/${mergeId}/undo`)
}

export async function undo(who: Person, mergeId: string): Promise<UndoneMerge> {
  const answer = await tryUndo(who, mergeId)
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 })
  return answer.body
}

export async function history(who: Person, id: string): Promise<ChangesPage['rows']> {
  return (await who.call<ChangesPage>('GET', `/records/${id}/changes`)).body.rows
}

/** Everything that stands on these records or names them, row by row, without the counters every write moves on. */
export async function everythingOn({ house }: TestHouse, ids: readonly string[]) {
  const { db } = house
  const records = await db
    .selectFrom('records')
    .selectAll()
    .where((eb) =>
      eb.or([
        eb('id', 'in', ids),
        eb('account_id', 'in', ids),
        eb('main_contact_id', 'in', ids),
        eb('deal_id', 'in', ids),
      ]),
    )
    .orderBy('id')
    .execute()
  const tables = [
    'record_addresses',
    'former_addresses',
    'record_keys',
    'attachments',
    'filings',
    'notes',
    'todos',
    'sends',
    'picks',
    'thread_links',
    'hand_links',
    'record_shares',
    'older_mail',
  ] as const
  const rows: Record<string, unknown[]> = {
    records: records.map(({ version: _, updated_at: __, indexed: ___, ...row }) => row),
    links: await db
      .selectFrom('record_links')
      .selectAll()
      .where((eb) => eb.or([eb('record_id', 'in', ids), eb('target_id', 'in', ids)]))
      .execute(),
    thread_deals: await db.selectFrom('thread_deals').selectAll().where('deal_id', 'in', ids).execute(),
  }
  for (const table of tables)
    rows[table] = await db.selectFrom(table).selectAll().where('record_id', 'in', ids).execute()
  const sorted = Object.entries(rows).map(([table, list]) => [
    table,
    list.map((row) => JSON.stringify(row)).sort(),
  ])
  return Object.fromEntries(sorted)
}
