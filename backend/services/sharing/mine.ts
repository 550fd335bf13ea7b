import type { AnswerOlder, MySharing } from '../../../lib/contract/sharing.ts'
import { bothForms } from '../../../lib/domain/addresses.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { policyValue } from '../../../lib/domain/policy.ts'
import { type LedgerKind, modeInForce, type SharingMode } from '../../../lib/domain/sharing.ts'
import { GoogleError } from '../../google/gateway.ts'
import type { Trx } from '../../storage/database.ts'
import { listMailboxes } from '../../storage/identity.ts'
import { addressSince, countMailWith, olderMailOf, switchedRecords } from '../../storage/mail/my-sharing.ts'
import { readMode, writeMode, writeOlder, writeSwitch } from '../../storage/mail/share-writes.ts'
import { requireRecord, viewerOf } from '../access.ts'
import type { Context } from '../context.ts'
import { allows } from '../scopes.ts'
import { readingClient } from '../sync/client.ts'
import { noted } from './noted.ts'
import { openRequests } from './requests.ts'
import { tellSharing } from './tell.ts'
import { levelOfMode } from './word.ts'

const maxOlder = 200
const patienceMs = 8_000
/** As many as one page of Gmail's search. */
const countUpTo = 500

/** What I share with whom: mode, switches, mail that waits for my yes, requests for my mail (design 05 D). */
export async function mySharing(ctx: Context): Promise<MySharing> {
  const { policy, userId } = ctx.actor
  const older = await olderMailOf(ctx.db, viewerOf(ctx), maxOlder)
  const switched = await switchedRecords(ctx.db, viewerOf(ctx))
  return {
    mode: modeInForce(policy, await readMode(ctx.db, userId)),
    forced: isForced(ctx),
    switched: switched.map(({ mails, ...record }) => ({ record, mails })),
    older: older.map(({ id, module, name, addedAt, ...one }) => ({
      record: { id, module, name },
      addedAt: addedAt.toISOString(),
      ...one,
    })),
    requests: await openRequests(ctx),
  }
}

function isForced(ctx: Context): boolean {
  return policyValue(ctx.actor.policy, 'sharing.forced') === true
}

/** Chooses my mode; null: as the policy says. @throws Refusal forbidden `set_by_organisation` when an admin decided */
export async function setMode(ctx: Context, mode: SharingMode | null): Promise<MySharing> {
  if (isForced(ctx)) throw new Refusal('forbidden', 'set_by_organisation')
  const { policy, userId } = ctx.actor
  await ctx.db.transaction().execute(async (trx) => {
    const line = { kind: 'mode_changed', detail: levelOfMode(modeInForce(policy, mode)) } as const
    if (!(await noted(ctx, trx, line, () => writeMode(trx, userId, mode)))) return
    await tellSharing(trx, ctx, { ownerId: userId, whose: 'everybody', lists: 'many' })
  })
  return mySharing(ctx)
}

const switchable: readonly string[] = ['leads', 'contacts', 'deals']

/** Turns my switch on a lead, contact or deal; it decides under *per record* (S-062). */
export async function setSwitch(ctx: Context, recordId: string, on: boolean): Promise<MySharing> {
  const record = await requireRecord(ctx, recordId)
  if (!switchable.includes(record.module))
    throw new Refusal('invalid', 'field_invalid', {}, [{ field: 'id', reason: 'not_a_choice' }])
  const { orgId, userId } = ctx.actor
  await ctx.db.transaction().execute(async (trx) => {
    const at = new Date(ctx.clock.now())
    const line = { kind: on ? 'switched_on' : 'switched_off', recordId } as const
    if (!(await noted(ctx, trx, line, () => writeSwitch(trx, { orgId, userId, recordId, on, at })))) return
    // A contact's or deal's switch decides for its documents too.
    await tellSharing(trx, ctx, { ownerId: userId, whose: 'everybody', lists: 'many' })
  })
  return mySharing(ctx)
}

/** Whether others may see my mail from before this address stood on that record (decisions 6). */
export async function answerOlder(ctx: Context, input: AnswerOlder): Promise<MySharing> {
  const { recordId, address, agreed } = input
  await requireRecord(ctx, recordId)
  await ctx.db.transaction().execute(async (trx) => {
    if ((await addressSince(trx, recordId, address)) === undefined)
      throw new Refusal('not_found', 'record_missing')
    if (!(await answerOlderIn(trx, ctx, { recordId, address, agreed }))) return
    await tellSharing(trx, ctx, { ownerId: ctx.actor.userId, whose: 'everybody', lists: 'many' })
  })
  return mySharing(ctx)
}

/** The same within a transaction, for whoever creates the record from their own mail; telling is left to the caller. */
export async function answerOlderIn(trx: Trx, ctx: Context, input: AnswerOlder): Promise<boolean> {
  const { orgId, userId } = ctx.actor
  const at = new Date(ctx.clock.now())
  const kind: LedgerKind = input.agreed === true ? 'older_agreed' : 'older_kept'
  const line = { kind, recordId: input.recordId }
  return noted(ctx, trx, line, () => writeOlder(trx, { orgId, userId, ...input, at }))
}

/**
 * How many mails with an address lie in my mailboxes, stored or not: what I am asked about when I make a record from my own
 * mail. `more` when there are more than counted.
 */
export async function countOlder(ctx: Context, address: string): Promise<{ mails: number; more: boolean }> {
  const { orgId, userId } = ctx.actor
  const stored = await countMailWith(ctx.db, orgId, userId, address)
  const mailboxes = await listMailboxes(ctx.db, orgId, userId)
  let found = 0
  let more = false
  for (const mailbox of mailboxes) {
    if (mailbox.status !== 'connected' || !allows(mailbox.scopes, 'read')) continue
    try {
      const client = await readingClient(ctx, mailbox, 'person')
      const forms = bothForms(address).map(quoted)
      const fields = ['from', 'to', 'cc', 'bcc']
      const q = `{${forms.flatMap((one) => fields.map((field) => `${field}:${one}`)).join(' ')}}`
      const page = await client.listMessages({ q, max: countUpTo }, AbortSignal.timeout(patienceMs))
      found += page.ids.length
      more ||= page.nextPageToken !== undefined
    } catch (error) {
      // What is stored is known all the same.
      if (!(error instanceof GoogleError)) throw error
    }
  }
  return { mails: Math.max(stored, found), more }
}

/** An address as one word of Gmail's search. */
function quoted(address: string): string {
  return `"${address.replace(/["\\]/g, '')}"`
}
