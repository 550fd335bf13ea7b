import {
  isPolicyKey,
  othersAccess,
  type Policy,
  policyRules,
  policyValue,
} from '../../../lib/domain/policy.ts'
import type { Trx } from '../../storage/database.ts'
import { appendEvent } from '../../storage/events.ts'
import { listAdmins } from '../../storage/people.ts'
import { policyOf } from '../../storage/policy.ts'
import { ownersOf } from '../../storage/records.ts'

/**
 * Tells of changed records whoever may open them; `also`: who owned one before. Where the module is closed to others not
 * even a record's id goes out to them. Call it after the change.
 */
export async function tellRecords(
  trx: Trx,
  input: { orgId: string; at: Date; ids: readonly string[]; also?: readonly string[] },
): Promise<void> {
  const { orgId, at, ids, also = [] } = input
  const { policy, hiddenModules } = await policyOf(trx, orgId)
  // Most organisations close nothing: that costs no more than reading so.
  const mayBeClosed = closesAny(policy) || hiddenModules.length > 0
  const owners = mayBeClosed ? await ownersOf(trx, orgId, ids) : []
  const closed = owners.filter(
    ({ module }) => hiddenModules.includes(module) || othersAccess(policy, module) === 'private',
  )
  const admins = closed.length > 0 ? await listAdmins(trx, orgId) : []
  for (const id of new Set(ids)) {
    const record = closed.find((one) => one.id === id)
    const hearers = record === undefined ? [undefined] : [...new Set([record.ownerId, ...also, ...admins])]
    for (const userId of hearers)
      await appendEvent(trx, { orgId, userId, payload: { type: 'record', id }, at })
  }
}

function closesAny(policy: Policy): boolean {
  const keys = Object.keys(policyRules).filter(isPolicyKey)
  return keys.some((key) => key.startsWith('access.') && policyValue(policy, key) === 'private')
}
