import type { ErrorReason } from '../../domain/errors.ts'
import type { SendReason } from '../../domain/statuses.ts'

/** One sentence for every reason a request can be refused. */
export const enErrors = {
  'error.field_invalid': 'Something in this form can’t be used as it is.',
  'error.address_invalid': 'That isn’t a complete mail address.',
  'error.no_recipient': 'There is nobody in To, Cc or Bcc.',
  'error.time_past': 'That time has passed.',
  'error.time_skipped': 'Clocks there skip that time.',
  'error.time_twice': 'That time comes twice there. Choose which one is meant.',
  'error.zone_unknown': 'That time zone isn’t known.',
  'error.already_claimed': 'It is going out right now, so edit, move and cancel come too late.',
  'error.already_final': 'It has already gone out or was cancelled. Nothing was changed.',
  'error.version_stale': 'Somebody changed it meanwhile. What stands here is the newer one.',
  'error.not_author': 'Only its author may change this mail before it goes out.',
  'error.not_admin': 'Only an admin may do that.',
  'error.role_cannot_write': 'Viewers can’t write. An admin can change your role.',
  'error.session_missing': 'Sign in to go on.',
  'error.session_expired': 'Your sign-in has ended. Sign in again to go on.',
  'error.wrong_account': 'That was another Google account. Choose the one this Gmail belongs to.',
  'error.join_refused': 'Your address may not join this Inlay yet. An admin can invite you.',
  'error.pairing_unknown': 'That sign-in was not begun in this browser. Begin again here.',
  'error.pairing_expired': 'Google’s page stood open too long. Begin again here.',
  'error.consent_denied': 'You said no at Google, so nothing was changed.',
  'error.mailbox_none': 'No mailbox is connected for this account.',
  'error.mailbox_reauth': 'Google asks you to sign in again first.',
  'error.scope_send_missing': 'Inlay may not send for you yet.',
  'error.scope_read_missing': 'Inlay may not read your Gmail yet.',
  'error.record_missing': 'That record is gone. Nothing was changed.',
  'error.message_missing': 'Gmail no longer has that mail.',
  'error.part_missing': 'That mail has no such file.',
  'error.part_ambiguous': 'That mail has several files of this name. Choose it in the list here.',
  'error.quota_full': 'No room for this file. Nothing was filed.',
  'error.already_filed': 'It was filed there before.',
  'error.google_refused': 'Gmail refused it. Nothing was changed.',
  'error.google_slow': 'Gmail didn’t answer. Nothing was changed; try again in a moment.',
  'error.google_rate': 'Gmail asks for a pause. Nothing was changed; try again in a minute.',
  'error.body_too_large': 'That is too large for the server.',
  'error.route_unknown': 'Your server doesn’t know this request. It may be an older Inlay.',
  'error.unexpected': 'The server had an error.',
} as const satisfies Record<`error.${ErrorReason}`, string>

/** Why a mail is held or failed; completes "Held: …" and stands alone below "Failed". */
export const enReasons = {
  'reason.author_deactivated': 'its author was deactivated',
  'reason.mailbox_disconnected': 'the mailbox is not connected',
  'reason.mailbox_reauth': 'Google asks for a new sign-in',
  'reason.permission_withdrawn': 'the permission to send was withdrawn',
  'reason.overdue': 'the server was off when it was due',
  'reason.needs_attention':
    'Gmail gave no clear answer, and the mail isn’t in Sent. Check there before you send it again.',
  'reason.refused_by_google': 'Gmail refused it. It was not sent.',
  'reason.rate_limited': 'Gmail asked for a pause. It goes out a little later.',
} as const satisfies Record<`reason.${SendReason}`, string>
