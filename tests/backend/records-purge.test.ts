import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import { keepHouse } from '../../backend/services/housekeeping.ts'
import type { BinPage, RecordCard } from '../../lib/contract/records.ts'
import type { Person } from '../stand-ins/door.ts'
import {
  change,
  history,
  make,
  named,
  ownField,
  see,
  setPolicy,
  type Town,
  townOfTwo,
} from './harness/records.ts'
import { passTime } from './harness/work.ts'

let town: Town
const day = 24 * 60 * 60_000

beforeAll(async () => {
  town = await townOfTwo()
  await town.consent(town.mia, ['read'])
})

const remove = (who: Person, id: string) => who.call('DELETE', `/records/${id}`)
const binned = async (who: Person) =>
  (await who.call<BinPage>('GET', '/bin')).body.rows.map((row) => row.record.id)
const hashOf = (id: string) => id.replaceAll('-', '').padEnd(64, '0')

describe('after the days the policy keeps it', () => {
  const hourly = () => keepHouse(town.house, false)

  test('a record goes for good with everything on it, and not an hour before', async () => {
    const { mia, house } = town
    const one = await make(mia, 'contacts', {
      fields: { lastName: 'Purged' },
      primaryAddress: 'purged@bin.example',
    })
    const kept = await named(mia, 'contacts', 'Kept')
    await hang(one.id)
    await remove(mia, one.id)
    town.google.clock.advance(30 * day - 1000)
    await hourly()
    expect(await binned(mia)).toContain(one.id)
    town.google.clock.advance(2000)
    await hourly()
    expect(await binned(mia)).not.toContain(one.id)
    expect((await mia.call('POST', `/records/${one.id}/restore`)).status).toBe(404)
    for (const [table, column] of await referencing()) {
      const left = sql<{
        n: number
      }>`select count(*)::int as n from ${sql.table(table)} where ${sql.ref(column)} = ${one.id}`
      expect([table, column, (await left.execute(house.db)).rows]).toEqual([table, column, [{ n: 0 }]])
    }
    expect((await see(mia, kept.id)).name).toBe('Kept')
    // A day later nobody has its file either.
    expect(await passTime(town, day)).toEqual([])
    expect(
      await house.db.selectFrom('files').select('sha256').where('sha256', '=', hashOf(one.id)).execute(),
    ).toEqual([])
  })

  test('the days are the policy’s', async () => {
    const { mia } = town
    const one = await named(mia, 'contacts', 'Three days')
    await remove(mia, one.id)
    await setPolicy(town, { 'records.binDays': 3 })
    try {
      town.google.clock.advance(2 * day)
      await hourly()
      expect(await binned(mia)).toContain(one.id)
      town.google.clock.advance(day + 1000)
      await hourly()
      expect(await binned(mia)).not.toContain(one.id)
    } finally {
      await setPolicy(town, { 'records.binDays': 30 })
    }
  })

  test('a converted lead goes in one step with the contact it became, so it is never in the bin', async () => {
    const { mia, house } = town
    const lead = await named(mia, 'leads', 'Converted')
    const body = { version: lead.version, account: null, deal: null }
    const { contactId } = (await mia.call<{ contactId: string }>('POST', `/records/${lead.id}/convert`, body))
      .body
    town.google.clock.advance(31 * day)
    await hourly()
    const left = () =>
      house.db.selectFrom('records').select('id').where('id', 'in', [lead.id, contactId]).execute()
    expect(await left()).toHaveLength(2)
    await remove(mia, contactId)
    town.google.clock.advance(30 * day + 1000)
    const steps: unknown[] = []
    const log = {
      ...house.log,
      info: (event: string, facts?: object) => event === 'records.purged' && steps.push(facts),
    }
    await keepHouse({ ...house, log }, false)
    expect(steps).toMatchObject([{ records: 2 }])
    expect(await left()).toEqual([])
  })

  test('who still names it loses the name, and its history says so', async () => {
    const { mia } = town
    const account = await named(mia, 'accounts', 'Purged Marine')
    const elena = await named(mia, 'contacts', 'Elena', { accountId: account.id })
    const jonas = await named(mia, 'contacts', 'Jonas')
    const toAccounts = await ownField(town, 'deals', 'lookup', { lookup: 'accounts' })
    const deal = await named(mia, 'deals', 'Stays', {
      mainContactId: elena.id,
      contactIds: [elena.id, jonas.id],
    })
    await change(mia, deal.id, { version: 1, fields: { [toAccounts]: account.id } })
    for (const { id } of [account, elena]) await remove(mia, id)
    town.google.clock.advance(31 * day)
    await hourly()
    const left = await see(mia, deal.id)
    expect(left).toMatchObject({ accountId: null, mainContactId: null, contactIds: [jonas.id] })
    expect(left.fields).not.toHaveProperty(toAccounts)
    expect(left.refs.map((ref) => ref.name)).toEqual(['Jonas'])
    const told = (await history(town, deal.id)).at(-1) ?? ''
    for (const part of [
      `accountId:${account.id}>`,
      `mainContactId:${elena.id}>`,
      `${toAccounts}:${account.id}>`,
    ])
      expect(told).toContain(part)
    expect((await change(mia, deal.id, { version: left.version, fields: { amount: '1' } })).status).toBe(200)
  })

  test('who lies in the bin later than its parent comes back without it', async () => {
    const { mia } = town
    const account = await named(mia, 'accounts', 'First gone')
    const child = await named(mia, 'contacts', 'Later gone', { accountId: account.id })
    await remove(mia, account.id)
    town.google.clock.advance(20 * day)
    await remove(mia, child.id)
    town.google.clock.advance(15 * day)
    await hourly()
    expect((await mia.call('POST', `/records/${account.id}/restore`)).status).toBe(404)
    const back = await mia.call<RecordCard>('POST', `/records/${child.id}/restore`)
    expect(back).toMatchObject({ status: 200, body: { record: { accountId: null, refs: [] } } })
  })

  test('what was merged keeps its history and its way to the record it went into, and goes when that one goes', async () => {
    const { mia } = town
    const merged = async () => {
      const winner = await named(mia, 'contacts', 'Winner')
      const loser = await named(mia, 'contacts', 'Loser')
      const versions = { winnerVersion: winner.version, loserVersion: loser.version }
      const made = await mia.call('POST', '/merges', { winnerId: winner.id, loserId: loser.id, ...versions })
      expect(made.status).toBe(201)
      return { winner: winner.id, loser: loser.id }
    }
    const rows = async (...ids: string[]) =>
      (await town.house.db.selectFrom('records').select('id').where('id', 'in', ids).execute()).length
    const [stays, goes] = [await merged(), await merged()]
    expect(await binned(mia)).not.toContain(stays.loser)
    await setPolicy(town, { 'records.binDays': 1 })
    try {
      await remove(mia, goes.winner)
      town.google.clock.advance(2 * day)
      await hourly()
      expect(await rows(goes.winner, goes.loser)).toBe(0)
      expect(await rows(stays.winner, stays.loser)).toBe(2)
      town.google.clock.advance(29 * day)
      await hourly()
      expect(await rows(stays.winner, stays.loser)).toBe(2)
      expect((await see(mia, stays.loser)).name).toBe('Winner')
    } finally {
      await setPolicy(town, { 'records.binDays': 30 })
    }
  })

  /** What points at records by a foreign key: who adds a table sees this list grow. */
  async function referencing(): Promise<[string, string][]> {
    const { rows } = await sql<{ place: string; column: string }>`
      select k.conrelid::regclass::text as place, a.attname::text as "column" from pg_constraint k
      join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any(k.conkey)
      where k.contype = 'f' and k.confrelid = 'records'::regclass order by 1, 2`.execute(town.house.db)
    return rows.map((row) => [row.place, row.column])
  }

  /** One row in every table that hangs on a record. */
  async function hang(id: string): Promise<void> {
    const { db } = town.house
    const user = await db
      .selectFrom('users')
      .innerJoin('mailboxes', 'mailboxes.user_id', 'users.id')
      .select(['users.id', 'users.org_id', 'mailboxes.id as box'])
      .where('users.email', '=', town.mia.email)
      .executeTakeFirstOrThrow()
    const at = new Date(town.google.clock.now())
    const other = await named(town.mia, 'contacts', 'Merged once')
    const [org, rows] = [user.org_id, [randomUUID(), randomUUID(), randomUUID(), randomUUID(), randomUUID()]]
    const [attachment, filing, note, todo, merge] = rows
    const statements = [
      sql`insert into files (org_id, sha256, size, created_at) values (${org}, ${hashOf(id)}, 3, ${at})`,
      sql`insert into attachments (id, org_id, record_id, sha256, name, mime_type, size, filed_by, filed_at)
        values (${attachment}, ${org}, ${id}, ${hashOf(id)}, 'a', 'b', 3, ${user.id}, ${at})`,
      sql`insert into filings (id, org_id, user_id, record_id, mailbox_id, gmail_message_id, part_id, name, status, attachment_id, created_at, updated_at)
        values (${filing}, ${org}, ${user.id}, ${id}, ${user.box}, 'a', '1', 'a', 'done', ${attachment}, ${at}, ${at})`,
      sql`insert into notes (id, org_id, record_id, author_id, text, created_at, updated_at)
        values (${note}, ${org}, ${id}, ${user.id}, 'a', ${at}, ${at})`,
      sql`insert into todos (id, org_id, record_id, assignee_id, created_by, title, created_at, updated_at)
        values (${todo}, ${org}, ${id}, ${user.id}, ${user.id}, 'a', ${at}, ${at})`,
      sql`insert into picks (org_id, user_id, address, record_id, at) values (${org}, ${user.id}, ${id}, ${id}, ${at})`,
      sql`insert into merges (id, org_id, winner_id, loser_id, by_user, at, moved)
        values (${merge}, ${org}, ${id}, ${other.id}, ${user.id}, ${at}, '{}')`,
      sql`insert into sends (id, org_id, author_id, mailbox_id, record_id, status, to_parties, cc_parties, bcc_parties, subject, body,
        due_at, zone, local_time, created_at, updated_at) values (${randomUUID()}, ${org}, ${user.id}, ${user.box}, ${id}, 'sent',
        '[]', '[]', '[]', 'a', 'b', ${at}, 'UTC', '2026-11-23T09:00', ${at}, ${at})`,
      sql`update records set converted_to = ${id} where id = ${other.id}`,
      ...mailStatements({ org, id, user: user.id, box: user.box, at }),
    ]
    for (const statement of statements) await statement.execute(db)
    const places = (await referencing()).map((place) => place.join('.'))
    expect(places).toEqual(
      [
        ...[
          'attachments',
          'filings',
          'former_addresses',
          'notes',
          'picks',
          'record_addresses',
          'record_changes',
        ],
        ...['record_keys', 'record_links', 'sends', 'todos'],
        ...['hand_links', 'thread_links', 'record_shares', 'older_mail'],
      ]
        .map((table) => `${table}.record_id`)
        .concat('record_links.target_id', 'merges.loser_id', 'merges.winner_id', 'thread_deals.deal_id')
        .concat(
          ['account_id', 'converted_to', 'deal_id', 'main_contact_id', 'merged_into'].map(
            (one) => `records.${one}`,
          ),
        )
        .sort(),
    )
  }
})

/** A mail put on the record by hand, the record chosen for its thread, switched on, and asked about. */
function mailStatements(of: { org: string; id: string; user: string; box: string; at: Date }) {
  const { org, id, user, box, at } = of
  const [message, sighting] = [randomUUID(), randomUUID()]
  return [
    sql`insert into messages (id, org_id, identity, sent_at) values (${message}, ${org}, ${id}, ${at})`,
    sql`insert into sightings (id, org_id, message_id, mailbox_id, gmail_id, gmail_thread_id, direction, label_ids, subject,
        snippet, at, from_party, to_parties, cc_parties, bcc_parties, parts)
      values (${sighting}, ${org}, ${message}, ${box}, ${id}, 'abcdef', 'received', '{}', 'a', 'b', ${at},
        '{"address":"","name":""}', '[]', '[]', '[]', '[]')`,
    sql`insert into thread_links (mailbox_id, gmail_thread_id, record_id, org_id, kind, made_by, made_at)
      values (${box}, 'abcdef', ${id}, ${org}, 'link', ${user}, ${at})`,
    sql`insert into hand_links (sighting_id, record_id, org_id, mailbox_id, message_id, direction, at, kind, whole_thread,
        made_by, made_at)
      values (${sighting}, ${id}, ${org}, ${box}, ${message}, 'received', ${at}, 'link', true, ${user}, ${at})`,
    sql`insert into thread_deals (mailbox_id, gmail_thread_id, org_id, deal_id, chosen_by, chosen_at)
      values (${box}, ${id}, ${org}, ${id}, ${user}, ${at})`,
    sql`insert into record_shares (user_id, record_id, org_id, at) values (${user}, ${id}, ${org}, ${at})`,
    sql`insert into older_mail (user_id, record_id, address, org_id, agreed, at)
      values (${user}, ${id}, 'a@b.example', ${org}, true, ${at})`,
  ]
}
