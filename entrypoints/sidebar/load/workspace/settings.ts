import { batch } from '@preact/signals'
import type { Role } from '@/lib/contract/identity.ts'
import type { CreateField, CreateModule, UpdateField, UpdateModule } from '@/lib/contract/modules.ts'
import type { UpdatePerson } from '@/lib/contract/people.ts'
import type { ModuleKey } from '@/lib/domain/modules.ts'
import type { PolicyKey } from '@/lib/domain/policy.ts'
import type { Backend } from '@/lib/extension/api.ts'
import { me } from '../../state.ts'
import {
  deletedParts,
  joinDomains,
  newToken,
  policy,
  refusals,
  savedMark,
  settingsProblem,
  team,
  tokens,
} from '../../state-settings.ts'
import { attempt, link, once } from '../core.ts'
import { loadModules } from '../modules.ts'

/** Ms a ✓ stays beside what was saved. */
const markStays = 2000
let clearing: ReturnType<typeof setTimeout> | undefined

const isAdmin = () => me.value?.user.role === 'admin'

/** Reads what one settings place shows; what is known stays until the answer comes. */
export async function readSettings(part: string): Promise<void> {
  batch(() => {
    refusals.value = new Map()
    settingsProblem.value = undefined
    if (part !== 'tokens') newToken.value = undefined
  })
  if (part === 'people') {
    await put(
      (backend) => backend.people(),
      (answer) => (team.value = answer),
    )
    if (isAdmin())
      await put(
        (backend) => backend.joinPolicy(),
        (answer) => (joinDomains.value = answer.domains),
      )
  } else if (part === 'policy')
    await put(
      (backend) => backend.policy(),
      (answer) => (policy.value = answer),
    )
  else if (part === 'tokens')
    await put(
      (backend) => backend.tokens(),
      (answer) => (tokens.value = answer),
    )
  else if (part === 'modules' && isAdmin())
    await put(
      (backend) => backend.deletedParts(),
      (answer) => (deletedParts.value = answer),
    )
}

async function put<Answer>(
  call: (backend: Backend) => Promise<Answer>,
  take: (answer: Answer) => void,
): Promise<void> {
  const answer = await attempt(({ backend }) => call(backend))
  if (answer.ok) take(answer.value)
  else settingsProblem.value = answer.problem
}

/** Saves one thing once at a time; the refusal stands beside `name` until it is tried again. True when saved. */
async function save<Answer>(
  name: string,
  call: (backend: Backend) => Promise<Answer>,
  take: (answer: Answer) => void,
): Promise<boolean> {
  const done = await once(`settings:${name}`, async () => {
    const answer = await attempt(({ backend }) => call(backend))
    const others = new Map(refusals.value)
    others.delete(name)
    if (!answer.ok) {
      refusals.value = others.set(name, answer.problem)
      return false
    }
    batch(() => {
      refusals.value = others
      take(answer.value)
      savedMark.value = name
    })
    clearTimeout(clearing)
    clearing = setTimeout(() => {
      savedMark.value = undefined
    }, markStays)
    return true
  })
  return done === true
}

const readTeam = () => void readSettings('people')

export function invitePerson(email: string, role: Role): Promise<boolean> {
  return save('invite', (backend) => backend.invite({ email, role }), readTeam)
}

export function withdrawInvitation(email: string): Promise<boolean> {
  return save(`invitation:${email}`, (backend) => backend.takeBackInvitation(email), readTeam)
}

export function updatePerson(id: string, change: UpdatePerson): Promise<boolean> {
  return save(`person:${id}`, (backend) => backend.updatePerson(id, change), readTeam)
}

/** All records of one person to another. */
export function transferRecords(id: string, toId: string): Promise<boolean> {
  return save(`person:${id}`, (backend) => backend.transferRecords(id, toId), readTeam)
}

export function setJoinDomains(domains: string[]): Promise<boolean> {
  return save(
    'join',
    (backend) => backend.setJoinPolicy({ domains }),
    (answer) => {
      joinDomains.value = answer.domains
    },
  )
}

/** null goes back to the default. */
export function setPolicy(key: string, value: unknown): Promise<boolean> {
  return save(
    `policy:${key}`,
    // Only keys the server itself named come here.
    (backend) => backend.setPolicy(key as PolicyKey, value),
    (setting) => {
      const known = policy.value?.settings ?? []
      policy.value = { settings: known.map((one) => (one.key === key ? setting : one)) }
    },
  )
}

export function createToken(name: string, readOnly: boolean, expiresInDays: number | null): Promise<boolean> {
  const json = { name, readOnly, expiresInDays }
  return save(
    'token',
    (backend) => backend.createToken(json, crypto.randomUUID()),
    (made) => {
      newToken.value = made
      tokens.value = { tokens: [made.info, ...(tokens.value?.tokens ?? [])] }
    },
  )
}

export function revokeToken(id: string): Promise<boolean> {
  return save(
    `token:${id}`,
    (backend) => backend.revokeToken(id),
    () => {
      tokens.value = { tokens: (tokens.value?.tokens ?? []).filter((one) => one.id !== id) }
      if (newToken.value?.info.id === id) newToken.value = undefined
    },
  )
}

/** Modules or fields have changed: every screen draws by the new ones. */
const modulesChanged = () => {
  void loadModules()
  void readSettings('modules')
}

export function createModule(json: CreateModule): Promise<boolean> {
  return save('module', (backend) => backend.createModule(json, crypto.randomUUID()), modulesChanged)
}

export function updateModule(key: ModuleKey, json: UpdateModule): Promise<boolean> {
  return save(`module:${key}`, (backend) => backend.updateModule(key, json), modulesChanged)
}

export function deleteModule(key: ModuleKey): Promise<boolean> {
  return save(`module:${key}`, (backend) => backend.deleteModule(key), modulesChanged)
}

export function createField(module: ModuleKey, json: CreateField): Promise<boolean> {
  return save('field', (backend) => backend.createField(module, json, crypto.randomUUID()), modulesChanged)
}

export function updateField(module: ModuleKey, key: string, json: UpdateField): Promise<boolean> {
  return save(`field:${key}`, (backend) => backend.updateField(module, key, json), modulesChanged)
}

export function deleteField(module: ModuleKey, key: string): Promise<boolean> {
  return save(`field:${key}`, (backend) => backend.deleteField(module, key), modulesChanged)
}

/** `key` undefined: the module itself. */
export function restorePart(module: ModuleKey, key?: string): Promise<boolean> {
  return save(
    `part:${module}.${key ?? ''}`,
    (backend) => (key === undefined ? backend.restoreModule(module) : backend.restoreField(module, key)),
    modulesChanged,
  )
}

/** Erases what was deleted, for good. */
export function purgePart(module: ModuleKey, key?: string): Promise<boolean> {
  return save(
    `part:${module}.${key ?? ''}`,
    (backend) => (key === undefined ? backend.purgeModule(module) : backend.purgeField(module, key)),
    modulesChanged,
  )
}

/** Where this person's server is, for links to its own pages. */
export function serverOrigin(): string {
  return link()?.backend.origin ?? ''
}
