import type { ChangesPage, RecordAsOf, RecordChange } from '../../lib/contract/history.ts'
import { Refusal } from '../../lib/domain/errors.ts'
import { existedAt, valuesAt } from '../../lib/domain/history.ts'
import { recordName } from '../../lib/domain/records.ts'
import {
  type ChangeRow,
  changesAfter,
  comingsAndGoings,
  findAnyRecord,
  listChanges,
  namePeople,
  nameRecords,
} from '../storage/history.ts'
import { contactIdsOf } from '../storage/record-links.ts'
import { viewerOf } from './access.ts'
import type { Context } from './context.ts'
import { shownKeys } from './modules.ts'
import { splitIds, valuesOf } from './records/values.ts'

const pageSize = 50

/** Everything that happened to a record, newest first; also while it is in the bin. */
export async function changesOf(
  ctx: Context,
  recordId: string,
  query: { cursor?: string | undefined },
): Promise<ChangesPage> {
  const beforeSeq = readSeq(query.cursor)
  const { module } = await requireAnyRecord(ctx, recordId)
  const { orgId } = ctx.actor
  const isShown = await shownKeys(ctx, module)
  const found = await listChanges(ctx.db, { orgId, recordId, beforeSeq, limit: pageSize + 1 })
  const page = found.slice(0, pageSize)
  const last = found.length > pageSize ? page.at(-1) : undefined
  const rows = page.flatMap((row): ChangeRow[] => {
    const changes = row.changes.filter((change) => isShown(change.field))
    return row.kind === 'changed' && changes.length === 0 ? [] : [{ ...row, changes }]
  })
  return {
    rows: rows.map(toChange),
    ...(await named(ctx, rows.flatMap(mentioned))),
    nextCursor: last === undefined ? null : String(last.seq),
  }
}

/** The record as it stood at `at`: today's values with every later change taken back. */
export async function recordAsOf(ctx: Context, recordId: string, query: { at: string }): Promise<RecordAsOf> {
  const row = await requireAnyRecord(ctx, recordId)
  const { orgId } = ctx.actor
  const at = new Date(query.at)
  const present = valuesOf(row, await contactIdsOf(ctx.db, recordId))
  const isShown = await shownKeys(ctx, row.module)
  const then = valuesAt(present, await changesAfter(ctx.db, { orgId, recordId, at }))
  const values = Object.fromEntries(Object.entries(then).filter(([key]) => isShown(key)))
  const moments = await comingsAndGoings(ctx.db, { orgId, recordId })
  const life = { createdAt: row.created_at, deletedAt: row.deleted_at, moments }
  return {
    id: row.id,
    module: row.module,
    at: query.at,
    exists: existedAt(life, at),
    name: recordName(row.module, values, values['primaryAddress'] ?? null),
    values,
    ...(await named(ctx, Object.values(values).flatMap(idsIn))),
  }
}

async function requireAnyRecord(ctx: Context, id: string) {
  const row = await findAnyRecord(ctx.db, viewerOf(ctx), id)
  if (row === undefined) throw new Refusal('not_found', 'record_missing')
  return row
}

/** @throws Refusal invalid for anything that is no `seq` */
function readSeq(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^[0-9]{1,15}$/.test(text))
    throw new Refusal('invalid', 'field_invalid', {}, [{ field: 'cursor', reason: 'field_invalid' }])
  return Number(text)
}

function mentioned(row: ChangeRow): string[] {
  const values = row.changes.flatMap((change) => [change.old, change.new])
  return [...values, ...Object.values(row.facts).map(String)].flatMap(idsIn)
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Ids in a value: of a lookup, an owner, or several joined by `;`. */
function idsIn(value: string): string[] {
  return value.length < 36 ? [] : splitIds(value).filter((part) => uuid.test(part))
}

async function named(ctx: Context, all: readonly string[]): Promise<Pick<ChangesPage, 'refs' | 'people'>> {
  const ids = [...new Set(all)]
  return {
    refs: await nameRecords(ctx.db, viewerOf(ctx), ids),
    people: await namePeople(ctx.db, ctx.actor.orgId, ids),
  }
}

function toChange(row: ChangeRow): RecordChange {
  return {
    id: row.id,
    at: row.at.toISOString(),
    by: row.byId === null ? null : { id: row.byId, name: row.byName ?? '' },
    kind: row.kind,
    changes: row.changes,
    facts: row.facts,
  }
}
