import { type Insertable, type Selectable, sql, type Updateable } from 'kysely'
import type { SendStatus } from '../../lib/domain/statuses.ts'
import type { Queryable, Trx } from './database.ts'
import { thoseReached } from './mail/addresses.ts'
import { type Viewer, visibleTo } from './records.ts'
import type { Tables } from './tables.ts'

export type SendRow = Selectable<Tables['sends']>
/** A send as people see it. */
export type ShownSend = SendRow & { authorName: string; mailboxEmail: string }
export type SendChange = Omit<Updateable<Tables['sends']>, 'id' | 'org_id' | 'version'>
export type StepRow = Selectable<Tables['send_steps']>

/** NOTIFY on this channel: a send may be due sooner than you think. */
export const sendChannel = 'inlay_sends'

export async function insertSend(trx: Trx, row: Insertable<Tables['sends']>): Promise<SendRow> {
  return trx.insertInto('sends').values(row).returningAll().executeTakeFirstOrThrow()
}

/** Wakes the workers once the caller's transaction commits. */
export async function hintSends(q: Queryable): Promise<void> {
  await sql`select pg_notify(${sendChannel}, '')`.execute(q)
}

function selectShown(q: Queryable, orgId: string) {
  return q
    .selectFrom('sends')
    .innerJoin('users', 'users.id', 'sends.author_id')
    .innerJoin('mailboxes', 'mailboxes.id', 'sends.mailbox_id')
    .selectAll('sends')
    .select(['users.name as authorName', 'mailboxes.email as mailboxEmail'])
    .where('sends.org_id', '=', orgId)
}

export async function findSend(q: Queryable, orgId: string, id: string): Promise<ShownSend | undefined> {
  return selectShown(q, orgId).where('sends.id', '=', id).executeTakeFirst()
}

/** For who holds our signature on its id, of whatever organisation. */
export async function findSendById(q: Queryable, id: string): Promise<SendRow | undefined> {
  return q.selectFrom('sends').selectAll().where('id', '=', id).executeTakeFirst()
}

/** One author's sends, next first, drafts only when asked for; at most 200. */
export async function listSendsOf(
  q: Queryable,
  input: { orgId: string; authorId: string; status: SendStatus | undefined },
): Promise<ShownSend[]> {
  let query = selectShown(q, input.orgId).where('sends.author_id', '=', input.authorId)
  query =
    input.status === undefined
      ? query.where('sends.status', '<>', 'draft')
      : query.where('sends.status', '=', input.status)
  return query.orderBy('sends.due_at').orderBy('sends.id').limit(200).execute()
}

/** What happened to these sends, oldest first. */
export async function listSteps(q: Queryable, sendIds: readonly string[]): Promise<StepRow[]> {
  if (sendIds.length === 0) return []
  return q
    .selectFrom('send_steps')
    .selectAll()
    .where('send_id', 'in', [...sendIds])
    .orderBy('send_id')
    .orderBy('seq')
    .execute()
}

/** Adds one line to the receipt. `detail` is a code or a number, never mail content. */
export async function addStep(
  trx: Trx,
  step: { sendId: string; orgId: string; at: Date; step: string; detail: string },
): Promise<void> {
  await sql`insert into send_steps (send_id, org_id, seq, at, step, detail)
    select ${step.sendId}::uuid, ${step.orgId}::uuid, coalesce(max(seq), 0) + 1, ${step.at}::timestamptz,
      ${step.step}, ${step.detail} from send_steps where send_id = ${step.sendId}::uuid`.execute(trx)
}

/** The author's change: only over the version they saw and only in these statuses. Undefined: somebody was faster. */
export async function changeSend(
  trx: Trx,
  input: {
    orgId: string
    id: string
    authorId: string
    version: number
    from: readonly SendStatus[]
    set: SendChange
  },
): Promise<SendRow | undefined> {
  return trx
    .updateTable('sends')
    .set((eb) => ({ ...input.set, version: eb('version', '+', 1) }))
    .where('org_id', '=', input.orgId)
    .where('id', '=', input.id)
    .where('author_id', '=', input.authorId)
    .where('version', '=', input.version)
    .where('status', 'in', [...input.from])
    .returningAll()
    .executeTakeFirst()
}

/** One author's unsent mails, the last saved first, with the names of records the viewer may open; at most 100. */
export async function listDraftsOf(
  q: Queryable,
  viewer: Viewer,
): Promise<(SendRow & { recordName: string | null })[]> {
  return q
    .selectFrom('sends')
    .leftJoin('records', (join) =>
      join
        .onRef('records.id', '=', 'sends.record_id')
        .on('records.deleted_at', 'is', null)
        .on(visibleTo(viewer)),
    )
    .selectAll('sends')
    .select('records.name as recordName')
    .where('sends.org_id', '=', viewer.orgId)
    .where('sends.author_id', '=', viewer.userId)
    .where('sends.status', '=', 'draft')
    .where(({ not, exists, selectFrom }) =>
      // What a mass send was made from is its own, no mail to be finished.
      not(exists(selectFrom('mass_sends').select('id').whereRef('model_id', '=', 'sends.id'))),
    )
    .orderBy('sends.updated_at', 'desc')
    .orderBy('sends.id')
    .limit(100)
    .execute()
}

/** Deletes a draft with its files; undefined when it is none of theirs, or of another version. */
export async function deleteDraft(
  trx: Trx,
  input: { orgId: string; id: string; authorId: string; version: number },
): Promise<SendRow | undefined> {
  return trx
    .deleteFrom('sends')
    .where('org_id', '=', input.orgId)
    .where('id', '=', input.id)
    .where('author_id', '=', input.authorId)
    .where('version', '=', input.version)
    .where('status', '=', 'draft')
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('mass_sends').select('id').whereRef('model_id', '=', 'sends.id'))),
    )
    .returningAll()
    .executeTakeFirst()
}

/** What the last step of this name says; undefined when there was none. */
export async function lastStep(q: Queryable, sendId: string, step: string): Promise<string | undefined> {
  const row = await q
    .selectFrom('send_steps')
    .select('detail')
    .where('send_id', '=', sendId)
    .where('step', '=', step)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.detail
}

/** Nobody is written to by it any more: it is a draft again. */
export async function dropSendAddresses(trx: Trx, sendId: string): Promise<void> {
  await trx.deleteFrom('send_addresses').where('send_id', '=', sendId).execute()
}

/** Rewrites the road from addresses to this send; `at` is when it is due. */
export async function putSendAddresses(trx: Trx, send: SendRow): Promise<void> {
  await trx.deleteFrom('send_addresses').where('send_id', '=', send.id).execute()
  const parties = [...send.to_parties, ...send.cc_parties, ...send.bcc_parties]
  const addresses = [...new Set(parties.map((party) => party.address))]
  if (addresses.length === 0) return
  await trx
    .insertInto('send_addresses')
    .values(addresses.map((address) => ({ send_id: send.id, org_id: send.org_id, address, at: send.due_at })))
    .execute()
}

/** The records in whose lists the send stands: the one it was written from and those its addresses reach. */
export async function recordsOfSend(q: Queryable, send: SendRow): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with held as (select a.record_id as id from record_addresses a
      join send_addresses s on s.org_id = a.org_id and s.address = a.address where s.send_id = ${send.id})
    ${thoseReached}`.execute(q)
  const ids = rows.map((row) => row.id)
  return [...new Set(send.record_id === null ? ids : [send.record_id, ...ids])]
}

/** An own, connected or not, mailbox by its address. */
export async function findOwnMailbox(
  q: Queryable,
  input: { orgId: string; email: string },
): Promise<Selectable<Tables['mailboxes']> | undefined> {
  return q
    .selectFrom('mailboxes')
    .selectAll()
    .where('org_id', '=', input.orgId)
    .where('email', '=', input.email)
    .executeTakeFirst()
}
