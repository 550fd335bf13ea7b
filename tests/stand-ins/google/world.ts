import type { ScheduledClock } from './clock.ts'
import { Account } from './mail/account.ts'
import { Broker } from './pubsub/broker.ts'
import { Notifier } from './pubsub/notifier.ts'
import { DriveStore } from './store/drive-store.ts'
import { IdMaker } from './store/ids.ts'
import type { AccountSeed, BounceRule, GoogleSettings, OutboxEntry } from './types.ts'

const DEFAULTS: GoogleSettings = {
  autoApprove: true,
  untickedScopes: [],
  searchLagMs: 0,
  attachmentIdLifetimeMs: 10 * 60_000,
  sentDraftHistory: 'deleted-and-added',
  draftWrapperSurvives: false,
  unitsPerMinute: 6000,
  maxConcurrent: 20,
  dailySendCap: 2000,
  quotaAnswer: 429,
  historyGapMax: 12,
  idTokenClock: 'machine',
  notices: 'deliver',
  noticeDelayMs: 0,
  pullWaitMs: 5_000,
}

/** Everything one stand-in Google holds besides its OAuth grants. */
export class World {
  readonly clock: ScheduledClock
  readonly ids = new IdMaker()
  readonly settings: GoogleSettings = { ...DEFAULTS, untickedScopes: [] }
  readonly accounts = new Map<string, Account>()
  readonly drive = new DriveStore()
  readonly broker: Broker
  readonly notifier: Notifier
  outbox: OutboxEntry[] = []
  bounceRules: BounceRule[] = []
  readonly #pending = new Set<() => void>()

  constructor(clock: ScheduledClock) {
    this.clock = clock
    this.broker = new Broker(this)
    this.notifier = new Notifier(this)
  }

  addAccount(seed: AccountSeed): Account {
    const account = new Account(seed, () => this.settings.historyGapMax)
    if (this.accounts.has(account.email)) throw new Error(`Account ${account.email} exists already`)
    this.accounts.set(account.email, account)
    return account
  }

  /** The account of exactly that primary address; throws when there is none. */
  account(email: string): Account {
    const account = this.accounts.get(email.toLowerCase())
    if (account === undefined) throw new Error(`No account ${email} in the stand-in Google`)
    return account
  }

  /** Whose mailbox an address belongs to, aliases and `+tags` included. */
  receiver(address: string): Account | undefined {
    return (
      this.accounts.get(address) ?? [...this.accounts.values()].find((account) => account.receives(address))
    )
  }

  /** Runs `run(at)` when the clock reaches `at`, unless everything is reset before. */
  later(at: number, run: (at: number) => void): void {
    const cancel = this.clock.schedule(at, (due) => {
      this.#pending.delete(cancel)
      run(due)
    })
    this.#pending.add(cancel)
  }

  /** Back to an empty Google with default settings. */
  reset(): void {
    for (const cancel of this.#pending) cancel()
    this.#pending.clear()
    this.notifier.reset()
    this.broker.reset()
    this.accounts.clear()
    this.drive.reset()
    this.outbox = []
    this.bounceRules = []
    Object.assign(this.settings, DEFAULTS, { untickedScopes: [] })
  }
}
