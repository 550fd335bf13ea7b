import type * as z from 'zod'
import type { ChangeLibraryFile, LibraryFile } from '../../../lib/contract/files.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { sortName } from '../../../lib/domain/search-text.ts'
import { lockFiles } from '../../storage/file-rows.ts'
import {
  changeLibraryFile as change,
  findDeletedFile,
  findFolder,
  restoreFile,
} from '../../storage/library.ts'
import { requirePermission } from '../access.ts'
import type { Context } from '../context.ts'
import { checkedName } from '../send-files/check.ts'
import { requireFolder, requireLibraryFile } from './find.ts'
import { mayDelete, withVersions } from './read.ts'
import { tellLibrary } from './tell.ts'

/** Renames a file or moves it to another folder; `folderId: null` is the top. */
export async function changeLibraryFile(
  ctx: Context,
  id: string,
  input: z.output<typeof ChangeLibraryFile>,
): Promise<LibraryFile> {
  requirePermission(ctx, 'records.write')
  const name = input.name === undefined ? undefined : checkedName(input.name)
  await ctx.db.transaction().execute(async (trx) => {
    await lockFiles(trx, ctx.actor.orgId)
    await requireLibraryFile(trx, ctx, id)
    if (typeof input.folderId === 'string') await requireFolder(trx, ctx, input.folderId)
    await change(trx, id, {
      ...(name !== undefined && { name, sort_name: sortName(name) }),
      ...(input.folderId !== undefined && { folder_id: input.folderId }),
      updated_at: new Date(ctx.clock.now()),
    })
    await tellLibrary(trx, ctx)
  })
  return getLibraryFile(ctx, id)
}

async function getLibraryFile(ctx: Context, id: string): Promise<LibraryFile> {
  const [file] = await withVersions(ctx, [await requireLibraryFile(ctx.db, ctx, id)])
  if (file === undefined) throw new Refusal('not_found', 'file_missing')
  return file
}

/** Takes a file out of the library; mails that have it keep it. @throws Refusal forbidden `not_yours` */
export async function deleteLibraryFile(ctx: Context, id: string): Promise<void> {
  requirePermission(ctx, 'records.write')
  const file = await requireLibraryFile(ctx.db, ctx, id)
  if (!mayDelete(ctx, file)) throw new Refusal('forbidden', 'not_yours')
  await ctx.db.transaction().execute(async (trx) => {
    const now = new Date(ctx.clock.now())
    if (await change(trx, id, { deleted_at: now, updated_at: now })) await tellLibrary(trx, ctx)
  })
}

/** Takes the deletion back, as long as it is not erased. Where its folder is gone it comes to the top. */
export async function restoreLibraryFile(ctx: Context, id: string): Promise<LibraryFile> {
  requirePermission(ctx, 'records.write')
  await ctx.db.transaction().execute(async (trx) => {
    await lockFiles(trx, ctx.actor.orgId)
    const file = await findDeletedFile(trx, ctx.actor.orgId, id)
    if (file === undefined) return void (await requireLibraryFile(trx, ctx, id))
    if (!mayDelete(ctx, file)) throw new Refusal('forbidden', 'not_yours')
    const folder = file.folder_id === null ? undefined : await findFolder(trx, file.org_id, file.folder_id)
    await restoreFile(trx, id, folder?.id ?? null, new Date(ctx.clock.now()))
    await tellLibrary(trx, ctx)
  })
  return getLibraryFile(ctx, id)
}
