import { type Insertable, type Selectable, sql, type Updateable } from 'kysely'
import type { Queryable, Trx } from './database.ts'
import type { Tables } from './tables.ts'

export type FolderRow = Selectable<Tables['library_folders']>
export type LibraryFileRow = Selectable<Tables['library_files']>
export type VersionRow = Selectable<Tables['library_versions']> & { madeByName: string }

export async function findFolder(q: Queryable, orgId: string, id: string): Promise<FolderRow | undefined> {
  return q
    .selectFrom('library_folders')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** From the top down to the folder itself. */
export async function folderPath(q: Queryable, orgId: string, id: string): Promise<FolderRow[]> {
  const { rows } = await sql<FolderRow>`
    with recursive above as (
      select f.*, 0 as height from library_folders f where f.org_id = ${orgId} and f.id = ${id}
      union all select p.*, a.height + 1 from library_folders p join above a on p.id = a.parent_id where a.height < 100)
    select * from above order by height desc`.execute(q)
  return rows
}

/** How many folders hang below it, one under the other; 0 for none. */
export async function depthBelow(q: Queryable, id: string): Promise<number> {
  const { rows } = await sql<{ depth: number }>`
    with recursive below as (
      select id, 0 as depth from library_folders where id = ${id}
      union all select c.id, b.depth + 1 from library_folders c join below b on c.parent_id = b.id where b.depth < 100)
    select coalesce(max(depth), 0)::int as depth from below`.execute(q)
  return rows[0]?.depth ?? 0
}

export async function countFolders(q: Queryable, orgId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from library_folders where org_id = ${orgId}`.execute(q)
  return rows[0]?.n ?? 0
}

function selectFolders(q: Queryable, orgId: string) {
  return q
    .selectFrom('library_folders as f')
    .selectAll('f')
    .select((eb) =>
      eb
        .selectFrom('library_files as l')
        .select(sql<number>`count(*)::int`.as('n'))
        .whereRef('l.folder_id', '=', 'f.id')
        .where('l.deleted_at', 'is', null)
        .as('files'),
    )
    .where('f.org_id', '=', orgId)
    .orderBy('f.sort_name')
    .orderBy('f.name')
}

export type ListedFolder = Awaited<ReturnType<typeof listFolders>>[number]

export async function listFolders(q: Queryable, orgId: string, parentId: string | null) {
  return selectFolders(q, orgId).where('f.parent_id', 'is not distinct from', parentId).execute()
}

/** Folders in whose name every one of these folded words stands. */
export async function searchFolders(q: Queryable, orgId: string, words: readonly string[], limit: number) {
  let query = selectFolders(q, orgId)
  for (const word of words) query = query.where(sql<boolean>`position(${word} in f.sort_name) > 0`)
  return query.limit(limit).execute()
}

export async function insertFolder(
  trx: Trx,
  row: Insertable<Tables['library_folders']>,
): Promise<FolderRow | undefined> {
  return trx
    .insertInto('library_folders')
    .values(row)
    .onConflict((oc) => oc.doNothing())
    .returningAll()
    .executeTakeFirst()
}

/** Whether a folder of this name, in any case, stands beside where this one is or shall be. */
export async function folderNameTaken(
  q: Queryable,
  input: { orgId: string; parentId: string | null; name: string; but: string },
): Promise<boolean> {
  const row = await q
    .selectFrom('library_folders')
    .select('id')
    .where('org_id', '=', input.orgId)
    .where('parent_id', 'is not distinct from', input.parentId)
    .where(sql<boolean>`lower(name) = lower(${input.name})`)
    .where('id', '<>', input.but)
    .executeTakeFirst()
  return row !== undefined
}

export async function updateFolder(
  trx: Trx,
  id: string,
  set: Updateable<Tables['library_folders']>,
): Promise<void> {
  await trx.updateTable('library_folders').set(set).where('id', '=', id).execute()
}

/** False when something live stands in it. Files deleted from it lie in the top folder from now on. */
export async function deleteEmptyFolder(trx: Trx, id: string): Promise<boolean> {
  const { rows } = await sql`select 1 from library_folders where parent_id = ${id}
    union all select 1 from library_files where folder_id = ${id} and deleted_at is null limit 1`.execute(trx)
  if (rows.length > 0) return false
  await trx.updateTable('library_files').set({ folder_id: null }).where('folder_id', '=', id).execute()
  await trx.deleteFrom('library_folders').where('id', '=', id).execute()
  return true
}

/** A file nobody deleted. */
export async function findLibraryFile(
  q: Queryable,
  orgId: string,
  id: string,
): Promise<LibraryFileRow | undefined> {
  return q
    .selectFrom('library_files')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
}

export async function listLibraryFiles(
  q: Queryable,
  orgId: string,
  folderId: string | null,
  limit: number,
): Promise<LibraryFileRow[]> {
  return liveFiles(q, orgId).where('folder_id', 'is not distinct from', folderId).limit(limit).execute()
}

/** Files of all folders in whose name every one of these folded words stands. */
export async function searchLibraryFiles(
  q: Queryable,
  orgId: string,
  words: readonly string[],
  limit: number,
): Promise<LibraryFileRow[]> {
  let query = liveFiles(q, orgId)
  for (const word of words) query = query.where(sql<boolean>`position(${word} in sort_name) > 0`)
  return query.limit(limit).execute()
}

function liveFiles(q: Queryable, orgId: string) {
  return q
    .selectFrom('library_files')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('deleted_at', 'is', null)
    .orderBy('sort_name')
    .orderBy('name')
    .orderBy('id')
}

export async function insertLibraryFile(trx: Trx, row: Insertable<Tables['library_files']>): Promise<void> {
  await trx.insertInto('library_files').values(row).execute()
}

/** False when somebody deleted it. */
export async function changeLibraryFile(
  trx: Trx,
  id: string,
  set: Updateable<Tables['library_files']>,
): Promise<boolean> {
  const row = await trx
    .updateTable('library_files')
    .set(set)
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** A file somebody deleted, until it is erased. */
export async function findDeletedFile(
  q: Queryable,
  orgId: string,
  id: string,
): Promise<LibraryFileRow | undefined> {
  return q
    .selectFrom('library_files')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .where('deleted_at', 'is not', null)
    .executeTakeFirst()
}

/** Brings a deleted file back, into this folder. */
export async function restoreFile(trx: Trx, id: string, folderId: string | null, now: Date): Promise<void> {
  await trx
    .updateTable('library_files')
    .set({ deleted_at: null, folder_id: folderId, updated_at: now })
    .where('id', '=', id)
    .execute()
}

/** Every version of these files, newest first. */
export async function listVersions(q: Queryable, fileIds: readonly string[]): Promise<VersionRow[]> {
  if (fileIds.length === 0) return []
  return selectVersions(q)
    .where('v.file_id', 'in', [...fileIds])
    .orderBy('v.file_id')
    .orderBy('v.nth', 'desc')
    .execute()
}

/** A version of a file nobody deleted, and that file's name. */
export async function findVersion(
  q: Queryable,
  orgId: string,
  id: string,
): Promise<(VersionRow & { name: string }) | undefined> {
  return selectVersions(q)
    .innerJoin('library_files as f', 'f.id', 'v.file_id')
    .select('f.name')
    .where('v.org_id', '=', orgId)
    .where('v.id', '=', id)
    .where('f.deleted_at', 'is', null)
    .executeTakeFirst()
}

function selectVersions(q: Queryable) {
  return q
    .selectFrom('library_versions as v')
    .innerJoin('users as u', 'u.id', 'v.made_by')
    .selectAll('v')
    .select('u.name as madeByName')
}

/** The file of which a version of this id was made. */
export async function fileOfVersion(q: Queryable, id: string): Promise<string | undefined> {
  const row = await q.selectFrom('library_versions').select('file_id').where('id', '=', id).executeTakeFirst()
  return row?.file_id
}

/** As the newest of its file; call it while the organisation's files are locked. */
export async function insertVersion(
  trx: Trx,
  row: Omit<Insertable<Tables['library_versions']>, 'nth'>,
): Promise<void> {
  await trx
    .insertInto('library_versions')
    .values((eb) => ({
      ...row,
      nth: eb
        .selectFrom('library_versions')
        .select(sql<number>`coalesce(max(nth), 0) + 1`.as('next'))
        .where('file_id', '=', row.file_id),
    }))
    .execute()
}

/** Erases files deleted before that time; answers whose bytes may now be nobody's. */
export async function purgeLibrary(
  trx: Trx,
  before: Date,
  limit: number,
): Promise<{ orgId: string; sha256: string }[]> {
  const files = await trx
    .selectFrom('library_files')
    .select('id')
    .where('deleted_at', '<', before)
    .limit(limit)
    .forUpdate()
    .execute()
  const ids = files.map((file) => file.id)
  if (ids.length === 0) return []
  const versions = await trx
    .deleteFrom('library_versions')
    .where('file_id', 'in', ids)
    .returning(['org_id as orgId', 'sha256'])
    .execute()
  await trx.deleteFrom('library_files').where('id', 'in', ids).execute()
  return versions
}
