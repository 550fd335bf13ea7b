import type { MassPlan, MassPreview } from '../../../lib/contract/mass.ts'
import { domainOf } from '../../../lib/domain/addresses.ts'
import { dayMs, massPace, type SendLimits } from '../../../lib/domain/allowance.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { fieldsIn } from '../../../lib/domain/guards.ts'
import type { LeftOutReason } from '../../../lib/domain/mass.ts'
import { ownAddresses } from '../../storage/mail/addresses.ts'
import { type Addressee, addresseesOf } from '../../storage/mass.ts'
import type { ShownSend } from '../../storage/sends.ts'
import { suppressedFor } from '../../storage/suppressions.ts'
import { requirePermission, viewerOf } from '../access.ts'
import { plainText } from '../compose/plain-text.ts'
import type { Context } from '../context.ts'
import { allows } from '../scopes.ts'
import { limitsOf, massTimes, usedTimes } from '../sends/allowance.ts'
import { requireSender, requireSendingMailbox } from '../sends/allowed.ts'
import { requireDraft } from '../sends/draft.ts'
import { mergeFor } from '../templates/merge.ts'
import { type UnsubscribeWay, unsubscribeFoot, unsubscribeWay } from './unsubscribe.ts'

/** A selected record that gets no mail, and why. */
interface LeftOut {
  recordId: string
  name: string
  reason: LeftOutReason
  address: string
  at: Date | null
  /** Empty ones, as `contact.title`. */
  fields: string[]
}

/** Who is mailed, in the order of the selection, and who is not. */
export interface Chosen {
  mailed: Addressee[]
  leftOut: LeftOut[]
}

/** Everything a mass send is made from. */
export interface Ground {
  draft: ShownSend
  limits: SendLimits
  unsubscribe: UnsubscribeWay
  taken: number[]
}

/** Who would be mailed and who left out, how long it takes and what it uses up. Nothing is sent by this. */
export async function planMass(
  ctx: Context,
  input: { draftId: string; recordIds: readonly string[]; evenEmpty: boolean },
): Promise<MassPlan> {
  const { draft, limits, unsubscribe, taken } = await groundOf(ctx, input.draftId)
  const { mailed, leftOut } = await choose(ctx, draft, { ...input, topic: '' })
  const now = ctx.clock.now()
  const last = massTimes(taken, limits, { now, count: mailed.length }).at(-1) ?? now
  return {
    willBeMailed: mailed.length,
    leftOut: leftOut.map(({ at, ...one }) => ({ ...one, at: at?.toISOString() ?? null })),
    perMinute: massPace(limits),
    minutes: Math.ceil((last - now) / 60_000),
    usedToday: taken.filter((at) => at > now - dayMs && at <= now).length,
    perDay: limits.perDay,
    unsubscribe,
  }
}

/** The nth mail as its recipient gets it; of whom a field is missing that is said, though no mail goes to them. */
export async function previewMass(
  ctx: Context,
  input: { draftId: string; recordIds: readonly string[]; nth: number },
): Promise<MassPreview> {
  const { draft, unsubscribe } = await groundOf(ctx, input.draftId)
  const { mailed } = await reachable(ctx, { ...input, topic: '' })
  const nth = Math.min(input.nth, mailed.length - 1)
  const one = mailed[nth]
  if (one === undefined) throw new Refusal('conflict', 'mass_nobody')
  const { subject, html, unresolved } = await mergedFor(ctx, draft, one)
  const foot = unsubscribe === null ? '' : unsubscribeFoot(`${subject}${plainText(html)}`).html
  return {
    nth,
    of: mailed.length,
    recordId: one.recordId,
    name: one.name,
    address: one.address,
    subject,
    html: `${html}${foot}`,
    unresolved,
  }
}

/** The author's own draft and what its mailbox may do. @throws Refusal */
export async function groundOf(ctx: Context, draftId: string): Promise<Ground> {
  requireSender(ctx)
  requirePermission(ctx, 'mail.mass')
  const draft = await requireDraft(ctx, draftId)
  const mailbox = await requireSendingMailbox(ctx, draft.mailboxEmail)
  const limits = limitsOf(ctx.actor.policy)
  const unsubscribe = unsubscribeWay(ctx, allows(mailbox.scopes, 'read'))
  const taken = await usedTimes(ctx.db, mailbox.id, ctx.clock.now(), { mass: true })
  return { draft, limits, unsubscribe, taken }
}

/** Everybody who can be mailed and of whom every field is known. */
export async function choose(
  ctx: Context,
  draft: ShownSend,
  input: { recordIds: readonly string[]; topic: string; evenEmpty: boolean },
): Promise<Chosen> {
  const { mailed, leftOut } = await reachable(ctx, input)
  if (fieldsIn(`${draft.subject}\n${draft.html}`).length === 0) return { mailed, leftOut }
  const whole: Addressee[] = []
  for (const one of mailed) {
    const { unresolved, deals } = await mergedFor(ctx, draft, one)
    const [, second] = deals
    if (unresolved.length === 0 || (input.evenEmpty && second === undefined)) whole.push(one)
    else
      leftOut.push({
        ...one,
        reason: second === undefined ? 'unresolved' : 'several_deals',
        at: null,
        fields: [...new Set(unresolved.map(pathOf))],
      })
  }
  return { mailed: whole, leftOut }
}

/** `contact.title` of `{{ contact.title | upcase }}`. */
function pathOf(written: string): string {
  return /^\{\{-?\s*([^\s|}]+)/.exec(written)?.[1] ?? written.replace(/\s+/g, '')
}

async function mergedFor(ctx: Context, draft: ShownSend, one: Addressee) {
  const { orgId, userId } = ctx.actor
  const { subject, html } = draft
  const { recordId, address } = one
  const merged = await mergeFor(
    ctx.db,
    { orgId, userId },
    { subject, html, recordId, address },
    ctx.clock.now(),
  )
  if (merged.broken === null) return merged
  const { why, line, field } = merged.broken
  throw new Refusal('invalid', 'template_broken', { why, line, ...(field !== undefined && { field }) })
}

async function reachable(
  ctx: Context,
  input: { recordIds: readonly string[]; topic: string },
): Promise<Chosen> {
  const ids = [...new Set(input.recordIds)]
  const { orgId } = ctx.actor
  const found = await addresseesOf(ctx.db, viewerOf(ctx), ids)
  const own = await ownAddresses(ctx.db, orgId)
  const addresses = [...new Set([...found.values()].map((one) => one.address))]
  const suppressed = await suppressedFor(ctx.db, orgId, { addresses, topic: input.topic })
  const seen = new Set<string>()
  const chosen: Chosen = { mailed: [], leftOut: [] }
  for (const recordId of ids) {
    const one = found.get(recordId)
    const leave = (reason: LeftOutReason, at: Date | null = null): void => {
      chosen.leftOut.push({
        recordId,
        name: one?.name ?? '',
        address: one?.address ?? '',
        reason,
        at,
        fields: [],
      })
    }
    if (one === undefined) {
      leave('may_not_open')
      continue
    }
    const not = suppressed.get(one.address)
    if (one.address === '' || domainOf(one.address) === '') leave('no_address')
    else if (own.has(one.address)) leave('colleague')
    else if (not !== undefined)
      leave(not.reason === 'unsubscribed' ? 'unsubscribed' : 'suppressed', not.since)
    else if (seen.has(one.address)) leave('same_address')
    else {
      seen.add(one.address)
      chosen.mailed.push(one)
    }
  }
  return chosen
}
