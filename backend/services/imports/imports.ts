import type { Import, UpdateImport } from '../../../lib/contract/imports.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import type { ModuleDescription, ModuleKey } from '../../../lib/domain/modules.ts'
import { policyNumber } from '../../../lib/domain/policy.ts'
import { cleanText } from '../../../lib/domain/text.ts'
import { usedBytes } from '../../storage/file-rows.ts'
import {
  bytesUsed,
  clearProblems,
  findImport,
  type ImportRow,
  importBytes,
  importRuns,
  insertImport,
  listImports as listRows,
  loadImport,
  moveImport,
} from '../../storage/imports.ts'
import { enqueueTask } from '../../storage/tasks.ts'
import { requirePermission } from '../access.ts'
import type { Context } from '../context.ts'
import { modulesOf } from '../modules.ts'
import { readHead } from './file.ts'
import {
  examine,
  importFields,
  requireComplete,
  requireMapping,
  storedFormat,
  storedMapping,
  toStored,
} from './plan.ts'
import { tellImport } from './tell.ts'

export const maxImportBytes = 100 * 1024 * 1024
const day = 24 * 60 * 60_000
/** How long an import can be undone, and its file is kept. */
const undoMs = 30 * day

const nothingYet = {
  total: 0,
  done: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  failed: 0,
  accounts: 0,
  kept: 0,
  cursor: 0,
}
const open = ['uploaded', 'checked', 'failed'] as const

/** Keeps the file as it arrives and looks at its start. @throws Refusal body_too_large, quota_full, file_empty, file_unreadable */
export async function createImport(
  ctx: Context,
  input: { module: ModuleKey; fileName: string },
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<Import> {
  requireImporter(ctx)
  const module = await requireModule(ctx, input.module)
  const { orgId, userId } = ctx.actor
  const id = ctx.newId()
  const now = new Date(ctx.clock.now())
  const { sha256, size } = await ctx.files.put(orgId, body, { maxBytes: maxImportBytes, signal })
  try {
    await requireRoom(ctx, size)
    const { stored, mapping } = await examine({ files: ctx.files, orgId, sha256 }, module)
    await ctx.db.transaction().execute(async (trx) => {
      await insertImport(trx, {
        id,
        org_id: orgId,
        user_id: userId,
        module: module.key,
        file_name: cleanText(input.fileName),
        sha256,
        bytes: size,
        status: 'uploaded',
        format: JSON.stringify(stored),
        mapping: JSON.stringify(mapping),
        created_at: now,
        updated_at: now,
      })
      await enqueueTask(trx, {
        id: ctx.newId(),
        orgId,
        kind: 'import_file',
        key: id,
        dueAt: new Date(now.getTime() + undoMs + day),
        now,
      })
    })
  } catch (error) {
    if (!(await bytesUsed(ctx.db, orgId, sha256, id))) await ctx.files.delete(orgId, sha256)
    throw error
  }
  return getImport(ctx, id)
}

/** Uploaded files share the organisation's room for files. */
async function requireRoom(ctx: Context, size: number): Promise<void> {
  const { orgId, policy } = ctx.actor
  const quotaBytes = policyNumber(policy, 'fileQuotaBytes')
  const used = (await usedBytes(ctx.db, orgId)) + (await importBytes(ctx.db, orgId))
  if (used + size > quotaBytes)
    throw new Refusal('too_large', 'quota_full', { quotaBytes, usedBytes: used, size })
}

/** Importing is writing: both permissions. */
function requireImporter(ctx: Context): void {
  requirePermission(ctx, 'records.write')
  requirePermission(ctx, 'records.import')
}

async function requireModule(ctx: Context, key: string): Promise<ModuleDescription> {
  const module = [...(await modulesOf(ctx)).values()].find((one) => one.key === key)
  if (module !== undefined) return module
  throw new Refusal('invalid', 'module_unknown', {}, [{ field: 'module', reason: 'module_unknown' }])
}

/** One's own; an admin's also everybody else's. */
export async function requireImport(ctx: Context, id: string): Promise<ImportRow> {
  const { orgId, userId, role } = ctx.actor
  const row = await findImport(ctx.db, { orgId, id, userId: role === 'admin' ? undefined : userId })
  if (row === undefined) throw new Refusal('not_found', 'import_missing')
  return row
}

export async function getImport(ctx: Context, id: string): Promise<Import> {
  return toImport(await requireImport(ctx, id))
}

/** Mine, newest first; an admin sees everybody's. */
export async function listImports(ctx: Context): Promise<Import[]> {
  const { orgId, userId, role } = ctx.actor
  const rows = await listRows(ctx.db, { orgId, userId: role === 'admin' ? undefined : userId })
  return rows.map((row) => ({ ...toImport(row), headers: [], sample: [] }))
}

/** Reads the start of the file another way, or maps its columns otherwise; what was checked before is forgotten. */
export async function updateImport(ctx: Context, id: string, input: UpdateImport): Promise<Import> {
  const before = await requireOpen(ctx, id)
  const module = await requireModule(ctx, before.module)
  const file = { files: ctx.files, orgId: before.org_id, sha256: before.sha256 }
  const format = input.format ?? storedFormat(before).format
  const examined = await examine(file, module, format)
  const mapping = input.mapping ?? (input.format === undefined ? storedMapping(before) : examined.mapping)
  requireMapping(module, mapping, examined.stored.headers)
  const head = await readHead(file, () => true, format)
  const stored = toStored(head, mapping, importFields(module))
  const row = await moveImport(
    ctx.db,
    { id, from: open, version: input.version, now: new Date(ctx.clock.now()) },
    {
      ...nothingYet,
      status: 'uploaded',
      reason: null,
      format: JSON.stringify(stored),
      mapping: JSON.stringify(mapping),
    },
  )
  if (row === undefined) throw new Refusal('conflict', 'version_stale', { version: before.version })
  return toImport(row)
}

/** Nothing of it was written yet. */
async function requireOpen(ctx: Context, id: string): Promise<ImportRow> {
  requireImporter(ctx)
  const row = await requireImport(ctx, id)
  const untouched = row.status === 'uploaded' || row.status === 'checked' || row.status === 'failed'
  if (untouched && row.cursor === 0 && row.finished_at === null && row.sha256 !== '') return row
  throw new Refusal('conflict', 'import_state', { status: row.status })
}

/** The dry run: what would be made, changed and refused. Writes nothing but that. */
export async function checkImport(ctx: Context, id: string): Promise<Import> {
  const before = await requireOpen(ctx, id)
  requireComplete(await requireModule(ctx, before.module), storedMapping(before))
  return begin(ctx, before, 'checking')
}

/** Writes. One import of the organisation does at a time. @throws Refusal conflict import_running */
export async function startImport(ctx: Context, id: string): Promise<Import> {
  const before = await requireOpen(ctx, id)
  requireComplete(await requireModule(ctx, before.module), storedMapping(before))
  return begin(ctx, before, 'running')
}

async function begin(ctx: Context, before: ImportRow, status: 'checking' | 'running'): Promise<Import> {
  return change(ctx, before, open, {
    ...nothingYet,
    total: status === 'running' ? before.total : 0,
    status,
    reason: null,
  })
}

/** Stops it and takes back what it wrote. */
export async function cancelImport(ctx: Context, id: string): Promise<Import> {
  const before = await requireImport(ctx, id)
  if (before.status === 'running')
    return change(ctx, before, ['running'], { status: 'undoing', cursor: Number.MAX_SAFE_INTEGER })
  if (before.status === 'undoing' || before.status === 'cancelled') return toImport(before)
  if (before.finished_at !== null) throw new Refusal('conflict', 'import_state', { status: before.status })
  return change(ctx, before, [...open, 'checking'], { status: 'cancelled', reason: null })
}

/** Takes back what it wrote, within 30 days; what somebody has changed since is left. */
export async function undoImport(ctx: Context, id: string): Promise<Import> {
  requireImporter(ctx)
  const before = await requireImport(ctx, id)
  if (before.status === 'undoing' || before.status === 'undone') return toImport(before)
  const until = undoUntil(before)
  if (until === null) throw new Refusal('conflict', 'import_state', { status: before.status })
  if (until.getTime() < ctx.clock.now())
    throw new Refusal('conflict', 'undo_too_late', { days: undoMs / day })
  await requireModule(ctx, before.module)
  return change(ctx, before, ['done', 'failed'], {
    status: 'undoing',
    reason: null,
    kept: 0,
    cursor: Number.MAX_SAFE_INTEGER,
  })
}

async function change(
  ctx: Context,
  before: ImportRow,
  from: readonly string[],
  set: Parameters<typeof moveImport>[2],
): Promise<Import> {
  const now = new Date(ctx.clock.now())
  const { id, org_id: orgId } = before
  const begins = before.status !== 'running' && (set.status === 'running' || set.status === 'undoing')
  const row = await ctx.db
    .transaction()
    .execute(async (trx) => {
      if (begins && (await importRuns(trx, orgId))) throw new Refusal('conflict', 'import_running')
      const moved = await moveImport(trx, { id, from, now }, set)
      if (moved === undefined) return undefined
      if (set.done === 0) await clearProblems(trx, id)
      await enqueueTask(trx, { id: ctx.newId(), orgId, kind: 'import', key: id, dueAt: now, now })
      await tellImport(trx, ctx, moved)
      return moved
    })
    .catch((error: unknown) => {
      // 23505: two began at the same instant; the index lets one of them.
      const twice = typeof error === 'object' && error !== null && 'code' in error && error.code === '23505'
      throw twice ? new Refusal('conflict', 'import_running') : error
    })
  if (row !== undefined) return toImport(row)
  const current = await loadImport(ctx.db, id)
  throw new Refusal('conflict', 'import_state', { status: current?.status ?? before.status })
}

function undoUntil(row: ImportRow): Date | null {
  const ended = row.status === 'done' || row.status === 'failed'
  return ended && row.finished_at !== null ? new Date(row.finished_at.getTime() + undoMs) : null
}

function toImport(row: ImportRow): Import {
  const { format, headers, sample } = storedFormat(row)
  return {
    id: row.id,
    version: row.version,
    module: row.module as ModuleKey,
    fileName: row.file_name,
    bytes: row.bytes,
    status: row.status as Import['status'],
    reason: row.reason,
    format,
    headers,
    sample,
    mapping: storedMapping(row),
    total: row.total,
    done: row.done,
    created: row.created,
    updated: row.updated,
    unchanged: row.unchanged,
    failed: row.failed,
    accounts: row.accounts,
    kept: row.kept,
    by: { id: row.user_id, name: row.byName },
    createdAt: row.created_at.toISOString(),
    undoUntil: undoUntil(row)?.toISOString() ?? null,
  }
}
