import { modeInForce, type ShareLevel, shareLevels } from '../../../lib/domain/sharing.ts'
import { readMode } from '../../storage/mail/share-writes.ts'
import { ownCopies } from '../../storage/mail/shares.ts'
import type { Context } from '../context.ts'
import { alikeKey } from './alike.ts'
import { loadFacts, type MailFact, type MailFacts, sightOf } from './facts.ts'

/** The actor's own mode in force. */
export async function ownMode(ctx: Context): Promise<ReturnType<typeof modeInForce>> {
  return modeInForce(ctx.actor.policy, await readMode(ctx.db, ctx.actor.userId))
}

/**
 * The most that anybody else sees of the actor's own copies of these messages, over all records they stand on: what a row
 * of any list, the mail's page and the line in Gmail say alike. Messages of which nobody sees anything are left out.
 */
export async function othersSight(
  ctx: Context,
  messageIds: readonly string[],
): Promise<Map<string, ShareLevel>> {
  const { orgId, userId } = ctx.actor
  const most = new Map<string, ShareLevel>()
  if (messageIds.length === 0) return most
  const byMode = (await ownMode(ctx)) !== 'private'
  const ids = await ownCopies(ctx.db, { orgId, userId, messageIds, onlyGiven: !byMode })
  if (ids.length === 0) return most
  const facts = await loadFacts(ctx, ctx.db, ids)
  const known = new Map<string, ShareLevel>()
  for (const mail of facts.mails) {
    const key = alikeKey(mail)
    const level = known.get(key) ?? levelForOthers(facts, mail, userId)
    known.set(key, level)
    const before = most.get(mail.messageId) ?? 'none'
    if (shareLevels.indexOf(level) > shareLevels.indexOf(before)) most.set(mail.messageId, level)
  }
  return most
}

function levelForOthers(facts: MailFacts, mail: MailFact, ownerId: string): ShareLevel {
  let most: ShareLevel = 'none'
  for (const person of facts.people) {
    if (person.id === ownerId) continue
    const { level } = sightOf(facts, person, mail)
    if (level === 'full') return level
    if (level === 'metadata') most = level
  }
  return most
}
