import type { LibraryFile, LibraryFolder } from '@/lib/contract/files.ts'
import { blockedType } from '@/lib/domain/blocked-files.ts'
import type { ApiProblem } from '@/lib/extension/api-core.ts'
import { t } from '@/lib/extension/i18n.ts'
import { sheets } from '../../state.ts'
import { carried, mailLimits, pickShelf, placeShelf } from '../../state-files.ts'
import { where } from '../../state-workspace.ts'
import { attempt, link, once, say } from '../core.ts'
import { problemSentence } from '../words.ts'
import { turnAway, whyRefused } from './attach.ts'
import { carry, letGo } from './jobs.ts'
import { learnLimits } from './place.ts'
import { openFolder, readShelf } from './shelf.ts'

/** The library's place of the workspace was entered, at a folder of it. */
export function enterLibrary(folderId: string | undefined): void {
  if (mailLimits.value === undefined) void learnLimits()
  if (placeShelf.value.folderId === folderId && placeShelf.value.page !== undefined)
    void readShelf(placeShelf)
  else void openFolder(placeShelf, folderId)
}

/** Somebody changed it: what stands open is read again. */
export function hearLibrary(): void {
  if (where.value?.place === 'library') void readShelf(placeShelf)
  if (sheets.value.some((sheet) => sheet.kind === 'pick-files' && sheet.from === 'library'))
    void readShelf(pickShelf)
}

/** Files of this computer for the open folder, or one as the new version of a file. */
export function uploadToLibrary(files: readonly File[], fileId?: string): void {
  for (const file of fileId === undefined ? files : files.slice(0, 1)) {
    const type = blockedType(file.name)
    const over = file.size - (mailLimits.value?.maxLibraryBytes ?? Infinity)
    if (type !== undefined) turnAway({ draftId: undefined, name: file.name, why: { kind: 'blocked', type } })
    else if (over > 0)
      turnAway({ draftId: undefined, name: file.name, why: { kind: 'too_large', size: file.size, over } })
    else start(file, fileId)
  }
}

function start(file: File, fileId: string | undefined): void {
  const here = link()
  if (here === undefined) return
  const key = crypto.randomUUID()
  const about = { name: file.name, mimeType: file.type || 'application/octet-stream', size: file.size }
  const folderId = placeShelf.value.folderId ?? null
  const to = { purpose: 'library' as const, folderId, ...(fileId !== undefined && { fileId }) }
  carry(
    {
      ...{ key, file, link: here, stopped: false, tries: 0 },
      begin: (idempotency) => attempt(({ backend }) => backend.startUpload({ ...to, ...about }, idempotency)),
      done: () => void readShelf(placeShelf),
      refused: (problem) => {
        turnAway({ draftId: undefined, name: file.name, why: whyRefused(problem, file.size) })
        return true
      },
    },
    {
      ...{ key, draftId: undefined, sendId: undefined, id: undefined, ...about },
      ...{ received: 0, state: 'waits', problem: undefined },
    },
  )
}

/** Stops a file on its way into the library. */
export async function stopUpload(key: string): Promise<void> {
  const id = carried.value.find((one) => one.key === key)?.id
  letGo(key)
  if (id !== undefined) await attempt(({ backend }) => backend.cancelUpload(id))
}

/** Gives what went wrong, for the form to say. */
export async function makeFolder(name: string, key: string): Promise<ApiProblem | undefined> {
  const parentId = placeShelf.value.folderId ?? null
  return changing(({ backend }) => backend.makeFolder({ parentId, name }, key))
}

export function renameFile(id: string, name: string): Promise<ApiProblem | undefined> {
  return changing(({ backend }) => backend.changeLibraryFile(id, { name }))
}

export function renameFolder(id: string, name: string): Promise<ApiProblem | undefined> {
  return changing(({ backend }) => backend.changeFolder(id, { name }))
}

/** `to` null is the top. */
export function moveFile(id: string, to: string | null): Promise<ApiProblem | undefined> {
  return changing(({ backend }) => backend.changeLibraryFile(id, { folderId: to }))
}

export function moveFolder(id: string, to: string | null): Promise<ApiProblem | undefined> {
  return changing(({ backend }) => backend.changeFolder(id, { parentId: to }))
}

/** Gone at once, and back by its toast. */
export async function deleteFile(file: LibraryFile): Promise<void> {
  const problem = await changing(({ backend }) => backend.deleteLibraryFile(file.id))
  if (problem !== undefined) return say(problemSentence(problem))
  say(t('library.deleted', { name: file.name }), { kind: 'restore-library-file', fileId: file.id })
}

export async function restoreFile(fileId: string): Promise<void> {
  const problem = await changing(({ backend }) => backend.restoreLibraryFile(fileId))
  if (problem !== undefined) say(problemSentence(problem))
}

/** Only an empty one goes, so making it again is all of it back. */
export async function deleteFolder(folder: LibraryFolder): Promise<void> {
  const problem = await changing(({ backend }) => backend.deleteFolder(folder.id))
  if (problem !== undefined) return say(problemSentence(problem))
  const { name, parentId } = folder
  say(t('library.folder_deleted', { name }), { kind: 'remake-folder', name, parentId })
}

export async function remakeFolder(name: string, parentId: string | null): Promise<void> {
  const problem = await changing(({ backend }) => backend.makeFolder({ parentId, name }, crypto.randomUUID()))
  if (problem !== undefined) say(problemSentence(problem))
}

/** Folders something can be moved to: those of one folder, with the way there. */
export async function foldersIn(folderId: string | undefined) {
  return attempt(({ backend }) => backend.library(folderId === undefined ? {} : { folderId }))
}

/** One change at a time; the place shows it at once. */
async function changing(
  change: (to: NonNullable<ReturnType<typeof link>>) => Promise<unknown>,
): Promise<ApiProblem | undefined> {
  return once('library', async () => {
    const answer = await attempt(change)
    await readShelf(placeShelf)
    return answer.ok ? undefined : answer.problem
  })
}

/** Saves one version on this computer. */
export async function saveVersion(versionId: string, name: string): Promise<void> {
  const answer = await attempt(({ backend }) => backend.libraryContent(versionId))
  if (!answer.ok) return say(problemSentence(answer.problem))
  const url = URL.createObjectURL(answer.value)
  const anchor = Object.assign(document.createElement('a'), { href: url, download: name })
  anchor.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
