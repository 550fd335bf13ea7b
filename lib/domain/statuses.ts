/** Statuses of an outgoing mail we own, from draft to its last (decisions 9). */
export const sendStatuses = [
  'draft',
  'scheduled',
  'held',
  'sending',
  'sent',
  'delivered',
  'delayed',
  'bounced_soft',
  'bounced_hard',
  'failed',
  'cancelled',
] as const

export type SendStatus = (typeof sendStatuses)[number]

/** Why a send is held or failed (decisions 10 and 11). */
export const sendReasons = [
  'author_deactivated',
  'mailbox_disconnected',
  'mailbox_reauth',
  'permission_withdrawn',
  'overdue',
  'needs_attention',
  'refused_by_google',
  'rate_limited',
  // Every recipient, or one where the author wants all or none, may not be mailed.
  'suppressed',
  // The organisation's own limits, shared with what is sent by hand; it waits.
  'day_limit',
  'minute_limit',
  // A file of the mail is gone or did not come; a merge field has nothing to stand for.
  'file_missing',
  'not_merged',
  // Its mass send is paused.
  'paused',
  // The chosen sender is no verified alias any more.
  'alias_gone',
] as const

export type SendReason = (typeof sendReasons)[number]

/** The statuses in which the author may still edit, move, send now or cancel (S-040, S-041, decisions 10). */
export const editableStatuses: readonly SendStatus[] = ['draft', 'scheduled', 'held']
