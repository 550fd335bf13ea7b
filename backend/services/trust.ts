import type { Stage } from '../../lib/contract/identity.ts'
import type { MailboxTrust, Runs, Trust } from '../../lib/contract/sync.ts'
import { readCursor, writeCursor } from '../../lib/domain/list-cursor.ts'
import { modeInForce } from '../../lib/domain/sharing.ts'
import { listMailboxes } from '../storage/identity.ts'
import { listAside } from '../storage/mail/aside.ts'
import { listBackfills } from '../storage/mail/backfills.ts'
import type { MailboxRow } from '../storage/mail/mailboxes.ts'
import { readMode } from '../storage/mail/share-writes.ts'
import { countRuns, findRun, listRuns, listSkips, type RunRow } from '../storage/mail/sync-runs.ts'
import { exportRows, keptOf, sightingsToAsk } from '../storage/mail/trust.ts'
import type { Context } from './context.ts'
import { quotaUsed } from './quota.ts'
import { allows } from './scopes.ts'
import { bestOf, loadFacts } from './sharing/facts.ts'
import { requireMine } from './sync/control.ts'

const pageSize = 50
const backfillsShown = 5
/** Mails asked about at once, and at most, for who sees any of them. */
const asked = { page: 500, most: 10_000 }
const exportPage = 500

/** What synchronisation did with each of my mailboxes; of nobody else's. */
export async function getTrust(ctx: Context): Promise<Trust> {
  const mailboxes = []
  for (const mailbox of await listMailboxes(ctx.db, ctx.actor.orgId, ctx.actor.userId))
    mailboxes.push(await trustOf(ctx, mailbox))
  return { mailboxes, storeBodies: 'never' }
}

async function trustOf(ctx: Context, mailbox: MailboxRow): Promise<MailboxTrust> {
  const { db } = ctx
  const now = ctx.clock.now()
  const kept = await keptOf(db, mailbox.id)
  const skipped = await listSkips(db, mailbox.id)
  const last = mailbox.last_run_id === null ? undefined : await findRun(db, mailbox.last_run_id)
  const paused = mailbox.paused_until !== null && mailbox.paused_until.getTime() > now
  return {
    id: mailbox.id,
    email: mailbox.email,
    state: stateOf(mailbox, paused),
    pausedUntil: paused ? (mailbox.paused_until?.toISOString() ?? null) : null,
    syncedAt: mailbox.synced_at?.toISOString() ?? null,
    error: mailbox.sync_error,
    watch: watchOf(mailbox),
    stored: kept.mails,
    lookedAt: kept.mails + skipped.reduce((sum, one) => sum + one.count, 0),
    files: { count: kept.files, bytes: kept.bytes },
    seenBy: await seenBy(ctx, mailbox),
    skipped,
    setAside: (await listAside(db, mailbox.id)).map((row) => ({
      gmailId: row.gmail_id,
      reason: row.reason,
      at: row.at.toISOString(),
      tries: row.tries,
    })),
    runs: await countRuns(db, mailbox.id),
    lastRun: last === undefined ? null : toRun(last),
    backfills: (await listBackfills(db, mailbox.id, backfillsShown)).map((row) => ({
      address: row.address,
      status: row.status,
      found: row.found,
      lookedAt: row.looked_at,
      stored: row.stored,
      capped: row.capped,
    })),
    quota: await quotaUsed(ctx, mailbox.id),
    scopes: (['send', 'read'] satisfies Stage[]).filter((stage) => allows(mailbox.scopes, stage)),
  }
}

function stateOf(mailbox: MailboxRow, paused: boolean): MailboxTrust['state'] {
  if (mailbox.status === 'disconnected') return 'disconnected'
  if (mailbox.status === 'reauth_required') return 'reauth_required'
  if (!allows(mailbox.scopes, 'read')) return 'no_read'
  if (mailbox.sync_stopped_at !== null) return 'stopped'
  return paused ? 'paused_by_google' : 'running'
}

/** null where this server asked Gmail for no notifications. */
function watchOf(mailbox: MailboxRow): MailboxTrust['watch'] {
  const { watch_topic, watch_expires_at, watch_error, pushed_at } = mailbox
  if (watch_topic === null && watch_error === null) return null
  return {
    until: watch_expires_at?.toISOString() ?? null,
    error: watch_error,
    lastAt: pushed_at?.toISOString() ?? null,
  }
}

/** Colleagues who see any mail of the mailbox, by the function that decides everywhere. */
async function seenBy(ctx: Context, mailbox: MailboxRow): Promise<MailboxTrust['seenBy']> {
  if (mailbox.status === 'disconnected') return []
  const own = await readMode(ctx.db, mailbox.user_id)
  const onlyGiven = modeInForce(ctx.actor.policy, own) === 'private'
  const seeing = new Map<string, string>()
  for (let offset = 0; offset < asked.most; offset += asked.page) {
    const page = { onlyGiven, offset, limit: asked.page }
    const ids = await sightingsToAsk(ctx.db, mailbox.id, page)
    if (ids.length === 0) break
    const facts = await loadFacts(ctx, ctx.db, ids)
    const others = facts.people.filter(({ id }) => id !== mailbox.user_id && !seeing.has(id))
    if (others.length === 0) break
    for (const person of others)
      if (bestOf(facts, person, facts.mails).level !== 'none') seeing.set(person.id, person.name)
  }
  return [...seeing].map(([id, name]) => ({ id, name }))
}

/** Runs of one of my mailboxes that had something to say, newest first. */
export async function syncRuns(
  ctx: Context,
  input: { account: string; cursor?: string | undefined },
): Promise<Runs> {
  const mailbox = await requireMine(ctx, input.account)
  const after = readCursor(input.cursor)
  const rows = await listRuns(ctx.db, { mailboxId: mailbox.id, after, limit: pageSize + 1 })
  const page = rows.slice(0, pageSize)
  const last = rows.length > pageSize ? page.at(-1) : undefined
  return {
    runs: page.map(toRun),
    nextCursor: last === undefined ? null : writeCursor({ at: last.started_at, key: last.id }),
  }
}

function toRun(row: RunRow): Runs['runs'][number] {
  return {
    id: row.id,
    kind: row.kind,
    startedAt: row.started_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    lookedAt: row.looked_at,
    stored: row.stored,
    changed: row.changed,
    skipped: row.skipped,
    units: row.units,
    error: row.error,
  }
}

/** Everything kept of one of my mailboxes, one JSON object a line; bodies are not kept, so there are none. */
export async function exportMailbox(ctx: Context, account: string): Promise<AsyncGenerator<string>> {
  const mailbox = await requireMine(ctx, account)
  async function* lines() {
    const { refresh_token: _, org_id: __, ...shown } = mailbox
    yield `${JSON.stringify({ kind: 'mailbox', ...shown })}\n`
    for await (const { kind, rows } of exportRows(ctx.db, mailbox.id, exportPage))
      for (const row of rows) yield `{"kind":${JSON.stringify(kind)},${row.slice(1)}\n`
  }
  return lines()
}
