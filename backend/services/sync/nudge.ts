import type { Queryable } from '../../storage/database.ts'
import { findMailbox } from '../../storage/mail/mailboxes.ts'
import { enqueueTask } from '../../storage/tasks.ts'
import type { Deps } from '../context.ts'
import { askToWatch } from './watch.ts'
import { isAtRest, resumeWork } from './work.ts'

/**
 * Lets a mailbox be synchronised now, and from then on regularly, and what waited go on: call it after whatever kept it at
 * rest has ended, and when something new is known of. Nothing happens while it is at rest.
 */
export async function nudgeSync(q: Queryable, deps: Deps, mailboxId: string): Promise<void> {
  if (await askToSync(q, deps, mailboxId, deps.clock.now())) {
    const mailbox = await findMailbox(q, mailboxId)
    if (mailbox === undefined) return
    await resumeWork(q, deps, mailbox)
    if (deps.watchTopic !== undefined && mailbox.watch_topic !== deps.watchTopic)
      await askToWatch(q, deps, mailbox)
  }
}

/** Asks for the next run at the latest then (epoch ms); false while the mailbox is at rest. */
export async function askToSync(
  q: Queryable,
  deps: Deps,
  mailboxId: string,
  dueAt: number,
): Promise<boolean> {
  const mailbox = await findMailbox(q, mailboxId)
  if (mailbox === undefined || (await isAtRest(q, mailbox))) return false
  await enqueueTask(q, {
    id: deps.newId(),
    orgId: mailbox.org_id,
    kind: 'sync',
    key: mailboxId,
    dueAt: new Date(dueAt),
    now: new Date(deps.clock.now()),
  })
  return true
}
