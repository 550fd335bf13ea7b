import type { gmail_v1 } from 'googleapis/build/src/apis/gmail/v1.js'
import type { Account } from '../mail/account.ts'
import { toBase64Url } from '../mime/charset.ts'
import { bytesOfPart, metadataPayload, payloadOf } from '../mime/payload.ts'
import type { World } from '../world.ts'
import type { StoredDraft, StoredMessage } from './mail-store.ts'

export type MessageFormat = 'minimal' | 'full' | 'raw' | 'metadata'

/** A message as the API shows it; keys that would be empty are left out, as Google does. */
export function viewMessage(
  world: World,
  account: Account,
  message: StoredMessage,
  format: MessageFormat,
  metadataHeaders: readonly string[] = [],
): gmail_v1.Schema$Message {
  const view: gmail_v1.Schema$Message = {
    ...viewIds(message),
    snippet: account.store.snippet(message),
    historyId: String(message.historyId),
    internalDate: String(message.internalDate),
    sizeEstimate: message.raw.length,
  }
  if (format === 'metadata') view.payload = metadataPayload(message.facts.root, metadataHeaders)
  if (format === 'raw') view.raw = toBase64Url(message.raw)
  if (format === 'full') {
    const issuedAt = world.clock.now()
    view.payload = payloadOf(message.facts.root, (partId) =>
      world.ids.attachment({ account: account.email, messageId: message.id, partId, issuedAt }),
    )
  }
  return view
}

/** What sending, drafting and modifying answer: ids and labels. */
export function viewIds(message: StoredMessage): gmail_v1.Schema$Message {
  const view: gmail_v1.Schema$Message = { id: message.id, threadId: message.threadId }
  if (message.labels.size > 0) view.labelIds = [...message.labels]
  return view
}

/** A thread with its messages, oldest first; undefined when it has none. */
export function viewThread(
  world: World,
  account: Account,
  threadId: string,
  format: MessageFormat,
  metadataHeaders: readonly string[] = [],
): gmail_v1.Schema$Thread | undefined {
  const messages = account.store.thread(threadId)
  if (messages.length === 0) return undefined
  return {
    id: threadId,
    historyId: String(Math.max(...messages.map((message) => message.historyId))),
    messages: messages.map((message) => viewMessage(world, account, message, format, metadataHeaders)),
  }
}

/** A draft around its message in that format. */
export function viewDraft(
  world: World,
  account: Account,
  draft: StoredDraft,
  format: MessageFormat,
): gmail_v1.Schema$Draft | undefined {
  const message = account.store.get(draft.messageId)
  return message && { id: draft.id, message: viewMessage(world, account, message, format) }
}

/** Bytes behind an attachment id; undefined when it is foreign, too old, or its message gone. */
export function attachmentBytes(
  world: World,
  account: Account,
  messageId: string,
  id: string,
): Buffer | undefined {
  const made = world.ids.readAttachment(id)
  if (made?.account !== account.email || made.messageId !== messageId) return undefined
  if (world.clock.now() > made.issuedAt + world.settings.attachmentIdLifetimeMs) return undefined
  const message = account.store.get(messageId)
  return message && bytesOfPart(message.facts.root, made.partId)
}

/** `user@example.com` send-as entries: the account first, then its aliases. */
export function listSendAs(account: Account): gmail_v1.Schema$SendAs[] {
  const primary: gmail_v1.Schema$SendAs = {
    sendAsEmail: account.email,
    displayName: account.name,
    replyToAddress: '',
    signature: account.signature,
    isPrimary: true,
    isDefault: true,
  }
  const others = account.aliases.map(
    (alias): gmail_v1.Schema$SendAs => ({
      sendAsEmail: alias.email,
      displayName: alias.name,
      replyToAddress: '',
      signature: alias.signature,
      isDefault: false,
      treatAsAlias: true,
      verificationStatus: alias.verified ? 'accepted' : 'pending',
    }),
  )
  return [primary, ...others]
}
