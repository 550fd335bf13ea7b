import type { Queryable } from '../../storage/database.ts'
import { findMailbox } from '../../storage/mail/mailboxes.ts'
import { enqueueTask } from '../../storage/tasks.ts'
import type { Deps } from '../context.ts'
import { allows } from '../scopes.ts'

/** Lets a mailbox be synchronised now, and from then on regularly. Nothing happens without permission to read. */
export async function nudgeSync(q: Queryable, deps: Deps, mailboxId: string): Promise<void> {
  const mailbox = await findMailbox(q, mailboxId)
  if (mailbox === undefined || !allows(mailbox.scopes, 'read')) return
  const now = new Date(deps.clock.now())
  await enqueueTask(q, {
    id: deps.newId(),
    orgId: mailbox.org_id,
    kind: 'sync',
    key: mailboxId,
    dueAt: now,
    now,
  })
}
