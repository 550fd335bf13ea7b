import type * as z from 'zod'
import { Asked } from '../contract/messages.ts'
import {
  type AskMailbox,
  type Disconnect,
  Erased,
  type OfAccount,
  type RetryAside,
  Runs,
  type StopSync,
  Trust,
} from '../contract/sync.ts'
import { accepted, type Calls, done, read } from './api-core.ts'

/** What synchronisation did with my mailboxes, and what I want of it. */
export function syncCalls({ v1, slow, long }: Calls) {
  return {
    trust: () => read(v1.sync.$get(), Trust),
    syncRuns: (query: { account: string; cursor?: string }) => read(v1.sync.runs.$get({ query }), Runs),
    poke: (account: string) => done(v1.sync.poke.$post({ json: { account } })),
    runSync: (json: z.input<typeof OfAccount>) => done(v1.sync.run.$post({ json })),
    stopSync: (json: z.input<typeof StopSync>) => done(v1.sync.stop.$post({ json })),
    resync: (json: z.input<typeof OfAccount>) => done(v1.sync.resync.$post({ json })),
    retryAside: (json: z.input<typeof RetryAside>) => done(v1.sync.aside.retry.$post({ json })),
    askAbout: (json: z.input<typeof AskMailbox>) => read(slow.sync.ask.$post({ json }), Asked),
    disconnect: (json: z.input<typeof Disconnect>) => read(slow.sync.disconnect.$post({ json }), Erased),
    exportMailbox: async (account: string) =>
      (await accepted(long.sync.export.$get({ query: { account } }))).blob(),
  }
}
