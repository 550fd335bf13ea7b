import type { PolicyAnswer, PolicyChanges, PolicySetting } from '../../lib/contract/people.ts'
import { normaliseEntry } from '../../lib/domain/addresses.ts'
import { Refusal } from '../../lib/domain/errors.ts'
import { readCursor, writeCursor } from '../../lib/domain/list-cursor.ts'
import {
  fitsRule,
  isPolicyKey,
  type Policy,
  type PolicyKey,
  type PolicyRule,
  policyRules,
  policyValue,
} from '../../lib/domain/policy.ts'
import type { Trx } from '../storage/database.ts'
import { appendEvent } from '../storage/events.ts'
import { getJoinDomains, setJoinDomains } from '../storage/identity.ts'
import {
  insertPolicyChange,
  lastPolicyChanges,
  listPolicyChanges,
  lockPolicy,
  writePolicy,
} from '../storage/policy.ts'
import { requirePermission } from './access.ts'
import type { Context } from './context.ts'
import { linkingChanged, neverLinkChanged } from './links/policy.ts'
import { limitsChanged } from './sends/allowance.ts'

const pageSize = 50
/** Who may join is no rule of the domain, but its changes stand beside the others. */
const joinKey = 'join.domains'

/** Every setting with its rule, what is set, and who set it last. Everybody signed in may read them. */
export async function getPolicy(ctx: Context): Promise<PolicyAnswer> {
  const last = new Map((await lastPolicyChanges(ctx.db, ctx.actor.orgId)).map((row) => [row.key, row]))
  const settings = Object.keys(policyRules)
    .filter(isPolicyKey)
    .map((key): PolicySetting => {
      const { default: standard, ...rule } = ruleOf(key)
      const changed = last.get(key)
      return {
        key,
        ...rule,
        value: isSet(ctx.actor.policy, key) ? policyValue(ctx.actor.policy, key) : null,
        default: standard,
        changedBy: changed?.name ?? null,
        changedAt: changed?.at.toISOString() ?? null,
      }
    })
  return { settings }
}

/**
 * Sets one setting, or with null goes back to its default. An admin's; who, when, old and new are kept.
 * @throws Refusal not_found `setting_unknown`; invalid `setting_out_of_bounds`
 */
export async function setPolicy(
  ctx: Context,
  key: string,
  input: { value?: unknown },
): Promise<PolicySetting> {
  requirePermission(ctx, 'admin')
  const known = requireKey(key)
  const rule = ruleOf(known)
  const value = input.value === null ? undefined : tidy(rule, input.value)
  if (input.value !== null && !fitsRule(rule, value)) {
    const facts = rule.kind === 'number' ? { min: rule.min, max: rule.max } : {}
    const fields = [{ field: 'value', reason: 'setting_out_of_bounds' as const }]
    throw new Refusal('invalid', 'setting_out_of_bounds', facts, fields)
  }
  const policy = await ctx.db.transaction().execute(async (trx) => {
    const { policy: before } = await lockPolicy(trx, ctx.actor.orgId)
    const { [known]: old, ...rest } = before
    const after = value === undefined ? rest : { ...rest, [known]: value }
    await writePolicy(trx, ctx.actor.orgId, after)
    await linkingChanged(ctx, trx, known, { before, after })
    if (known === 'sends.perDay' || known === 'sends.perMinute') await limitsChanged(trx, ctx.actor.orgId)
    await note(ctx, trx, known, old ?? null, value ?? null)
    return after
  })
  const { settings } = await getPolicy({ ...ctx, actor: { ...ctx.actor, policy } })
  const setting = settings.find((one) => one.key === known)
  if (setting === undefined) throw new Refusal('not_found', 'setting_unknown')
  return setting
}

/** Who set it, when, to what; newest first. Everybody may read it, as they may read the setting. */
export async function policyChanges(
  ctx: Context,
  key: string,
  input: { cursor?: string | undefined },
): Promise<PolicyChanges> {
  const after = readCursor(input.cursor)
  const asked = key === joinKey ? joinKey : requireKey(key)
  const rows = await listPolicyChanges(ctx.db, {
    orgId: ctx.actor.orgId,
    key: asked,
    after,
    limit: pageSize + 1,
  })
  const page = rows.slice(0, pageSize)
  const last = rows.length > pageSize ? page.at(-1) : undefined
  return {
    rows: page.map((row) => ({
      id: row.id,
      at: row.at.toISOString(),
      by: { id: row.by_user, name: row.name },
      old: row.old,
      new: row.new,
    })),
    nextCursor: last === undefined ? null : writeCursor({ at: last.at, key: last.id }),
  }
}

/** Domains whose people may join without an invitation; an admin's to see and to set. */
export async function getJoinPolicy(ctx: Context): Promise<{ domains: string[] }> {
  requirePermission(ctx, 'admin')
  return { domains: await getJoinDomains(ctx.db, ctx.actor.orgId) }
}

export async function setJoinPolicy(
  ctx: Context,
  input: { domains: string[] },
): Promise<{ domains: string[] }> {
  requirePermission(ctx, 'admin')
  await ctx.db.transaction().execute(async (trx) => {
    const { joinDomains } = await lockPolicy(trx, ctx.actor.orgId)
    await setJoinDomains(trx, ctx.actor.orgId, input.domains)
    // Who may join is a colleague, who never links.
    await neverLinkChanged(ctx, trx, joinDomains, input.domains)
    await note(ctx, trx, joinKey, joinDomains, input.domains)
  })
  return input
}

/** Writes the change down and lets everybody ask again what they may do; nothing when nothing changed. */
async function note(ctx: Context, trx: Trx, key: string, old: unknown, now: unknown): Promise<void> {
  const [before, after] = [JSON.stringify(old), JSON.stringify(now)]
  if (before === after) return
  const at = new Date(ctx.clock.now())
  const { orgId, userId } = ctx.actor
  await insertPolicyChange(trx, {
    id: ctx.newId(),
    org_id: orgId,
    key,
    old: before,
    new: after,
    by_user: userId,
    at,
  })
  await appendEvent(trx, { orgId, payload: { type: 'policy' }, at })
}

function requireKey(key: string): PolicyKey {
  if (!isPolicyKey(key)) throw new Refusal('not_found', 'setting_unknown', { key: key.slice(0, 100) })
  return key
}

function ruleOf(key: PolicyKey): PolicyRule {
  return policyRules[key]
}

function isSet(policy: Policy, key: PolicyKey): boolean {
  return policy[key] !== undefined && fitsRule(ruleOf(key), policy[key])
}

/** One way of writing each list: no repetition, choices in the rule's order, domains and addresses in lower case. */
function tidy(rule: PolicyRule, value: unknown): unknown {
  if (!Array.isArray(value) || !value.every((one): one is string => typeof one === 'string')) return value
  if (rule.kind === 'list') return [...new Set(value.map(normaliseEntry))]
  if (rule.kind !== 'choices' || !value.every((one) => rule.choices.includes(one))) return value
  return rule.choices.filter((choice) => value.includes(choice))
}
