import { type Selectable, sql } from 'kysely'
import type { Database, Queryable, Trx } from './database.ts'
import type { Tables } from './tables.ts'

export type PersonRow = Selectable<Tables['users']>

/** Everybody of the organisation, deactivated people too, by name. */
export async function listMembers(q: Queryable, orgId: string): Promise<PersonRow[]> {
  return q.selectFrom('users').selectAll().where('org_id', '=', orgId).orderBy('name').orderBy('id').execute()
}

/** Ids of the organisation's active admins. */
export async function listAdmins(q: Queryable, orgId: string): Promise<string[]> {
  const rows = await q
    .selectFrom('users')
    .select('id')
    .where('org_id', '=', orgId)
    .where('role', '=', 'admin')
    .where('status', '=', 'active')
    .orderBy('id')
    .execute()
  return rows.map((row) => row.id)
}

export async function findPerson(q: Queryable, orgId: string, id: string): Promise<PersonRow | undefined> {
  return q.selectFrom('users').selectAll().where('org_id', '=', orgId).where('id', '=', id).executeTakeFirst()
}

const count = sql<number>`count(*)::int`

/** Standing records by owner. */
export async function countOwned(q: Queryable, orgId: string): Promise<Map<string, number>> {
  const rows = await q
    .selectFrom('records')
    .select(['owner_id as id', count.as('n')])
    .where('org_id', '=', orgId)
    .where('deleted_at', 'is', null)
    .groupBy('owner_id')
    .execute()
  return new Map(rows.map((row) => [row.id, row.n]))
}

/** Mailboxes that are not disconnected, by user. */
export async function countMailboxes(q: Queryable, orgId: string): Promise<Map<string, number>> {
  const rows = await q
    .selectFrom('mailboxes')
    .select(['user_id as id', count.as('n')])
    .where('org_id', '=', orgId)
    .where('status', '<>', 'disconnected')
    .groupBy('user_id')
    .execute()
  return new Map(rows.map((row) => [row.id, row.n]))
}

/** When each user was last here, by session or token. */
export async function lastSeenOf(q: Queryable, orgId: string): Promise<Map<string, Date>> {
  const { rows } = await sql<{ id: string; at: Date }>`
    select id, max(at) as at from (
      select user_id as id, last_seen_at as at from sessions where org_id = ${orgId}::uuid
      union all
      select user_id, last_used_at from access_tokens where org_id = ${orgId}::uuid and last_used_at is not null) seen
    group by id`.execute(q)
  return new Map(rows.map((row) => [row.id, row.at]))
}

/** Holds the organisation until the transaction ends, so that its last admin cannot be lost to two requests at once. */
export async function lockOrganisation(trx: Trx, orgId: string): Promise<void> {
  await trx
    .selectFrom('organisations')
    .select('id')
    .where('id', '=', orgId)
    .forUpdate()
    .executeTakeFirstOrThrow()
}

export async function hasOtherAdmin(trx: Trx, orgId: string, id: string): Promise<boolean> {
  const other = await trx
    .selectFrom('users')
    .select('id')
    .where('org_id', '=', orgId)
    .where('id', '<>', id)
    .where('role', '=', 'admin')
    .where('status', '=', 'active')
    .limit(1)
    .executeTakeFirst()
  return other !== undefined
}

export async function writePerson(
  trx: Trx,
  id: string,
  set: Pick<PersonRow, 'role' | 'status' | 'deactivated_at'>,
): Promise<void> {
  await trx.updateTable('users').set(set).where('id', '=', id).execute()
}

/** Ends every session and every personal access token of a user. */
export async function endAccess(trx: Trx, userId: string, now: Date): Promise<void> {
  await trx.deleteFrom('sessions').where('user_id', '=', userId).execute()
  await trx
    .updateTable('access_tokens')
    .set({ revoked_at: now })
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .execute()
}

export async function listInvitations(q: Queryable, orgId: string) {
  return q
    .selectFrom('invitations')
    .innerJoin('users', 'users.id', 'invitations.invited_by')
    .select(['invitations.email', 'invitations.role', 'invitations.created_at', 'users.name as invitedBy'])
    .where('invitations.org_id', '=', orgId)
    .orderBy('invitations.created_at', 'desc')
    .orderBy('invitations.email')
    .execute()
}

export async function deleteInvitation(q: Queryable, orgId: string, email: string): Promise<boolean> {
  const row = await q
    .deleteFrom('invitations')
    .where('org_id', '=', orgId)
    .where('email', '=', email)
    .returning('email')
    .executeTakeFirst()
  return row !== undefined
}

/** Records of an owner that stand or lie in the bin. */
export async function countAllOwned(db: Database, orgId: string, ownerId: string): Promise<number> {
  const row = await db
    .selectFrom('records')
    .select(count.as('n'))
    .where('org_id', '=', orgId)
    .where('owner_id', '=', ownerId)
    .executeTakeFirstOrThrow()
  return row.n
}

/** Gives the next `limit` records after `after` (an id) to another owner; their ids in order. The bin comes along. */
export async function giveRecords(
  trx: Trx,
  input: { orgId: string; from: string; to: string; after: string; limit: number; now: Date },
): Promise<string[]> {
  const { orgId, from, to, after, limit, now } = input
  const rows = await trx
    .with('next', (qb) =>
      qb
        .selectFrom('records')
        .select('id')
        .where('org_id', '=', orgId)
        .where('owner_id', '=', from)
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .forUpdate(),
    )
    .updateTable('records')
    .set((eb) => ({ owner_id: to, updated_at: now, version: eb('version', '+', 1) }))
    .where('id', 'in', (eb) => eb.selectFrom('next').select('next.id'))
    .returning('id')
    .execute()
  return rows.map((row) => row.id).sort()
}
