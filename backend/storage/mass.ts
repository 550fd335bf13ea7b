import { type Insertable, type Selectable, sql } from 'kysely'
import type { Queryable, Trx } from './database.ts'
import { type Viewer, visibleTo } from './records.ts'
import type { Tables } from './tables.ts'

export type MassRow = Selectable<Tables['mass_sends']>
/** With what is shown of it. */
export type ShownMass = MassRow & {
  subject: string
  authorName: string
  leftOut: number
  counts: MassCounts
  nextAt: Date | null
  lastAt: Date | null
  undoUntil: Date | null
}

/** Its mails by where they are. */
interface MassCounts {
  waiting: number
  sent: number
  held: number
  failed: number
  cancelled: number
}

/** To whom a record's mail goes: its own first address, else its main contact's. */
export interface Addressee {
  recordId: string
  name: string
  /** '' when it has none. */
  address: string
  /** The name the mail is addressed to. */
  person: string
}

/** Those of the records the viewer may open, with whom their mail goes to. */
export async function addresseesOf(
  q: Queryable,
  viewer: Viewer,
  ids: readonly string[],
): Promise<Map<string, Addressee>> {
  const { rows } = await sql<Addressee>`
    select r.id::text as "recordId", r.name, coalesce(own.address, via.address, '') as address,
      case when own.address is null and via.address is not null then c.name else r.name end as person
    from records r
    left join records d on d.id = r.deal_id and d.deleted_at is null
    left join records c on c.id = coalesce(r.main_contact_id, d.main_contact_id) and c.deleted_at is null
      and ${visibleTo(viewer, 'c')}
    left join lateral (select a.address from record_addresses a where a.record_id = r.id order by a.kind limit 1) own on true
    left join lateral (select a.address from record_addresses a where a.record_id = c.id order by a.kind limit 1) via on true
    where r.org_id = ${viewer.orgId}::uuid and r.id = any(${[...ids]}::uuid[]) and r.deleted_at is null
      and ${visibleTo(viewer, 'r')}`.execute(q)
  return new Map(rows.map((row) => [row.recordId, row]))
}

/** Names of those of the records the viewer may open. */
export async function namesOf(
  q: Queryable,
  viewer: Viewer,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; name: string }>`
    select r.id::text as id, r.name from records r where r.org_id = ${viewer.orgId}::uuid
      and r.id = any(${[...ids]}::uuid[]) and r.deleted_at is null and ${visibleTo(viewer, 'r')}`.execute(q)
  return new Map(rows.map((row) => [row.id, row.name]))
}

export async function insertMass(
  trx: Trx,
  row: Insertable<Tables['mass_sends']>,
  leftOut: readonly { recordId: string; reason: string; address: string; fields: readonly string[] }[],
): Promise<void> {
  await trx.insertInto('mass_sends').values(row).execute()
  for (let from = 0; from < leftOut.length; from += 500)
    await trx
      .insertInto('mass_left_out')
      .values(
        leftOut.slice(from, from + 500).map(({ recordId, reason, address, fields }) => ({
          mass_id: row.id,
          org_id: row.org_id,
          record_id: recordId,
          reason: [reason, ...fields].join(' '),
          address,
        })),
      )
      .execute()
}

/** Mails of a mass send with the road from their address to them and their first line of the receipt. */
export async function insertMassMails(
  trx: Trx,
  rows: readonly (Insertable<Tables['sends']> & { address: string })[],
  now: Date,
): Promise<void> {
  if (rows.length === 0) return
  await trx
    .insertInto('sends')
    .values(rows.map(({ address: _, ...row }) => row))
    .execute()
  await trx
    .insertInto('send_addresses')
    .values(
      rows.map((row) => ({ send_id: row.id, org_id: row.org_id, address: row.address, at: row.due_at })),
    )
    .execute()
  await addStepToMany(
    trx,
    rows.map((row) => row.id),
    { step: 'created', at: now },
  )
}

/** The same line on many receipts. */
export async function addStepToMany(
  trx: Trx,
  ids: readonly string[],
  line: { step: string; at: Date; detail?: string },
): Promise<void> {
  if (ids.length === 0) return
  await sql`insert into send_steps (send_id, org_id, seq, at, step, detail)
    select s.id, s.org_id, coalesce((select max(seq) from send_steps t where t.send_id = s.id), 0) + 1,
      ${line.at}::timestamptz, ${line.step}, ${line.detail ?? ''}
    from sends s where s.id = any(${[...ids]}::uuid[])`.execute(trx)
}

/** One author's mass send, or all of theirs, newest first, at most 100. */
export async function findMass(
  q: Queryable,
  whose: { orgId: string; authorId: string; id?: string },
): Promise<ShownMass[]> {
  const { rows } = await sql<MassRow & Omit<ShownMass, 'counts'> & MassCounts>`
    select m.*, s.subject, s.undo_until as "undoUntil", u.name as "authorName", c.*,
      (select count(*)::int from mass_left_out l where l.mass_id = m.id) as "leftOut"
    from mass_sends m join sends s on s.id = m.model_id join users u on u.id = m.author_id
    cross join lateral (
      select count(*) filter (where x.status in ('scheduled','sending') or (x.status = 'held' and x.reason = 'paused'))::int as waiting,
        count(*) filter (where x.status = 'held' and x.reason <> 'paused')::int as held,
        count(*) filter (where x.status = 'failed')::int as failed,
        count(*) filter (where x.status = 'cancelled')::int as cancelled,
        count(*) filter (where x.status in ('sent','delivered','delayed','bounced_soft','bounced_hard'))::int as sent,
        min(greatest(x.due_at, x.not_before)) filter (where x.status in ('scheduled','sending')) as "nextAt",
        max(greatest(x.due_at, x.not_before)) filter (where x.status in ('scheduled','sending')) as "lastAt"
      from sends x where x.mass_id = m.id and x.mass_place is not null) c
    where m.org_id = ${whose.orgId}::uuid and m.author_id = ${whose.authorId}::uuid
      and (${whose.id ?? null}::uuid is null or m.id = ${whose.id ?? null}::uuid)
    order by m.created_at desc, m.id limit 100`.execute(q)
  return rows.map(({ waiting, sent, held, failed, cancelled, ...row }) => ({
    ...row,
    counts: { waiting, sent, held, failed, cancelled },
  }))
}

/** The author's change of state, over the version they saw; undefined: somebody was faster. */
export async function moveMass(
  trx: Trx,
  input: {
    orgId: string
    id: string
    authorId: string
    version: number
    from: readonly MassRow['status'][]
    to: MassRow['status']
    now: Date
  },
): Promise<MassRow | undefined> {
  return trx
    .updateTable('mass_sends')
    .set((eb) => ({ status: input.to, version: eb('version', '+', 1), updated_at: input.now }))
    .where('org_id', '=', input.orgId)
    .where('id', '=', input.id)
    .where('author_id', '=', input.authorId)
    .where('version', '=', input.version)
    .where('status', 'in', [...input.from])
    .returningAll()
    .executeTakeFirst()
}

/** Keeps whoever else would change a mass send waiting until the commit. False: it is gone. */
export async function lockMass(trx: Trx, id: string): Promise<boolean> {
  const row = await trx
    .selectFrom('mass_sends')
    .select('id')
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row !== undefined
}

/**
 * Removes a mass send of which nothing has begun, its mails with it; its model stays. What a worker claims meanwhile is
 * waited for. False: something of it has begun, and nothing was removed only if the caller rolls back.
 */
export async function removeMass(trx: Trx, mass: Pick<MassRow, 'id' | 'total'>): Promise<boolean> {
  const removed = await trx
    .deleteFrom('sends')
    .where('mass_id', '=', mass.id)
    .where('mass_place', 'is not', null)
    .where('status', 'in', ['scheduled', 'held', 'cancelled'])
    .where('draft_id', 'is', null)
    .where('gmail_id', 'is', null)
    .executeTakeFirst()
  if (Number(removed.numDeletedRows) !== mass.total) return false
  await trx.deleteFrom('mass_sends').where('id', '=', mass.id).execute()
  return true
}

/** Moves those of its mails that stand so; what a worker has claimed stays with it. Their ids, in order. */
export async function moveMassMails(
  trx: Trx,
  massId: string,
  change: { from: 'waiting' | 'paused' | 'open'; to: 'scheduled' | 'held' | 'cancelled'; now: Date },
): Promise<string[]> {
  const standing = {
    waiting: sql`status = 'scheduled'`,
    paused: sql`status = 'held' and reason = 'paused'`,
    open: sql`status in ('scheduled', 'held')`,
  }[change.from]
  const { rows } = await sql<{ id: string; place: number }>`
    update sends set status = ${change.to}, reason = ${change.to === 'held' ? 'paused' : null}, not_before = null,
      version = version + 1, updated_at = ${change.now}::timestamptz
    where mass_id = ${massId}::uuid and mass_place is not null and ${standing}
    returning id::text as id, mass_place as place`.execute(trx)
  return rows.toSorted((a, b) => a.place - b.place).map((row) => row.id)
}

/** New times for mails, each its own; the road from their addresses follows. */
export async function dueAt(
  trx: Trx,
  times: readonly { id: string; at: Date; local: string }[],
): Promise<void> {
  const ids = times.map((one) => one.id)
  const at = times.map((one) => one.at.toISOString())
  const local = times.map((one) => one.local)
  await sql`update sends s set due_at = n.at, local_time = n.local
    from unnest(${ids}::uuid[], ${at}::timestamptz[], ${local}::text[]) as n(id, at, local) where s.id = n.id`.execute(
    trx,
  )
  await sql`update send_addresses a set at = s.due_at from sends s
    where s.id = a.send_id and s.id = any(${ids}::uuid[])`.execute(trx)
}

export type MassMail = Pick<
  Selectable<Tables['sends']>,
  'id' | 'record_id' | 'status' | 'reason' | 'to_parties' | 'due_at' | 'not_before' | 'sent_at' | 'zone'
>

/** Its mails, in order. */
export async function massMails(q: Queryable, massId: string): Promise<MassMail[]> {
  return q
    .selectFrom('sends')
    .select(['id', 'record_id', 'status', 'reason', 'to_parties', 'due_at', 'not_before', 'sent_at', 'zone'])
    .where('mass_id', '=', massId)
    .where('mass_place', 'is not', null)
    .orderBy('mass_place')
    .execute()
}

export async function leftOutOf(
  q: Queryable,
  massId: string,
): Promise<{ recordId: string; reason: string; address: string; fields: string[] }[]> {
  const rows = await q
    .selectFrom('mass_left_out')
    .select(['record_id as recordId', 'reason', 'address'])
    .where('mass_id', '=', massId)
    .orderBy('reason')
    .orderBy('record_id')
    .execute()
  return rows.map((row) => {
    const [reason = '', ...fields] = row.reason.split(' ')
    return { ...row, reason, fields }
  })
}

/** What the engine asks of a mail's mass send. */
export async function massOf(
  q: Queryable,
  massId: string,
): Promise<Pick<MassRow, 'id' | 'status' | 'topic' | 'model_id'> | undefined> {
  return q
    .selectFrom('mass_sends')
    .select(['id', 'status', 'topic', 'model_id'])
    .where('id', '=', massId)
    .executeTakeFirst()
}

/** Writes down which are over: nothing of them waits or is on its way. */
export async function endMasses(q: Queryable, now: Date): Promise<void> {
  await sql`update mass_sends m set status = 'done', updated_at = ${now}::timestamptz where m.status = 'running'
    and not exists (select 1 from sends s where s.mass_id = m.id and s.mass_place is not null
      and (s.status in ('scheduled','sending') or (s.status = 'held' and s.reason = 'paused')))`.execute(q)
}
