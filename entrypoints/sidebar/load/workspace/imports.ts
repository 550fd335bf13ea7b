import { batch } from '@preact/signals'
import type { FileFormat, Import, ImportMapping } from '@/lib/contract/imports.ts'
import type { ModuleKey } from '@/lib/domain/modules.ts'
import type { Backend } from '@/lib/extension/api.ts'
import { language } from '@/lib/extension/i18n.ts'
import {
  dataProblem,
  exporting,
  importProblems,
  imports,
  mapping,
  openImport,
  uploading,
} from '../../state-data.ts'
import { attempt, once } from '../core.ts'
import { loadCounts } from './counts.ts'
import { hearRecords } from './fresh.ts'
import { goTo } from './place.ts'

/** Mine, and for admins everybody's. */
export async function readImports(): Promise<void> {
  dataProblem.value = undefined
  const answer = await attempt(({ backend }) => backend.imports())
  if (answer.ok) imports.value = answer.value
  else dataProblem.value = answer.problem
}

/** One import's place; what was arranged of another one is forgotten. */
export async function readImport(id: string): Promise<void> {
  if (openImport.value?.id !== id)
    batch(() => {
      openImport.value = undefined
      mapping.value = undefined
      importProblems.value = undefined
      dataProblem.value = undefined
    })
  const answer = await attempt(({ backend }) => backend.import(id))
  if (answer.ok) take(answer.value)
  else dataProblem.value = answer.problem
}

/** Progress, told by the stream. */
export function hearImport(id: string): void {
  if (openImport.value?.id === id) void readImport(id)
}

function take(one: Import): void {
  const was = openImport.value
  if (was !== undefined && was.id === one.id && was.version > one.version) return
  batch(() => {
    openImport.value = one
    mapping.value ??= one.mapping
    dataProblem.value = undefined
  })
  const isSettled = ['checked', 'done', 'cancelled', 'undone'].includes(one.status)
  if (isSettled && one.failed > 0 && (was?.status !== one.status || importProblems.value === undefined))
    void readProblems(one.id)
  if (!isSettled) return
  void loadCounts()
  hearRecords()
}

async function readProblems(id: string): Promise<void> {
  const answer = await attempt(({ backend }) => backend.importProblems(id))
  if (answer.ok && openImport.value?.id === id) importProblems.value = answer.value
}

/** Sends the file to the server, which reads its head and guesses what each column is. */
export async function uploadFile(module: ModuleKey, file: File): Promise<void> {
  await once('upload', async () => {
    dataProblem.value = undefined
    uploading.value = file.name
    const query = { module, fileName: file.name.slice(0, 255) || 'file.csv' }
    const answer = await attempt(({ backend }) => backend.uploadImport(query, file, crypto.randomUUID()))
    uploading.value = undefined
    if (!answer.ok) {
      dataProblem.value = answer.problem
      return
    }
    batch(() => {
      mapping.value = answer.value.mapping
      importProblems.value = undefined
      openImport.value = answer.value
    })
    goTo(`settings/data/${answer.value.id}`)
  })
}

/** The file read in another way: columns are guessed anew. */
export function setFormat(format: FileFormat): Promise<void> {
  return change((backend, one) => backend.updateImport(one.id, { version: one.version, format }), true)
}

export function arrange(next: ImportMapping): void {
  mapping.value = next
}

/** Saves the columns and goes through the file without writing anything. */
export async function checkImport(): Promise<void> {
  await change(async (backend, one) => {
    const chosen = mapping.value ?? one.mapping
    const saved = await backend.updateImport(one.id, { version: one.version, mapping: chosen })
    importProblems.value = undefined
    return backend.checkImport(saved.id)
  })
}

export function startImport(): Promise<void> {
  return change((backend, one) => backend.startImport(one.id))
}

/** Stops and takes back what was written. */
export function cancelImport(): Promise<void> {
  return change((backend, one) => backend.cancelImport(one.id))
}

export function undoImport(): Promise<void> {
  return change((backend, one) => backend.undoImport(one.id))
}

async function change(
  call: (backend: Backend, one: Import) => Promise<Import>,
  guessAnew = false,
): Promise<void> {
  const one = openImport.value
  if (one === undefined) return
  await once('import', async () => {
    const answer = await attempt(({ backend }) => call(backend, one))
    if (!answer.ok) {
      dataProblem.value = answer.problem
      return
    }
    if (guessAnew) mapping.value = undefined
    take(answer.value)
  })
}

/** The rows that could not be taken, each with the reason, to be corrected and imported again. */
export async function saveProblemRows(): Promise<void> {
  const one = openImport.value
  if (one === undefined) return
  const name = `${one.fileName.replace(/\.[a-z]{1,4}$/i, '')}-errors.csv`
  await saveAs(name, (backend) => backend.importProblemsFile(one.id, language.value))
}

/** `contacts.csv`, `contacts.json` or `everything.json`, into the browser's downloads. */
export function saveExport(file: string): Promise<void> {
  return saveAs(file, (backend) => backend.exportFile(file, language.value))
}

/** Everything the server has of a mailbox of mine. */
export function saveMailbox(account: string): Promise<void> {
  return saveAs(`inlay-${account}.json`, (backend) => backend.exportMailbox(account))
}

async function saveAs(name: string, call: (backend: Backend) => Promise<Blob>): Promise<void> {
  await once(`save:${name}`, async () => {
    exporting.value = name
    dataProblem.value = undefined
    const answer = await attempt(({ backend }) => call(backend))
    exporting.value = undefined
    if (!answer.ok) {
      dataProblem.value = answer.problem
      return
    }
    const url = URL.createObjectURL(answer.value)
    const link = document.createElement('a')
    link.href = url
    link.download = name
    link.click()
    // The browser has taken the blob by then; holding it would keep the whole file in memory.
    setTimeout(() => URL.revokeObjectURL(url), 60_000)
  })
}
