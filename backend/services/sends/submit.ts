import type * as z from 'zod'
import type { SubmitDraft } from '../../../lib/contract/compose.ts'
import type { Send } from '../../../lib/contract/sends.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import type { GuardCode, GuardFound } from '../../../lib/domain/guards.ts'
import { bytesOver, goesAlong } from '../../../lib/domain/mail-limits.ts'
import { listSendFiles } from '../../storage/send-files.ts'
import {
  changeSend,
  hintSends,
  lastStep,
  putSendAddresses,
  type SendRow,
  type ShownSend,
} from '../../storage/sends.ts'
import { requireSenderAddress } from '../compose/senders.ts'
import type { Context } from '../context.ts'
import { capOfMailbox } from '../send-files/own.ts'
import { requireRecipients, requireSender, requireSendingMailbox } from './allowed.ts'
import { guardsOfSend } from './check.ts'
import { requireWritten, stale } from './draft.ts'
import { noteChange, type Step } from './notes.ts'
import { getSend } from './read.ts'
import { resolveWhen } from './when.ts'

type Input = z.output<typeof SubmitDraft>

/** The server waits longer than the toast shows, so that a click in its last moment still counts. */
export const graceMs = 3_000

/**
 * Sends a draft off, at once or for later. Whatever refuses leaves the draft as it was; a repetition finds what the first
 * one did. @throws Refusal conflict `guards_open` for guards its author has not overruled, `version_stale`, `draft_missing`
 */
export async function submitDraft(ctx: Context, id: string, input: Input): Promise<Send> {
  const row = await requireWritten(ctx, id)
  if (row.status !== 'draft' || row.mass_id !== null) return repeated(ctx, row, input)
  if (row.version !== input.version) throw stale(row)
  requireSender(ctx, input.when.kind === 'at')
  const mailbox = await requireSendingMailbox(ctx, row.mailboxEmail)
  requireWhole(row)
  const due = resolveWhen(input.when, ctx.clock.now(), row.zone)
  const sender = await requireSenderAddress(ctx, mailbox, row.from_address)
  await requireFiles(ctx, row)
  const overruled = requireOverruled(await guardsOfSend(ctx, row), input.overrule)
  const now = new Date(ctx.clock.now())
  const undoMs = input.when.kind === 'now' ? input.undoSeconds * 1000 : 0
  const at = undoMs === 0 ? due.due_at : new Date(now.getTime() + undoMs + graceMs)
  const steps: Step[] = [
    { step: 'submitted', detail: String(input.version) },
    ...overruled.map((code): Step => ({ step: 'overruled', detail: code })),
  ]
  const sent = await ctx.db.transaction().execute(async (trx) => {
    const changed = await changeSend(trx, {
      orgId: ctx.actor.orgId,
      id,
      authorId: ctx.actor.userId,
      version: input.version,
      from: ['draft'],
      set: {
        ...due,
        ...sender,
        due_at: at,
        status: 'scheduled',
        reason: null,
        not_before: null,
        undo_until: undoMs === 0 ? null : new Date(now.getTime() + undoMs),
        overruled: [...overruled],
        updated_at: now,
      },
    })
    if (changed === undefined) return false
    await putSendAddresses(trx, changed)
    await noteChange(trx, changed, steps, now)
    await hintSends(trx)
    return true
  })
  if (sent) return getSend(ctx, id)
  const standing = await requireWritten(ctx, id)
  if (standing.status !== 'draft') return repeated(ctx, standing, input)
  throw stale(standing)
}

/** The mail as the first request left it; another screen that still shows an older text is told so. */
async function repeated(ctx: Context, row: ShownSend, input: Input): Promise<Send> {
  if ((await lastStep(ctx.db, row.id, 'submitted')) === String(input.version)) return getSend(ctx, row.id)
  throw new Refusal('conflict', 'draft_missing', { status: row.status, version: row.version })
}

/** Every recipient an address, at least one, not too many. */
function requireWhole(row: SendRow): void {
  const open = ['to', 'cc', 'bcc'].filter((field) => (row.pending[field] ?? '').trim() !== '')
  if (open.length > 0)
    throw new Refusal(
      'invalid',
      'address_invalid',
      {},
      open.map((field) => ({ field, reason: 'address_invalid' })),
    )
  requireRecipients({ to: row.to_parties, cc: row.cc_parties, bcc: row.bcc_parties })
}

export async function requireFiles(ctx: Context, row: SendRow): Promise<void> {
  const text = `${row.html}${row.quote}`
  const files = (await listSendFiles(ctx.db, [row.id])).filter((file) => goesAlong(file, text))
  const failed = files.find((file) => file.state === 'failed')
  if (failed !== undefined) throw new Refusal('conflict', 'file_missing', { file: failed.name })
  const coming = files.find((file) => file.state !== 'ready')
  if (coming !== undefined) throw new Refusal('conflict', 'file_not_ready', { file: coming.name })
  // The cap may have been lowered since they were attached (S-018).
  const max = await capOfMailbox(ctx, row.mailbox_id)
  const over = bytesOver(files, 0, max)
  const file = files.at(-1)?.name ?? ''
  if (over > 0) throw new Refusal('too_large', 'mail_too_large', { file, over, max })
}

/** The guards its author goes past. @throws Refusal guards_open with those that still stand */
export function requireOverruled(guards: readonly GuardFound[], overrule: readonly GuardCode[]): GuardCode[] {
  const open = guards.filter((one) => one.hard || !overrule.includes(one.code))
  const [first] = open
  if (first !== undefined)
    throw new Refusal('conflict', 'guards_open', {
      count: open.length,
      codes: [...new Set(open.map((one) => one.code))].join(' '),
      hard: open.filter((one) => one.hard).length,
      about: first.about,
      address: first.address,
    })
  return [...new Set(guards.map((one) => one.code))]
}
