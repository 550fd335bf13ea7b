import type * as z from 'zod'
import type { Chips, ChipsQuery } from '../../../lib/contract/messages.ts'
import { mostTelling } from '../../../lib/domain/chips.ts'
import { chipRows } from '../../storage/mail/chips.ts'
import { plannedOnce } from '../../storage/prepared.ts'
import { viewerOf } from '../access.ts'
import type { Context } from '../context.ts'
import { requireOwnMailbox } from '../sharing/who-sees.ts'

/** For each thread of my mailbox the record that tells most about it, of those I may open; in two statements. */
export async function threadChips(ctx: Context, input: z.output<typeof ChipsQuery>): Promise<Chips> {
  const mailbox = await requireOwnMailbox(ctx, input.account)
  const { threadIds } = input
  const rows = await plannedOnce(() => chipRows(ctx.db, viewerOf(ctx), { mailboxId: mailbox.id, threadIds }))
  const found = Map.groupBy(rows, (row) => row.threadId)
  return {
    chips: [...new Set(threadIds)].flatMap((threadId) => {
      const one = mostTelling(found.get(threadId) ?? [])
      // Gmail's row says that name already.
      if (one === undefined || (one.isNamed && one.how === 'held' && one.stage === '')) return []
      const { id, module, name, stage } = one
      return [{ threadId, record: { id, module, name }, stage }]
    }),
  }
}
