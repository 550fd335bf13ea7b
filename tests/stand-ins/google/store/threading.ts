import { type MailFacts, normalSubject } from '../mime/facts.ts'
import type { MailStore, StoredMessage } from './mail-store.ts'

/**
 * The thread an outgoing API mail joins: the named one, and only when References or In-Reply-To name a
 * message of it and the subject is the same (Google's threads guide). Undefined means a thread of its own.
 */
export function threadOfOutgoing(
  store: MailStore,
  facts: MailFacts,
  threadId: string | undefined,
): string | undefined {
  if (threadId === undefined) return undefined
  const references = new Set(facts.references)
  const thread = store.thread(threadId)
  const referred = thread.some((message) => references.has(message.facts.messageId))
  const sameSubject = thread.some((message) => isSameSubject(message, facts))
  return referred && sameSubject ? threadId : undefined
}

/**
 * The thread an incoming mail joins: the one of the newest mail it refers to with the same subject;
 * a delivery report joins whatever its subject says.
 */
export function threadOfIncoming(store: MailStore, facts: MailFacts): string | undefined {
  for (const id of facts.references.reverse()) {
    const known = store.withMessageId(id).find((message) => facts.isReport || isSameSubject(message, facts))
    if (known !== undefined) return known.threadId
  }
  return undefined
}

function isSameSubject(message: StoredMessage, facts: MailFacts): boolean {
  return normalSubject(message.facts.subject) === normalSubject(facts.subject)
}
