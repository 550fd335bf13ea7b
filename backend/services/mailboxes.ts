import type { QuotaUse } from '../../lib/domain/sync.ts'
import { type AccessTokens, type GmailMailbox, GoogleError, type GoogleGateway } from '../google/gateway.ts'
import { appendEvent } from '../storage/events.ts'
import { findMailbox, type MailboxRow, markReauthRequired, pauseMailbox } from '../storage/mail/mailboxes.ts'
import { takeUnits } from '../storage/mail/quota.ts'
import type { Deps } from './context.ts'

/** Tokens are renewed before Gmail would refuse them. */
const earlyMs = 60_000

interface Access {
  /** The grant it came from; another one makes it worthless. */
  grant: string
  token: Promise<{ accessToken: string; expiresAt: number }>
}

/** Access tokens live in memory only, one request for each mailbox at a time; they end with the gateway. */
const caches = new WeakMap<GoogleGateway, Map<string, Access>>()

/**
 * The mailbox at Google, with its own tokens. A dead grant marks it `reauth_required` and tells its owner, once; an answer
 * about the rate pauses it. The error still reaches the caller. `use` says whose share of the quota the calls come from:
 * 'background' waits first, 'person' for what somebody at the screen waits for, 'send' for a mail on its way out.
 * @throws GoogleError reauth when the mailbox is not connected
 */
export async function mailboxClient(deps: Deps, mailboxId: string, use: QuotaUse): Promise<GmailMailbox> {
  const { mailbox, tokens, heard } = await mailboxAccess(deps, mailboxId)
  const client = deps.google.openMailbox(mailbox.email, tokens, {
    use,
    budget: { take: (input) => takeUnits(deps.db, mailboxId, input, deps.clock.now()) },
  })
  return watched(client, heard)
}

/**
 * The grant behind a mailbox, for whatever of Google it opens; what an error says of the whole mailbox goes to `heard`.
 * @throws GoogleError reauth when the mailbox is not connected
 */
export async function mailboxAccess(
  deps: Deps,
  mailboxId: string,
): Promise<{ mailbox: MailboxRow; tokens: AccessTokens; heard: (error: unknown) => Promise<void> }> {
  const mailbox = await findMailbox(deps.db, mailboxId)
  const sealed = mailbox?.refresh_token
  if (mailbox?.status !== 'connected' || !sealed) throw new GoogleError('reauth', 'not_connected')
  const refreshToken = deps.tokens.open(sealed, `mailbox:${mailbox.org_id}:${mailbox.email}`)
  const grant = JSON.stringify([sealed, mailbox.scopes])
  return {
    mailbox,
    tokens: (refused) => freshToken(deps, { mailboxId, grant, refreshToken, refused }),
    heard: (error) => noteGoogleError(deps, mailbox, error),
  }
}

async function freshToken(
  deps: Deps,
  input: { mailboxId: string; grant: string; refreshToken: string; refused: string | undefined },
): Promise<string> {
  const { mailboxId, grant, refused } = input
  const cache = caches.get(deps.google) ?? new Map<string, Access>()
  caches.set(deps.google, cache)
  for (;;) {
    const known = cache.get(mailboxId)
    if (known?.grant !== grant) break
    const token = await known.token.catch(() => undefined)
    const good = token !== undefined && token.expiresAt - earlyMs > deps.clock.now()
    if (good && token.accessToken !== refused) return token.accessToken
    // Somebody renewed it while we looked: look at theirs.
    if (cache.get(mailboxId) === known) break
  }
  const token = deps.google.refresh(input.refreshToken)
  cache.set(mailboxId, { grant, token })
  return (await token).accessToken
}

/** Keeps what an error says about the whole mailbox, so that other work of it waits or stops too. */
async function noteGoogleError(deps: Deps, mailbox: MailboxRow, error: unknown): Promise<void> {
  if (!(error instanceof GoogleError)) return
  const now = deps.clock.now()
  if (error.kind === 'rate' || error.kind === 'send_limit') {
    const until = new Date(error.retryAt ?? now + 60_000)
    const what = error.kind === 'rate' ? 'all' : 'sends'
    await deps.db.transaction().execute(async (trx) => {
      if (!(await pauseMailbox(trx, mailbox.id, what, until))) return
      // The foot and the Trust page say it as long as it lasts.
      const payload = { type: 'mailbox', id: mailbox.id, status: mailbox.status } as const
      const { org_id: orgId, user_id: userId } = mailbox
      await appendEvent(trx, { orgId, userId, payload, at: new Date(now) })
    })
    deps.log.warn('mailbox.paused', { mailbox: mailbox.id, kind: error.kind, reason: error.reason })
  } else if (error.kind === 'reauth') {
    await deps.db.transaction().execute(async (trx) => {
      if (!(await markReauthRequired(trx, mailbox.id, mailbox.refresh_token))) return
      const payload = { type: 'mailbox', id: mailbox.id, status: 'reauth_required' } as const
      const { org_id: orgId, user_id: userId } = mailbox
      await appendEvent(trx, { orgId, userId, payload, at: new Date(now) })
      deps.log.warn('mailbox.reauth_required', { mailbox: mailbox.id, reason: error.reason })
    })
  }
}

/** The same mailbox, with every error heard before it is thrown on. */
function watched(client: GmailMailbox, hear: (error: unknown) => Promise<void>): GmailMailbox {
  const heard =
    <A extends unknown[], T>(call: (...given: A) => Promise<T>) =>
    async (...given: A): Promise<T> => {
      try {
        return await call(...given)
      } catch (error) {
        await hear(error)
        throw error
      }
    }
  return {
    getProfile: heard(client.getProfile),
    listHistory: heard(client.listHistory),
    listMessages: heard(client.listMessages),
    getMessage: heard(client.getMessage),
    getThread: heard(client.getThread),
    openAttachment: heard(client.openAttachment),
    listSendAs: heard(client.listSendAs),
    createDraft: heard(client.createDraft),
    sendDraft: heard(client.sendDraft),
    getDraft: heard(client.getDraft),
    getDraftRaw: heard(client.getDraftRaw),
    listDrafts: heard(client.listDrafts),
    deleteDraft: heard(client.deleteDraft),
    watch: heard(client.watch),
    stopWatch: heard(client.stopWatch),
  }
}
