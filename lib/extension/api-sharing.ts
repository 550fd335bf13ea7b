import type * as z from 'zod'
import { MessageBody, MessageDetail } from '../contract/messages.ts'
import {
  AccessRequest,
  AccessRequests,
  type AnswerOlder,
  type AnswerRequest,
  type CountOlder,
  Ledger,
  MySharing,
  OlderCount,
  type PreviewRule,
  type PreviewSharing,
  RuleSeen,
  type ShareMail,
  WhoSees,
} from '../contract/sharing.ts'
import type { SharingMode } from '../domain/sharing.ts'
import { at, type Calls, done, read } from './api-core.ts'

/** One mail with its text, and who sees what of mine. */
export function sharingCalls({ v1, slow, once }: Calls) {
  return {
    message: (id: string) => read(v1.messages[':id'].$get({ param: at(id) }), MessageDetail),
    messageBody: (id: string) => read(slow.messages[':id'].body.$get({ param: at(id) }), MessageBody),
    ledger: (id: string) => read(v1.messages[':id'].ledger.$get({ param: at(id) }), Ledger),
    requestMail: (id: string, key: string) =>
      read(v1.messages[':id'].requests.$post({ param: at(id) }, once(key)), AccessRequest),
    revokeAccess: (id: string, userId: string) =>
      done(v1.messages[':id'].grants[':userId'].$delete({ param: { ...at(id), userId: at(userId).id } })),

    mySharing: () => read(v1.sharing.$get(), MySharing),
    setSharingMode: (mode: SharingMode | null) => read(v1.sharing.$put({ json: { mode } }), MySharing),
    setShareSwitch: (recordId: string, on: boolean) =>
      read(v1.sharing.records[':id'].$put({ param: at(recordId), json: { on } }), MySharing),
    answerOlder: (json: AnswerOlder) => read(v1.sharing.older.$put({ json }), MySharing),
    countOlder: (json: z.input<typeof CountOlder>) =>
      read(slow.sharing.older.count.$post({ json }), OlderCount),
    previewSharing: (json: PreviewSharing) => read(slow.sharing.preview.$post({ json }), WhoSees),
    previewRule: (json: z.input<typeof PreviewRule>) =>
      read(slow.sharing.preview.rule.$post({ json }), RuleSeen),
    shareMail: (json: ShareMail) => read(v1.sharing.mail.$put({ json }), WhoSees),
    accessRequests: () => read(v1.sharing.requests.$get(), AccessRequests),
    answerAccessRequest: (id: string, json: z.input<typeof AnswerRequest>) =>
      read(v1.sharing.requests[':id'].$post({ param: at(id), json }), AccessRequest),
  }
}
