import { signal } from '@preact/signals'
import type { DraftFile } from '@/lib/contract/compose.ts'
import type { DrivePage, LibraryPage, MailLimits } from '@/lib/contract/files.ts'
import type { AttachmentRow } from '@/lib/contract/records.ts'
import type { ApiProblem } from '@/lib/extension/api-core.ts'

/** Files on their way into mails and the library, and where they are chosen from. `load/files` writes it. */

/** What one mail of this account may carry; undefined until the server has said. */
export const mailLimits = signal<MailLimits | undefined>(undefined)

/** A file this panel carries to the server. */
export interface Carried {
  key: string
  /** The mail it goes into, as this browser and as the server name it; neither for the library. */
  draftId: string | undefined
  sendId: string | undefined
  /** Its upload at the server, once that knows of it. */
  id: string | undefined
  name: string
  mimeType: string
  size: number
  received: number
  /** `stuck` goes on by itself; `failed` needs the person. */
  state: 'waits' | 'goes' | 'stuck' | 'failed'
  problem: ApiProblem | 'unreadable' | undefined
}
export const carried = signal<readonly Carried[]>([])

/** Files that were refused, before or by the server; each stays until it is dismissed. */
export interface TurnedAway {
  key: string
  draftId: string | undefined
  name: string
  why:
    | { kind: 'too_large'; size: number; over: number }
    | { kind: 'blocked'; type: string; inside?: string }
    | { kind: 'too_many'; most: number }
    | { kind: 'folder' }
    | { kind: 'problem'; problem: ApiProblem }
}
export const turnedAway = signal<readonly TurnedAway[]>([])

/** What a file of the open mail was made from, by its id: to mark it where it is chosen, and to try it again. */
export const sources = signal<ReadonlyMap<string, DraftFile>>(new Map())

/** Why the last choice in the open sheet was not attached. */
export const pickProblem = signal<{ name: string; why: TurnedAway['why'] | 'library_most' } | undefined>(
  undefined,
)

/** The last file that was attached in the open sheet, for who does not see its mark. */
export const pickedName = signal('')

/** One view into the library: the sheet over a mail has one, the place of the workspace another. */
export interface Shelf {
  folderId: string | undefined
  q: string
  page: LibraryPage | undefined
  problem: ApiProblem | undefined
}
export const emptyShelf: Shelf = { folderId: undefined, q: '', page: undefined, problem: undefined }
export const pickShelf = signal<Shelf>(emptyShelf)
export const placeShelf = signal<Shelf>(emptyShelf)

/** Files of a record or of one related to it. */
export interface RecordShelf {
  recordId: string
  rows: readonly AttachmentRow[]
  total: number | undefined
  nextCursor: string | undefined
  loading: boolean
  problem: ApiProblem | undefined
}
export const recordShelf = signal<RecordShelf | undefined>(undefined)

export interface DriveShelf {
  q: string
  files: DrivePage['files']
  next: string | undefined
  loading: boolean
  problem: ApiProblem | undefined
}
export const driveShelf = signal<DriveShelf>({
  ...{ q: '', files: [], next: undefined },
  ...{ loading: false, problem: undefined },
})
