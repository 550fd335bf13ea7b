import type { gmail_v1 } from 'googleapis/build/src/apis/gmail/v1.js'
import { badRequest, notFound } from '../errors.ts'
import type { MailStore } from './mail-store.ts'

const SYSTEM_LABELS = [
  'CHAT',
  'SENT',
  'INBOX',
  'IMPORTANT',
  'TRASH',
  'DRAFT',
  'SPAM',
  'CATEGORY_FORUMS',
  'CATEGORY_UPDATES',
  'CATEGORY_PERSONAL',
  'CATEGORY_PROMOTIONS',
  'CATEGORY_SOCIAL',
  'STARRED',
  'UNREAD',
] as const

const HIDDEN = /^(CATEGORY_|UNREAD$|CHAT$)/
const FIXED = new Set(['SENT', 'DRAFT'])

/** Every label of the mailbox as labels.list shows them. */
export function listLabels(store: MailStore): gmail_v1.Schema$Label[] {
  const system = SYSTEM_LABELS.map((id): gmail_v1.Schema$Label => {
    const label: gmail_v1.Schema$Label = { id, name: id, type: 'system' }
    return HIDDEN.test(id)
      ? { ...label, messageListVisibility: 'hide', labelListVisibility: 'labelHide' }
      : label
  })
  const user = [...store.userLabels].map(([id, name]): gmail_v1.Schema$Label => ({ id, name, type: 'user' }))
  return [...system, ...user]
}

/** One label with its counts; 404 when unknown. */
export function getLabel(store: MailStore, id: string): gmail_v1.Schema$Label {
  const label = listLabels(store).find((one) => one.id === id)
  if (label === undefined) throw notFound()
  const messages = store.newestFirst().filter((message) => message.labels.has(id))
  const unread = messages.filter((message) => message.labels.has('UNREAD'))
  return {
    ...label,
    messagesTotal: messages.length,
    messagesUnread: unread.length,
    threadsTotal: new Set(messages.map((message) => message.threadId)).size,
    threadsUnread: new Set(unread.map((message) => message.threadId)).size,
  }
}

/** A new user label, `Label_<n>`; a name in use is refused as Gmail does. */
export function createLabel(store: MailStore, name: string): gmail_v1.Schema$Label {
  if (name === '') throw badRequest('Label name is required')
  const taken = listLabels(store).some((one) => one.name?.toLowerCase() === name.toLowerCase())
  if (taken) throw badRequest('Label name exists or conflicts')
  const id = `Label_${store.userLabels.size + 1}`
  store.userLabels.set(id, name)
  return { id, name, type: 'user', messageListVisibility: 'show', labelListVisibility: 'labelShow' }
}

/** Refuses unknown labels and any change of SENT or DRAFT, which only sending and drafting make. */
export function checkLabelChange(store: MailStore, ids: readonly string[]): void {
  for (const id of ids) {
    if (FIXED.has(id)) throw badRequest(`Invalid label: ${id}`)
    if (!store.userLabels.has(id) && !SYSTEM_LABELS.some((label) => label === id))
      throw badRequest('labelId not found')
  }
}
