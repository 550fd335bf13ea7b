import { type Insertable, sql } from 'kysely'
import type { Queryable, Trx } from './database.ts'
import { type Viewer, visibleTo } from './records.ts'
import type { Tables } from './tables.ts'

export interface TemplateRow {
  id: string
  version: number
  name: string
  module: string | null
  subject: string
  html: string
  shared: boolean
  ownerId: string
  ownerName: string
  updatedAt: Date
}

/** The one shape in which templates leave the store: one's own and those shared with everybody. */
function selectTemplates(q: Queryable, orgId: string, userId: string) {
  return q
    .selectFrom('templates as t')
    .innerJoin('users as u', 'u.id', 't.owner_id')
    .select([
      't.id',
      't.version',
      't.name',
      't.module',
      't.subject',
      't.html',
      't.shared',
      't.owner_id as ownerId',
      'u.name as ownerName',
      't.updated_at as updatedAt',
    ])
    .where('t.org_id', '=', orgId)
    .where('t.deleted_at', 'is', null)
    .where((eb) => eb.or([eb('t.owner_id', '=', userId), eb('t.shared', '=', true)]))
}

/** By name; at most 500. */
export async function listTemplates(q: Queryable, orgId: string, userId: string): Promise<TemplateRow[]> {
  return selectTemplates(q, orgId, userId).orderBy('t.name').orderBy('t.id').limit(500).execute()
}

export async function findTemplate(
  q: Queryable,
  who: { orgId: string; userId: string },
  id: string,
): Promise<TemplateRow | undefined> {
  return selectTemplates(q, who.orgId, who.userId).where('t.id', '=', id).executeTakeFirst()
}

export async function insertTemplate(trx: Trx, row: Insertable<Tables['templates']>): Promise<void> {
  await trx.insertInto('templates').values(row).execute()
}

/** Writes over the version the person saw; false when somebody was faster or it is gone. */
export async function changeTemplate(
  trx: Trx,
  input: { orgId: string; id: string; version: number; now: Date },
  set: {
    name?: string | undefined
    module?: string | null | undefined
    subject?: string | undefined
    html?: string | undefined
    shared?: boolean | undefined
    deleted_at?: Date | null
  },
): Promise<boolean> {
  const row = await trx
    .updateTable('templates')
    .set((eb) => ({ ...set, updated_at: input.now, version: eb('version', '+', 1) }))
    .where('org_id', '=', input.orgId)
    .where('id', '=', input.id)
    .where('version', '=', input.version)
    .where('deleted_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Puts a deleted one back, of its owner. */
export async function restoreTemplate(
  trx: Trx,
  input: { orgId: string; userId: string; id: string; now: Date },
): Promise<boolean> {
  const row = await trx
    .updateTable('templates')
    .set((eb) => ({ deleted_at: null, updated_at: input.now, version: eb('version', '+', 1) }))
    .where('org_id', '=', input.orgId)
    .where('id', '=', input.id)
    .where('owner_id', '=', input.userId)
    .where('deleted_at', 'is not', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function organisationName(q: Queryable, orgId: string): Promise<string> {
  const row = await q.selectFrom('organisations').select('name').where('id', '=', orgId).executeTakeFirst()
  return row?.name ?? ''
}

/** Open deals a person is a contact of, as far as the viewer may open them, by name; at most 20. */
export async function openDealsWith(
  q: Queryable,
  viewer: Viewer,
  personId: string,
): Promise<{ id: string; name: string }[]> {
  const { rows } = await sql<{ id: string; name: string }>`
    select records.id::text as id, records.name from records
    where records.org_id = ${viewer.orgId}::uuid and records.module = 'deals' and records.deleted_at is null
      and coalesce(records.fields->>'stage', '') not in ('won', 'lost') and ${visibleTo(viewer)}
      and (records.main_contact_id = ${personId}::uuid or exists (select 1 from record_links l
        where l.record_id = records.id and l.target_id = ${personId}::uuid and l.field = 'contacts'))
    order by records.name, records.id limit 20`.execute(q)
  return rows
}

/** The deal its reader has named for a thread of one of their own mailboxes. */
export async function dealOfThread(
  q: Queryable,
  of: { userId: string; threadId: string },
): Promise<string | undefined> {
  const row = await q
    .selectFrom('thread_deals as t')
    .innerJoin('mailboxes as m', 'm.id', 't.mailbox_id')
    .select('t.deal_id')
    .where('m.user_id', '=', of.userId)
    .where('t.gmail_thread_id', '=', of.threadId)
    .executeTakeFirst()
  return row?.deal_id ?? undefined
}
