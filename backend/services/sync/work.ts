import type { Queryable, Trx } from '../../storage/database.ts'
import { appendEvent } from '../../storage/events.ts'
import { progressOf, unfinishedBackfills } from '../../storage/mail/backfills.ts'
import { isConnected, type MailboxRow, ownerIsActive } from '../../storage/mail/mailboxes.ts'
import { lockMailboxMail } from '../../storage/mail/thread-marks.ts'
import { wantedAt } from '../../storage/mail/wanted.ts'
import { enqueueTask } from '../../storage/tasks.ts'
import type { Deps } from '../context.ts'
import { allows } from '../scopes.ts'

/** Why nothing is read in a mailbox for now; what was to be read waits in its rows and is asked for again on return. */
export async function isAtRest(q: Queryable, mailbox: MailboxRow): Promise<boolean> {
  if (mailbox.status !== 'connected' || mailbox.sync_stopped_at !== null) return true
  return !allows(mailbox.scopes, 'read') || !(await ownerIsActive(q, mailbox))
}

/** The mailbox was disconnected while work on it was under way: nothing of it is kept. */
export class Disconnected extends Error {}

/** First in each transaction that keeps what was read: none of it may outlive a disconnection. */
export async function holdMailbox(trx: Trx, mailboxId: string): Promise<void> {
  await lockMailboxMail(trx, mailboxId)
  if (!(await isConnected(trx, mailboxId))) throw new Disconnected()
}

/** Lets the mailbox's wanted mail be read, not before `dueAt`. One task a mailbox: nobody reads the same mail twice. */
export async function askToRead(
  q: Queryable,
  deps: Deps,
  mailbox: Pick<MailboxRow, 'id' | 'org_id'>,
  dueAt: number = deps.clock.now(),
): Promise<void> {
  await enqueueTask(q, {
    id: deps.newId(),
    orgId: mailbox.org_id,
    kind: 'messages',
    key: mailbox.id,
    dueAt: new Date(dueAt),
    now: new Date(deps.clock.now()),
  })
}

/** Lets a back-fill search; key: its id. */
export async function askToSearch(
  q: Queryable,
  deps: Deps,
  backfill: { id: string; org_id: string },
): Promise<void> {
  const now = new Date(deps.clock.now())
  await enqueueTask(q, {
    id: deps.newId(),
    orgId: backfill.org_id,
    kind: 'backfill',
    key: backfill.id,
    dueAt: now,
    now,
  })
}

/** What waited while the mailbox was at rest goes on. */
export async function resumeWork(q: Queryable, deps: Deps, mailbox: MailboxRow): Promise<void> {
  if ((await wantedAt(q, mailbox.id)) !== undefined) await askToRead(q, deps, mailbox)
  for (const one of await unfinishedBackfills(q, mailbox.id)) await askToSearch(q, deps, one)
}

/** How often a sidebar is told of progress, ms. */
const paceMs = 2_000
const lastTold = new WeakMap<object, Map<string, number>>()

/** Tells the mailbox's owner how far looking for earlier mail is; now and then, and always when it is done. */
export async function tellProgress(q: Queryable, deps: Deps, mailbox: MailboxRow): Promise<void> {
  const { found, done } = await progressOf(q, mailbox.id)
  const now = deps.clock.now()
  const told = lastTold.get(deps.google) ?? new Map<string, number>()
  lastTold.set(deps.google, told)
  const last = told.get(mailbox.id)
  const soon = last !== undefined && last <= now && now - last < paceMs
  if (soon && found > done) return
  told.set(mailbox.id, now)
  await appendEvent(q, {
    orgId: mailbox.org_id,
    userId: mailbox.user_id,
    payload: { type: 'sync', mailboxId: mailbox.id, found, done },
    at: new Date(now),
  })
}

/** Tells the owner that the mailbox stands otherwise than before. */
export async function tellMailbox(
  q: Queryable,
  deps: Deps,
  mailbox: Pick<MailboxRow, 'id' | 'org_id' | 'user_id' | 'status'>,
): Promise<void> {
  await appendEvent(q, {
    orgId: mailbox.org_id,
    userId: mailbox.user_id,
    payload: { type: 'mailbox', id: mailbox.id, status: mailbox.status },
    at: new Date(deps.clock.now()),
  })
}
