/**
 * The few ways a request can be refused. HTTP maps each to one status; screens have one sentence for each.
 * `conflict` always carries what is true instead.
 */
export const errorCodes = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  rate_limited: 429,
  internal: 500,
  google_unavailable: 502,
  not_ready: 503,
} as const

export type ErrorCode = keyof typeof errorCodes

/** Reasons a screen can put into words; the catalogue has a sentence `error.<reason>` for each. */
export type ErrorReason =
  | 'field_invalid'
  | 'field_unknown'
  | 'field_required'
  | 'too_long'
  | 'not_a_number'
  | 'out_of_bounds'
  | 'not_a_date'
  | 'not_a_choice'
  | 'not_a_url'
  | 'not_a_phone'
  | 'not_a_currency'
  | 'not_a_boolean'
  | 'lookup_missing'
  | 'lookup_circle'
  | 'person_missing'
  | 'changed_meanwhile'
  | 'address_invalid'
  // Letters other than ASCII before its @: Gmail's API does not promise to send there.
  | 'address_not_ascii'
  | 'address_twice'
  | 'no_recipient'
  | 'time_past'
  | 'time_skipped'
  | 'time_twice'
  | 'zone_unknown'
  | 'already_claimed'
  | 'already_final'
  | 'version_stale'
  | 'not_author'
  | 'not_admin'
  | 'role_cannot_write'
  | 'permission_missing'
  | 'record_read_only'
  | 'last_admin'
  | 'token_read_only'
  | 'token_not_enough'
  | 'token_missing'
  | 'module_unknown'
  | 'module_in_use'
  | 'name_taken'
  | 'too_many'
  | 'searched_often'
  | 'list_too_long'
  | 'not_mergeable'
  | 'undo_too_late'
  | 'undo_changed'
  | 'already_converted'
  | 'not_a_lead'
  | 'bytes_invalid'
  | 'cells_missing'
  | 'cells_too_many'
  | 'several_match'
  | 'import_missing'
  | 'import_running'
  | 'transfer_running'
  | 'import_state'
  | 'file_unreadable'
  | 'file_empty'
  | 'mapping_incomplete'
  | 'setting_unknown'
  | 'setting_out_of_bounds'
  | 'session_missing'
  | 'session_expired'
  | 'wrong_account'
  | 'join_refused'
  | 'pairing_unknown'
  | 'pairing_expired'
  | 'consent_denied'
  | 'mailbox_none'
  | 'mailbox_reauth'
  | 'scope_send_missing'
  | 'scope_read_missing'
  | 'record_missing'
  | 'note_missing'
  | 'todo_missing'
  | 'view_missing'
  | 'view_of_other'
  | 'bulk_missing'
  | 'not_yours'
  | 'message_missing'
  | 'not_your_mail'
  | 'text_not_shared'
  | 'mailbox_away'
  | 'body_unreadable'
  | 'request_missing'
  | 'request_answered'
  | 'deal_not_open'
  | 'set_by_organisation'
  | 'sync_stopped'
  | 'never_linked'
  | 'part_missing'
  | 'part_ambiguous'
  | 'quota_full'
  | 'already_filed'
  | 'google_refused'
  | 'google_slow'
  | 'google_rate'
  | 'body_too_large'
  | 'guards_open'
  | 'draft_missing'
  | 'undo_gone'
  | 'not_a_sender'
  | 'suppressed'
  | 'mail_too_large'
  | 'file_missing'
  | 'file_not_ready'
  | 'file_blocked'
  | 'library_files_most'
  | 'upload_missing'
  | 'upload_offset'
  | 'folder_missing'
  | 'folder_not_empty'
  | 'scope_drive_missing'
  | 'drive_missing'
  | 'drive_refused'
  | 'drive_slow'
  | 'drive_off'
  | 'drive_export_limit'
  | 'template_missing'
  | 'template_broken'
  | 'mass_changed'
  | 'mass_state'
  | 'mass_nobody'
  | 'no_unsubscribe'
  | 'draft_differs'
  | 'gmail_draft_missing'
  | 'too_many_recipients'
  | 'route_unknown'
  | 'unexpected'

export interface FieldProblem {
  /** Dotted path of the field in the request, e.g. `to.0.address`. */
  field: string
  reason: ErrorReason
}

/** What services throw when they refuse. Anything else that is thrown is a defect and is answered `internal`. */
export class Refusal extends Error {
  readonly code: ErrorCode
  readonly reason: ErrorReason
  /** Facts for the sentence: numbers, names, times. Never mail content. */
  readonly facts: Readonly<Record<string, string | number>>
  readonly fields: readonly FieldProblem[]

  constructor(
    code: ErrorCode,
    reason: ErrorReason,
    facts: Record<string, string | number> = {},
    fields: FieldProblem[] = [],
  ) {
    super(`${code}: ${reason}`)
    this.name = 'Refusal'
    this.code = code
    this.reason = reason
    this.facts = facts
    this.fields = fields
  }
}
