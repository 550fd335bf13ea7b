import type { ShareMail, WhoSees } from '../../../lib/contract/sharing.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import type { ShareLevel, SharingMode } from '../../../lib/domain/sharing.ts'
import type { Trx } from '../../storage/database.ts'
import {
  endGrants,
  type LedgerLine,
  lockSightings,
  writeLedger,
  writeShares,
  writeThreadWord,
} from '../../storage/mail/share-writes.ts'
import { sightingsOfMessage, sightingsOfThread } from '../../storage/mail/shares.ts'
import { lockMailboxMail } from '../../storage/mail/thread-marks.ts'
import type { Context } from '../context.ts'
import { alikeKey } from './alike.ts'
import { gainsAndLosses, loadFacts, type MailFact, type MailFacts } from './facts.ts'
import { suppose } from './suppose.ts'
import { tellSharing } from './tell.ts'
import { requireOwnMailbox, whoSeesNow } from './who-sees.ts'

/**
 * The owner's word on a thread, its later mails included, or on one mail of it. Taking it back, or hiding, holds at once
 * and ends what was granted; what was opened stays in the ledger.
 */
export async function shareMail(ctx: Context, input: ShareMail): Promise<WhoSees> {
  const mailbox = await requireOwnMailbox(ctx, input.account)
  const { level } = input
  const { orgId } = ctx.actor
  return ctx.db.transaction().execute(async (trx) => {
    // No new mail of the thread may come in between its mails and the word on the thread.
    if (input.gmailId === undefined) await lockMailboxMail(trx, mailbox.id)
    const ids = await sightingsOfThread(trx, mailbox.id, input.threadId, input.gmailId)
    if (ids.length === 0) throw new Refusal('not_found', 'message_missing')
    await lockSightings(trx, ids)
    const before = await loadFacts(ctx, trx, ids)
    const after = suppose(before, { level, now: ctx.clock.now() })
    const changed = before.mails.filter((mail) => isChanged(mail, level))
    const changedIds = changed.map((mail) => mail.id)
    const at = new Date(ctx.clock.now())
    const rows = changed.map((mail) => ({ sightingId: mail.id, mailboxId: mail.mailboxId }))
    await writeShares(trx, { orgId, rows, level, at })
    if (input.gmailId === undefined)
      await writeThreadWord(trx, { orgId, mailboxId: mailbox.id, threadId: input.threadId, level, at })
    if (level === 'none' || level === 'default') await endGrants(trx, changedIds, undefined, at)
    const known = new Map<string, Moved>()
    const lines = changed.map((mail) => lineOf(mail, { before, after, level, known }))
    await writeLedger(trx, { orgId, newId: ctx.newId, at, lines })
    const seen = await whoSeesNow(ctx, trx, ids)
    const whose = [
      ...new Set(lines.flatMap(({ detail }) => [...(detail?.gained ?? []), ...(detail?.lost ?? [])])),
    ]
    if (changed.length > 0)
      await tellSharing(trx, ctx, {
        ownerId: ctx.actor.userId,
        whose,
        lists: { facts: before, recordIds: recordsOf(changed) },
      })
    return seen
  })
}

function isChanged(mail: MailFact, level: ShareMail['level']): boolean {
  const { share, grantedTo } = mail.shared
  if ((share?.level ?? 'default') !== level) return true
  return (level === 'none' || level === 'default') && grantedTo.size > 0
}

export function recordsOf(mails: readonly MailFact[]): string[] {
  return [...new Set(mails.flatMap((mail) => mail.paths.map((path) => path.recordId)))]
}

const byMode: Readonly<Record<SharingMode, ShareLevel | undefined>> = {
  private: 'none',
  metadata: 'metadata',
  public: 'full',
  per_record: undefined,
}

/** What a mode lets others see; undefined: it depends on the record. */
export function levelOfMode(mode: SharingMode): { level?: ShareLevel } {
  const level = byMode[mode]
  return level === undefined ? {} : { level }
}

type Moved = ReturnType<typeof gainsAndLosses>

function lineOf(
  mail: MailFact,
  change: {
    before: MailFacts
    after: MailFacts
    level: ShareMail['level']
    /** Of mails alike, so that a long thread is decided once. */
    known: Map<string, Moved>
  },
): LedgerLine {
  const { before, after, level, known } = change
  const key = alikeKey(mail)
  const moved = known.get(key) ?? movedBy(mail, before, after)
  known.set(key, moved)
  const { gained, lost } = moved
  const stops = level === 'none' || (level === 'default' && gained.length === 0)
  const shown = level === 'default' ? levelOfMode(mail.shared.mode) : { level }
  const { ownerId } = mail.shared
  const kind = stops ? 'stopped' : 'shared'
  return { sightingId: mail.id, ownerId, actorId: ownerId, kind, detail: { ...shown, gained, lost } }
}

function movedBy(mail: MailFact, before: MailFacts, after: MailFacts): Moved {
  const now = after.mails.find((one) => one.id === mail.id)
  return gainsAndLosses({ facts: before, mail }, { facts: after, mail: now })
}

/** Takes back what was granted of my mail to one person. @throws Refusal not_found `request_missing` */
export async function revokeGrant(ctx: Context, messageId: string, userId: string): Promise<void> {
  const { orgId, userId: me } = ctx.actor
  await ctx.db.transaction().execute(async (trx) => {
    const { facts, mine } = await myCopies(ctx, trx, messageId)
    await lockSightings(
      trx,
      mine.map((mail) => mail.id),
    )
    const at = new Date(ctx.clock.now())
    const ended = await endGrants(
      trx,
      mine.map((mail) => mail.id),
      userId,
      at,
    )
    if (ended.length === 0) throw new Refusal('not_found', 'request_missing')
    const lines = ended.map(
      (one): LedgerLine => ({
        sightingId: one.sightingId,
        ownerId: me,
        actorId: me,
        kind: 'revoked',
        detail: { userId, lost: [userId] },
      }),
    )
    await writeLedger(trx, { orgId, newId: ctx.newId, at, lines })
    const lists = { facts, recordIds: recordsOf(mine) }
    await tellSharing(trx, ctx, { ownerId: me, whose: [userId], lists, also: [userId] })
  })
}

/** My own copies of a message. @throws Refusal not_found `message_missing` */
async function myCopies(
  ctx: Context,
  trx: Trx,
  messageId: string,
): Promise<{ facts: MailFacts; mine: MailFact[] }> {
  const ids = await sightingsOfMessage(trx, ctx.actor.orgId, messageId)
  const facts = await loadFacts(ctx, trx, ids)
  const mine = facts.mails.filter(
    (mail) => mail.shared.ownerId === ctx.actor.userId && mail.shared.mailboxIsConnected,
  )
  if (mine.length === 0) throw new Refusal('not_found', 'message_missing')
  return { facts, mine }
}
