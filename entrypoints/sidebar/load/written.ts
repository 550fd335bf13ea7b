import type { Send } from '@/lib/contract/sends.ts'
import { written } from '../state-emails.ts'
import { attempt } from './core.ts'

/** Bytes of one image that is drawn on a mail's page. */
const largest = 2_000_000

/** What the page of a mail of ours shows beside its text: its own images, and the name of its template. */
export async function readWritten({ id, files, templateId }: Send): Promise<void> {
  const images = new Map<string, string>()
  for (const file of files) {
    const isDrawn = file.cid !== null && file.mimeType.startsWith('image/') && file.size <= largest
    if (!isDrawn || file.state !== 'ready' || file.cid === null) continue
    const answer = await attempt(({ backend }) => backend.sendFileContent(id, file.id))
    if (answer.ok) images.set(file.cid, await dataUrl(answer.value, file.mimeType))
  }
  // A template that is gone, or not mine to see, has no name here.
  const asked = templateId === null ? undefined : await attempt(({ backend }) => backend.template(templateId))
  written.value = { id, images, template: asked?.ok ? asked.value.name : undefined }
}

/** The frame fetches nothing, so the bytes stand in the text. */
function dataUrl(blob: Blob, mimeType: string): Promise<string> {
  return new Promise((resolve) => {
    const reader = new FileReader()
    reader.onload = () => resolve(typeof reader.result === 'string' ? reader.result : '')
    reader.onerror = () => resolve('')
    reader.readAsDataURL(blob.slice(0, blob.size, mimeType))
  })
}
