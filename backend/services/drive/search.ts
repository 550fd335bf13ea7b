import type * as z from 'zod'
import type { DrivePage, DriveQuery } from '../../../lib/contract/files.ts'
import { exportsOf, isAttachable } from '../../../lib/domain/drive-exports.ts'
import { cleanName } from '../../../lib/domain/parts.ts'
import { cleanText } from '../../../lib/domain/text.ts'
import type { DriveEntry } from '../../google/gateway.ts'
import { findOwnMailbox } from '../../storage/sends.ts'
import type { Context } from '../context.ts'
import { askDrive, requireDrive } from './client.ts'

const limitMs = 15_000

/** What the actor's own Drive holds, by name and text; without words what changed last (S-045, S-049). */
export async function searchDrive(ctx: Context, query: z.output<typeof DriveQuery>): Promise<DrivePage> {
  const { orgId, userId } = ctx.actor
  const found = await findOwnMailbox(ctx.db, { orgId, email: query.account })
  const mailbox = requireDrive(found?.user_id === userId ? found : undefined)
  const page = await askDrive(ctx, mailbox.id, (drive) =>
    drive.search(
      { text: cleanText(query.q).trim(), pageToken: query.pageToken },
      AbortSignal.timeout(limitMs),
    ),
  )
  return {
    files: page.files.filter((file) => file.canDownload && isAttachable(file.mimeType)).map(toFile),
    nextPageToken: page.nextPageToken ?? null,
  }
}

function toFile(entry: DriveEntry): DrivePage['files'][number] {
  return {
    id: entry.id,
    name: cleanName(entry.name) || 'noname',
    mimeType: entry.mimeType,
    size: entry.size ?? null,
    modifiedAt: entry.modifiedAt === undefined ? null : new Date(entry.modifiedAt).toISOString(),
    owner: cleanText(entry.owner).slice(0, 200),
    exports: [...exportsOf(entry.mimeType)],
  }
}
