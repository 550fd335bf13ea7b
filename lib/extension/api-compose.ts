import type * as z from 'zod'
import {
  type AnswerQuery,
  AnswerSource,
  CheckedRecipients,
  type CheckRecipients,
  DraftList,
  DraftSaved,
  GuardList,
  type RecipientQuery,
  RecipientRows,
  type SaveDraft,
  SenderList,
  type SubmitDraft,
  type UpdateDraft,
} from '../contract/compose.ts'
import { Send } from '../contract/sends.ts'
import { at, type Calls, done, read } from './api-core.ts'

/** A mail while it is written: drafts, guards, recipients, senders, answers. */
export function composeCalls({ v1, slow, once }: Calls) {
  const sends = v1.sends[':id']
  return {
    openDraftOnServer: (json: SaveDraft, key: string) =>
      read(slow.sends.drafts.$post({ json }, once(key)), Send),
    saveDraft: (id: string, json: UpdateDraft) => read(sends.draft.$put({ param: at(id), json }), DraftSaved),
    drafts: () => read(v1.sends.drafts.$get(), DraftList),
    discardDraft: (id: string, version: number) =>
      done(sends.$delete({ param: at(id), query: { version: String(version) } })),
    /** Gmail may be asked for the aliases of the account. */
    submitDraft: (id: string, json: z.input<typeof SubmitDraft>) =>
      read(slow.sends[':id'].submit.$post({ param: at(id), json }), Send),
    undoSend: (id: string, version: number) =>
      read(sends.undo.$post({ param: at(id), json: { version } }), Send),
    checkDraft: (id: string) => read(sends.check.$post({ param: at(id) }), GuardList),
    senders: (account: string) => read(slow.senders.$get({ query: { account } }), SenderList),
    recipients: (query: z.input<typeof RecipientQuery>) => read(v1.recipients.$get({ query }), RecipientRows),
    checkRecipients: (json: z.input<typeof CheckRecipients>) =>
      read(v1.recipients.check.$post({ json }), CheckedRecipients),
    answerSource: (threadId: string, query: z.input<typeof AnswerQuery>) =>
      read(slow.threads[':id'].answer.$get({ param: at(threadId), query }), AnswerSource),
  }
}
