import { drive } from 'googleapis/build/src/apis/drive/index.js'
import type { drive_v3 } from 'googleapis/build/src/apis/drive/v3.js'
import type { Calls } from './calls.ts'
import { need } from './convert.ts'
import { type DriveClient, type DriveEntry, GoogleError } from './gateway.ts'

const pageSize = 30
const entryFields =
  'id,name,mimeType,size,modifiedTime,owners(displayName,emailAddress),capabilities(canDownload)'
const documents = 'application/vnd.google-apps.'

/** Drive's client. `rootUrl` goes with every call too, as for Gmail's. */
export function createDriveClient(base: string | undefined): {
  api: drive_v3.Drive
  root: { rootUrl?: string }
} {
  const root = base === undefined ? {} : { rootUrl: `${base}/` }
  return { api: drive({ version: 'v3', retry: false, ...root }), root }
}

/** One person's Drive behind the gateway's interface. */
export function createDrive({ api, root }: ReturnType<typeof createDriveClient>, calls: Calls): DriveClient {
  const { files } = api
  const shared = { supportsAllDrives: true }
  return {
    async search({ text, pageToken }, signal) {
      const query = {
        q: queryOf(text),
        ...shared,
        includeItemsFromAllDrives: true,
        // All drives are searched through, but only one's own are listed by time: sorting all of them is slow.
        corpora: text === '' ? 'user' : 'allDrives',
        fields: `nextPageToken,files(${entryFields})`,
        pageSize,
        // What is searched for in texts comes by relevance, and in no other order.
        ...(text === '' && { orderBy: 'modifiedTime desc' }),
        ...(pageToken && { pageToken }),
      }
      const page = await calls.read(1, signal, (o) => files.list(query, { ...o, ...root }))
      return { files: (page.files ?? []).map(toEntry), nextPageToken: page.nextPageToken ?? undefined }
    },
    async get(fileId, signal) {
      const query = { fileId, ...shared, fields: entryFields }
      return toEntry(await calls.read(1, signal, (o) => files.get(query, { ...o, ...root })))
    },
    async open(fileId, signal) {
      const query = { fileId, ...shared, alt: 'media' }
      const opened = await calls.open<unknown>(1, signal, (o) =>
        files.get(query, { ...o, ...root, responseType: 'stream' }),
      )
      return streamed(opened, signal)
    },
    async exportAs(fileId, mimeType, signal) {
      const opened = await calls.open<unknown>(1, signal, (o) =>
        files.export({ fileId, mimeType }, { ...o, ...root, responseType: 'stream' }),
      )
      return streamed(opened, signal)
    },
  }
}

/** Drive's query language: `\` and `'` stand behind a `\`. */
function queryOf(text: string): string {
  const kinds = ['folder', 'shortcut'].map((kind) => `mimeType != '${documents}${kind}'`)
  const quoted = text.replace(/[\\']/g, '\\$&')
  const words = text === '' ? [] : [`(name contains '${quoted}' or fullText contains '${quoted}')`]
  return ['trashed = false', ...kinds, ...words].join(' and ')
}

function toEntry(file: drive_v3.Schema$File): DriveEntry {
  const mimeType = file.mimeType ?? 'application/octet-stream'
  const [owner] = file.owners ?? []
  // A Google document's size is what it takes of the quota, not what an export will have.
  const size = mimeType.startsWith(documents) ? undefined : Number(file.size ?? 0)
  const modified = Date.parse(file.modifiedTime ?? '')
  return {
    id: need(file.id),
    name: file.name ?? '',
    mimeType,
    size: size === undefined || !Number.isSafeInteger(size) ? undefined : size,
    modifiedAt: Number.isNaN(modified) ? undefined : modified,
    owner: owner?.displayName ?? owner?.emailAddress ?? '',
    canDownload: file.capabilities?.canDownload !== false,
  }
}

/** The bytes; place and time limit of the call end with the stream, however it ends. */
async function* streamed(
  opened: { data: unknown; alive(): void; done(): void },
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  try {
    if (!(opened.data instanceof ReadableStream)) throw new GoogleError('uncertain', 'cut_answer')
    for await (const chunk of opened.data) {
      opened.alive()
      yield chunk
    }
  } catch (error) {
    if (error instanceof GoogleError) throw error
    throw new GoogleError('uncertain', signal.aborted ? 'stopped' : 'cut_answer', { cause: error })
  } finally {
    opened.done()
  }
}
