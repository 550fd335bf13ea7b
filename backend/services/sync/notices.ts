import { normaliseEntry } from '../../../lib/domain/addresses.ts'
import type { NoticeQueue } from '../../google/gateway.ts'
import { notePush } from '../../storage/mail/watches.ts'
import type { Deps } from '../context.ts'
import { askToSync } from './nudge.ts'

/** A pushed notification is believed only with Google's own signature on these two. */
export interface PushDoor {
  /** The address it is sent to, as the subscription says. */
  audience: string
  /** The service account it is sent as. */
  account: string
}

/**
 * Takes one of Gmail's notifications. It only says that there is something new: the mailbox is synchronised now, from where
 * it stood, whatever history id comes along (it may be older, doubled or late). Unknown mailboxes and rubbish do nothing.
 */
async function takeNotice(deps: Deps, data: string): Promise<void> {
  const email = addressOf(data)
  if (email === undefined) return
  const now = new Date(deps.clock.now())
  await deps.db.transaction().execute(async (trx) => {
    for (const { id } of await notePush(trx, email, now)) await askToSync(trx, deps, id, now.getTime())
  })
}

/**
 * Takes a notification that Pub/Sub posted to us. False: not Google's word, and nothing happens.
 * @throws GoogleError while Google's certificates cannot be had; Pub/Sub then comes again
 */
export async function takePush(
  deps: Deps,
  door: PushDoor | undefined,
  push: { token: string | undefined; envelope: unknown },
): Promise<boolean> {
  if (door === undefined || push.token === undefined) return false
  if (!(await deps.google.provesPush(push.token, door))) return false
  const data = field(field(push.envelope, 'message'), 'data')
  if (typeof data === 'string') await takeNotice(deps, data)
  return true
}

/** Fetches what waits, takes it, and only then acknowledges: what a crash leaves comes again. Returns how many. */
export async function fetchNotices(deps: Deps, queue: NoticeQueue, signal: AbortSignal): Promise<number> {
  const notices = await queue.pull(signal)
  for (const { data } of notices) await takeNotice(deps, data)
  await queue.acknowledge(
    notices.map((one) => one.ackId),
    signal,
  )
  return notices.length
}

/** Whose mailbox it is, in lower case as we keep it; undefined for anything but Gmail's own `{emailAddress, historyId}`. */
function addressOf(data: string): string | undefined {
  try {
    const address = field(JSON.parse(Buffer.from(data, 'base64').toString('utf8')), 'emailAddress')
    return typeof address === 'string' && address.length <= 320 ? normaliseEntry(address) : undefined
  } catch {
    return undefined
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
