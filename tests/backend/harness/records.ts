import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { ErrorBody } from '../../../lib/contract/common.ts'
import type { RecordCard, RecordSummary } from '../../../lib/contract/records.ts'
import type { StandardModule } from '../../../lib/domain/modules.ts'
import type { Answer, Person } from '../../stand-ins/door.ts'
import { type TestHouse, testHouse } from './house.ts'

export interface Town extends TestHouse {
  /** The first, so the admin. */
  mia: Person
  ken: Person
}

/** A house with an admin and a rep of one organisation. Call it in `beforeAll`. */
export async function townOfTwo(): Promise<Town> {
  const town = await testHouse()
  town.google.addAccount({ email: 'mia@arbor.example', name: 'Mia Sato' })
  town.google.addAccount({ email: 'ken@arbor.example', name: 'Ken Mori' })
  const mia = await town.signIn('mia@arbor.example')
  await mia.call('PUT', '/policy/join', { domains: ['arbor.example'] })
  return { ...town, mia, ken: await town.signIn('ken@arbor.example') }
}

export function tryMake(who: Person, module: string, body: object): Promise<Answer<RecordCard>> {
  return who.call<RecordCard>('POST', '/records', { module, fields: {}, ...body })
}

export async function make(who: Person, module: string, body: object): Promise<RecordSummary> {
  const made = await tryMake(who, module, body)
  expect(made).toMatchObject({ status: 201 })
  return made.body.record
}

/** A record whose name is told, of any module. */
export function named(who: Person, module: StandardModule, name: string, more: object = {}) {
  const key = { leads: 'lastName', contacts: 'lastName', accounts: 'accountName', deals: 'dealName' }
  const fields = { [key[module as keyof typeof key] ?? 'number']: name }
  return make(who, module, { fields, ...more })
}

export async function see(who: Person, id: string): Promise<RecordSummary> {
  const answer = await who.call<RecordCard>('GET', `/records/${id}`)
  expect(answer.status).toBe(200)
  return answer.body.record
}

export function change(who: Person, id: string, body: object): Promise<Answer<RecordCard>> {
  return who.call<RecordCard>('PATCH', `/records/${id}`, body)
}

/** The named problems of a refusal, `field: reason`. */
export function problems(answer: Answer): string[] {
  const { error } = answer.body as ErrorBody
  return error.fields.map((one) => `${one.field}: ${one.reason}`)
}

/** An admin's own field, put there directly; answers its key. */
export async function ownField(
  { house }: TestHouse,
  module: string,
  type: 'lookup' | 'multi_choice' | 'number' | 'owner' | 'text',
  more: { lookup?: string; choices?: string[]; required?: boolean } = {},
): Promise<string> {
  const key = `x_${type}_${randomUUID().slice(0, 8)}`
  const { id } = await house.db.selectFrom('organisations').select('id').executeTakeFirstOrThrow()
  await house.db
    .insertInto('module_fields')
    .values({
      org_id: id,
      module: module as StandardModule,
      key,
      type,
      label: key,
      required: more.required ?? false,
      choices: JSON.stringify((more.choices ?? []).map((label) => ({ key: label.toLowerCase(), label }))),
      lookup: (more.lookup as StandardModule | undefined) ?? null,
      min: null,
      max: null,
      created_at: new Date(house.clock.now()),
    })
    .execute()
  await house.db
    .updateTable('organisations')
    .set((eb) => ({ modules_version: eb('modules_version', '+', 1) }))
    .execute()
  return key
}

/** One setting of the policy, put there directly. */
export async function setPolicy({ house }: TestHouse, more: Record<string, unknown>): Promise<void> {
  const found = await house.db.selectFrom('organisations').select(['id', 'policy']).executeTakeFirstOrThrow()
  await house.db
    .updateTable('organisations')
    .set({ policy: JSON.stringify({ ...found.policy, ...more }) })
    .where('id', '=', found.id)
    .execute()
}

/** The record's history, the oldest first: `kind field:old>new …`. */
export async function history({ house }: TestHouse, id: string): Promise<string[]> {
  const rows = await house.db
    .selectFrom('record_changes')
    .select(['kind', 'changes'])
    .where('record_id', '=', id)
    .orderBy('seq')
    .execute()
  return rows.map(({ kind, changes }) =>
    [kind, ...changes.map((one) => `${one.field}:${one.old}>${one.new}`)].join(' '),
  )
}
