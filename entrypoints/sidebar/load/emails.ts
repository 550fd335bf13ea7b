import type { Signal } from '@preact/signals'
import type { EmailsPage } from '@/lib/contract/emails.ts'
import type { EmailFilter } from '@/lib/extension/api.ts'
import { cards, places } from '../state.ts'
import { type EmailList, type EmailsAsk, emails, everything, isFiltered, mailTab } from '../state-emails.ts'
import { where } from '../state-workspace.ts'
import { attempt, type Link } from './core.ts'
import { newest, outdate } from './newest.ts'

/** Opens a record's Emails list; what the card already knows stands there at once. */
export function openEmails(
  recordId: string,
  filter: EmailFilter = 'all',
  begin?: 'filter' | 'search' | undefined,
): void {
  const known = cards.value.get(recordId)?.emails
  const ask = { ...everything, filter }
  emails.value = {
    ...empty(recordId, ask),
    rows: filter === 'all' ? (known?.rows ?? []) : [],
    total: filter === 'all' ? (known?.total ?? 0) : 0,
    all: known?.total,
    emptyReason: filter === 'all' ? (known?.emptyReason ?? null) : null,
    begin,
  }
  if (places.value.at(-1)?.kind !== 'emails') places.value = [...places.value, { kind: 'emails', recordId }]
  void readEmails(emails)
}

/** S-011: all mail I may see; as it was left, and read anew. */
export function openMailTab(): void {
  mailTab.value ??= empty(undefined, everything)
  void readEmails(mailTab)
}

/** Asks a list something else; what stands there stays until the answer. */
export function askEmails(list: EmailList, part: Partial<EmailsAsk>): void {
  const holder = holderOf(list)
  const here = holder.value
  if (here === undefined) return
  const ask = { ...here.ask, ...part }
  if (JSON.stringify(ask) === JSON.stringify(here.ask)) return
  holder.value = { ...here, ask, nextCursor: undefined, answered: false, loading: true, begin: undefined }
  void readEmails(holder)
}

/** How many mails an arrangement of the filter would show; undefined when the server does not say. */
export async function countEmails(list: EmailList, ask: EmailsAsk): Promise<number | undefined> {
  const answer = await attempt((to) => askFor(to, list.recordId, ask, undefined))
  return answer.ok ? answer.value.total : undefined
}

/** The next page, below what stands there. */
export async function moreEmails(list: EmailList): Promise<void> {
  const holder = holderOf(list)
  const { nextCursor: cursor, ask, recordId } = list
  if (cursor === undefined || holder.value?.loading) return
  holder.value = { ...list, loading: true }
  const answer = await attempt((to) => askFor(to, recordId, ask, cursor))
  const here = holder.value
  if (here?.recordId !== recordId || here.ask !== ask || here.nextCursor !== cursor) return
  if (!answer.ok) {
    holder.value = { ...here, loading: false, problem: answer.problem }
    return
  }
  const seen = new Set(here.rows.map((row) => row.key))
  holder.value = {
    ...here,
    rows: [...here.rows, ...answer.value.rows.filter((row) => !seen.has(row.key))],
    total: answer.value.total,
    nextCursor: answer.value.nextCursor ?? undefined,
    loading: false,
    problem: undefined,
  }
}

/** Something of this record changed at the server: its open list is read again, in place. */
export function refreshEmails(recordId: string): void {
  const list = emails.value
  // A search is not put to Gmail anew.
  if (list?.recordId === recordId && list.ask.q === '') void readEmails(emails)
}

/** The same for the mail tab, while it is shown. */
export function refreshMailTab(): void {
  const list = mailTab.value
  if (where.value?.place === 'emails' && list?.ask.q === '') void readEmails(mailTab)
}

/** After an own change, which an answer under way may not know. */
export function readAnew(list: EmailList): void {
  if (list.ask.q !== '') return
  outdate(nameOf(list.recordId))
  void readEmails(holderOf(list))
}

const nameOf = (recordId: string | undefined) => `emails:${recordId ?? ''}`

/** Another account: nothing of the one before may be shown. */
export function forgetEmails(): void {
  emails.value = undefined
  mailTab.value = undefined
}

async function readEmails(holder: Signal<EmailList | undefined>): Promise<void> {
  const asked = holder.value
  if (asked === undefined) return
  const { recordId, ask } = asked
  if (!asked.loading) holder.value = { ...asked, loading: true }
  const answer = await newest(nameOf(recordId), (to) => askFor(to, recordId, ask, undefined))
  const here = holder.value
  if (answer === undefined || here === undefined || here.recordId !== recordId || here.ask !== ask) return
  holder.value = answer.ok ? taken(here, answer.value) : { ...here, loading: false, problem: answer.problem }
}

/** Pages that were opened before stay, or the list would jump under the person's hand. */
function taken(here: EmailList, page: Page): EmailList {
  const { rows, total, people, notSearched, emptyReason, nextCursor } = page
  const fresh = new Set(rows.map((row) => row.key))
  const older = here.answered ? here.rows.slice(rows.length).filter((row) => !fresh.has(row.key)) : []
  const keeps = here.nextCursor !== undefined && older.length > 0
  const { ask } = here
  const whole = ask.filter === 'all' && ask.q === '' && !isFiltered(ask)
  return {
    ...here,
    rows: keeps ? [...rows, ...older] : rows,
    total,
    all: whole ? total : here.all,
    people,
    notSearched,
    emptyReason,
    nextCursor: keeps ? here.nextCursor : (nextCursor ?? undefined),
    answered: true,
    loading: false,
    problem: undefined,
  }
}

type Page = Omit<EmailsPage, 'rows'> & { rows: EmailList['rows'] }

function askFor(
  { backend }: Link,
  recordId: string | undefined,
  ask: EmailsAsk,
  cursor: string | undefined,
): Promise<Page> {
  const query = {
    filter: ask.filter,
    ...(ask.statuses.length > 0 && { statuses: ask.statuses.join(',') }),
    ...(ask.people.length > 0 && { people: ask.people.join(',') }),
    ...(ask.withFiles && { withFiles: 'true' }),
    ...(!ask.archived && { archived: 'false' }),
    ...(ask.byHand && { byHand: 'true' }),
    ...(ask.q !== '' && { q: ask.q }),
    ...(cursor !== undefined && { cursor }),
  }
  return recordId === undefined ? backend.allEmails(query) : backend.emails(recordId, query)
}

function empty(recordId: string | undefined, ask: EmailsAsk): EmailList {
  return {
    ...{ recordId, ask, rows: [], total: 0, all: undefined, people: [], notSearched: [] },
    ...{ emptyReason: null, nextCursor: undefined, answered: false, loading: true },
    ...{ problem: undefined, begin: undefined },
  }
}

function holderOf(list: EmailList): Signal<EmailList | undefined> {
  return list.recordId === undefined ? mailTab : emails
}
