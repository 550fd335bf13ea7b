import type { ModuleKey } from './modules.ts'
import { type Permission, permissions, type RoleName, rolePermissions } from './permissions.ts'

/** What people who do not own a record may do with it; admins may do everything with every record. */
const accessLevels = ['private', 'read', 'edit'] as const
export type AccessLevel = (typeof accessLevels)[number]

/** How a setting is checked and drawn. Sizes in bytes, times in minutes unless the unit says otherwise. */
export type PolicyRule =
  | {
      kind: 'number'
      default: number
      min: number
      max: number
      unit: 'bytes' | 'minutes' | 'count' | 'days'
    }
  | { kind: 'choice'; default: string; choices: readonly string[] }
  | { kind: 'choices'; default: readonly string[]; choices: readonly string[] }
  | { kind: 'list'; default: readonly string[]; of: 'domain' | 'address_or_domain' | 'address' }
  | { kind: 'switch'; default: boolean }

const MB = 1024 * 1024
const access: PolicyRule = { kind: 'choice', default: 'edit', choices: accessLevels }
const may = (role: RoleName): PolicyRule => ({
  kind: 'choices',
  default: rolePermissions[role].filter((permission) => permission !== 'admin'),
  choices: permissions.filter((permission) => permission !== 'admin'),
})

/**
 * Every setting the decisions name, with its default and bounds (decisions 3, 4, 6, 7, 9, 15; S-029, S-050 … S-053). Keys
 * are stored; `access.<module>` stands for a module of an admin's own too.
 */
export const policyRules = {
  'access.leads': access,
  'access.contacts': access,
  'access.accounts': access,
  'access.deals': access,
  'access.quotes': access,
  'access.sales_orders': access,
  'access.purchase_orders': access,
  'access.invoices': access,
  'access.custom': access,
  'permissions.rep': may('rep'),
  'permissions.viewer': may('viewer'),
  'schedule.who': { kind: 'choice', default: 'everyone', choices: ['everyone', 'admins', 'off'] },
  'mail.maxBytes': { kind: 'number', default: 10 * MB, min: MB, max: 25 * MB, unit: 'bytes' },
  'mail.maxBytes.rep': { kind: 'number', default: 10 * MB, min: MB, max: 25 * MB, unit: 'bytes' },
  'mail.maxLibraryFiles': { kind: 'number', default: 5, min: 1, max: 20, unit: 'count' },
  fileQuotaBytes: { kind: 'number', default: 5 * 1024 * MB, min: 0, max: 10_240 * 1024 * MB, unit: 'bytes' },
  'sends.perDay': { kind: 'number', default: 400, min: 1, max: 1500, unit: 'count' },
  'sends.perMinute': { kind: 'number', default: 20, min: 1, max: 30, unit: 'count' },
  'mail.sharedAddresses': { kind: 'list', default: [], of: 'address' },
  'mail.sharedAddressesFor': {
    kind: 'choices',
    default: ['admin', 'rep'],
    choices: ['admin', 'rep', 'viewer'],
  },
  'sends.lateMinutes': { kind: 'number', default: 120, min: 5, max: 10_080, unit: 'minutes' },
  'sends.deliveredMinutes': { kind: 'number', default: 15, min: 5, max: 1440, unit: 'minutes' },
  'sharing.default': {
    kind: 'choice',
    default: 'private',
    choices: ['private', 'metadata', 'public', 'per_record'],
  },
  'sharing.forced': { kind: 'switch', default: false },
  'links.internalDomains': { kind: 'list', default: [], of: 'domain' },
  'links.never': { kind: 'list', default: [], of: 'address_or_domain' },
  'records.binDays': { kind: 'number', default: 30, min: 1, max: 365, unit: 'days' },
} as const satisfies Record<string, PolicyRule>

export type PolicyKey = keyof typeof policyRules

export function isPolicyKey(key: string): key is PolicyKey {
  return Object.hasOwn(policyRules, key)
}

/** What an organisation set, by key; a missing key means the default. */
export type Policy = Readonly<Record<string, unknown>>

/** The value in force: what was set if it still fits its rule, else the default. */
export function policyValue(policy: Policy, key: PolicyKey): unknown {
  const set = policy[key]
  const rule: PolicyRule = policyRules[key]
  return set !== undefined && fitsRule(rule, set) ? set : rule.default
}

export function policyNumber(policy: Policy, key: PolicyKey): number {
  const value = policyValue(policy, key)
  return typeof value === 'number' ? value : 0
}

/** True when `value` is of the rule's kind and within its bounds. */
export function fitsRule(rule: PolicyRule, value: unknown): boolean {
  switch (rule.kind) {
    case 'number':
      return typeof value === 'number' && Number.isInteger(value) && value >= rule.min && value <= rule.max
    case 'choice':
      return typeof value === 'string' && rule.choices.includes(value)
    case 'switch':
      return typeof value === 'boolean'
    case 'choices':
      return Array.isArray(value) && value.every((one) => rule.choices.includes(one))
    case 'list':
      return (
        Array.isArray(value) &&
        value.length <= 1000 &&
        value.every((one) => typeof one === 'string' && one.length <= 320 && fitsList(rule.of, one))
      )
  }
}

function fitsList(of: 'domain' | 'address_or_domain' | 'address', text: string): boolean {
  if (of === 'address') return /^[^@\s\p{C}]+@[^@\s\p{C}]+\.[^@\s\p{C}]+$/u.test(text)
  return of === 'domain'
    ? /^[^@\s\p{C}]+\.[^@\s\p{C}]+$/u.test(text)
    : /^(?:[^@\s\p{C}]+@)?[^@\s\p{C}]+\.[^@\s\p{C}]+$/u.test(text)
}

export function othersAccess(policy: Policy, module: ModuleKey): AccessLevel {
  const key = `access.${module}`
  const value = policyValue(policy, isPolicyKey(key) ? key : 'access.custom')
  return accessLevels.find((level) => level === value) ?? 'private'
}

/**
 * Whether a role has a permission under this policy. `admin` belongs to admins alone; `schedule.who` may take scheduling
 * from everybody, admins included (S-029, S-044).
 */
export function roleMay(policy: Policy, role: RoleName, permission: Permission): boolean {
  if (permission === 'mail.schedule' && !maySchedule(policy, role)) return false
  if (role === 'admin') return true
  if (permission === 'admin') return false
  const value = policyValue(policy, role === 'rep' ? 'permissions.rep' : 'permissions.viewer')
  return Array.isArray(value) && value.includes(permission)
}

function maySchedule(policy: Policy, role: RoleName): boolean {
  const who = policyValue(policy, 'schedule.who')
  return who === 'everyone' || (who === 'admins' && role === 'admin')
}

/** Everything a role may do under this policy. */
export function permissionsOf(policy: Policy, role: RoleName): Permission[] {
  return permissions.filter((permission) => roleMay(policy, role, permission))
}
