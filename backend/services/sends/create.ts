import type * as z from 'zod'
import type { CreateSend, Send } from '../../../lib/contract/sends.ts'
import { oneLine } from '../../../lib/domain/text.ts'
import { hintSends, insertSend, putSendAddresses } from '../../storage/sends.ts'
import { requireSenderAddress } from '../compose/senders.ts'
import { changedText } from '../compose/text.ts'
import type { Context } from '../context.ts'
import { requireMailable, requireRecipients, requireSender, requireSendingMailbox } from './allowed.ts'
import { cleanParties, requireOpenRecord } from './draft.ts'
import { noteChange } from './notes.ts'
import { getSend } from './read.ts'
import { emptyRow } from './row.ts'
import { resolveWhen } from './when.ts'

type Input = z.output<typeof CreateSend>

/**
 * Takes a mail into the queue, for now or for later (S-030, S-038). The send's id is the first id asked for, so that a
 * repeated request finds what it made.
 */
export async function createSend(ctx: Context, input: Input): Promise<Send> {
  requireSender(ctx, input.when.kind === 'at')
  const id = ctx.newId()
  const mailbox = await requireSendingMailbox(ctx, input.account)
  requireRecipients(input)
  await requireMailable(ctx, [...input.to, ...input.cc, ...input.bcc])
  const now = new Date(ctx.clock.now())
  const due = resolveWhen(input.when, now.getTime())
  await requireOpenRecord(ctx, input.recordId ?? null)
  const sender = await requireSenderAddress(ctx, mailbox, input.from ?? null)
  const text = await changedText(input, { html: '', quote: '', body: '' })
  await ctx.db.transaction().execute(async (trx) => {
    const row = await insertSend(trx, {
      ...emptyRow(ctx),
      ...due,
      ...sender,
      ...text,
      id,
      mailbox_id: mailbox.id,
      status: 'scheduled',
      record_id: input.recordId ?? null,
      to_parties: JSON.stringify(cleanParties(input.to)),
      cc_parties: JSON.stringify(cleanParties(input.cc)),
      bcc_parties: JSON.stringify(cleanParties(input.bcc)),
      subject: oneLine(input.subject),
      reply_thread_id: input.replyTo?.threadId ?? null,
      reply_message_id: input.replyTo?.messageId ?? null,
    })
    await putSendAddresses(trx, row)
    await noteChange(trx, row, [{ step: 'created' }], now)
    await hintSends(trx)
  })
  return getSend(ctx, id)
}
