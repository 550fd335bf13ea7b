import type { Role } from '../../lib/contract/identity.ts'
import type {
  Invitations,
  PeopleAnswer,
  PersonRow as Person,
  UpdatePerson,
} from '../../lib/contract/people.ts'
import { Refusal } from '../../lib/domain/errors.ts'
import type { Trx } from '../storage/database.ts'
import { appendEvent } from '../storage/events.ts'
import { listMailboxes, upsertInvitation } from '../storage/identity.ts'
import {
  countMailboxes,
  countOwned,
  deleteInvitation,
  endAccess,
  findPerson,
  hasOtherAdmin,
  lastSeenOf,
  listInvitations,
  listMembers,
  lockOrganisation,
  type PersonRow,
  writePerson,
} from '../storage/people.ts'
import { requirePermission } from './access.ts'
import type { Context } from './context.ts'
import { nudgeSync } from './sync/nudge.ts'

/** Everybody, with names and roles for all; what they hold and when they were here is an admin's to see. */
export async function listEverybody(ctx: Context): Promise<PeopleAnswer> {
  const { orgId, role } = ctx.actor
  const members = await listMembers(ctx.db, orgId)
  if (role !== 'admin') return { people: members.map((row) => toPerson(row)), invitations: [] }
  const records = await countOwned(ctx.db, orgId)
  const mailboxes = await countMailboxes(ctx.db, orgId)
  const seen = await lastSeenOf(ctx.db, orgId)
  return {
    people: members.map((row) => ({
      ...toPerson(row),
      records: records.get(row.id) ?? 0,
      mailboxes: mailboxes.get(row.id) ?? 0,
      lastSeenAt: seen.get(row.id)?.toISOString() ?? null,
      deactivatedAt: row.deactivated_at?.toISOString() ?? null,
    })),
    ...(await invitationsOf(ctx)),
  }
}

function toPerson({ id, email, name, role, status }: PersonRow): Person {
  return {
    id,
    email,
    name,
    role,
    status,
    records: null,
    mailboxes: null,
    lastSeenAt: null,
    deactivatedAt: null,
  }
}

/**
 * Another role, deactivation or its end (S-067). Deactivating ends sessions and tokens at once; mail, records and what is
 * scheduled are kept, hidden or held, and come back with the person. Their tokens do not.
 * @throws Refusal conflict `last_admin`, also of two requests at once
 */
export async function updatePerson(ctx: Context, id: string, input: UpdatePerson): Promise<Person> {
  requirePermission(ctx, 'admin')
  const { orgId } = ctx.actor
  const now = new Date(ctx.clock.now())
  await ctx.db.transaction().execute(async (trx) => {
    await lockOrganisation(trx, orgId)
    await requireStillAdmin(ctx, trx)
    const before = await requirePerson(trx, orgId, id)
    const role = input.role ?? before.role
    const status = input.status ?? before.status
    const stays = role === 'admin' && status === 'active'
    if (isAdmin(before) && !stays && !(await hasOtherAdmin(trx, orgId, id)))
      throw new Refusal('conflict', 'last_admin')
    const since = before.status === status ? before.deactivated_at : now
    await writePerson(trx, id, { role, status, deactivated_at: status === 'active' ? null : since })
    if (status === 'deactivated') await endAccess(trx, id, now)
    else if (before.status === 'deactivated')
      for (const mailbox of await listMailboxes(trx, orgId, id)) await nudgeSync(trx, ctx, mailbox.id)
    await appendEvent(trx, { orgId, payload: { type: 'policy' }, at: now })
    // Their mail leaves every list, or comes back (S-067).
    if (status !== undefined) await appendEvent(trx, { orgId, payload: { type: 'records' }, at: now })
  })
  const { people } = await listEverybody(ctx)
  const person = people.find((one) => one.id === id)
  if (person === undefined) throw new Refusal('not_found', 'person_missing')
  return person
}

/** Somebody may have taken the role away while this request was on its way. */
async function requireStillAdmin(ctx: Context, trx: Trx): Promise<void> {
  const me = await findPerson(trx, ctx.actor.orgId, ctx.actor.userId)
  if (me === undefined || !isAdmin(me)) throw new Refusal('forbidden', 'not_admin')
}

function isAdmin(person: PersonRow): boolean {
  return person.role === 'admin' && person.status === 'active'
}

async function requirePerson(trx: Trx, orgId: string, id: string): Promise<PersonRow> {
  const person = await findPerson(trx, orgId, id)
  if (person === undefined) throw new Refusal('not_found', 'person_missing')
  return person
}

/** Who was invited and has not come yet; an admin's to see. */
export async function invitationsOf(ctx: Context): Promise<Invitations> {
  requirePermission(ctx, 'admin')
  const rows = await listInvitations(ctx.db, ctx.actor.orgId)
  return {
    invitations: rows.map(({ email, role, invitedBy, created_at }) => ({
      email,
      role,
      invitedBy,
      at: created_at.toISOString(),
    })),
  }
}

/** Lets somebody join with this role; a second invitation of the same address takes the place of the first. */
export async function invite(ctx: Context, input: { email: string; role: Role }): Promise<void> {
  requirePermission(ctx, 'admin')
  await upsertInvitation(ctx.db, {
    org_id: ctx.actor.orgId,
    email: input.email,
    role: input.role,
    invited_by: ctx.actor.userId,
    created_at: new Date(ctx.clock.now()),
  })
}

export async function takeBackInvitation(ctx: Context, email: string): Promise<void> {
  requirePermission(ctx, 'admin')
  if (!(await deleteInvitation(ctx.db, ctx.actor.orgId, email)))
    throw new Refusal('not_found', 'person_missing')
}
