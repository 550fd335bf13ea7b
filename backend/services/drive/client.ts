import { Refusal } from '../../../lib/domain/errors.ts'
import { type DriveClient, GoogleError } from '../../google/gateway.ts'
import type { MailboxRow } from '../../storage/mail/mailboxes.ts'
import type { Context, Deps } from '../context.ts'
import { mailboxAccess } from '../mailboxes.ts'
import { allows } from '../scopes.ts'

/** The Drive of a mailbox's owner. A dead grant marks the mailbox; Drive's own limits never hold up its mail. */
export async function driveClient(deps: Deps, mailboxId: string): Promise<DriveClient> {
  const { mailbox, tokens, heard } = await mailboxAccess(deps, mailboxId)
  const drive = deps.google.openDrive(mailbox.email, tokens)
  const hear = async (error: unknown): Promise<never> => {
    if (error instanceof GoogleError && error.kind === 'reauth') await heard(error)
    throw error
  }
  return {
    search: (query, signal) => drive.search(query, signal).catch(hear),
    get: (id, signal) => drive.get(id, signal).catch(hear),
    open: (id, signal) => drive.open(id, signal).catch(hear),
    exportAs: (id, mimeType, signal) => drive.exportAs(id, mimeType, signal).catch(hear),
  }
}

/** @throws Refusal forbidden `scope_drive_missing` until its owner has allowed it (S-049); conflict `mailbox_reauth` */
export function requireDrive(mailbox: MailboxRow | undefined): MailboxRow {
  if (mailbox === undefined || mailbox.status === 'disconnected')
    throw new Refusal('forbidden', 'mailbox_none')
  if (!allows(mailbox.scopes, 'drive'))
    throw new Refusal('forbidden', 'scope_drive_missing', { account: mailbox.email })
  if (mailbox.status !== 'connected')
    throw new Refusal('conflict', 'mailbox_reauth', { account: mailbox.email })
  return mailbox
}

/** A call of somebody who waits; what Drive says in the words of a refusal. */
export async function askDrive<T>(
  ctx: Context,
  mailboxId: string,
  ask: (drive: DriveClient) => Promise<T>,
): Promise<T> {
  try {
    return await ask(await driveClient(ctx, mailboxId))
  } catch (error) {
    throw error instanceof GoogleError ? driveRefusal(error) : error
  }
}

/** Nobody of the project or the domain has Drive: its API is not enabled, or apps are kept out. */
const switchedOff = new Set(['accessNotConfigured', 'SERVICE_DISABLED', 'domainPolicy'])

/** What an answer of Drive means for whoever asked. */
export function driveRefusal(error: GoogleError): Refusal {
  switch (error.kind) {
    case 'not_found':
      return new Refusal('not_found', 'drive_missing')
    case 'scope_missing':
      return new Refusal('forbidden', 'scope_drive_missing')
    case 'reauth':
      return new Refusal('conflict', 'mailbox_reauth')
    case 'refused':
    case 'history_expired':
      if (error.reason === 'exportSizeLimitExceeded') return new Refusal('too_large', 'drive_export_limit')
      if (switchedOff.has(error.reason)) return new Refusal('forbidden', 'drive_off')
      return new Refusal('forbidden', 'drive_refused')
    default:
      return new Refusal('google_unavailable', 'drive_slow')
  }
}
