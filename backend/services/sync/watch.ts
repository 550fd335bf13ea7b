import { type GmailMailbox, GoogleError } from '../../google/gateway.ts'
import type { Queryable } from '../../storage/database.ts'
import { findMailbox, type MailboxRow } from '../../storage/mail/mailboxes.ts'
import { mailboxesToWatch, setWatch, setWatchError } from '../../storage/mail/watches.ts'
import { enqueueTask } from '../../storage/tasks.ts'
import type { Deps } from '../context.ts'
import { mailboxClient } from '../mailboxes.ts'
import { scopesFor } from '../scopes.ts'
import { readingClient } from './client.ts'
import { whenToRetry } from './failures.ts'
import { isAtRest } from './work.ts'

const hourMs = 60 * 60_000
const dayMs = 24 * hourMs
/** Gmail's promise lasts seven days and is renewed daily; with less left than this something goes wrong. */
const alertMs = 2 * dayMs
/** Renewing was missed for a day and more. */
const lateMs = 5 * dayMs

/** Lets the mailbox's notifications be asked for, renewed or ended, whatever is due. */
export async function askToWatch(
  q: Queryable,
  deps: Deps,
  mailbox: Pick<MailboxRow, 'id' | 'org_id'>,
): Promise<void> {
  const now = new Date(deps.clock.now())
  await enqueueTask(q, {
    id: deps.newId(),
    orgId: mailbox.org_id,
    kind: 'watch',
    key: mailbox.id,
    dueAt: now,
    now,
  })
}

/**
 * Asks Gmail to tell our topic of every change, once a day (it forgets after seven). Without a topic what was asked for
 * before is ended. Returns when to renew; undefined when there is nothing to be told of.
 */
export async function runWatch(
  deps: Deps,
  task: { key: string },
  signal: AbortSignal,
): Promise<Date | undefined> {
  const mailbox = await findMailbox(deps.db, task.key)
  if (mailbox === undefined || (await isAtRest(deps.db, mailbox))) return undefined
  const topic = deps.watchTopic
  if (topic === undefined && mailbox.watch_topic === null) return undefined
  try {
    const client = await readingClient(deps, mailbox)
    if (topic === undefined) {
      await client.stopWatch(signal)
      await setWatch(deps.db, mailbox.id, undefined)
      return undefined
    }
    const { expiresAt } = await watchAlone(client, topic, signal)
    await setWatch(deps.db, mailbox.id, { topic, until: new Date(expiresAt) })
    return new Date(deps.clock.now() + dayMs)
  } catch (error) {
    const again = whenToRetry(deps, error)
    if (!(error instanceof GoogleError)) throw error
    deps.log.warn('watch.failed', { mailbox: mailbox.id, kind: error.kind, reason: error.reason })
    await setWatchError(deps.db, mailbox.id, error.reason)
    // A refusal is the topic's set-up: it costs 100 units each time and is looked at by a person.
    return error.kind === 'refused' || error.kind === 'not_found'
      ? new Date(deps.clock.now() + hourMs)
      : again
  }
}

/** Gmail tells one topic only: the one of an earlier set-up is ended first. */
async function watchAlone(
  client: GmailMailbox,
  topic: string,
  signal: AbortSignal,
): Promise<{ expiresAt: number }> {
  try {
    return await client.watch(topic, signal)
  } catch (error) {
    if (!(error instanceof GoogleError) || error.reason !== 'watch_taken') throw error
    await client.stopWatch(signal)
    return client.watch(topic, signal)
  }
}

/**
 * Gmail has nothing more to tell of a mailbox that is to be disconnected; call it while its grant still stands. A failure
 * is noted only: the promise ends by itself.
 */
export async function stopWatching(deps: Deps, mailbox: MailboxRow, signal: AbortSignal): Promise<void> {
  if (mailbox.watch_topic === null) return
  try {
    const client = await mailboxClient(deps, mailbox.id, 'person')
    await client.stopWatch(signal)
  } catch (error) {
    if (!(error instanceof GoogleError)) throw error
    deps.log.warn('watch.not_stopped', { mailbox: mailbox.id, kind: error.kind, reason: error.reason })
  }
  await setWatch(deps.db, mailbox.id, undefined)
}

/** At the start and every hour: no mailbox is left without notifications, and one that soon will be is told of. */
export async function keepWatches(deps: Deps): Promise<void> {
  const now = deps.clock.now()
  const [scope = ''] = scopesFor(['read'])
  const until = new Date(now + lateMs)
  for (const mailbox of await mailboxesToWatch(deps.db, { topic: deps.watchTopic, until, scope })) {
    await askToWatch(deps.db, deps, mailbox)
    const left = (mailbox.watch_expires_at?.getTime() ?? Number.POSITIVE_INFINITY) - now
    if (left < alertMs)
      deps.log.warn('watch.ending', {
        mailbox: mailbox.id,
        hoursLeft: Math.max(0, Math.floor(left / hourMs)),
      })
  }
}
