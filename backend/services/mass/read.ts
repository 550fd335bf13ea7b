import type { MassRows, MassSend } from '../../../lib/contract/mass.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { leftOutReasons } from '../../../lib/domain/mass.ts'
import { findMass, leftOutOf, massMails, namesOf, type ShownMass } from '../../storage/mass.ts'
import { viewerOf } from '../access.ts'
import type { Context } from '../context.ts'

/** How far one of my mass sends is; to anybody else it does not exist (S-042). */
export async function getMass(ctx: Context, id: string): Promise<MassSend> {
  return toMass(await requireMass(ctx, id))
}

/** My mass sends, newest first. */
export async function listMass(ctx: Context): Promise<MassSend[]> {
  const { orgId, userId } = ctx.actor
  return (await findMass(ctx.db, { orgId, authorId: userId })).map(toMass)
}

/** Its mails, in order, and who was left out. Names of records only as far as they may be opened. */
export async function massRows(ctx: Context, id: string): Promise<MassRows> {
  const mass = await requireMass(ctx, id)
  const mails = await massMails(ctx.db, mass.id)
  const leftOut = await leftOutOf(ctx.db, mass.id)
  const ids = [...mails.flatMap((mail) => mail.record_id ?? []), ...leftOut.map((one) => one.recordId)]
  const names = await namesOf(ctx.db, viewerOf(ctx), ids)
  return {
    rows: mails.map((mail) => ({
      sendId: mail.id,
      recordId: mail.record_id !== null && names.has(mail.record_id) ? mail.record_id : null,
      name: names.get(mail.record_id ?? '') ?? mail.to_parties[0]?.name ?? '',
      address: mail.to_parties[0]?.address ?? '',
      status: mail.status,
      reason: mail.reason,
      at: (mail.sent_at ?? mail.not_before ?? mail.due_at).toISOString(),
    })),
    leftOut: leftOut.map(({ recordId, reason, address, fields }) => ({
      recordId,
      name: names.get(recordId) ?? '',
      reason: leftOutReasons.find((known) => known === reason) ?? 'no_address',
      address,
      at: null,
      fields,
    })),
  }
}

export async function requireMass(ctx: Context, id: string): Promise<ShownMass> {
  const { orgId, userId } = ctx.actor
  const [mass] = await findMass(ctx.db, { orgId, authorId: userId, id })
  if (mass !== undefined) return mass
  throw new Refusal('not_found', 'mass_state')
}

/** Running until nothing of it waits or is on its way. */
export function statusOf(mass: ShownMass): MassSend['status'] {
  return mass.status === 'running' && mass.counts.waiting === 0 ? 'done' : mass.status
}

function toMass(mass: ShownMass): MassSend {
  return {
    id: mass.id,
    version: mass.version,
    status: statusOf(mass),
    subject: mass.subject,
    author: { id: mass.author_id, name: mass.authorName },
    mine: true,
    total: mass.total,
    ...mass.counts,
    leftOut: mass.leftOut,
    perMinute: mass.per_minute,
    undoUntil: mass.undoUntil?.toISOString() ?? null,
    startsAt: mass.nextAt?.toISOString() ?? null,
    endsAt: mass.lastAt?.toISOString() ?? null,
    createdAt: mass.created_at.toISOString(),
  }
}
