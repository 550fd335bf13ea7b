import { type Insertable, type Selectable, sql } from 'kysely'
import type { Database, Queryable, Trx } from './database.ts'
import type { Tables } from './tables.ts'

type User = Selectable<Tables['users']>
export type SignIn = Selectable<Tables['sign_ins']>
export type Mailbox = Selectable<Tables['mailboxes']>

export async function insertSignIn(db: Database, row: Insertable<Tables['sign_ins']>): Promise<void> {
  await db.insertInto('sign_ins').values(row).execute()
}

export async function findSignInByState(db: Database, stateHash: string): Promise<SignIn | undefined> {
  return db.selectFrom('sign_ins').selectAll().where('state_hash', '=', stateHash).executeTakeFirst()
}

export async function findSignInByCode(db: Database, code: string): Promise<SignIn | undefined> {
  return db.selectFrom('sign_ins').selectAll().where('code', '=', code).executeTakeFirst()
}

/** Compare-and-set; false when somebody was faster or it had another status. */
export async function moveSignIn(
  q: Queryable,
  code: string,
  from: SignIn['status'],
  to: Pick<SignIn, 'status'> & Partial<Pick<SignIn, 'reason' | 'receipt_hash' | 'sealed_grant'>>,
): Promise<boolean> {
  const row = await q
    .updateTable('sign_ins')
    .set(to)
    .where('code', '=', code)
    .where('status', '=', from)
    .returning('code')
    .executeTakeFirst()
  return row !== undefined
}

export async function deleteOldSignIns(db: Database, before: Date): Promise<void> {
  await db.deleteFrom('sign_ins').where('expires_at', '<', before).execute()
}

export async function findUserBySub(q: Queryable, sub: string): Promise<User | undefined> {
  return q.selectFrom('users').selectAll().where('google_sub', '=', sub).executeTakeFirst()
}

/** The one organisation of an installation; later stages may hold several, and no query relies on there being one. */
export async function findOrganisationFor(
  q: Queryable,
  email: string,
  domain: string,
): Promise<{ orgId: string; role: 'admin' | 'rep' | 'viewer' } | undefined> {
  const invited = await q
    .selectFrom('invitations')
    .select(['org_id', 'role'])
    .where('email', '=', email)
    .executeTakeFirst()
  if (invited) return { orgId: invited.org_id, role: invited.role }
  const byDomain = await q
    .selectFrom('organisations')
    .select('id')
    .where((eb) => eb(eb.val(domain), '=', eb.fn.any('join_domains')))
    .executeTakeFirst()
  return byDomain && { orgId: byDomain.id, role: 'rep' }
}

export async function anyOrganisation(q: Queryable): Promise<{ id: string; name: string } | undefined> {
  return q.selectFrom('organisations').select(['id', 'name']).orderBy('created_at').executeTakeFirst()
}

export async function requireOrganisation(q: Queryable, id: string): Promise<{ id: string; name: string }> {
  return q.selectFrom('organisations').select(['id', 'name']).where('id', '=', id).executeTakeFirstOrThrow()
}

/** Serialises "is there an organisation yet?" so that two first sign-ins cannot both become its admin. */
export async function lockJoining(trx: Trx): Promise<void> {
  await sql`select pg_advisory_xact_lock(7205759)`.execute(trx)
}

export async function insertFirstOrganisation(
  trx: Trx,
  row: { id: string; name: string; created_at: Date; join_domains: string[] },
): Promise<void> {
  await trx.insertInto('organisations').values(row).execute()
}

export async function insertUser(trx: Trx, row: Insertable<Tables['users']>): Promise<void> {
  await trx.insertInto('users').values(row).execute()
  await trx
    .deleteFrom('invitations')
    .where('org_id', '=', row.org_id)
    .where('email', '=', row.email)
    .execute()
}

export async function updateUserName(
  q: Queryable,
  userId: string,
  email: string,
  name: string,
): Promise<void> {
  await q.updateTable('users').set({ email, name }).where('id', '=', userId).execute()
}

export async function insertSession(q: Queryable, row: Insertable<Tables['sessions']>): Promise<void> {
  await q.insertInto('sessions').values(row).execute()
}

/** The session with its user, if both are good at `now`. */
export async function findSession(db: Database, tokenHash: string, now: Date) {
  return db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .innerJoin('organisations', 'organisations.id', 'users.org_id')
    .select([
      'organisations.policy',
      'organisations.modules_version as modulesVersion',
      'organisations.hidden_modules as hiddenModules',
      'sessions.id as sessionId',
      'sessions.last_seen_at as lastSeenAt',
      'users.id as userId',
      'users.org_id as orgId',
      'users.role',
      'users.email',
      'users.name',
    ])
    .where('sessions.token_hash', '=', tokenHash)
    .where('sessions.expires_at', '>', now)
    .where('users.status', '=', 'active')
    .executeTakeFirst()
}

/** False once the session has ended or its user is deactivated. */
export async function sessionIsGood(db: Database, id: string, now: Date): Promise<boolean> {
  const row = await db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select('sessions.id')
    .where('sessions.id', '=', id)
    .where('sessions.expires_at', '>', now)
    .where('users.status', '=', 'active')
    .executeTakeFirst()
  return row !== undefined
}

export async function touchSession(
  db: Database,
  sessionId: string,
  now: Date,
  expiresAt: Date,
): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ last_seen_at: now, expires_at: expiresAt })
    .where('id', '=', sessionId)
    .execute()
}

export async function listSessions(db: Database, orgId: string, userId: string, now: Date) {
  return db
    .selectFrom('sessions')
    .select(['id', 'device', 'created_at', 'last_seen_at'])
    .where('org_id', '=', orgId)
    .where('user_id', '=', userId)
    .where('expires_at', '>', now)
    .orderBy('last_seen_at', 'desc')
    .execute()
}

export async function deleteSession(
  db: Database,
  orgId: string,
  userId: string,
  id: string,
): Promise<boolean> {
  const row = await db
    .deleteFrom('sessions')
    .where('id', '=', id)
    .where('org_id', '=', orgId)
    .where('user_id', '=', userId)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Everybody active in the organisation, with their connected mailboxes' addresses and aliases. */
export async function listPeople(db: Queryable, orgId: string) {
  const users = await db
    .selectFrom('users')
    .select(['id', 'email', 'name', 'role', 'status'])
    .where('org_id', '=', orgId)
    .orderBy('name')
    .execute()
  const mailboxes = await db
    .selectFrom('mailboxes')
    .select(['user_id', 'email', 'aliases'])
    .where('org_id', '=', orgId)
    .execute()
  return users.map((user) => ({
    ...user,
    addresses: [
      ...new Set([
        user.email,
        ...mailboxes.filter((m) => m.user_id === user.id).flatMap((m) => [m.email, ...m.aliases]),
      ]),
    ],
  }))
}

export async function listMailboxes(db: Queryable, orgId: string, userId: string): Promise<Mailbox[]> {
  return db
    .selectFrom('mailboxes')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('user_id', '=', userId)
    .orderBy('created_at')
    .execute()
}

/** Sends per mailbox of one author that are held or wait for their time. */
export async function countWaiting(
  db: Database,
  orgId: string,
  authorId: string,
): Promise<Map<string, { held: number; scheduled: number }>> {
  const rows = await db
    .selectFrom('sends')
    .select(['mailbox_id', 'status', (eb) => eb.cast<number>(eb.fn.countAll(), 'integer').as('n')])
    .where('org_id', '=', orgId)
    .where('author_id', '=', authorId)
    .where('status', 'in', ['held', 'scheduled'])
    .groupBy(['mailbox_id', 'status'])
    .execute()
  const waiting = new Map<string, { held: number; scheduled: number }>()
  for (const { mailbox_id: id, status, n } of rows) {
    const one = waiting.get(id) ?? { held: 0, scheduled: 0 }
    waiting.set(id, status === 'held' ? { ...one, held: n } : { ...one, scheduled: n })
  }
  return waiting
}

/** Connects or widens; a mailbox that another user of the organisation holds stays theirs (undefined). */
export async function upsertMailbox(
  trx: Trx,
  row: Insertable<Tables['mailboxes']>,
): Promise<Mailbox | undefined> {
  return trx
    .insertInto('mailboxes')
    .values(row)
    .onConflict((oc) =>
      oc
        .columns(['org_id', 'email'])
        .doUpdateSet({
          status: 'connected',
          scopes: row.scopes,
          sync_error: null,
          ...(row.refresh_token !== null && { refresh_token: row.refresh_token }),
        })
        .where('mailboxes.user_id', '=', row.user_id),
    )
    .returningAll()
    .executeTakeFirst()
}

export async function getJoinDomains(db: Database, orgId: string): Promise<string[]> {
  const row = await db
    .selectFrom('organisations')
    .select('join_domains')
    .where('id', '=', orgId)
    .executeTakeFirstOrThrow()
  return row.join_domains
}

export async function setJoinDomains(db: Queryable, orgId: string, domains: string[]): Promise<void> {
  await db.updateTable('organisations').set({ join_domains: domains }).where('id', '=', orgId).execute()
}

export async function upsertInvitation(db: Database, row: Insertable<Tables['invitations']>): Promise<void> {
  await db
    .insertInto('invitations')
    .values(row)
    .onConflict((oc) =>
      oc.columns(['org_id', 'email']).doUpdateSet({ role: row.role, invited_by: row.invited_by }),
    )
    .execute()
}
