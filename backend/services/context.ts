import type { Role } from '../../lib/contract/identity.ts'
import type { Clock } from '../../lib/domain/clock.ts'
import type { Policy } from '../../lib/domain/policy.ts'
import type { GoogleGateway } from '../google/gateway.ts'
import type { Database } from '../storage/database.ts'
import type { FileStore } from '../storage/files.ts'
import type { MimeFiles } from '../storage/mime-files.ts'
import type { TokenBox } from './token-box.ts'

/** What every service needs of the house; made once in main. */
export interface Deps {
  db: Database
  files: FileStore
  /** Raw mails on their way, on this machine. */
  mails: MimeFiles
  google: GoogleGateway
  clock: Clock
  tokens: TokenBox
  /** A new UUID. */
  newId: () => string
  /** Where Gmail tells of changes (`projects/P/topics/T`); undefined: mailboxes are only asked. */
  watchTopic?: string | undefined
  /** Origin strangers reach, https; undefined: nobody outside can open a page of ours. */
  publicUrl?: string | undefined
  log: Log
}

/** Structured lines; never mail content, addresses of customers, or secrets. */
export interface Log {
  info(event: string, facts?: Record<string, string | number | boolean | null>): void
  warn(event: string, facts?: Record<string, string | number | boolean | null>): void
  error(event: string, facts?: Record<string, string | number | boolean | null>): void
}

/** Who asks. Services never act without one; jobs make one for the user on whose behalf they work. */
export interface Actor {
  orgId: string
  userId: string
  role: Role
  email: string
  name: string
  /** What the organisation set (`lib/domain/policy.ts`), as it stood when the request came in. */
  policy: Policy
  /** Grows with every change to modules and fields. */
  modulesVersion: number
  /** Deleted modules: their records are kept, and hidden everywhere. */
  hiddenModules: readonly string[]
}

/** The first argument of every verb. */
export interface Context extends Deps {
  actor: Actor
  /** Set while many records change together: whoever changes them tells of all at once. */
  quiet?: boolean
}
