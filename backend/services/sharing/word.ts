import type { ShareMail } from '../../../lib/contract/sharing.ts'
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
import type { Context } from '../context.ts'
import { alikeKey } from './alike.ts'
import { gainsAndLosses, loadFacts, type MailFact, type MailFacts } from './facts.ts'
import { suppose } from './suppose.ts'
import { tellSharing } from './tell.ts'

/** A thread of one mailbox, or one mail of it. */
interface OfMailbox {
  mailbox: { id: string }
  threadId: string
  gmailId?: string | undefined
}

/**
 * The owner's word on stored mails of a thread, and unless it is about one of them on those still to come, with all that
 * goes with it: grants end, the ledger tells who gained and who lost, lists are told. Last in its transaction; who speaks
 * of a whole thread holds the mailbox (`lockMailboxMail`), so that no new mail comes in between.
 */
export async function giveWord(
  ctx: Context,
  trx: Trx,
  level: ShareMail['level'],
  { mailbox, threadId, gmailId }: OfMailbox,
  ids: readonly string[],
): Promise<void> {
  const { orgId, userId } = ctx.actor
  await lockSightings(trx, ids)
  const before = await loadFacts(ctx, trx, ids)
  const after = suppose(before, { level, now: ctx.clock.now() })
  const changed = before.mails.filter((mail) => isChanged(mail, level))
  const changedIds = changed.map((mail) => mail.id)
  const at = new Date(ctx.clock.now())
  const rows = changed.map((mail) => ({ sightingId: mail.id, mailboxId: mail.mailboxId }))
  await writeShares(trx, { orgId, rows, level, at })
  if (gmailId === undefined) await writeThreadWord(trx, { orgId, mailboxId: mailbox.id, threadId, level, at })
  if (level === 'none' || level === 'default') await endGrants(trx, changedIds, undefined, at)
  const known = new Map<string, Moved>()
  const lines = changed.map((mail) => lineOf(mail, { before, after, level, known }))
  await writeLedger(trx, { orgId, newId: ctx.newId, at, lines })
  if (changed.length === 0) return
  const whose = lines.flatMap(({ detail }) => [...(detail?.gained ?? []), ...(detail?.lost ?? [])])
  const lists = { facts: before, recordIds: recordsOf(changed) }
  await tellSharing(trx, ctx, { ownerId: userId, whose: [...new Set(whose)], lists })
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
