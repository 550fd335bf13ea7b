/** What happened, as it is stored and told to sidebars. It names what changed and carries no mail content. */
export type EventPayload =
  | { type: 'send'; id: string; status: string; version: number; recordIds: string[] }
  | { type: 'emails'; recordIds: string[] }
  /** A file of a mail being written came nearer; told to its author. */
  | { type: 'send_file'; id: string; sendId: string; state: string; received: number }
  /** A mass send went on, was paused, is done; told to its author. */
  | { type: 'mass'; id: string; status: string }
  /** Templates or the library are others than before. */
  | { type: 'templates' }
  | { type: 'library' }
  | { type: 'record'; id: string }
  /** Many records at once: whatever is shown may have changed. */
  | { type: 'records' }
  /** Told to whom the task is or was given. */
  | { type: 'todo'; id: string }
  /** `percent` of the bytes, 0 to 100. */
  | { type: 'filing'; id: string; status: string; recordId: string; percent: number }
  | { type: 'mailbox'; id: string; status: string }
  /** Where a mailbox's synchronisation is; told to its owner. `found`, `done`: earlier mail being looked for. */
  | { type: 'sync'; mailboxId: string; found: number; done: number }
  /** Who shares what, requests for access, which deal a thread is about; told to those concerned. */
  | { type: 'sharing' }
  /** Rows of an import; told to whoever started it. */
  | { type: 'import'; id: string; status: string; done: number; total: number }
  /** Modules or fields are others than before. */
  | { type: 'modules' }
  /** What somebody may do may have changed: policy, a role. */
  | { type: 'policy' }

/** `seq` grows in commit order within an organisation; a stream resumes after it. */
export type NumberedEvent = EventPayload & { seq: number }
