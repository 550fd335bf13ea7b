import { badRequest } from '../errors.ts'
import { MailFacts, normalSubject } from '../mime/facts.ts'
import type { StoredDraft, StoredMessage } from '../store/mail-store.ts'
import { threadOfIncoming, threadOfOutgoing } from '../store/threading.ts'
import type { World } from '../world.ts'
import type { Account } from './account.ts'
import { prepareOutgoing, type Road } from './outgoing.ts'
import { checkDailyCap, dispatch } from './post.ts'

/** Sends a mail now. `threadId` must exist; the mail joins it only by Google's three conditions. */
export function sendMail(
  world: World,
  account: Account,
  raw: Buffer,
  road: Road,
  threadId?: string,
): StoredMessage {
  checkThread(account, threadId)
  checkDailyCap(world, account)
  const now = world.clock.now()
  const mail = prepareOutgoing(raw, account, world.ids, now, road)
  const joined = joinedThread(account, mail.facts, road, threadId)
  return account.store.change(() =>
    dispatch(world, account, mail, (labels) => {
      const id = world.ids.message(now)
      return account.store.insert({
        id,
        threadId: joined ?? id,
        raw: mail.raw,
        labels,
        internalDate: now,
        storedAt: now,
      })
    }),
  )
}

function joinedThread(
  account: Account,
  facts: MailFacts,
  road: Road,
  threadId: string | undefined,
): string | undefined {
  const named = threadOfOutgoing(account.store, facts, threadId)
  return named ?? (road === 'native' ? threadOfIncoming(account.store, facts) : undefined)
}

/** Refuses a thread id that is not one of the mailbox. */
function checkThread(account: Account, threadId: string | undefined): void {
  if (threadId !== undefined && account.store.thread(threadId).length === 0)
    throw badRequest('Invalid thread_id value')
}

/** A new draft; its message carries DRAFT and the bytes as given. */
export function createDraft(world: World, account: Account, raw: Buffer, threadId?: string): StoredDraft {
  checkThread(account, threadId)
  const joined = threadOfOutgoing(account.store, new MailFacts(raw), threadId)
  return account.store.change(() => {
    const message = insertDraftMessage(world, account, raw, joined)
    const draft: StoredDraft = { id: world.ids.draft(), messageId: message.id, sent: false }
    account.store.drafts.set(draft.id, draft)
    return draft
  })
}

/** New bytes under a new message id. Through the API the thread is lost unless given again. */
export function updateDraft(
  world: World,
  account: Account,
  draft: StoredDraft,
  raw: Buffer,
  threadId?: string,
): void {
  checkThread(account, threadId)
  const joined = threadOfOutgoing(account.store, new MailFacts(raw), threadId)
  replaceDraft(world, account, draft, raw, joined)
}

/** An edit on Gmail's own page: the thread stays while the subject does. */
export function editDraft(world: World, account: Account, draft: StoredDraft, raw: Buffer): void {
  const old = account.store.get(draft.messageId)
  const same =
    old !== undefined && normalSubject(old.facts.subject) === normalSubject(new MailFacts(raw).subject)
  replaceDraft(world, account, draft, raw, same ? old.threadId : undefined)
}

function replaceDraft(
  world: World,
  account: Account,
  draft: StoredDraft,
  raw: Buffer,
  joined: string | undefined,
): void {
  account.store.change(() => {
    const message = insertDraftMessage(world, account, raw, joined)
    const old = account.store.get(draft.messageId)
    if (old !== undefined) account.store.remove(old)
    draft.messageId = message.id
  })
}

function insertDraftMessage(
  world: World,
  account: Account,
  raw: Buffer,
  joined: string | undefined,
): StoredMessage {
  const now = world.clock.now()
  const id = world.ids.message(now)
  return account.store.insert({
    id,
    threadId: joined ?? id,
    raw,
    labels: ['DRAFT'],
    internalDate: now,
    storedAt: now,
  })
}

export function deleteDraft(account: Account, draft: StoredDraft): void {
  account.store.change(() => {
    account.store.drafts.delete(draft.id)
    const message = account.store.get(draft.messageId)
    if (message !== undefined) account.store.remove(message)
  })
}

/** Sends a draft: it is gone (or its wrapper stays), its message becomes a SENT one, by the chosen history. */
export function sendDraft(world: World, account: Account, draft: StoredDraft): StoredMessage {
  const { store } = account
  const message = store.get(draft.messageId)
  if (message === undefined) throw badRequest('Invalid draft')
  checkDailyCap(world, account)
  const now = world.clock.now()
  const mail = prepareOutgoing(message.raw, account, world.ids, now, 'api')
  return store.change(() => {
    const sent = dispatch(world, account, mail, (labels) => {
      if (world.settings.sentDraftHistory === 'label-added') {
        store.rewrite(message, mail.raw)
        message.internalDate = now
        store.relabel(message, labels, ['DRAFT'])
        return message
      }
      store.remove(message)
      const id = world.ids.message(now)
      const { threadId } = message
      return store.insert({ id, threadId, raw: mail.raw, labels, internalDate: now, storedAt: now })
    })
    if (world.settings.draftWrapperSurvives) Object.assign(draft, { messageId: sent.id, sent: true })
    else store.drafts.delete(draft.id)
    return sent
  })
}
