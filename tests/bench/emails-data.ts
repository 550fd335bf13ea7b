import { randomUUID } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../../backend/storage/database.ts'
import { vacuum } from '../../backend/storage/housekeeping.ts'
import { sharingModes } from '../../lib/domain/sharing.ts'

/** Mails stored; issue 4 names the number. */
export const messages = 1_000_000
/** Mails of each of the two busiest records. */
export const busiest = 10_000
const colleagues = 20
const contacts = 20_000
const chunk = 50_000

/** Contacts whose lists the bench asks for. */
export interface EmailsData {
  /** All its mail lies in the asking person's mailbox. */
  own: string
  /** Its mail lies in the mailboxes of twenty colleagues of every mode, a fifth of it in two of them. */
  mixed: string
}

/** Fills the organisation with mail: two busy contacts, all others with some fifty mails each. */
export async function fillMail(
  db: Database,
  me: { id: string; orgId: string; email: string },
): Promise<void> {
  const { orgId } = me
  const mine = await addMailbox(db, { orgId, userId: me.id, email: me.email })
  const boxes = [mine, ...(await addColleagues(db, orgId))]
  await sql`insert into records (id, org_id, module, owner_id, name, fields, created_by, created_at, updated_at, indexed)
    select ${contactId(sql`n`)}, ${orgId}::uuid, 'contacts', ${me.id}::uuid, 'Contact ' || n, '{}', ${me.id}::uuid,
      '2020-01-01', '2020-01-01', true from generate_series(0, ${contacts - 1}::int) n`.execute(db)
  await sql`insert into record_addresses (record_id, org_id, kind, address, since)
    select ${contactId(sql`n`)}, ${orgId}::uuid, 'primary', 'p' || n || '@customers.example', '2020-01-01'
    from generate_series(0, ${contacts - 1}::int) n`.execute(db)
  await sql`insert into record_shares (user_id, record_id, org_id, at)
    select u.id, ${contactId(sql`1`)}, u.org_id, '2021-01-01' from users u
    where u.org_id = ${orgId}::uuid and u.name like 'Shares %'`.execute(db)
  for (let from = 0; from < messages; from += chunk) await addMessages(db, orgId, boxes, from)
  // Single words of owners: what is shared is hidden, what is hidden is shared.
  await sql`insert into sighting_shares (sighting_id, org_id, mailbox_id, level, at)
    select id, org_id, mailbox_id, (array['none', 'metadata', 'full'])[1 + abs(hashtext(id::text)) % 3], '2022-01-01'
    from sightings where abs(hashtext(gmail_id)) % 50 = 0 and mailbox_id <> ${mine}::uuid`.execute(db)
  await vacuum(db)
  for (const table of ['sighting_shares', 'hand_links', 'record_shares'])
    await sql`vacuum (analyze) ${sql.table(table)}`.execute(db)
}

/** The two busy contacts. */
export const samples: EmailsData = {
  own: '00000000-0000-4000-8000-000000000000',
  mixed: '00000000-0000-4000-8000-000000000001',
}

/** Ids that requests take, by number. */
const contactId = (n: RawBuilder<unknown>) =>
  sql`('00000000-0000-4000-8000-' || lpad((${n})::text, 12, '0'))::uuid`

async function addColleagues(db: Database, orgId: string): Promise<string[]> {
  const at = new Date('2020-01-01')
  const ids: string[] = []
  for (let n = 0; n < colleagues; n++) {
    const userId = randomUUID()
    const email = `colleague${n}@bench.example`
    const sharing = sharingModes[n % sharingModes.length] ?? 'private'
    await db
      .insertInto('users')
      .values({
        ...{ id: userId, org_id: orgId, google_sub: userId, email, role: 'rep', created_at: at, sharing },
        name: n < colleagues / 2 ? `Shares ${n}` : `Colleague ${n}`,
      })
      .execute()
    ids.push(await addMailbox(db, { orgId, userId, email }))
  }
  return ids
}

/** A connected mailbox, without a look at Google. */
export async function addMailbox(
  db: Database,
  of: { orgId: string; userId: string; email: string },
): Promise<string> {
  const id = randomUUID()
  await db
    .insertInto('mailboxes')
    .values({
      ...{ id, org_id: of.orgId, user_id: of.userId, email: of.email, status: 'connected', scopes: [] },
      ...{ refresh_token: null, aliases: [], history_id: null, synced_at: null, sync_error: null },
      ...{ paused_until: null, sends_paused_until: null, created_at: new Date('2020-01-01') },
    })
    .execute()
  return id
}

/** Mail `from` … `from + chunk`: who it is with and where it lies follows from its number. */
async function addMessages(db: Database, orgId: string, boxes: string[], from: number): Promise<void> {
  const series = sql`generate_series(${from}::int, ${Math.min(messages, from + chunk) - 1}::int) n`
  const at = sql`'2020-02-01'::timestamptz + n * interval '3 minutes'`
  const copies = sql`select n, k, md5('s' || n || '.' || k)::uuid as id, md5('m' || n)::uuid as message_id, ${at} as at,
      'p' || (case when n % 100 = 0 then 0 when n % 100 = 1 then 1 else 2 + n % ${contacts - 2}::int end)
        || '@customers.example' as address,
      (${boxes}::uuid[])[case when n % 100 = 0 then 1
        else 2 + (n / 100 + k * 7) % ${boxes.length - 1}::int end] as mailbox_id,
      case when n % 3 = 0 then 'sent' else 'received' end as direction
    from ${series} cross join generate_series(0, case when n % 500 = 1 then 1 else 0 end) k`
  await sql`insert into messages (id, org_id, identity, sent_at)
    select md5('m' || n)::uuid, ${orgId}::uuid, 'm' || n, ${at} from ${series}`.execute(db)
  await sql`insert into sightings (id, org_id, message_id, mailbox_id, gmail_id, gmail_thread_id, direction, label_ids,
      subject, snippet, at, from_party, to_parties, cc_parties, bcc_parties, parts)
    select id, ${orgId}::uuid, message_id, mailbox_id, 'g' || n || '.' || k, 't' || n / 3, direction, array['INBOX'],
      'Subject of mail ' || n, 'The first words of mail ' || n || ', as long as Gmail shows them in its list.', at,
      jsonb_build_object('name', 'Elena', 'address', address), '[{"name":"","address":"me@bench.example"}]', '[]', '[]',
      case when n % 7 = 0 then '[{"partId":"1","name":"a.pdf","mimeType":"application/pdf","size":9}]' else '[]' end::jsonb
    from (${copies}) c`.execute(db)
  await sql`insert into sighting_addresses (sighting_id, org_id, mailbox_id, message_id, direction, address, at)
    select id, ${orgId}::uuid, mailbox_id, message_id, direction, address, at from (${copies}) c`.execute(db)
}
