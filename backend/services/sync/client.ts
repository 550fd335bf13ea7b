import { normaliseEntry } from '../../../lib/domain/addresses.ts'
import type { QuotaUse } from '../../../lib/domain/sync.ts'
import { type GmailMailbox, GoogleError } from '../../google/gateway.ts'
import { addressesOfUser } from '../../storage/mail/addresses.ts'
import { findMailbox, type MailboxRow, ownerIsActive, setAliases } from '../../storage/mail/mailboxes.ts'
import { redirectSightings } from '../../storage/mail/sightings.ts'
import { enqueueTask } from '../../storage/tasks.ts'
import type { Deps } from '../context.ts'
import { mailboxClient } from '../mailboxes.ts'
import { whenToRetry } from './failures.ts'

const aliasesEveryMs = 6 * 60 * 60_000
/** How long work on the mailbox of a deactivated person waits before it asks again. */
const awayMs = 60 * 60_000

/**
 * The mailbox at Google, unless Google asked us to leave it alone for now or its owner is deactivated (S-067): what was to
 * be read then waits, it is never dropped. Say 'person' where somebody at the screen waits: their calls go ahead of
 * synchronisation. @throws GoogleError rate, reauth
 */
export async function readingClient(
  deps: Deps,
  mailbox: MailboxRow,
  use: QuotaUse = 'background',
): Promise<GmailMailbox> {
  if (!(await ownerIsActive(deps.db, mailbox)))
    throw new GoogleError('rate', 'owner_deactivated', { retryAt: deps.clock.now() + awayMs })
  const until = mailbox.paused_until?.getTime()
  if (until !== undefined && until > deps.clock.now())
    throw new GoogleError('rate', 'paused', { retryAt: until })
  return mailboxClient(deps, mailbox.id, use)
}

/** Learns the mailbox's send-as addresses, which count as "me" (S-022), and asks again regularly. */
export async function renewAliases(
  deps: Deps,
  mailbox: MailboxRow,
  client: GmailMailbox,
  signal: AbortSignal,
): Promise<void> {
  const verified = (await client.listSendAs(signal)).filter((one) => one.verified && !one.isPrimary)
  const aliases = verified.map((one) => normaliseEntry(one.email)).filter((email) => email !== mailbox.email)
  const changed = aliases
    .filter((one) => !mailbox.aliases.includes(one))
    .concat(mailbox.aliases.filter((one) => !aliases.includes(one)))
  // A mailbox that is new makes its own address one of its person's.
  if (mailbox.synced_at === null) changed.push(mailbox.email)
  await deps.db.transaction().execute(async (trx) => {
    await setAliases(trx, mailbox.id, aliases)
    if (changed.length === 0) return
    const own = await addressesOfUser(trx, mailbox.org_id, mailbox.user_id)
    await redirectSightings(trx, mailbox.user_id, changed, [...own])
  })
  const now = deps.clock.now()
  await enqueueTask(deps.db, {
    id: deps.newId(),
    orgId: mailbox.org_id,
    kind: 'aliases',
    key: mailbox.id,
    dueAt: new Date(now + aliasesEveryMs),
    now: new Date(now),
  })
}

/** The regular question. Returns when to try again after a failure. */
export async function runAliases(
  deps: Deps,
  task: { key: string },
  signal: AbortSignal,
): Promise<Date | undefined> {
  const mailbox = await findMailbox(deps.db, task.key)
  if (mailbox?.status !== 'connected') return undefined
  try {
    await renewAliases(deps, mailbox, await readingClient(deps, mailbox), signal)
    return undefined
  } catch (error) {
    return whenToRetry(deps, error)
  }
}
