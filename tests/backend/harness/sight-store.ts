import { sql } from 'kysely'
import type { Database } from '../../../backend/storage/database.ts'
import { ownModule, type World } from './sight-world.ts'

const day = (n: number) => new Date(Date.UTC(2026, 0, 1 + n, 12))

/** Writes a world's facts into an organisation of its own. */
export async function storeWorld(db: Database, world: World): Promise<void> {
  const { orgId: org_id, users, mailboxes, records, sightings } = world
  const at = day(0)
  const [by = ''] = users.map((one) => one.id)
  await db.transaction().execute(async (trx) => {
    // The facts are written as they are, in whatever order.
    const put = async (table: string, rows: readonly object[]) => {
      if (rows.length === 0) return
      await sql`insert into ${sql.table(table)} (${sql.join(Object.keys(rows[0] ?? {}).map((one) => sql.ref(one)))})
        select ${sql.join(Object.keys(rows[0] ?? {}).map((one) => sql.ref(one)))}
        from jsonb_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows)}::jsonb)`.execute(trx)
    }
    await put('organisations', [
      { id: org_id, name: 'World', created_at: at, policy: world.policy, hidden_modules: world.hidden },
    ])
    await put(
      'users',
      users.map(({ id, email, role, status, sharing }) => ({
        ...{ id, org_id, google_sub: id, email, name: email, role, status, sharing, created_at: at },
      })),
    )
    await put('modules', [
      {
        ...{ org_id, key: ownModule, labels: { one: 'Visit', many: 'Visits' }, reach: 'contact' },
        ...{ position: 0, created_at: at, deleted_at: world.hidden.length > 0 ? at : null },
      },
    ])
    await put(
      'mailboxes',
      mailboxes.map(({ id, userId: user_id, email, aliases, status }) => ({
        ...{ id, org_id, user_id, email, aliases, status, scopes: [], created_at: at },
      })),
    )
    await put(
      'records',
      records.map((one) => ({
        ...{
          id: one.id,
          org_id,
          module: one.module,
          owner_id: one.ownerId,
          name: one.id.slice(0, 8),
          fields: {},
        },
        ...{ main_contact_id: one.mainContactId, deal_id: one.dealId, created_by: by, version: 1 },
        ...{ created_at: at, updated_at: at, deleted_at: one.isDeleted ? at : null },
        ...{ sort_name: '', search_text: '', bigrams: [], indexed: true },
      })),
    )
    await put(
      'record_addresses',
      // A record in the bin has none (`former_addresses`).
      records.flatMap((one) =>
        (one.isDeleted ? [] : one.addresses).map(({ kind, address, since }) => ({
          ...{ record_id: one.id, org_id, kind, address, since: day(since) },
        })),
      ),
    )
    await put(
      'sends',
      world.sends.map((one) => ({
        ...{
          id: one.id,
          org_id,
          author_id: one.authorId,
          mailbox_id: one.mailboxId,
          record_id: one.recordId,
        },
        ...{ status: one.status, to_parties: [], cc_parties: [], bcc_parties: [], subject: 'S', body: 'B' },
        ...{
          reply_thread_id: one.threadId,
          due_at: day(one.createdAt),
          zone: 'UTC',
          local_time: '',
          version: 1,
        },
        ...{ attempts: 0, planned: true, created_at: day(one.createdAt), updated_at: at },
      })),
    )
    await put(
      'send_addresses',
      world.sends.flatMap((one) =>
        one.addresses.map((address) => ({ send_id: one.id, org_id, address, at: day(one.createdAt) })),
      ),
    )
    await put(
      'messages',
      [...new Set(sightings.map((one) => one.messageId))].map((id) => ({
        ...{ id, org_id, identity: id, sent_at: at },
      })),
    )
    await put(
      'sightings',
      sightings.map((one) => ({
        ...{ id: one.id, org_id, message_id: one.messageId, mailbox_id: one.mailboxId, gmail_id: one.id },
        ...{ gmail_thread_id: one.threadId, direction: one.direction, label_ids: [one.label], subject: 'S' },
        ...{ snippet: 'B', at: day(one.at), from_party: { name: '', address: '' }, to_parties: [] },
        ...{ cc_parties: [], bcc_parties: [], parts: filesOf(one.id), send_id: one.sendId },
      })),
    )
    await put(
      'sighting_addresses',
      sightings
        .filter((one) => one.label !== 'TRASH')
        .flatMap((one) =>
          one.addresses.map((address) => ({
            ...{ sighting_id: one.id, org_id, mailbox_id: one.mailboxId, message_id: one.messageId },
            ...{ direction: one.direction, address, at: day(one.at) },
          })),
        ),
    )
    const sightingOf = new Map(sightings.map((one) => [one.id, one]))
    await put(
      'hand_links',
      world.handLinks.map(({ sightingId, recordId, kind, whole }) => {
        const one = sightingOf.get(sightingId)
        return {
          ...{ sighting_id: sightingId, record_id: recordId, org_id, mailbox_id: one?.mailboxId, kind },
          ...{ message_id: one?.messageId, direction: one?.direction, at: day(one?.at ?? 0), made_at: at },
          ...{ whole_thread: whole, made_by: by },
        }
      }),
    )
    await put(
      'thread_links',
      world.choices.map(({ mailboxId, threadId, recordId, at: when }) => ({
        ...{ mailbox_id: mailboxId, gmail_thread_id: threadId, record_id: recordId, org_id, kind: 'link' },
        ...{ made_by: by, made_at: day(when), by_choice: true },
      })),
    )
    await put(
      'thread_deals',
      world.threadDeals.map(({ mailboxId, threadId, dealId }) => ({
        ...{ mailbox_id: mailboxId, gmail_thread_id: threadId, org_id, deal_id: dealId },
        ...{ chosen_by: by, chosen_at: at },
      })),
    )
    await put(
      'sighting_shares',
      world.shares.map(({ sightingId, level, at: when }) => ({
        ...{ sighting_id: sightingId, org_id, level, at: day(when) },
        mailbox_id: sightingOf.get(sightingId)?.mailboxId,
      })),
    )
    await put(
      'mail_grants',
      world.grants.map(({ sightingId, userId }) => ({
        ...{ sighting_id: sightingId, user_id: userId, org_id, at },
      })),
    )
    await put(
      'record_shares',
      world.switches.map(({ userId, recordId }) => ({ user_id: userId, record_id: recordId, org_id, at })),
    )
    await put(
      'older_mail',
      world.older.map(({ userId, recordId, address, agreed }) => ({
        ...{ user_id: userId, record_id: recordId, address, org_id, agreed, at },
      })),
    )
  })
}

/** Every other copy has a file, by chance of its id. */
function filesOf(sightingId: string): object[] {
  const hasOne = Number.parseInt(sightingId.slice(-1), 16) % 2 === 0
  return hasOne ? [{ partId: '1', name: 'a.pdf', mimeType: 'application/pdf', size: 9 }] : []
}
