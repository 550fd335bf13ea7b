import type * as z from 'zod'
import type { ChangeFolder, LibraryFolder, MakeFolder } from '../../../lib/contract/files.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { sortName } from '../../../lib/domain/search-text.ts'
import type { Trx } from '../../storage/database.ts'
import { lockFiles } from '../../storage/file-rows.ts'
import {
  countFolders,
  deleteEmptyFolder,
  depthBelow,
  folderNameTaken,
  folderPath,
  insertFolder,
  listFolders,
  updateFolder,
} from '../../storage/library.ts'
import { requirePermission } from '../access.ts'
import type { Context } from '../context.ts'
import { requireFolder } from './find.ts'
import { toFolder } from './read.ts'
import { tellLibrary } from './tell.ts'

const most = { folders: 2000, depth: 12 }

/** A new folder; whoever may write records may make one. */
export async function makeFolder(ctx: Context, input: z.output<typeof MakeFolder>): Promise<LibraryFolder> {
  requirePermission(ctx, 'records.write')
  const { orgId, userId } = ctx.actor
  const id = ctx.newId()
  await changing(ctx, async (trx) => {
    if ((await countFolders(trx, orgId)) >= most.folders)
      throw new Refusal('invalid', 'too_many', { max: most.folders })
    await requirePlace(trx, ctx, { id, parentId: input.parentId, name: input.name })
    await insertFolder(trx, {
      id,
      org_id: orgId,
      parent_id: input.parentId,
      name: input.name,
      sort_name: sortName(input.name),
      made_by: userId,
      created_at: new Date(ctx.clock.now()),
    })
  })
  return getFolder(ctx, id)
}

/** One folder, for whoever made it twice. */
export async function getFolder(ctx: Context, id: string): Promise<LibraryFolder> {
  const { parent_id } = await requireFolder(ctx.db, ctx, id)
  const found = (await listFolders(ctx.db, ctx.actor.orgId, parent_id)).find((row) => row.id === id)
  if (found === undefined) throw new Refusal('not_found', 'folder_missing')
  return toFolder(ctx, found)
}

/** Renames it, moves it below another one, or with `parentId: null` to the top. */
export async function changeFolder(
  ctx: Context,
  id: string,
  input: z.output<typeof ChangeFolder>,
): Promise<LibraryFolder> {
  requirePermission(ctx, 'records.write')
  await changing(ctx, async (trx) => {
    const before = await requireFolder(trx, ctx, id)
    const name = input.name ?? before.name
    const parentId = input.parentId === undefined ? before.parent_id : input.parentId
    await requirePlace(trx, ctx, { id, parentId, name })
    await updateFolder(trx, id, { name, sort_name: sortName(name), parent_id: parentId })
  })
  return getFolder(ctx, id)
}

/** Only an empty one: nothing goes with it. @throws Refusal conflict `folder_not_empty` */
export async function deleteFolder(ctx: Context, id: string): Promise<void> {
  requirePermission(ctx, 'records.write')
  await changing(ctx, async (trx) => {
    await requireFolder(trx, ctx, id)
    if (!(await deleteEmptyFolder(trx, id))) throw new Refusal('conflict', 'folder_not_empty')
  })
}

/** One change at a time, so that two moves never make a circle. */
async function changing(ctx: Context, change: (trx: Trx) => Promise<void>): Promise<void> {
  await ctx.db.transaction().execute(async (trx) => {
    await lockFiles(trx, ctx.actor.orgId)
    await change(trx)
    await tellLibrary(trx, ctx)
  })
}

/** @throws Refusal not_found `folder_missing`; invalid `lookup_circle`, `too_many`; conflict `name_taken` */
async function requirePlace(
  trx: Trx,
  ctx: Context,
  folder: { id: string; parentId: string | null; name: string },
): Promise<void> {
  const { orgId } = ctx.actor
  if (folder.parentId !== null) {
    await requireFolder(trx, ctx, folder.parentId)
    const above = await folderPath(trx, orgId, folder.parentId)
    const fields = [{ field: 'parentId', reason: 'lookup_circle' as const }]
    if (above.some((one) => one.id === folder.id)) throw new Refusal('invalid', 'lookup_circle', {}, fields)
    if (above.length + 1 + (await depthBelow(trx, folder.id)) > most.depth)
      throw new Refusal('invalid', 'too_many', { max: most.depth })
  }
  if (await folderNameTaken(trx, { orgId, ...folder, but: folder.id }))
    throw new Refusal('conflict', 'name_taken', {}, [{ field: 'name', reason: 'name_taken' }])
}
