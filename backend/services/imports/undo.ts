import { setTimeout as pause } from 'node:timers/promises'
import type { Trx } from '../../storage/database.ts'
import { type ImportedChange, importedChanges, standingMade, usedSince } from '../../storage/import-undo.ts'
import { lockImport, moveImport } from '../../storage/imports.ts'
import { binAddresses } from '../../storage/record-addresses.ts'
import { batchContacts, batchNames, binBatch, noteBatch } from '../../storage/record-batch.ts'
import { lockRecords } from '../../storage/record-writes.ts'
import { everything, selectRecords } from '../../storage/records.ts'
import { splitIds, type Values, valuesOf } from '../records/values.ts'
import type { Draft } from './decide.ts'
import { breathMs, type Job } from './job.ts'
import { saveDrafts } from './save.ts'
import { tellImport, tellRecords } from './tell.ts'

const batchChanges = 500

/**
 * Takes back what an import did, newest first: records it made go to the bin, fields it changed get their old values. What
 * somebody has changed or used since is left as it is and counted.
 */
export async function takeBack(job: Job, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted()
    const more = await job.ctx.db.transaction().execute((trx) => takeBackBatch(trx, job))
    if (!more) return
    await pause(breathMs)
  }
}

async function takeBackBatch(trx: Trx, job: Job): Promise<boolean> {
  const { id } = job.row
  const current = await lockImport(trx, id, 'undoing')
  if (current === undefined) return false
  const changes = await importedChanges(trx, id, { before: current.cursor, limit: batchChanges })
  const now = new Date(job.ctx.clock.now())
  const last = changes.at(-1)
  if (last === undefined) {
    const status = current.finished_at === null ? 'cancelled' : 'undone'
    const ended = await moveImport(trx, { id, from: ['undoing'], now }, { status, done: 0, finished_at: now })
    if (ended !== undefined) await tellImport(trx, job.ctx, ended)
    return false
  }
  const ids = [...new Set(changes.map((change) => change.recordId))]
  await lockRecords(trx, job.ctx.actor.orgId, ids)
  const left = (await binMade(trx, job, changes)) + (await restore(trx, job, changes))
  const moved = await moveImport(
    trx,
    { id, from: ['undoing'], now },
    { cursor: last.seq, done: Math.max(0, current.done - changes.length), kept: current.kept + left },
  )
  if (moved !== undefined) {
    await tellRecords(trx, job.ctx, moved)
    await tellImport(trx, job.ctx, moved)
  }
  return true
}

/** Answers how many were left because somebody has changed or used them. */
async function binMade(trx: Trx, job: Job, changes: readonly ImportedChange[]): Promise<number> {
  const { orgId, userId } = job.ctx.actor
  const now = new Date(job.ctx.clock.now())
  const made = changes.filter((change) => change.made).map((change) => change.recordId)
  const standing = await standingMade(trx, job.row.id, made)
  const going = new Set(standing)
  // What stays keeps what it names: a contact somebody has changed keeps the account made for it.
  for (let used = going; used.size > 0; ) {
    used = await usedSince(trx, job.row.id, [...going], changes.at(-1)?.seq ?? 0)
    for (const id of used) going.delete(id)
  }
  const gone = await binBatch(trx, { orgId, by: userId, now }, [...going])
  await binAddresses(trx, gone)
  await noteBatch(
    trx,
    gone.map((recordId) => ({
      id: job.ctx.newId(),
      orgId,
      recordId,
      at: now,
      by: userId,
      kind: 'import_undone' as const,
      changes: [],
      facts: { file: job.row.file_name, deleted: 1 },
      importId: job.row.id,
    })),
  )
  return standing.size - gone.length
}

/** Old values back where the imported one still stands. Answers how many records kept something of somebody else's. */
async function restore(trx: Trx, job: Job, changes: readonly ImportedChange[]): Promise<number> {
  const { orgId } = job.ctx.actor
  const updates = changes.filter((change) => !change.made)
  const ids = [...new Set(updates.map((change) => change.recordId))]
  if (ids.length === 0) return 0
  const own = await standingMade(trx, job.row.id, ids)
  const rows = await selectRecords(trx, everything(orgId)).where('records.id', 'in', ids).execute()
  const contacts = await batchContacts(trx, ids)
  const names = namingFields(job)
  const there = await batchNames(trx, orgId, namedBy(updates, names))
  const drafts = new Map<string, Draft>()
  const left = new Set<string>()
  for (const row of rows) {
    const values = valuesOf(row, contacts.get(row.id) ?? [])
    drafts.set(row.id, { id: row.id, module: job.module, row, before: values, values, fileRow: 0 })
  }
  for (const { recordId, changes: fields } of updates) {
    // What the import itself has made goes or stays as a whole.
    if (own.has(recordId)) continue
    const draft = drafts.get(recordId)
    if (draft === undefined) {
      left.add(recordId)
      continue
    }
    const values: Record<string, string> = { ...draft.values }
    for (const { field, old, new: imported } of fields) {
      const gone = names.has(field) && splitIds(old).some((id) => !there.has(id))
      if ((values[field] ?? '') === imported && !gone) values[field] = old
      else left.add(recordId)
    }
    draft.values = values
  }
  const importId = job.row.id
  const facts = () => ({ file: job.row.file_name })
  await saveDrafts(trx, job.ctx, [...drafts.values()], { kind: 'import_undone', importId, facts })
  return left.size
}

/** Keys of what names other records; all of them are kept from pointing at nothing. */
function namingFields({ module }: Job): ReadonlySet<string> {
  const lookups = module.fields.filter((field) => field.type === 'lookup')
  return new Set(['contactIds', ...lookups.map((field) => field.key)])
}

/** Records that old values name; one that was purged meanwhile cannot come back. */
function namedBy(
  updates: readonly { changes: readonly { field: string; old: Values[string] }[] }[],
  names: ReadonlySet<string>,
): string[] {
  const ids = updates.flatMap(({ changes }) =>
    changes.flatMap(({ field, old }) => (names.has(field) ? splitIds(old) : [])),
  )
  return [...new Set(ids)]
}
