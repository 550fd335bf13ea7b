import { Refusal } from '../../../lib/domain/errors.ts'
import type { Queryable } from '../../storage/database.ts'
import { type FolderRow, findFolder, findLibraryFile, type LibraryFileRow } from '../../storage/library.ts'
import type { Context } from '../context.ts'

/** @throws Refusal not_found `folder_missing` */
export async function requireFolder(q: Queryable, ctx: Context, id: string): Promise<FolderRow> {
  const found = await findFolder(q, ctx.actor.orgId, id)
  if (found === undefined) throw new Refusal('not_found', 'folder_missing')
  return found
}

/** @throws Refusal not_found `file_missing` */
export async function requireLibraryFile(q: Queryable, ctx: Context, id: string): Promise<LibraryFileRow> {
  const found = await findLibraryFile(q, ctx.actor.orgId, id)
  if (found === undefined) throw new Refusal('not_found', 'file_missing')
  return found
}
