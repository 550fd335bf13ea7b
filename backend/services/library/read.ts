import type * as z from 'zod'
import type { LibraryFile, LibraryFolder, LibraryPage, LibraryQuery } from '../../../lib/contract/files.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { roleMay } from '../../../lib/domain/policy.ts'
import { wordsOf } from '../../../lib/domain/search-text.ts'
import {
  findVersion,
  folderPath,
  type LibraryFileRow,
  type ListedFolder,
  listFolders,
  listLibraryFiles,
  listVersions,
  searchFolders,
  searchLibraryFiles,
  type VersionRow,
} from '../../storage/library.ts'
import type { Context } from '../context.ts'
import { requireFolder } from './find.ts'

const most = { inFolder: 1000, found: 100, words: 8 }

/** One folder of the organisation's library, or what stands in all of them under a name. Everybody may read it. */
export async function readLibrary(ctx: Context, query: z.output<typeof LibraryQuery>): Promise<LibraryPage> {
  const { orgId } = ctx.actor
  const words = [...new Set(wordsOf(query.q))].slice(0, most.words)
  if (query.q.trim() !== '') return words.length === 0 ? nothing : found(ctx, words)
  const { folderId } = query
  if (folderId !== undefined) await requireFolder(ctx.db, ctx, folderId)
  const path = folderId === undefined ? [] : await folderPath(ctx.db, orgId, folderId)
  const folders = await listFolders(ctx.db, orgId, folderId ?? null)
  const files = await listLibraryFiles(ctx.db, orgId, folderId ?? null, most.inFolder)
  return {
    path: path.map(({ id, name }) => ({ id, name })),
    folders: folders.map((row) => toFolder(ctx, row)),
    files: await withVersions(ctx, files),
  }
}

const nothing: LibraryPage = { path: [], folders: [], files: [] }

async function found(ctx: Context, words: readonly string[]): Promise<LibraryPage> {
  const { orgId } = ctx.actor
  const folders = await searchFolders(ctx.db, orgId, words, most.found)
  const files = await searchLibraryFiles(ctx.db, orgId, words, most.found)
  return {
    path: [],
    folders: folders.map((row) => toFolder(ctx, row)),
    files: await withVersions(ctx, files),
  }
}

/** As the actor sees it. */
export function toFolder(ctx: Context, row: ListedFolder): LibraryFolder {
  return {
    id: row.id,
    parentId: row.parent_id,
    name: row.name,
    files: row.files ?? 0,
    canChange: mayWrite(ctx),
  }
}

/** Files with all their versions, as the actor sees them. */
export async function withVersions(ctx: Context, rows: readonly LibraryFileRow[]): Promise<LibraryFile[]> {
  const versions = await listVersions(
    ctx.db,
    rows.map((row) => row.id),
  )
  const byFile = Map.groupBy(versions, (version) => version.file_id)
  return rows.map((row) => ({
    id: row.id,
    folderId: row.folder_id,
    name: row.name,
    versions: (byFile.get(row.id) ?? []).map(toVersion),
    canChange: mayWrite(ctx),
    canDelete: mayDelete(ctx, row),
  }))
}

function toVersion(row: VersionRow): LibraryFile['versions'][number] {
  return {
    id: row.id,
    nth: row.nth,
    size: row.size,
    mimeType: row.mime_type,
    madeBy: row.madeByName,
    madeAt: row.made_at.toISOString(),
  }
}

/** Only whoever put it there, and admins. */
export function mayDelete(ctx: Context, file: Pick<LibraryFileRow, 'made_by'>): boolean {
  return mayWrite(ctx) && (ctx.actor.role === 'admin' || file.made_by === ctx.actor.userId)
}

function mayWrite({ actor }: Context): boolean {
  return roleMay(actor.policy, actor.role, 'records.write')
}

/** The bytes of one version of a file of the library. `size` in bytes. */
export async function openVersion(
  ctx: Context,
  id: string,
): Promise<{ name: string; size: number; body: AsyncIterable<Uint8Array> }> {
  const version = await findVersion(ctx.db, ctx.actor.orgId, id)
  const stored = version && (await ctx.files.open(ctx.actor.orgId, version.sha256))
  if (version === undefined || stored === undefined) throw new Refusal('not_found', 'file_missing')
  return { name: version.name, size: stored.size, body: stored.body }
}
