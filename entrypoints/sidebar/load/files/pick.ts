import type { DraftFile } from '@/lib/contract/compose.ts'
import { draft, mailbox, sheets } from '../../state.ts'
import { draftFiles } from '../../state-compose.ts'
import {
  driveShelf,
  emptyShelf,
  mailLimits,
  pickedName,
  pickProblem,
  pickShelf,
  recordShelf,
  sources,
} from '../../state-files.ts'
import { attempt, once } from '../core.ts'
import { allow } from '../me.ts'
import { whyNot, whyRefused } from './attach.ts'
import { filePlace, knownPlace, putFile } from './place.ts'
import { readShelf } from './shelf.ts'

export type PickFrom = 'library' | 'record' | 'drive'

/** Opens the sheet in which files of one source are chosen. */
export function openPicker(from: PickFrom, recordId?: string): void {
  pickProblem.value = undefined
  pickedName.value = ''
  sheets.value = [...sheets.value.filter(({ kind }) => kind !== 'pick-files'), { kind: 'pick-files', from }]
  if (from === 'library') {
    pickShelf.value = { ...emptyShelf, page: pickShelf.value.page }
    void readShelf(pickShelf)
  } else if (from === 'record' && recordId !== undefined) openRecordShelf(recordId)
  else if (from === 'drive') searchDrive('')
}

let wantsDrive = false

/** S-049: the permission is asked for at the moment it is needed; once it is given, the sheet opens. */
export function openDrive(): void {
  if (mailbox.value?.canDrive) {
    openPicker('drive')
    return
  }
  wantsDrive = true
  void allow(['drive'])
}

/** Google has said yes to what was asked from the open mail. */
export function driveAllowed(): void {
  if (!wantsDrive || draft.value === undefined) return
  wantsDrive = false
  openPicker('drive')
}

/** How many of the open mail come from the library. */
export function fromLibrary(): number {
  return draftFiles.value.filter((file) => file.source === 'library').length
}

/** Names one choice, so that its row says that it is in the mail. */
export function keyOf(input: DraftFile): string {
  if (input.source === 'record') return `record ${input.attachmentId}`
  if (input.source === 'library') return `library ${input.versionId}`
  return `drive ${input.driveId} ${input.exportAs ?? ''}`
}

/** The file of the open mail that was made from this choice. */
export function pickedFile(input: DraftFile): string | undefined {
  const key = keyOf(input)
  return draftFiles.value.find((file) => {
    const from = sources.value.get(file.id)
    return from !== undefined && keyOf(from) === key
  })?.id
}

/** Adds one file at once; the sheet stays for more. `size` null: known only once it is exported. */
export function pickFile(input: DraftFile, about: { name: string; size: number | null }): Promise<void> {
  return addOnce(keyOf(input), input, about)
}

async function addOnce(
  key: string,
  input: DraftFile,
  { name, size }: { name: string; size: number | null },
): Promise<void> {
  await once(`add:${key}`, async () => {
    const one = draft.value
    if (one === undefined) return
    pickProblem.value = undefined
    const isNew = pickedFile(input) === undefined
    if (
      isNew &&
      input.source === 'library' &&
      fromLibrary() >= (mailLimits.value?.maxLibraryFiles ?? Infinity)
    ) {
      pickProblem.value = { name, why: 'library_most' }
      return
    }
    const why = isNew ? whyNot(name, size ?? 0) : undefined
    if (why !== undefined) {
      pickProblem.value = { name, why }
      return
    }
    const sendId = await filePlace()
    const answer = await attempt(({ backend }) =>
      sendId === undefined ? Promise.resolve(undefined) : backend.addFile(sendId, input),
    )
    if (draft.value?.id !== one.id) return
    if (!answer.ok) {
      const { problem } = answer
      const most = problem.kind === 'refused' && problem.reason === 'library_files_most'
      pickProblem.value = { name, why: most ? 'library_most' : whyRefused(problem, size ?? 0) }
      return
    }
    if (answer.value === undefined || sendId === undefined) {
      pickProblem.value = { name, why: { kind: 'problem', problem: { kind: 'network' } } }
      return
    }
    sources.value = new Map(sources.value).set(answer.value.id, input)
    putFile(sendId, answer.value)
    pickedName.value = answer.value.name
  })
}

/** A file of Drive that did not come is asked for once more. */
export async function fetchAgain(fileId: string): Promise<void> {
  const input = sources.value.get(fileId)
  const sendId = knownPlace()
  if (input === undefined || sendId === undefined) return
  const answer = await attempt(({ backend }) => backend.addFile(sendId, input))
  if (answer.ok) putFile(sendId, answer.value)
}

export function openRecordShelf(recordId: string): void {
  recordShelf.value = {
    ...{ recordId, rows: [], total: undefined, nextCursor: undefined },
    ...{ loading: true, problem: undefined },
  }
  void readRecordShelf()
}

/** The next page of a record's files, or the first. */
export async function readRecordShelf(): Promise<void> {
  const asked = recordShelf.value
  if (asked === undefined) return
  const { recordId, nextCursor: cursor } = asked
  recordShelf.value = { ...asked, loading: true }
  const answer = await attempt(({ backend }) =>
    backend.attachments(recordId, cursor === undefined ? {} : { cursor }),
  )
  const here = recordShelf.value
  if (here?.recordId !== recordId) return
  recordShelf.value = answer.ok
    ? {
        ...here,
        rows: [
          ...here.rows,
          ...answer.value.rows.filter((row) => !here.rows.some(({ id }) => id === row.id)),
        ],
        total: answer.value.total,
        nextCursor: answer.value.nextCursor ?? undefined,
        ...{ loading: false, problem: undefined },
      }
    : { ...here, loading: false, problem: answer.problem }
}

/** Ms after the last key until Drive is asked. */
const driveRest = 250
let driveTimer: ReturnType<typeof setTimeout> | undefined
let driveTurn = 0

/** What Drive holds, as somebody types; nothing typed: what was changed last. */
export function searchDrive(q: string): void {
  driveShelf.value = { ...driveShelf.value, q, next: undefined, loading: true }
  clearTimeout(driveTimer)
  driveTimer = setTimeout(() => void readDrive(undefined), q === '' ? 0 : driveRest)
}

export async function readDrive(pageToken: string | undefined): Promise<void> {
  driveTurn += 1
  const turn = driveTurn
  const q = driveShelf.value.q.trim()
  driveShelf.value = { ...driveShelf.value, loading: true }
  const answer = await attempt(({ backend, account }) =>
    backend.drive({ account, q, ...(pageToken !== undefined && { pageToken }) }),
  )
  if (turn !== driveTurn) return
  const here = driveShelf.value
  driveShelf.value = answer.ok
    ? {
        ...here,
        files: pageToken === undefined ? answer.value.files : [...here.files, ...answer.value.files],
        next: answer.value.nextPageToken ?? undefined,
        ...{ loading: false, problem: undefined },
      }
    : { ...here, files: pageToken === undefined ? [] : here.files, loading: false, problem: answer.problem }
}
