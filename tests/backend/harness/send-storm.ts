import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Database } from '../../../backend/storage/database.ts'
import { insertMassMails } from '../../../backend/storage/mass.ts'
import type { Fault, GoogleStandIn } from '../../stand-ins/google/types.ts'

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** What goes wrong, by how often. A refusal for good makes a mail fail, loudly. */
const troubles: readonly { name: string; weight: number; kind: Fault['kind'] }[] = [
  { name: 'request lost', weight: 4, kind: { drop: 'before-commit' } },
  { name: 'answer lost', weight: 6, kind: { drop: 'after-commit' } },
  { name: 'answer cut', weight: 3, kind: { truncate: true } },
  { name: 'carried twice', weight: 5, kind: { twice: true } },
  { name: '5xx after commit', weight: 6, kind: { commitThenStatus: 503 } },
  { name: '5xx', weight: 4, kind: { status: 500 } },
  { name: '429', weight: 2, kind: { status: 429 } },
  { name: '400', weight: 1, kind: { status: 400 } },
]

const doors: readonly { path: RegExp; weight: number; method?: string }[] = [
  { path: /drafts\/send$/, weight: 10 },
  { path: /drafts$/, weight: 6, method: 'POST' },
  { path: /drafts\/[^/]+$/, weight: 3, method: 'GET' },
  { path: /drafts\/[^/]+$/, weight: 2, method: 'DELETE' },
  { path: /drafts$/, weight: 1, method: 'GET' },
  { path: /messages\/[^/]+$/, weight: 2 },
  { path: /history$/, weight: 1 },
  { path: /profile$/, weight: 1 },
  { path: /token$/, weight: 1 },
]

function choose<T extends { weight: number }>(random: () => number, all: readonly T[]): T {
  let left = random() * all.reduce((sum, one) => sum + one.weight, 0)
  for (const one of all) {
    left -= one.weight
    if (left < 0) return one
  }
  throw new Error('Nothing to choose from.')
}

/** Plants one thing that goes wrong at one of the next requests; its name. */
export function plantTrouble(google: GoogleStandIn, random: () => number): string {
  const door = choose(random, doors)
  const trouble = choose(random, troubles)
  // A dead grant is another test's: here it would only end the mailbox.
  if (trouble.name === '400' && !/send/.test(door.path.source)) return plantTrouble(google, random)
  google.addFault({
    path: door.path,
    ...(door.method !== undefined && { method: door.method }),
    nth: 1 + Math.floor(random() * 5),
    kind: trouble.kind,
  })
  return trouble.name
}

/** Mails due now, each to an address of its own, spread over these mailboxes. */
export async function fillQueue(
  db: Database,
  mailboxIds: readonly string[],
  input: { count: number; now: Date },
): Promise<void> {
  const mailboxes = await db
    .selectFrom('mailboxes')
    .select(['id', 'org_id', 'user_id'])
    .where('id', 'in', [...mailboxIds])
    .execute()
  const { now } = input
  const rows = Array.from({ length: input.count }, (_, nth) => {
    const mailbox = mailboxes[nth % mailboxes.length]
    if (mailbox === undefined) throw new Error('There is no mailbox.')
    const address = `reader${nth}@customer.example`
    return {
      id: randomUUID(),
      org_id: mailbox.org_id,
      author_id: mailbox.user_id,
      mailbox_id: mailbox.id,
      record_id: null,
      status: 'scheduled' as const,
      reason: null,
      to_parties: JSON.stringify([{ address, name: '' }]),
      cc_parties: '[]',
      bcc_parties: '[]',
      subject: `Mail ${nth}`,
      body: `This is mail ${nth}.`,
      reply_thread_id: null,
      reply_message_id: null,
      due_at: now,
      zone: 'UTC',
      local_time: now.toISOString().slice(0, 16),
      not_before: null,
      phase: null,
      worker: null,
      lease_until: null,
      claimed_at: null,
      draft_id: null,
      history_before: null,
      gmail_id: null,
      gmail_thread_id: null,
      message_id_header: null,
      sent_at: null,
      created_at: now,
      updated_at: now,
      address,
    }
  })
  for (let from = 0; from < rows.length; from += 500)
    await db.transaction().execute((trx) => insertMassMails(trx, rows.slice(from, from + 500), now))
}

/** How many are neither gone nor given up. */
export async function restless(db: Database): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from sends where status in ('scheduled', 'sending')`.execute(db)
  return rows[0]?.n ?? 0
}

export interface Verdict {
  statuses: Record<string, number>
  /** Got by their recipient more than once. */
  doubled: string[]
  /** Called sent, and got by nobody. */
  lost: string[]
  /** Neither sent nor failed nor held. */
  unsettled: number
  /** Failed for a person to look at, and got by their recipient all the same. */
  failedButGone: number
  /** Most copies that left one mailbox within 60 s of Google's clock. */
  mostInAMinute: number
}

/** Counts copies where they arrive: outside, by recipient. */
export async function judge(db: Database, google: GoogleStandIn): Promise<Verdict> {
  const copies = Map.groupBy(google.outbox, (entry) => entry.to)
  const sends = await db.selectFrom('sends').select(['id', 'status', 'reason', 'to_parties']).execute()
  const verdict: Verdict = {
    statuses: {},
    doubled: [],
    lost: [],
    unsettled: 0,
    failedButGone: 0,
    mostInAMinute: 0,
  }
  for (const { id, status, reason, to_parties } of sends) {
    const name = reason === null ? status : `${status}: ${reason}`
    verdict.statuses[name] = (verdict.statuses[name] ?? 0) + 1
    const got = copies.get(to_parties[0]?.address ?? '')?.length ?? 0
    if (got > 1) verdict.doubled.push(id)
    if (status === 'sent' && got === 0) verdict.lost.push(id)
    if (status === 'failed' && got > 0) verdict.failedButGone += 1
    if (!['sent', 'failed', 'held'].includes(status)) verdict.unsettled += 1
  }
  for (const entries of Map.groupBy(google.outbox, (entry) => entry.from).values())
    for (const [nth, { at }] of entries.entries()) {
      let first = nth
      while (first > 0 && (entries[first - 1]?.at ?? 0) > at - 60_000) first -= 1
      verdict.mostInAMinute = Math.max(verdict.mostInAMinute, nth - first + 1)
    }
  return verdict
}
