import { type RawBuilder, sql } from 'kysely'
import type { Queryable, Trx } from '../database.ts'

/** Mail put on a record by hand, deals chosen, switches and answers, as they went from one record to another. */
export interface MovedMail {
  threads: { mailboxId: string; threadId: string }[]
  /** Ids of sightings. */
  mails: string[]
  deals: { mailboxId: string; threadId: string }[]
  older: { userId: string; address: string }[]
  switches: MovedSwitches
}

/** By person. */
interface MovedSwitches {
  /** On at the one that went and, but for `dropped`, at the other one since. */
  left: string[]
  /** Not on at the other one, where more of their mail would have been seen. */
  dropped: string[]
  /** On at the other one since. */
  given: string[]
  /** Turned off at the other one, since mail came to it that was not to be seen. */
  taken: string[]
}

interface Road {
  from: string
  to: string
  now: Date
}

/**
 * Moves what was said by hand about mail on `from` to `to`; where both were told something, `to` keeps its own. A switch is
 * on afterwards only if none of its owner's mail is seen through it that was not before. `came`: addresses of `from` that
 * were taken off it already.
 */
export async function moveMail(trx: Trx, road: Road, came: readonly string[]): Promise<MovedMail> {
  const switches = await moveSwitches(trx, road, came)
  const { from, to } = road
  const threads = await keys<{ mailboxId: string; threadId: string }>(
    trx,
    sql`update thread_links t set record_id = ${to} where t.record_id = ${from} and not exists (
        select 1 from thread_links o where o.record_id = ${to} and o.mailbox_id = t.mailbox_id
          and o.gmail_thread_id = t.gmail_thread_id)
      returning mailbox_id::text as "mailboxId", gmail_thread_id as "threadId"`,
  )
  const mails = await keys<{ id: string }>(
    trx,
    sql`update hand_links h set record_id = ${to} where h.record_id = ${from} and not exists (
        select 1 from hand_links o where o.record_id = ${to} and o.sighting_id = h.sighting_id)
      returning sighting_id::text as id`,
  )
  const deals = await keys<{ mailboxId: string; threadId: string }>(
    trx,
    sql`update thread_deals set deal_id = ${to} where deal_id = ${from}
      returning mailbox_id::text as "mailboxId", gmail_thread_id as "threadId"`,
  )
  const older = await keys<{ userId: string; address: string }>(
    trx,
    sql`update older_mail a set record_id = ${to} where a.record_id = ${from} and not exists (
        select 1 from older_mail o where o.record_id = ${to} and o.user_id = a.user_id and o.address = a.address)
      returning user_id::text as "userId", address`,
  )
  return { threads, mails: mails.map((one) => one.id), deals, older, switches }
}

/** Brings back what still stands where {@link moveMail} put it. `road` leads from the winner to the loser. */
export async function returnMail(trx: Trx, road: Road, moved: MovedMail): Promise<void> {
  const { from, to } = road
  const threads = sql`select * from unnest(${moved.threads.map((one) => one.mailboxId)}::uuid[],
    ${moved.threads.map((one) => one.threadId)}::text[]) as one(mailbox_id, thread_id)`
  await sql`update thread_links t set record_id = ${to} from (${threads}) one
    where t.record_id = ${from} and t.mailbox_id = one.mailbox_id and t.gmail_thread_id = one.thread_id`.execute(
    trx,
  )
  // Mail that came to such a thread meanwhile goes with it.
  await sql`update hand_links h set record_id = ${to} where h.record_id = ${from} and (
      h.sighting_id = any(${moved.mails}::uuid[]) or h.whole_thread and exists (
        select 1 from sightings s join (${threads}) one on one.mailbox_id = s.mailbox_id
          and one.thread_id = s.gmail_thread_id where s.id = h.sighting_id))
    and not exists (select 1 from hand_links o where o.record_id = ${to} and o.sighting_id = h.sighting_id)`.execute(
    trx,
  )
  await sql`update thread_deals t set deal_id = ${to}
    from unnest(${moved.deals.map((one) => one.mailboxId)}::uuid[], ${moved.deals.map((one) => one.threadId)}::text[])
      as one(mailbox_id, thread_id)
    where t.deal_id = ${from} and t.mailbox_id = one.mailbox_id and t.gmail_thread_id = one.thread_id`.execute(
    trx,
  )
  await sql`update older_mail a set record_id = ${to}
    from unnest(${moved.older.map((one) => one.userId)}::uuid[], ${moved.older.map((one) => one.address)}::text[])
      as one(user_id, address)
    where a.record_id = ${from} and a.user_id = one.user_id and a.address = one.address`.execute(trx)
  await returnSwitches(trx, road, moved.switches)
}

/** Locks what {@link moveMail} will move. */
export async function holdMail(trx: Trx, recordId: string): Promise<void> {
  for (const table of ['thread_links', 'hand_links', 'record_shares', 'older_mail'] as const)
    await sql`select 1 from ${sql.table(table)} where record_id = ${recordId} for update`.execute(trx)
  await sql`select 1 from thread_deals where deal_id = ${recordId} for update`.execute(trx)
}

/** New mail of a thread that was stored in the very moment its record went into another one follows it there. */
export async function gatherMail(q: Queryable): Promise<void> {
  await sql`update hand_links h set record_id = coalesce(r.merged_into, r.converted_to)
    from records r, sightings s, thread_links t
    where h.record_id = r.id and (r.merged_into is not null or r.converted_to is not null) and h.whole_thread
      and s.id = h.sighting_id and t.mailbox_id = s.mailbox_id and t.gmail_thread_id = s.gmail_thread_id
      and t.record_id = coalesce(r.merged_into, r.converted_to)
      and not exists (select 1 from hand_links o
        where o.sighting_id = h.sighting_id and o.record_id = coalesce(r.merged_into, r.converted_to))`.execute(
    q,
  )
}

async function moveSwitches(trx: Trx, road: Road, came: readonly string[]): Promise<MovedSwitches> {
  const { from, to, now } = road
  const [left, there] = [await switchedOn(trx, from), await switchedOn(trx, to)]
  const onlyLeft = left.filter((id) => !there.includes(id))
  const onlyThere = there.filter((id) => !left.includes(id))
  const reached = sql`select address from (${addressesReached(from)}) own union select unnest(${[...came]}::text[])`
  const further = sql`select address from (${addressesReached(to)}) other where address not in (${reached})`
  const hasThere = await whoHasMail(trx, onlyLeft, to, further)
  const brings = await whoHasMail(trx, onlyThere, from, reached)
  const dropped = onlyLeft.filter((id) => hasThere.has(id))
  const given = onlyLeft.filter((id) => !hasThere.has(id))
  const taken = onlyThere.filter((id) => brings.has(id))
  await switchOff(trx, left, from)
  await switchOff(trx, taken, to)
  await switchOn(trx, given, to, now)
  return { left, dropped, given, taken }
}

/** As before; who turned the one switch off since keeps both off. */
async function returnSwitches(trx: Trx, { from, to, now }: Road, moved: MovedSwitches): Promise<void> {
  const there = new Set(await switchedOn(trx, from))
  const back = moved.left.filter((id) => there.has(id) || moved.dropped.includes(id))
  await switchOn(trx, back, to, now)
  await switchOff(trx, moved.given, from)
  await switchOn(trx, moved.taken, from, now)
}

async function switchedOn(trx: Trx, recordId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select user_id::text as id from record_shares where record_id = ${recordId} order by user_id for update`.execute(
    trx,
  )
  return rows.map((row) => row.id)
}

async function switchOn(trx: Trx, userIds: readonly string[], recordId: string, now: Date): Promise<void> {
  await sql`insert into record_shares (user_id, record_id, org_id, at)
    select u.id, ${recordId}::uuid, u.org_id, ${now}::timestamptz from users u where u.id = any(${[...userIds]}::uuid[])
    on conflict do nothing`.execute(trx)
}

async function switchOff(trx: Trx, userIds: readonly string[], recordId: string): Promise<void> {
  await sql`delete from record_shares where record_id = ${recordId}::uuid
    and user_id = any(${[...userIds]}::uuid[])`.execute(trx)
}

/** Which of these people have mail with one of these addresses, or put some on the record by hand. */
async function whoHasMail(
  trx: Trx,
  userIds: readonly string[],
  recordId: string,
  addresses: RawBuilder<unknown>,
): Promise<Set<string>> {
  if (userIds.length === 0) return new Set()
  const { rows } = await sql<{ id: string }>`
    with a as materialized (${addresses})
    select distinct m.user_id::text as id from mailboxes m where m.user_id = any(${[...userIds]}::uuid[]) and (
      exists (select 1 from a join sighting_addresses sa on sa.org_id = m.org_id and sa.address = a.address
        and sa.mailbox_id = m.id)
      or exists (select 1 from hand_links h where h.record_id = ${recordId} and h.mailbox_id = m.id and h.kind = 'link'))`.execute(
    trx,
  )
  return new Set(rows.map((row) => row.id))
}

/** Addresses a record holds or held, and those of the contact it resolves to. */
function addressesReached(recordId: string): RawBuilder<unknown> {
  const holders = sql`select r.id from records r where r.id = ${recordId}
    union select coalesce(r.main_contact_id, d.main_contact_id) from records r left join records d on d.id = r.deal_id
      where r.id = ${recordId}`
  return sql`select k.address from record_addresses k where k.record_id in (${holders})
    union select k.address from former_addresses k where k.record_id in (${holders})`
}

async function keys<T>(trx: Trx, statement: RawBuilder<unknown>): Promise<T[]> {
  const { rows } = await statement.$castTo<T>().execute(trx)
  return rows
}
