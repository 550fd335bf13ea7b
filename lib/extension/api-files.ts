import type * as z from 'zod'
import type { DraftFile } from '../contract/compose.ts'
import {
  type ChangeFolder,
  type ChangeLibraryFile,
  DrivePage,
  LibraryFile,
  LibraryFolder,
  LibraryPage,
  MailLimits,
  type MakeFolder,
  type StartUpload,
  Upload,
} from '../contract/files.ts'
import { SendFile } from '../contract/sends.ts'
import { accepted, at, type Calls, done, read } from './api-core.ts'

const file = (sendId: string, fileId: string) => ({ ...at(sendId), fileId: encodeURIComponent(fileId) })

/** Files of mails and of the library, wherever they come from. Contents come as blobs to be saved. */
export function fileCalls({ v1, slow, long, once }: Calls) {
  return {
    /** What one mail of the account may carry; the meter counts with the same numbers. */
    mailLimits: (account: string) => read(v1['mail-limits'].$get({ query: { account } }), MailLimits),

    startUpload: (json: StartUpload, key: string) => read(v1.uploads.$post({ json }, once(key)), Upload),
    /** One piece of at most 1 MiB, from `offset` on; `signal` stops it. 409 `upload_offset` tells how far it really is. */
    sendChunk: (id: string, offset: number, piece: Blob, signal?: AbortSignal) =>
      read(
        slow.uploads[':id'].$put(
          { param: at(id), query: { offset: String(offset) } },
          { init: { body: piece, ...(signal !== undefined && { signal }) } },
        ),
        Upload,
      ),
    upload: (id: string) => read(v1.uploads[':id'].$get({ param: at(id) }), Upload),
    cancelUpload: (id: string) => done(v1.uploads[':id'].$delete({ param: at(id) })),

    addFile: (sendId: string, json: DraftFile) =>
      read(slow.sends[':id'].files.$post({ param: at(sendId), json }), SendFile),
    removeFile: (sendId: string, fileId: string) =>
      done(v1.sends[':id'].files[':fileId'].$delete({ param: file(sendId, fileId) })),
    sendFileContent: async (sendId: string, fileId: string) =>
      (
        await accepted(long.sends[':id'].files[':fileId'].content.$get({ param: file(sendId, fileId) }))
      ).blob(),

    /** One folder (the top without `folderId`), or with `q` what is found in all of them. */
    library: (query: { folderId?: string; q?: string } = {}) => read(v1.library.$get({ query }), LibraryPage),
    makeFolder: (json: z.input<typeof MakeFolder>, key: string) =>
      read(v1.library.folders.$post({ json }, once(key)), LibraryFolder),
    changeFolder: (id: string, json: ChangeFolder) =>
      read(v1.library.folders[':id'].$patch({ param: at(id), json }), LibraryFolder),
    deleteFolder: (id: string) => done(v1.library.folders[':id'].$delete({ param: at(id) })),
    changeLibraryFile: (id: string, json: ChangeLibraryFile) =>
      read(v1.library.files[':id'].$patch({ param: at(id), json }), LibraryFile),
    deleteLibraryFile: (id: string) => done(v1.library.files[':id'].$delete({ param: at(id) })),
    restoreLibraryFile: (id: string) =>
      read(v1.library.files[':id'].restore.$post({ param: at(id) }), LibraryFile),
    libraryContent: async (versionId: string) =>
      (await accepted(long.library.versions[':id'].content.$get({ param: at(versionId) }))).blob(),

    drive: (query: { account: string; q?: string; pageToken?: string }) =>
      read(slow.drive.$get({ query }), DrivePage),
  }
}
