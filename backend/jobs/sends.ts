import type { Deps } from '../services/context.ts'
import { claimDueSends, nextSendDue, sendChannel } from '../services/sends/claim.ts'
import { deliverSend } from '../services/sends/deliver.ts'
import type { WorkSource } from './runner.ts'

/** Mails that are due: claimed and committed first, delivered outside any transaction. */
export function sendSource(deps: Deps): WorkSource {
  return {
    name: 'sends',
    channel: sendChannel,
    concurrency: 8,
    nextAt: () => nextSendDue(deps.db),
    async take(worker, limit) {
      const claimed = await claimDueSends(deps, { worker, limit })
      return claimed.map((one) => (signal) => deliverSend(deps, one, signal))
    },
  }
}
