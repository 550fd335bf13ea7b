import { isRobot } from '../../../lib/domain/addresses.ts'
import { policyValue } from '../../../lib/domain/policy.ts'
import { modeInForce, sharingModes, switchOf } from '../../../lib/domain/sharing.ts'
import {
  type ListedMailboxRow,
  type ListedRecordRow,
  readListedMailboxes,
  readListedRecords,
} from '../../storage/emails/scope.ts'
import { ownAddresses } from '../../storage/mail/addresses.ts'
import type { SightScope } from '../../storage/mail/sight.ts'
import type { Context } from '../context.ts'
import { modulesOf } from '../modules.ts'
import { scopesFor } from '../scopes.ts'

/** Lists of some records before the actor's eyes. */
export interface EmailsScope {
  sight: SightScope
  records: readonly ListedRecordRow[]
  mailboxes: readonly ListedMailboxRow[]
  /** The actor gave us reading in one of their mailboxes. */
  mayRead: boolean
  /** Why the one address of a record never links (decisions 6). */
  neverWhy: ReadonlyMap<string, NeverLinks>
}

/** Whose mail stands on no record by its address. */
type NeverLinks = 'colleague' | 'robot' | 'never_link'

/** What decides who sees what in these records' lists, in two statements however many they are. */
export async function emailsScope(ctx: Context, recordIds: readonly string[]): Promise<EmailsScope> {
  const { orgId, userId, policy } = ctx.actor
  const modules = [...(await modulesOf(ctx)).values()]
  const contactModules = modules.filter((one) => one.reach === 'contact').map((one) => one.key)
  const records = await readListedRecords(ctx.db, { orgId, recordIds, contactModules })
  const byDefault = modeInForce(policy, null)
  const forced = policyValue(policy, 'sharing.forced') === true ? byDefault : null
  const [readScope = ''] = scopesFor(['read'])
  const mailboxes = await readListedMailboxes(ctx.db, { orgId, userId, readScope, forced, byDefault })
  return {
    records,
    mailboxes,
    neverWhy: await neverWhyOf(ctx, records),
    mayRead: mailboxes.some((one) => one.userId === userId && one.readable),
    sight: {
      orgId,
      userId,
      lists: records.map((record) => {
        const chosen = switchOf({
          id: record.id,
          module: record.module,
          dealId: record.dealId ?? undefined,
          mainContactId: record.mainContactId ?? undefined,
        })
        return {
          recordId: record.id,
          switchId: chosen?.id ?? null,
          switchIsDeal: chosen?.isDeal ?? false,
          addresses: record.addresses,
        }
      }),
      mailboxes: mailboxes.map((one) => ({
        mailboxId: one.id,
        userId: one.userId,
        mode: modeInForce(policy, sharingModes.find((mode) => mode === one.mode) ?? null),
        mine: one.userId === userId,
        lifted: one.lifted,
      })),
    },
  }
}

async function neverWhyOf(
  ctx: Context,
  records: readonly ListedRecordRow[],
): Promise<ReadonlyMap<string, NeverLinks>> {
  const barred = records.flatMap(({ id, barred: address }) => (address === null ? [] : [{ id, address }]))
  if (barred.length === 0) return new Map()
  const own = await ownAddresses(ctx.db, ctx.actor.orgId)
  return new Map(
    barred.map(({ id, address }) => [
      id,
      own.has(address) ? 'colleague' : isRobot(address) ? 'robot' : 'never_link',
    ]),
  )
}

/** The same lists, as if only these people's mailboxes were there; none given means all. */
export function ofPeople(sight: SightScope, people: readonly string[]): { sight: SightScope; own: boolean } {
  if (people.length === 0) return { sight, own: true }
  const mailboxes = sight.mailboxes.filter((one) => people.includes(one.userId))
  return { sight: { ...sight, mailboxes }, own: people.includes(sight.userId) }
}
