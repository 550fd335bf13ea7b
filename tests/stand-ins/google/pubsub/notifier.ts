import { badRequest, GmailError } from '../errors.ts'
import type { Account } from '../mail/account.ts'
import { HISTORY_TYPES } from '../store/history.ts'
import type { World } from '../world.ts'

const WEEK = 7 * 24 * 60 * 60_000
/** More often than this Gmail notifies nobody of one user; what comes meanwhile is dropped. */
const APART = 1_000

export interface WatchRequest {
  topicName: string
  labelIds: readonly string[]
  exclude: boolean
}

interface Watch extends WatchRequest {
  expiresAt: number
  /** Up to here the topic was told. */
  told: number
  lastAt: number
  unsubscribe(): void
}

interface Notice {
  emailAddress: string
  historyId: number
}

/** users.watch: tells a topic that something changed in a mailbox, as unreliably as settings say. */
export class Notifier {
  readonly #world: World
  readonly #watches = new Map<string, Watch>()
  readonly #held = new Map<string, Notice>()

  constructor(world: World) {
    this.#world = world
  }

  /** Starts or renews; a second topic is refused (facts/gmail-api.md, B2). The topic hears of it at once. */
  watch(account: Account, request: WatchRequest): { historyId: string; expiration: string } {
    this.#checkTopic(request.topicName)
    const now = this.#world.clock.now()
    const before = this.#active(account.email)
    if (before !== undefined && before.topicName !== request.topicName)
      throw badRequest(
        'Only one user push notification client allowed per developer (call /stop then try again)',
      )
    before?.unsubscribe()
    const { history } = account.store
    const watch: Watch = {
      ...request,
      expiresAt: now + WEEK,
      told: history.latest,
      lastAt: Number.NEGATIVE_INFINITY,
      unsubscribe: account.store.subscribe(() => this.#changed(account)),
    }
    this.#watches.set(account.email, watch)
    this.#send(watch, { emailAddress: account.email, historyId: history.latest })
    return { historyId: String(history.latest), expiration: String(watch.expiresAt) }
  }

  stop(account: Account): void {
    this.#watches.get(account.email)?.unsubscribe()
    this.#watches.delete(account.email)
  }

  /** The topic a mailbox is watched for, and until when. */
  watchOf(email: string): { topicName: string; expiresAt: number } | undefined {
    const watch = this.#active(email)
    return watch && { topicName: watch.topicName, expiresAt: watch.expiresAt }
  }

  reset(): void {
    for (const watch of this.#watches.values()) watch.unsubscribe()
    this.#watches.clear()
    this.#held.clear()
  }

  #active(email: string): Watch | undefined {
    const watch = this.#watches.get(email)
    return watch !== undefined && watch.expiresAt > this.#world.clock.now() ? watch : undefined
  }

  #changed(account: Account): void {
    const watch = this.#active(account.email)
    if (watch === undefined) return
    const { history } = account.store
    const all = new Set(HISTORY_TYPES)
    const concerned = history.entriesAfter(watch.told, all).some(({ labelIds }) => concerns(watch, labelIds))
    watch.told = history.latest
    const now = this.#world.clock.now()
    if (!concerned || (now >= watch.lastAt && now - watch.lastAt < APART)) return
    watch.lastAt = now
    this.#send(watch, { emailAddress: account.email, historyId: history.latest })
  }

  #send({ topicName }: Watch, notice: Notice): void {
    const { notices } = this.#world.settings
    if (notices === 'drop') return
    const publish = (one: Notice): void => this.#world.broker.publish(topicName, one)
    const earlier = this.#held.get(topicName)
    if (notices === 'reorder' && earlier === undefined) {
      this.#held.set(topicName, notice)
      return
    }
    if (notices === 'duplicate') publish(notice)
    const delay = this.#world.settings.noticeDelayMs
    if (delay > 0) this.#world.later(this.#world.clock.now() + delay, () => publish(notice))
    else publish(notice)
    if (earlier === undefined) return
    this.#held.delete(topicName)
    publish(earlier)
  }

  #checkTopic(name: string): void {
    if (!/^projects\/[^/]+\/topics\/[^/]+$/.test(name))
      throw badRequest(`Invalid topicName does not match projects/${'{'}project}/topics/*`)
    const topic = this.#world.broker.topic(name)
    const short = name.slice(name.lastIndexOf('/') + 1)
    if (topic === undefined)
      throw new GmailError(
        404,
        'notFound',
        `Error sending test message to Cloud PubSub ${name} : Resource not found (resource=${short}).`,
      )
    if (!topic.gmailMayPublish)
      throw new GmailError(
        403,
        'forbidden',
        `Error sending test message to Cloud PubSub ${name} : User not authorized to perform this action.`,
      )
  }
}

function concerns({ labelIds, exclude }: WatchRequest, labels: readonly string[]): boolean {
  if (labelIds.length === 0) return true
  return labelIds.some((label) => labels.includes(label)) !== exclude
}
