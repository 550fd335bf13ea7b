import { expect } from 'vitest'
import type { DeletedParts, ModulesAnswer, ModulesChanged } from '../../../lib/contract/modules.ts'
import type { RecordCard } from '../../../lib/contract/records.ts'
import type { Answer, Person } from '../../stand-ins/door.ts'
import { testHouse } from './house.ts'

/** A house with one of each role, and the hands of an admin who arranges modules. Call it in `beforeAll`. */
export async function houseOfModules() {
  const town = await testHouse()
  for (const name of ['Mia Sato', 'Ken Mori', 'Vera Voss'])
    town.google.addAccount({ email: `${name.split(' ')[0]?.toLowerCase()}@arbor.example`, name })
  const admin = await town.signIn('mia@arbor.example')
  await admin.call('PUT', '/policy/join', { domains: ['arbor.example'] })
  await admin.call('POST', '/invitations', { email: 'vera@arbor.example', role: 'viewer' })
  const rep = await town.signIn('ken@arbor.example')
  const viewer = await town.signIn('vera@arbor.example')
  return { town, admin, rep, viewer, ...hands(admin, rep) }
}

export type HouseOfModules = Awaited<ReturnType<typeof houseOfModules>>

function hands(admin: Person, rep: Person) {
  let named = 0
  const modulesFor = async (who: Person) => (await who.call<ModulesAnswer>('GET', '/modules')).body
  const moduleOf = async (key: string) => (await modulesFor(rep)).modules.find((one) => one.key === key)
  return {
    modulesFor,
    moduleOf,
    fieldOf: async (module: string, key: string) =>
      (await moduleOf(module))?.fields.find((one) => one.key === key),
    deleted: async () => (await admin.call<DeletedParts>('GET', '/modules/deleted')).body,
    /** A module with a name of its own. */
    newModule(more: object = {}): Promise<string> {
      const one = `Site ${++named}`
      return made(admin.call('POST', '/modules', { labels: { one, many: `${one}s` }, ...more }))
    },
    newField: (module: string, body: object) => made(admin.call('POST', `/modules/${module}/fields`, body)),
    async record(module: string, body: object): Promise<string> {
      const answer = await rep.call<RecordCard>('POST', '/records', { module, ...body })
      expect(answer.status, JSON.stringify(answer.body)).toBe(201)
      return answer.body.record.id
    },
    card: async (id: string) => (await rep.call<RecordCard>('GET', `/records/${id}`)).body.record,
  }
}

/** The key of what was made. */
export async function made(answer: Promise<Answer<ModulesChanged>>): Promise<string> {
  const { status, body } = await answer
  expect(status).toBe(201)
  return body.key
}
