import type * as z from 'zod'
import { EmailsPage, type EmailsQuery, MailTabPage } from '../contract/emails.ts'
import { at, type Calls, read } from './api-core.ts'

type Query = z.input<typeof EmailsQuery>

/** Lists of mail. A search is put to Gmail, and takes its time. */
export function emailCalls({ v1, slow }: Calls) {
  return {
    emails: (id: string, query: Query) =>
      read((query.q ? slow : v1).records[':id'].emails.$get({ param: at(id), query }), EmailsPage),
    /** S-011: all mail of my own mailboxes that stands on records. */
    allEmails: (query: Query) => read((query.q ? slow : v1).emails.$get({ query }), MailTabPage),
  }
}
