import { type Insertable, type Selectable, sql } from 'kysely'
import type { SendStatus } from '../../lib/domain/statuses.ts'
import type { Queryable, Trx } from './database.ts'
import type { Tables } from './tables.ts'

export type SendFileRow = Selectable<Tables['send_files']>
export type SendFileState = SendFileRow['state']

/** The files of these mails, in the order their authors gave them. */
export async function listSendFiles(q: Queryable, sendIds: readonly string[]): Promise<SendFileRow[]> {
  if (sendIds.length === 0) return []
  return q
    .selectFrom('send_files')
    .selectAll()
    .where('send_id', 'in', [...sendIds])
    .orderBy('send_id')
    .orderBy('position')
    .orderBy('id')
    .execute()
}

export interface HeldMail {
  status: SendStatus
  authorId: string
  html: string
  quote: string
}

/** Holds a mail while its files are counted, so that two that come at once cannot overrun what it may carry. */
export async function holdSend(trx: Trx, orgId: string, id: string): Promise<HeldMail | undefined> {
  return (
    trx
      .selectFrom('sends')
      .select(['status', 'author_id as authorId', 'html', 'quote'])
      .where('org_id', '=', orgId)
      .where('id', '=', id)
      // Files of a mass send's model are every mail's: nobody changes them any more.
      .where((eb) => eb.or([eb('mass_id', 'is', null), eb('mass_place', 'is not', null)]))
      .forNoKeyUpdate()
      .executeTakeFirst()
  )
}

/** At the end of its mail's files. */
export async function insertSendFile(
  trx: Trx,
  row: Omit<Insertable<Tables['send_files']>, 'position'>,
): Promise<SendFileRow> {
  return trx
    .insertInto('send_files')
    .values((eb) => ({
      ...row,
      position: eb
        .selectFrom('send_files')
        .select(sql<number>`coalesce(max(position), 0) + 1`.as('next'))
        .where('send_id', '=', row.send_id),
    }))
    .returningAll()
    .executeTakeFirstOrThrow()
}

export async function findSendFile(q: Queryable, id: string): Promise<SendFileRow | undefined> {
  return q.selectFrom('send_files').selectAll().where('id', '=', id).executeTakeFirst()
}

type SendFileChange = Partial<
  Pick<SendFileRow, 'size' | 'sha256' | 'state' | 'reason' | 'received_bytes' | 'mime_type'>
>

/** Compare-and-set from one of `from`; undefined when it stands elsewhere by now, or was taken off. */
export async function moveSendFile(
  q: Queryable,
  id: string,
  from: readonly SendFileState[],
  change: SendFileChange,
): Promise<SendFileRow | undefined> {
  return q
    .updateTable('send_files')
    .set(change)
    .where('id', '=', id)
    .where('state', 'in', [...from])
    .returningAll()
    .executeTakeFirst()
}

export async function deleteSendFile(
  trx: Trx,
  input: { sendId: string; id: string },
): Promise<SendFileRow | undefined> {
  return trx
    .deleteFrom('send_files')
    .where('send_id', '=', input.sendId)
    .where('id', '=', input.id)
    .returningAll()
    .executeTakeFirst()
}

/** Mails gone out are looked at again until then; Gmail has their files. */
const gone = ['sent', 'delivered', 'delayed', 'bounced_soft', 'bounced_hard'] as const satisfies SendStatus[]
const ended = ['cancelled', 'failed'] as const satisfies SendStatus[]

/**
 * Lets go of the bytes of mails that need them no more: gone out before `sentBefore`, or cancelled or failed and left alone
 * since `endedBefore`; the model of a mass send when that is over. Answers whose bytes may now be nobody's.
 */
export async function releaseSendFiles(
  trx: Trx,
  input: { sentBefore: Date; endedBefore: Date; limit: number },
): Promise<{ orgId: string; sha256: string }[]> {
  const { rows } = await sql<{ orgId: string; sha256: string }>`
    with over as (
      select f.id, f.sha256, s.status = any(${[...gone]}::text[]) as went from send_files f join sends s on s.id = f.send_id
      where f.sha256 is not null and (
        (s.status = any(${[...gone]}::text[]) and coalesce(s.sent_at, s.updated_at) < ${input.sentBefore}::timestamptz)
        or (s.status = any(${[...ended]}::text[]) and s.updated_at < ${input.endedBefore}::timestamptz)
        or exists (select 1 from mass_sends m where m.model_id = s.id and m.status in ('stopped','done')
          and m.updated_at < ${input.endedBefore}::timestamptz))
      limit ${input.limit})
    update send_files f set sha256 = null, state = case when over.went then f.state else 'failed' end,
      reason = case when over.went then f.reason else 'file_missing' end
    from over where over.id = f.id returning f.org_id as "orgId", over.sha256`.execute(trx)
  return rows
}
