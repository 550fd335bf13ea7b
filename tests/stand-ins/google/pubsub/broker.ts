import { randomBytes } from 'node:crypto'
import { GmailError, notFound } from '../errors.ts'
import type { World } from '../world.ts'

/** A message of a topic, as its subscribers get it. */
export interface PubSubMessage {
  messageId: string
  /** Epoch ms. */
  publishedAt: number
  /** Base64. */
  data: string
  /** How often it was handed out, this time included. */
  attempt: number
}

/** Where a push subscription's messages go, and as whom. */
export interface PushTarget {
  url: string
  audience: string
  /** E-mail of the service account whose OIDC token comes along. */
  account: string
}

interface Subscription {
  name: string
  topic: string
  push: PushTarget | undefined
  ackDeadlineMs: number
  queue: PubSubMessage[]
  out: Map<string, PubSubMessage>
  waiting: Set<() => void>
}

interface Topic {
  name: string
  /** Whether gmail-api-push@system.gserviceaccount.com may publish to it. */
  gmailMayPublish: boolean
}

/** How long Pub/Sub waits before it pushes again what was not taken. */
const PUSH_AGAIN = 10_000
const PUSH_TRIES = 20

/** Cloud Pub/Sub: topics, and what their subscriptions hold until it is acknowledged. */
export class Broker {
  /** Posts to a push endpoint; answers its status, 0 when it cannot be reached. Set once the stand-in listens. */
  post: (subscription: string, target: PushTarget, message: PubSubMessage) => Promise<number> = async () => 0
  readonly #world: World
  readonly #topics = new Map<string, Topic>()
  readonly #subscriptions = new Map<string, Subscription>()

  constructor(world: World) {
    this.#world = world
  }

  addTopic(name: string, options: { gmailMayPublish?: boolean } = {}): void {
    this.#topics.set(name, { name, gmailMayPublish: options.gmailMayPublish ?? true })
  }

  addSubscription(
    name: string,
    options: { topic: string; push?: PushTarget | undefined; ackDeadlineMs?: number | undefined },
  ): void {
    if (!this.#topics.has(options.topic)) throw new Error(`No topic ${options.topic}`)
    this.#subscriptions.set(name, {
      name,
      topic: options.topic,
      push: options.push,
      ackDeadlineMs: options.ackDeadlineMs ?? 10_000,
      queue: [],
      out: new Map(),
      waiting: new Set(),
    })
  }

  topic(name: string): Topic | undefined {
    return this.#topics.get(name)
  }

  publish(topic: string, data: unknown): void {
    const message = {
      messageId: String(BigInt(`0x${randomBytes(7).toString('hex')}`)),
      publishedAt: this.#world.clock.now(),
      data: Buffer.from(JSON.stringify(data)).toString('base64'),
      attempt: 0,
    }
    for (const one of this.#subscriptions.values()) {
      if (one.topic !== topic) continue
      if (one.push === undefined) put(one, { ...message })
      else void this.#push(one, one.push, { ...message })
    }
  }

  /** Takes up to `max`; waits for the first until `until` ends. */
  async pull(name: string, max: number, until: AbortSignal): Promise<(PubSubMessage & { ackId: string })[]> {
    const subscription = this.#pullable(name)
    if (subscription.queue.length === 0 && !until.aborted) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          subscription.waiting.delete(wake)
          until.removeEventListener('abort', wake)
          resolve()
        }
        subscription.waiting.add(wake)
        until.addEventListener('abort', wake)
      })
    }
    // Who is gone takes nothing with them.
    if (until.aborted) return []
    return subscription.queue.splice(0, max).map((message) => this.#lease(subscription, message))
  }

  /** What is not acknowledged in time comes again; an ack id that came too late does nothing. */
  acknowledge(name: string, ackIds: readonly string[]): void {
    const subscription = this.#pullable(name)
    for (const id of ackIds) subscription.out.delete(id)
  }

  /** Messages waiting or handed out and not acknowledged. */
  backlog(name: string): number {
    const subscription = this.#pullable(name)
    return subscription.queue.length + subscription.out.size
  }

  reset(): void {
    for (const one of this.#subscriptions.values()) for (const wake of [...one.waiting]) wake()
    this.#topics.clear()
    this.#subscriptions.clear()
  }

  #lease(subscription: Subscription, message: PubSubMessage): PubSubMessage & { ackId: string } {
    const ackId = randomBytes(24).toString('base64url')
    message.attempt += 1
    subscription.out.set(ackId, message)
    this.#world.later(this.#world.clock.now() + subscription.ackDeadlineMs, () => {
      if (!subscription.out.delete(ackId)) return
      put(subscription, message)
    })
    return { ...message, ackId }
  }

  async #push(subscription: Subscription, target: PushTarget, message: PubSubMessage): Promise<void> {
    message.attempt += 1
    const status = await this.post(subscription.name, target, message)
    if ([102, 200, 201, 202, 204].includes(status) || message.attempt >= PUSH_TRIES) return
    this.#world.later(this.#world.clock.now() + PUSH_AGAIN, () => {
      if (this.#subscriptions.get(subscription.name) === subscription)
        void this.#push(subscription, target, message)
    })
  }

  #pullable(name: string): Subscription {
    const subscription = this.#subscriptions.get(name)
    if (subscription === undefined) throw notFound()
    if (subscription.push !== undefined)
      throw new GmailError(
        400,
        'failedPrecondition',
        'This method is not supported for this subscription type.',
        {
          grpcStatus: 'FAILED_PRECONDITION',
        },
      )
    return subscription
  }
}

function put(subscription: Subscription, message: PubSubMessage): void {
  subscription.queue.push(message)
  for (const wake of [...subscription.waiting]) wake()
}
