import { Refusal } from '../../../lib/domain/errors.ts'
import type { Trx } from '../../storage/database.ts'
import { listMailboxes } from '../../storage/identity.ts'
import { listAside } from '../../storage/mail/aside.ts'
import type { MailboxRow } from '../../storage/mail/mailboxes.ts'
import { addToRun, insertRun, noCounts, openManualRun } from '../../storage/mail/sync-runs.ts'
import { setStopped } from '../../storage/mail/trust.ts'
import { wantMail } from '../../storage/mail/wanted.ts'
import type { Context, Deps } from '../context.ts'
import { allows } from '../scopes.ts'
import { compareAll } from './backfill.ts'
import { askToSync, nudgeSync } from './nudge.ts'
import { askToRead, tellMailbox } from './work.ts'

/** Gmail's page tells of one change by many; one look at Gmail is enough for all of them. */
const pokeMs = 3_000
/** A mail set aside is tried once by hand. */
const lastTry = 2

/** The actor's mailbox of that address, however it stands. @throws Refusal forbidden `wrong_account` */
export async function requireMine(ctx: Context, account: string): Promise<MailboxRow> {
  const mine = await listMailboxes(ctx.db, ctx.actor.orgId, ctx.actor.userId)
  const mailbox = mine.find((one) => one.email === account)
  if (mailbox === undefined) throw new Refusal('forbidden', 'wrong_account', { account })
  return mailbox
}

/** The same, where it can be synchronised. @throws Refusal wrong_account, mailbox_reauth, scope_read_missing */
async function requireSynced(ctx: Context, account: string): Promise<MailboxRow> {
  const mailbox = await requireMine(ctx, account)
  if (mailbox.status === 'disconnected') throw new Refusal('forbidden', 'wrong_account', { account })
  if (mailbox.status === 'reauth_required') throw new Refusal('conflict', 'mailbox_reauth')
  if (!allows(mailbox.scopes, 'read')) throw new Refusal('forbidden', 'scope_read_missing', { account })
  return mailbox
}

/** My page of Gmail shows something new: looks soon, at most once in a few seconds. False where nothing is looked at. */
export async function pokeSync(ctx: Context, account: string): Promise<boolean> {
  const mailbox = await requireMine(ctx, account)
  const now = ctx.clock.now()
  const last = mailbox.synced_at?.getTime() ?? 0
  const soonest = last <= now ? Math.max(now, last + pokeMs) : now
  return askToSync(ctx.db, ctx, mailbox.id, soonest)
}

/** A run now, that is written down even if it finds nothing. @throws Refusal conflict `sync_stopped` */
export async function runSyncNow(ctx: Context, account: string): Promise<void> {
  const mailbox = await requireSynced(ctx, account)
  if (mailbox.sync_stopped_at !== null) throw new Refusal('conflict', 'sync_stopped')
  await ctx.db.transaction().execute(async (trx) => {
    if ((await openManualRun(trx, mailbox.id)) === undefined)
      await insertRun(trx, {
        id: ctx.newId(),
        org_id: mailbox.org_id,
        mailbox_id: mailbox.id,
        kind: 'manual',
        started_at: new Date(ctx.clock.now()),
      })
    await nudgeSync(trx, ctx, mailbox.id)
  })
}

/** Stops synchronisation of a mailbox until it is started again; nothing that is stored goes, and nothing is missed. */
export async function stopSync(ctx: Context, input: { account: string; stopped: boolean }): Promise<void> {
  const mailbox = await requireSynced(ctx, input.account)
  if ((mailbox.sync_stopped_at !== null) === input.stopped) return
  const now = new Date(ctx.clock.now())
  await ctx.db.transaction().execute(async (trx) => {
    await setStopped(trx, mailbox.id, input.stopped ? now : null)
    const open = await openManualRun(trx, mailbox.id)
    if (open !== undefined) await addToRun(trx, open.id, noCounts, { at: now, error: 'sync_stopped' })
    if (!input.stopped) await nudgeSync(trx, ctx, mailbox.id)
    await tellMailbox(trx, ctx, mailbox)
  })
}

/** Compares everything stored of the mailbox with Gmail. @throws Refusal conflict `sync_stopped` */
export async function resync(ctx: Context, account: string): Promise<void> {
  const mailbox = await requireSynced(ctx, account)
  if (mailbox.sync_stopped_at !== null) throw new Refusal('conflict', 'sync_stopped')
  await ctx.db.transaction().execute(async (trx) => {
    await compareAll(trx, ctx, mailbox)
    await nudgeSync(trx, ctx, mailbox.id)
  })
}

/** Reads what was set aside once more, all of it or one mail; what can be read leaves the list. */
export async function retryAside(
  ctx: Context,
  input: { account: string; gmailId?: string | undefined },
): Promise<void> {
  const mailbox = await requireSynced(ctx, input.account)
  const rows = await listAside(ctx.db, mailbox.id)
  const ids = rows
    .map((row) => row.gmail_id)
    .filter((id) => input.gmailId === undefined || id === input.gmailId)
  await ctx.db.transaction().execute((trx) => wantAside(trx, ctx, mailbox, ids))
}

/** Mails set aside are wanted once more, each by itself. */
export async function wantAside(
  trx: Trx,
  deps: Deps,
  mailbox: Pick<MailboxRow, 'id' | 'org_id'>,
  gmailIds: readonly string[],
): Promise<void> {
  const wish = { tries: lastTry, isLast: true, dueAt: new Date(deps.clock.now()) }
  if ((await wantMail(trx, mailbox, gmailIds, wish)) > 0) await askToRead(trx, deps, mailbox)
}
