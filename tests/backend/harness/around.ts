import { createHash, randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { RecordCard } from '../../../lib/contract/records.ts'
import type { HouseOfReps, Rep } from './reps.ts'

/** Sets the organisation's policy whole; `{}` is the default again. */
export async function setPolicy({ town }: Pick<HouseOfReps, 'town'>, policy: object): Promise<void> {
  await town.house.db
    .updateTable('organisations')
    .set({ policy: JSON.stringify(policy) })
    .execute()
}

/** A new record of any module; its id. */
export async function make(rep: Rep, body: object): Promise<string> {
  const made = await rep.me.call<RecordCard>('POST', '/records', { fields: {}, ...body })
  expect(made).toMatchObject({ status: 201 })
  return made.body.record.id
}

export async function cardOf(rep: Pick<Rep, 'me'>, id: string): Promise<RecordCard> {
  const answer = await rep.me.call<RecordCard>('GET', `/records/${id}`)
  expect(answer.status).toBe(200)
  return answer.body
}

export async function userIdOf({ town }: HouseOfReps, rep: Rep): Promise<string> {
  const { id } = await town.house.db
    .selectFrom('users')
    .select('id')
    .where('email', '=', rep.me.email)
    .executeTakeFirstOrThrow()
  return id
}

/** A file of three bytes of its own on a record, as filed by the rep; the attachment's id. */
export async function attach(house: HouseOfReps, rep: Rep, recordId: string): Promise<string> {
  const { db, clock } = house.town.house
  const { org_id, id: filed_by } = await db
    .selectFrom('users')
    .select(['id', 'org_id'])
    .where('email', '=', rep.me.email)
    .executeTakeFirstOrThrow()
  const id = randomUUID()
  const sha256 = createHash('sha256').update(id).digest('hex')
  const at = new Date(clock.now())
  await db.insertInto('files').values({ org_id, sha256, size: 3, created_at: at }).execute()
  await db
    .insertInto('attachments')
    .values({
      id,
      org_id,
      record_id: recordId,
      sha256,
      name: 'order.pdf',
      mime_type: 'application/pdf',
      size: 3,
      mailbox_id: null,
      gmail_message_id: null,
      part_id: null,
      filed_by,
      filed_at: at,
      deleted_at: null,
    })
    .execute()
  return id
}
