import { type Insertable, sql } from 'kysely'
import type { Policy } from '../../lib/domain/policy.ts'
import type { Queryable, Trx } from './database.ts'
import type { Tables } from './tables.ts'

/** What an organisation set, its deleted modules, and how often its modules changed. */
export async function policyOf(
  q: Queryable,
  orgId: string,
): Promise<{ policy: Policy; hiddenModules: readonly string[]; modulesVersion: number }> {
  return q
    .selectFrom('organisations')
    .select(['policy', 'hidden_modules as hiddenModules', 'modules_version as modulesVersion'])
    .where('id', '=', orgId)
    .executeTakeFirstOrThrow()
}

/** What an organisation set, its row locked until the end of the transaction. */
export async function lockPolicy(
  trx: Trx,
  orgId: string,
): Promise<{ policy: Policy; joinDomains: string[] }> {
  return trx
    .selectFrom('organisations')
    .select(['policy', 'join_domains as joinDomains'])
    .where('id', '=', orgId)
    .forUpdate()
    .executeTakeFirstOrThrow()
}

export async function writePolicy(trx: Trx, orgId: string, policy: Policy): Promise<void> {
  await trx
    .updateTable('organisations')
    .set({ policy: JSON.stringify(policy) })
    .where('id', '=', orgId)
    .execute()
}

export async function insertPolicyChange(trx: Trx, row: Insertable<Tables['policy_changes']>): Promise<void> {
  await trx.insertInto('policy_changes').values(row).execute()
}

/** Who changed each setting last, by key. */
export async function lastPolicyChanges(q: Queryable, orgId: string) {
  return q
    .selectFrom('policy_changes')
    .innerJoin('users', 'users.id', 'policy_changes.by_user')
    .distinctOn('policy_changes.key')
    .select(['policy_changes.key', 'policy_changes.at', 'users.name'])
    .where('policy_changes.org_id', '=', orgId)
    .orderBy('policy_changes.key')
    .orderBy('policy_changes.at', 'desc')
    .orderBy('policy_changes.id', 'desc')
    .execute()
}

/** Changes of one setting, newest first, `limit` of them from below `after`. */
export async function listPolicyChanges(
  q: Queryable,
  input: { orgId: string; key: string; after: { at: Date; key: string } | undefined; limit: number },
) {
  const { orgId, key, after, limit } = input
  let query = q
    .selectFrom('policy_changes')
    .innerJoin('users', 'users.id', 'policy_changes.by_user')
    .select([
      'policy_changes.id',
      'policy_changes.at',
      'policy_changes.old',
      'policy_changes.new',
      'policy_changes.by_user',
      'users.name',
    ])
    .where('policy_changes.org_id', '=', orgId)
    .where('policy_changes.key', '=', key)
  if (after !== undefined)
    query = query.where(
      sql<boolean>`(policy_changes.at, policy_changes.id) < (${after.at}::timestamptz, ${after.key}::uuid)`,
    )
  return query
    .orderBy('policy_changes.at', 'desc')
    .orderBy('policy_changes.id', 'desc')
    .limit(limit)
    .execute()
}
