import { Refusal } from '../../../lib/domain/errors.ts'
import type { ModuleDescription } from '../../../lib/domain/modules.ts'
import { findPerson, type ImportRow, listOwners } from '../../storage/imports.ts'
import type { Context, Deps } from '../context.ts'
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

/** @throws Refusal person_missing when whoever started it has left, module_unknown when the module is gone */
export async function openJob(deps: Deps, row: ImportRow): Promise<Job> {
  const { org_id: orgId, user_id: userId } = row
  const person = await findPerson(deps.db, orgId, userId)
  if (person === undefined || (person.status !== 'active' && row.status !== 'undoing'))
    throw new Refusal('forbidden', 'person_missing')
  const { status: _, ...rest } = person
  const ctx: Context = { ...deps, actor: { orgId, userId, ...rest } }
  const modules = [...(await modulesOf(ctx)).values()]
  const module = modules.find((one) => one.key === row.module)
  const accounts = modules.find((one) => one.key === 'accounts')
  if (module === undefined || accounts === undefined) throw new Refusal('invalid', 'module_unknown')
  const owners = await listOwners(deps.db, orgId)
  return {
    ctx,
    row,
    module,
    accounts,
    plan: planOf(module, row),
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
