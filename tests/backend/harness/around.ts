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

export async function cardOf(rep: Rep, id: string): Promise<RecordCard> {
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
