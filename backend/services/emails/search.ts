import type { EmailsPage } from '../../../lib/contract/records.ts'
import type { TextSearch } from '../../storage/emails/filter.ts'
import type { Context } from '../context.ts'
import type { EmailsScope } from './scope.ts'

/** S-068: what Gmail finds in the mailboxes whose mail stands in the lists. */
export async function searchMailboxes(
  _ctx: Context,
  _scope: Pick<EmailsScope, 'sight' | 'mailboxes'>,
  q: string,
): Promise<{ search: TextSearch | undefined; notSearched: EmailsPage['notSearched'] }> {
  if (q === '') return { search: undefined, notSearched: [] }
  return { search: { sightingIds: [], messageIds: [], who: undefined, words: undefined }, notSearched: [] }
}
