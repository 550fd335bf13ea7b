import { normaliseEntry } from './addresses.ts'
import type { RoleName } from './permissions.ts'
import { type Policy, policyValue } from './policy.ts'

/** Addresses of the organisation itself, e.g. its sales desk's (S-071). */
export function isShared(policy: Policy, address: string): boolean {
  const shared = policyValue(policy, 'mail.sharedAddresses')
  return Array.isArray(shared) && shared.some((one) => normaliseEntry(String(one)) === address)
}

/** Who may write as the organisation. Everybody may write as themselves. */
export function mayUseSender(policy: Policy, role: RoleName, address: string): boolean {
  if (!isShared(policy, address)) return true
  const roles = policyValue(policy, 'mail.sharedAddressesFor')
  return Array.isArray(roles) && roles.includes(role)
}

/**
 * Whether a mail may go out from this address: the account itself (`from` null), or an alias that Gmail still calls verified
 * and the policy still allows (S-071). Otherwise it is held `alias_gone`.
 */
export function senderStands(mail: {
  from: string | null
  account: string
  /** Verified send-as addresses of the account, as last read. */
  aliases: readonly string[]
  policy: Policy
  role: RoleName
}): boolean {
  const { from, account, aliases, policy, role } = mail
  if (from === null || from === account) return true
  return aliases.includes(from) && mayUseSender(policy, role, from)
}
