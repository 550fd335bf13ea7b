import type { BounceRule } from '../types.ts'
import type { World } from '../world.ts'
import type { Account } from './account.ts'
import { buildReport, type Report } from './dsn.ts'
import type { Outgoing } from './outgoing.ts'
import { receive } from './post.ts'

const HOUR = 3_600_000
const DEFAULT_DELAY = 5000

/** How long Gmail goes on trying, and when one real sample gave up (facts/gmail-api.md, A4). */
const RETRIES_FOR = 72 * HOUR
const GIVES_UP_AFTER = 76 * HOUR

/** Whether a rule covers this recipient; if so its report or reports will come by the test clock. */
export function scheduleBounce(world: World, account: Account, mail: Outgoing, recipient: string): boolean {
  const rule = world.bounceRules.find((one) => covers(one, recipient))
  if (rule === undefined) return false
  const sentAt = world.clock.now()
  const report = (at: number, kind: Report['kind']): void => {
    if (world.accounts.get(account.email) !== account) return
    const raw = buildReport({
      kind,
      rule,
      mail,
      account,
      recipient,
      at,
      sentAt,
      retryUntil: sentAt + RETRIES_FOR,
    })
    receive(world, account, raw, { at, labelIds: ['UNREAD', 'INBOX'] })
  }
  const first = sentAt + (rule.afterMs ?? DEFAULT_DELAY)
  if (rule.kind !== 'delay-then-fail') {
    const { kind } = rule
    world.later(first, (at) => report(at, kind))
    return true
  }
  world.later(first, (at) => report(at, 'delayed'))
  world.later(Math.max(first, sentAt + (rule.failAfterMs ?? GIVES_UP_AFTER)), (at) => report(at, 'gave-up'))
  return true
}

/** A string is a regular expression's source, any case; the whole address also matches itself. */
function covers(rule: BounceRule, recipient: string): boolean {
  if (rule.address instanceof RegExp)
    return new RegExp(rule.address.source, rule.address.flags.replace('g', '')).test(recipient)
  return rule.address.toLowerCase() === recipient || new RegExp(rule.address, 'i').test(recipient)
}
