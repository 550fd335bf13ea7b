import * as z from 'zod'
import { Address, Id, Instant, Name } from './common.ts'
import { SendFile } from './sends.ts'

const fileName = z.string().min(1).max(1000)
const mimeType = z.string().max(255).default('application/octet-stream')

/**
 * Begins an upload; its size is checked before a byte is sent (S-018). For a mail: `sendId`, with `cid` for an inline image.
 * For the library: `folderId`, or `fileId` for a new version.
 */
export const StartUpload = z.discriminatedUnion('purpose', [
  z.object({
    purpose: z.literal('send'),
    sendId: Id,
    name: fileName,
    mimeType,
    size: z.number().int().min(0),
    /** Inline image: shown in the text as `cid:…`. */
    inline: z.boolean().default(false),
  }),
  z.object({
    purpose: z.literal('library'),
    folderId: Id.nullable().default(null),
    fileId: Id.optional(),
    name: fileName,
    mimeType,
    size: z.number().int().min(0),
  }),
])
export type StartUpload = z.input<typeof StartUpload>

/**
 * How far an upload is. The bytes go to `PUT /uploads/:id?offset=received` in pieces of at most 1 MiB; another offset is
 * answered 409 `upload_offset` with `received`. When all are here and the last answer was lost, an empty piece asks again.
 */
export const Upload = z.object({
  /** For a mail, also the id of its file. */
  id: Id,
  received: z.number().int(),
  size: z.number().int(),
  /** Once whole. */
  file: SendFile.nullable(),
  libraryFileId: Id.nullable(),
})
export type Upload = z.infer<typeof Upload>

/** Where the piece of the body begins: what is `received` so far. */
export const UploadPiece = z.object({ offset: z.coerce.number().int().min(0) })

const LibraryVersion = z.object({
  id: Id,
  nth: z.number().int(),
  size: z.number().int(),
  mimeType: z.string(),
  madeBy: z.string(),
  madeAt: Instant,
})
export const LibraryFile = z.object({
  id: Id,
  folderId: Id.nullable(),
  name: z.string(),
  /** Newest first. */
  versions: z.array(LibraryVersion),
  /** Rename, move, give it a new version. */
  canChange: z.boolean(),
  /** Only whoever made it, and admins. */
  canDelete: z.boolean(),
})
export type LibraryFile = z.infer<typeof LibraryFile>
export const LibraryFolder = z.object({
  id: Id,
  parentId: Id.nullable(),
  name: z.string(),
  files: z.number().int(),
  canChange: z.boolean(),
})
export type LibraryFolder = z.infer<typeof LibraryFolder>
/** One folder's content, or what a search finds in all of them. `path`: from the top, the folder itself last. */
export const LibraryPage = z.object({
  path: z.array(z.object({ id: Id, name: z.string() })),
  folders: z.array(LibraryFolder),
  files: z.array(LibraryFile),
})
export type LibraryPage = z.infer<typeof LibraryPage>
export const LibraryQuery = z.object({ folderId: Id.optional(), q: z.string().max(200).default('') })
export const MakeFolder = z.object({ parentId: Id.nullable().default(null), name: Name(200) })
export const ChangeFolder = z.object({ name: Name(200).optional(), parentId: Id.nullable().optional() })
export const ChangeLibraryFile = z.object({ name: Name(255).optional(), folderId: Id.nullable().optional() })

export type ChangeFolder = z.input<typeof ChangeFolder>
export type ChangeLibraryFile = z.input<typeof ChangeLibraryFile>

/** What one mail of this account may carry (decisions 3; S-018, S-050 to S-053). */
export const MailLimits = z.object({
  /** Bytes of all files of a mail together, inline images included. */
  maxBytes: z.number().int(),
  maxLibraryFiles: z.number().int(),
  maxFiles: z.number().int(),
  /** Of one file for the library. */
  maxLibraryBytes: z.number().int(),
})
export type MailLimits = z.infer<typeof MailLimits>
export const MailLimitsQuery = z.object({ account: Address })

/** Google Drive, searched by the backend with the rep's own permission. */
export const DriveQuery = z.object({
  account: Address,
  q: z.string().max(200).default(''),
  pageToken: z.string().max(2000).optional(),
})
export const DrivePage = z.object({
  files: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      mimeType: z.string(),
      /** Bytes; null for Google's own documents, whose size is known only once exported. */
      size: z.number().int().nullable(),
      modifiedAt: Instant.nullable(),
      owner: z.string(),
      /** As what a Google document can be attached; empty: as it is. */
      exports: z.array(z.object({ mimeType: z.string(), extension: z.string() })),
    }),
  ),
  nextPageToken: z.string().nullable(),
})
export type DrivePage = z.infer<typeof DrivePage>
