import { findPerson } from '../storage/imports.ts'
import type { Actor, Deps } from './context.ts'

/**
 * Somebody on whose behalf work goes on in the background, with role, policy and modules as they stand now; undefined when
 * they have left or were deactivated.
 */
export async function actorNow(
  deps: Pick<Deps, 'db'>,
  { orgId, userId }: { orgId: string; userId: string },
): Promise<Actor | undefined> {
  const person = await findPerson(deps.db, orgId, userId)
  if (person?.status !== 'active') return undefined
  const { status: _, ...rest } = person
  return { orgId, userId, ...rest }
}
