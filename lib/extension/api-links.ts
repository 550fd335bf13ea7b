import type * as z from 'zod'
import {
  Chips,
  type ChipsQuery,
  type ChooseDeal,
  type LinkThread,
  ThreadStanding,
} from '../contract/messages.ts'
import { at, type Calls, read } from './api-core.ts'

/** Where threads of my mailbox stand, and putting them elsewhere. */
export function linkCalls({ v1, slow }: Calls) {
  return {
    /** Gmail is asked only where nothing of the thread is stored. */
    standing: (threadId: string, account: string) =>
      read(slow.threads[':id'].standing.$get({ param: at(threadId), query: { account } }), ThreadStanding),
    linkThread: (threadId: string, json: LinkThread) =>
      read(slow.threads[':id'].links.$put({ param: at(threadId), json }), ThreadStanding),
    unlinkThread: (threadId: string, json: LinkThread) =>
      read(v1.threads[':id'].links.$delete({ param: at(threadId), json }), ThreadStanding),
    chooseDeal: (threadId: string, json: ChooseDeal) =>
      read(slow.threads[':id'].deal.$put({ param: at(threadId), json }), ThreadStanding),
    chips: (json: z.input<typeof ChipsQuery>) => read(v1.threads.chips.$post({ json }), Chips),
  }
}
