import { Refusal } from '../../../lib/domain/errors.ts'
import type { ModuleDescription } from '../../../lib/domain/modules.ts'
import { roleMay } from '../../../lib/domain/policy.ts'
import { findPerson, type ImportRow, listOwners } from '../../storage/imports.ts'
import { actorNow } from '../actor-now.ts'
import type { Actor, Context, Deps } from '../context.ts'
import { modulesOf } from '../modules.ts'
import type { ImportFile } from './file.ts'
import { type Plan, planOf } from './plan.ts'

/** Between two batches, real ms: on the embedded database a send needs some turns for each answer of Google's. */
export const breathMs = 10

/** One import in a worker's hands, on behalf of whoever started it. */
export interface Job {
  ctx: Context
  row: ImportRow
  module: ModuleDescription
  accounts: ModuleDescription
  plan: Plan
  file: ImportFile
  people: Person[]
  /** False while it only tries. */
  writes: boolean
  /** While it tries: match values of rows that would be made, and folded names of accounts. */
  wouldMake: { matches: Set<string>; accounts: Set<string> }
}

interface Person {
  id: string
  email: string
  name: string
  active: boolean
}

/**
 * Taking back goes on for whoever has left or lost the right: an admin may ask for it.
 * @throws Refusal permission_missing when whoever started it may not import any more, module_unknown when the module is gone
 */
export async function openJob(deps: Deps, row: ImportRow): Promise<Job> {
  const { org_id: orgId } = row
  const actor = row.status === 'undoing' ? await actorThen(deps, row) : await importerNow(deps, row)
  const ctx: Context = { ...deps, actor }
  const owners = await listOwners(deps.db, orgId)
  return {
    ctx,
    row,
    ...(await modulesFor(ctx, row)),
    file: { files: deps.files, orgId, sha256: row.sha256 },
    people: owners.map(({ id, email: address, name: called, status }) => ({
      id,
      email: address,
      name: called,
      active: status === 'active',
    })),
    writes: row.status === 'running',
    wouldMake: { matches: new Set(), accounts: new Set() },
  }
}

/**
 * Rights, policy and modules as they stand now; for each batch, since an import takes minutes.
 * @throws Refusal as `openJob` does
 */
export async function renewJob(job: Job): Promise<void> {
  const before = job.ctx.actor
  const actor = await importerNow(job.ctx, job.row)
  job.ctx = { ...job.ctx, actor }
  if (actor.modulesVersion !== before.modulesVersion) Object.assign(job, await modulesFor(job.ctx, job.row))
}

async function importerNow(deps: Deps, row: ImportRow): Promise<Actor> {
  const actor = await actorNow(deps, { orgId: row.org_id, userId: row.user_id })
  const needed = ['records.write', 'records.import'] as const
  if (actor === undefined || !needed.every((one) => roleMay(actor.policy, actor.role, one)))
    throw new Refusal('forbidden', 'permission_missing')
  return actor
}

async function actorThen({ db }: Deps, { org_id: orgId, user_id: userId }: ImportRow): Promise<Actor> {
  const person = await findPerson(db, orgId, userId)
  if (person === undefined) throw new Refusal('forbidden', 'person_missing')
  const { status: _, ...rest } = person
  return { orgId, userId, ...rest }
}

async function modulesFor(ctx: Context, row: ImportRow): Promise<Pick<Job, 'module' | 'accounts' | 'plan'>> {
  const modules = await modulesOf(ctx)
  const module = [...modules.values()].find((one) => one.key === row.module)
  const accounts = modules.get('accounts')
  if (module === undefined || accounts === undefined) throw new Refusal('invalid', 'module_unknown')
  return { module, accounts, plan: planOf(module, row) }
}
