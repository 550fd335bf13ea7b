import type { PageThread } from '@/lib/extension/messages.ts'
import type { ListRow } from './rows.ts'

/** `Inbox (14) - …`: the same in every language. */
const count = /^[^()]*\((\d{1,7})\)/

/**
 * Says when Gmail shows what it did not show before: a message newer than all so far, another number of unread mails, or
 * more messages in the same thread. What stood there at the first look is no news.
 */
export function createNews() {
  let newest: string | undefined
  let unread: string | undefined
  let thread: { id: string | undefined; messages: number } | undefined
  return (rows: readonly ListRow[], open: PageThread | undefined, title: string): boolean => {
    const ids = [...rows.map((row) => row.newest ?? ''), ...(open?.messageIds ?? [])]
    const last = ids
      .map((id) => id.padStart(20, '0'))
      .sort()
      .at(-1)
    // A subject may hold a number too; the title is the list's own only without a thread.
    const now = open === undefined ? (count.exec(title)?.[1] ?? unread) : unread
    const grew =
      open !== undefined &&
      open.threadId !== undefined &&
      open.threadId === thread?.id &&
      open.messageCount > thread.messages
    const isNews =
      grew ||
      (newest !== undefined && last !== undefined && last > newest) ||
      (unread !== undefined && now !== unread)
    if (last !== undefined && (newest === undefined || last > newest)) newest = last
    unread = now
    if (open !== undefined) thread = { id: open.threadId, messages: open.messageCount }
    return isNews
  }
}
