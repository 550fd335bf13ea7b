import type * as z from 'zod'
import type { TakeOver } from '../contract/compose.ts'
import { Send } from '../contract/sends.ts'
import { at, type Calls, done, read } from './api-core.ts'

/** Mail that goes over from Gmail's own window. */
export function takeOverCalls({ slow, once }: Calls) {
  return {
    takeOver: (json: z.input<typeof TakeOver>, key: string) =>
      read(slow['take-over'].$post({ json }, once(key)), Send),
    releaseTakenDraft: (sendId: string) =>
      done(slow['take-over'][':id'].release.$post({ param: at(sendId) })),
  }
}
