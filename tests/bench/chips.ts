import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { Database } from '../../backend/storage/database.ts'
import { vacuum } from '../../backend/storage/housekeeping.ts'
import type { Chips } from '../../lib/contract/messages.ts'
import { startGoogle } from '../stand-ins/google/start.ts'
import { openBench } from './bench-database.ts'
import { addMailbox } from './emails-data.ts'
import { enter } from './lookup.ts'
import type { BenchReport } from './report.ts'
import { measure } from './roads.ts'

const goal = 20
const mails = 200_000
/** Of each as many deals; every second deal has a quote besides. */
const contacts = 5_000
const mailsAThread = 5
const threadsAPage = 100

/** The chips of one page of Gmail's list: a hundred threads, each with some mails of two people of whom one has a deal. */
export async function benchChips(): Promise<BenchReport> {
  const folder = await mkdtemp(join(tmpdir(), 'inlay-bench-'))
  const google = await startGoogle()
  const bench = await openBench(process.env['DATABASE_URL'], join(folder, 'db'))
  try {
    const mia = await enter(bench.db, google, folder)
    await fill(bench.db, mia.email)
    const pages = mails / mailsAThread / threadsAPage
    const threadIds = (n: number) =>
      Array.from({ length: threadsAPage }, (_, i) => threadId((n % pages) * threadsAPage + i))
    const ask = (n: number) =>
      mia.call<Chips>('POST', '/threads/chips', { account: mia.email, threadIds: threadIds(n) })
    const shown = ({ chips }: Chips) => `, ${chips.length} chips`
    return {
      title: `Chips of ${threadsAPage} threads among ${mails.toLocaleString('en')} mails of one mailbox, ${contacts.toLocaleString('en')} contacts with a deal each (${bench.kind} database)`,
      lines: [
        ...(await measure(bench, { name: 'another page each time', ask }, { goal, shown })),
        ...(await measure(bench, { name: 'the same page again', ask: () => ask(7) }, { goal, shown })),
      ],
    }
  } finally {
    await bench.close()
    await google.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

const threadId = (n: number) => n.toString(16).padStart(8, '0')

async function fill(db: Database, email: string): Promise<void> {
  const { id: userId, org_id: orgId } = await db
    .selectFrom('users')
    .select(['id', 'org_id'])
    .where('email', '=', email)
    .executeTakeFirstOrThrow()
  const mailbox = await addMailbox(db, { orgId, userId, email })
  const since = sql`'2020-01-01'::timestamptz`
  const id = (letter: string, n: string) => sql`md5(${letter} || ${sql.raw(n)})::uuid`
  for (const [module, letter, main, deal] of [
    ['contacts', 'c', sql`null::uuid`, sql`null::uuid`],
    ['deals', 'd', id('c', 'n'), sql`null::uuid`],
    ['quotes', 'q', sql`null::uuid`, id('d', 'n')],
  ] as const)
    await sql`insert into records (id, org_id, module, owner_id, name, fields, main_contact_id, deal_id, created_by,
        created_at, updated_at, indexed)
      select ${id(letter, 'n')}, ${orgId}::uuid, ${module}, ${userId}::uuid, ${letter} || n, '{"stage":"proposal"}', ${main},
        ${deal}, ${userId}::uuid, ${since}, ${since}, true from generate_series(0, ${contacts - 1}::int) n
      where ${module} <> 'quotes' or n % 2 = 0`.execute(db)
  await sql`insert into record_addresses (record_id, org_id, kind, address, since)
    select ${id('c', 'n')}, ${orgId}::uuid, 'primary', 'c' || n || '@many.example', ${since}
    from generate_series(0, ${contacts - 1}::int) n`.execute(db)
  const series = sql`generate_series(0, ${mails - 1}::int) n`
  const at = sql`${since} + n * interval '3 minutes'`
  await sql`insert into messages (id, org_id, identity, sent_at)
    select ${id('m', 'n')}, ${orgId}::uuid, 'm' || n, ${at} from ${series}`.execute(db)
  await sql`insert into sightings (id, org_id, message_id, mailbox_id, gmail_id, gmail_thread_id, direction, label_ids,
      subject, snippet, at, from_party, to_parties, cc_parties, bcc_parties, parts)
    select ${id('s', 'n')}, ${orgId}::uuid, ${id('m', 'n')}, ${mailbox}::uuid, 'g' || n,
      lpad(to_hex(n / ${mailsAThread}::int), 8, '0'), 'received', array['INBOX'], 'Subject of mail ' || n,
      'The first words of mail ' || n || ', as long as Gmail shows them in its list.', ${at},
      jsonb_build_object('name', 'Elena', 'address', 'c' || n / ${mailsAThread}::int % ${contacts}::int || '@many.example'),
      jsonb_build_array(jsonb_build_object('name', 'Jo', 'address', 'else' || n % 1000 || '@many.example')), '[]', '[]', '[]'
    from ${series}`.execute(db)
  await sql`insert into sighting_addresses (sighting_id, org_id, mailbox_id, message_id, direction, address, at)
    select s.id, s.org_id, s.mailbox_id, s.message_id, s.direction, party->>'address', s.at
    from sightings s cross join lateral jsonb_array_elements(s.from_party || s.to_parties) party`.execute(db)
  await vacuum(db)
}
