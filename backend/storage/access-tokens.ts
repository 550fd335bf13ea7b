import type { Insertable, Selectable } from 'kysely'
import type { Database, Queryable } from './database.ts'
import type { Tables } from './tables.ts'

export type AccessTokenRow = Selectable<Tables['access_tokens']>

export async function insertAccessToken(
  q: Queryable,
  row: Insertable<Tables['access_tokens']>,
): Promise<void> {
  await q.insertInto('access_tokens').values(row).execute()
}

/** A user's tokens that still open something at `now`, newest first. */
export async function listAccessTokens(
  q: Queryable,
  input: { orgId: string; userId: string; now: Date },
): Promise<AccessTokenRow[]> {
  return q
    .selectFrom('access_tokens')
    .selectAll()
    .where('org_id', '=', input.orgId)
    .where('user_id', '=', input.userId)
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', input.now)]))
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute()
}

/** The token with its user, if both are good at `now`. */
export async function findAccessToken(db: Database, tokenHash: string, now: Date) {
  return db
    .selectFrom('access_tokens as t')
    .innerJoin('users', 'users.id', 't.user_id')
    .innerJoin('organisations', 'organisations.id', 'users.org_id')
    .select([
      't.id as tokenId',
      't.read_only as readOnly',
      't.last_used_at as lastUsedAt',
      'users.id as userId',
      'users.org_id as orgId',
      'users.role',
      'users.email',
      'users.name',
      'organisations.policy',
      'organisations.modules_version as modulesVersion',
      'organisations.hidden_modules as hiddenModules',
    ])
    .where('t.token_hash', '=', tokenHash)
    .where('t.revoked_at', 'is', null)
    .where((eb) => eb.or([eb('t.expires_at', 'is', null), eb('t.expires_at', '>', now)]))
    .where('users.status', '=', 'active')
    .executeTakeFirst()
}

/** False once the token is revoked, has expired, or its user is deactivated. */
export async function accessTokenStands(db: Database, id: string, now: Date): Promise<boolean> {
  const row = await db
    .selectFrom('access_tokens as t')
    .innerJoin('users', 'users.id', 't.user_id')
    .select('t.id')
    .where('t.id', '=', id)
    .where('t.revoked_at', 'is', null)
    .where((eb) => eb.or([eb('t.expires_at', 'is', null), eb('t.expires_at', '>', now)]))
    .where('users.status', '=', 'active')
    .executeTakeFirst()
  return row !== undefined
}

export async function touchAccessToken(db: Database, id: string, now: Date): Promise<void> {
  await db.updateTable('access_tokens').set({ last_used_at: now }).where('id', '=', id).execute()
}

/** Another secret for a token that was never used; undefined when it was, or is gone. */
export async function replaceSecret(
  q: Queryable,
  input: { orgId: string; userId: string; id: string; tokenHash: string; hint: string },
): Promise<AccessTokenRow | undefined> {
  return q
    .updateTable('access_tokens')
    .set({ token_hash: input.tokenHash, hint: input.hint })
    .where('id', '=', input.id)
    .where('org_id', '=', input.orgId)
    .where('user_id', '=', input.userId)
    .where('revoked_at', 'is', null)
    .where('last_used_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
}

export async function hasAccessToken(q: Queryable, userId: string, id: string): Promise<boolean> {
  const row = await q
    .selectFrom('access_tokens')
    .select('id')
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row !== undefined
}

/** False when there was none to revoke. */
export async function revokeAccessToken(
  q: Queryable,
  input: { orgId: string; userId: string; id: string; now: Date },
): Promise<boolean> {
  const row = await q
    .updateTable('access_tokens')
    .set({ revoked_at: input.now })
    .where('org_id', '=', input.orgId)
    .where('user_id', '=', input.userId)
    .where('id', '=', input.id)
    .where('revoked_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}
