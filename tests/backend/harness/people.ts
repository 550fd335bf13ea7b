import { randomUUID } from 'node:crypto'
import type { RecordCard, RecordSummary } from '../../../lib/contract/records.ts'
import type { Person } from '../../stand-ins/door.ts'
import type { TestHouse } from './house.ts'

/** Everybody of an organisation of its own: an admin, two reps and a viewer, and how they make records. */
export async function newTeam({ google, house, signIn }: TestHouse) {
  const domain = `t${randomUUID().slice(0, 8)}.example`
  const orgId = randomUUID()
  await house.db
    .insertInto('organisations')
    .values({ id: orgId, name: domain, created_at: new Date(google.clock.now()), join_domains: [domain] })
    .execute()
  const join = async (name: string, role: 'admin' | 'rep' | 'viewer') => {
    const email = `${name}@${domain}`
    google.addAccount({ email, name })
    const person = await signIn(email)
    await house.db.updateTable('users').set({ role }).where('email', '=', email).execute()
    const { id } = await house.db
      .selectFrom('users')
      .select('id')
      .where('email', '=', email)
      .executeTakeFirstOrThrow()
    return { ...person, id }
  }
  return {
    orgId,
    domain,
    mia: await join('mia', 'admin'),
    ken: await join('ken', 'rep'),
    ana: await join('ana', 'rep'),
    vic: await join('vic', 'viewer'),
  }
}

/** A record as this person creates it. @throws what the server said when it refused */
export async function make(
  who: Person,
  module: string,
  fields: Record<string, string>,
  more: object = {},
): Promise<RecordSummary> {
  const answer = await who.call<RecordCard>('POST', '/records', { module, fields, ...more })
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return answer.body.record
}
