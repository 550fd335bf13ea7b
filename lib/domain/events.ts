/** What happened, as it is stored and told to sidebars. It names what changed and carries no mail content. */
export type EventPayload =
  | { type: 'send'; id: string; status: string; version: number; recordIds: string[] }
  | { type: 'emails'; recordIds: string[] }
  | { type: 'record'; id: string }
  /** `percent` of the bytes, 0 to 100. */
  | { type: 'filing'; id: string; status: string; recordId: string; percent: number }
  | { type: 'mailbox'; id: string; status: string }

/** `seq` grows in commit order within an organisation; a stream resumes after it. */
export type NumberedEvent = EventPayload & { seq: number }
