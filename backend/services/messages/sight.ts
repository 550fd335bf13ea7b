import { shareLevels } from '../../../lib/domain/sharing.ts'
import type { Queryable } from '../../storage/database.ts'
import { sightingsOfMessage } from '../../storage/mail/shares.ts'
import type { Context } from '../context.ts'
import {
  type FactPerson,
  loadFacts,
  type MailFact,
  type MailFacts,
  type Seen,
  sightOf,
} from '../sharing/facts.ts'

/** A copy of a mail of which the actor sees something. */
export interface VisibleCopy {
  mail: MailFact
  seen: Seen
  isMine: boolean
}

/** What the actor sees of a message over all its copies, their own first, then by how much; nothing: no `best`. */
export async function loadSight(
  ctx: Context,
  q: Queryable,
  messageId: string,
): Promise<{
  facts: MailFacts
  me: FactPerson | undefined
  copies: VisibleCopy[]
  best: VisibleCopy | undefined
}> {
  const { orgId, userId } = ctx.actor
  const facts = await loadFacts(ctx, q, await sightingsOfMessage(q, orgId, messageId))
  const me = facts.people.find((one) => one.id === userId)
  const copies = (me === undefined ? [] : facts.mails)
    .map((mail) => ({
      mail,
      seen: me === undefined ? nothing : sightOf(facts, me, mail),
      isMine: mail.shared.ownerId === userId,
    }))
    .filter((one) => one.seen.level !== 'none')
    .sort((a, b) => Number(b.isMine) - Number(a.isMine) || rank(b) - rank(a))
  return { facts, me, copies, best: copies[0] }
}

const nothing: Seen = { level: 'none', reason: 'no_record', through: undefined }

function rank(one: VisibleCopy): number {
  return shareLevels.indexOf(one.seen.level)
}
