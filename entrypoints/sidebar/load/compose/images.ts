import type { SendFile } from '@/lib/contract/sends.ts'
import { t } from '@/lib/extension/i18n.ts'
import { draft } from '../../state.ts'
import { draftFiles, fileTaker, mailEditor } from '../../state-compose.ts'
import { attempt, say } from '../core.ts'
import { problemSentence } from '../words.ts'
import { serverDraft } from './save.ts'

/** What one piece of an upload holds, in bytes. */
const piece = 1024 * 1024
/** Pictures mail programs show inside a text. */
const shown = /^image\/(?:png|jpeg|gif|webp)$/
/** Bytes on their way, by their upload, and of those that have arrived, by Content-ID. */
const urls = new Map<string, string>()

/** Files that were dropped on or pasted into the text: images stand in it, everything else is attached. */
export function takeFiles(files: readonly File[]): void {
  const images = files.filter((file) => shown.test(file.type))
  const others = files.filter((file) => !shown.test(file.type))
  if (others.length > 0) fileTaker.value?.(others)
  for (const file of images) void takeImage(file)
}

async function takeImage(file: File): Promise<void> {
  const upload = crypto.randomUUID()
  urls.set(upload, URL.createObjectURL(file))
  mailEditor.value?.insertImage(upload, file.name)
  const made = await sendUp(file, upload)
  if (made !== undefined) {
    urls.set(made.cid ?? '', urls.get(upload) ?? '')
    draftFiles.value = [...draftFiles.value.filter((one) => one.id !== made.id), made]
  }
  mailEditor.value?.settleImage(upload, made?.cid ?? undefined)
}

async function sendUp(file: File, key: string): Promise<SendFile | undefined> {
  const place = await serverDraft()
  if (place === undefined) {
    say(t('compose.image_failed', { file: file.name }))
    return undefined
  }
  const answer = await attempt(async ({ backend }) => {
    let upload = await backend.startUpload(
      {
        ...{ purpose: 'send' as const, sendId: place.id, inline: true },
        ...{ name: file.name || 'image.png', mimeType: file.type, size: file.size },
      },
      key,
    )
    while (upload.file === null || upload.file.state !== 'ready') {
      const before = upload.received
      upload = await backend.sendChunk(upload.id, before, file.slice(before, before + piece))
      if (upload.received === before && upload.file === null) break
    }
    return upload.file
  })
  if (answer.ok && answer.value !== null) return answer.value
  say(answer.ok ? t('compose.image_failed', { file: file.name }) : problemSentence(answer.problem))
  return undefined
}

/** Where the editor finds the bytes of an image: here while they go up, else at the server. */
export async function imageUrl(cid: string, upload: string): Promise<string | undefined> {
  const here = urls.get(cid === '' ? upload : cid)
  if (here !== undefined || cid === '') return here
  const place = draft.value?.server?.id ?? draft.value?.editing?.sendId
  if (place === undefined) return undefined
  const answer = await attempt(async ({ backend }) => {
    const files = draftFiles.value.some((file) => file.cid === cid)
      ? draftFiles.value
      : (await backend.send(place)).files
    const file = files.find((one) => one.cid === cid)
    return file === undefined ? undefined : backend.sendFileContent(place, file.id)
  })
  if (!answer.ok || answer.value === undefined) return undefined
  const url = URL.createObjectURL(answer.value)
  urls.set(cid, url)
  return url
}

/** The mail is closed: its pictures are let go. */
export function dropImages(): void {
  for (const url of urls.values()) URL.revokeObjectURL(url)
  urls.clear()
}
