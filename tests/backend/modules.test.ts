import { beforeAll, expect, test } from 'vitest'
import { ModulesAnswer } from '../../lib/contract/modules.ts'
import type { Person } from '../stand-ins/door.ts'
import { type TestHouse, testHouse } from './harness/house.ts'

let town: TestHouse
let admin: Person
let rep: Person

beforeAll(async () => {
  town = await testHouse()
  town.google.addAccount({ email: 'mia@arbor.example', name: 'Mia Sato' })
  town.google.addAccount({ email: 'ken@arbor.example', name: 'Ken Mori' })
  admin = await town.signIn('mia@arbor.example')
  await admin.call('PUT', '/policy/join', { domains: ['arbor.example'] })
  rep = await town.signIn('ken@arbor.example')
})

test('everybody signed in reads the modules and their fields, and the answer keeps to its contract', async () => {
  const answer = await rep.call('GET', '/modules')
  expect(answer.status).toBe(200)
  const { modules } = ModulesAnswer.parse(answer.body)
  expect(modules.map((one) => one.key)).toEqual([
    'leads',
    'contacts',
    'accounts',
    'deals',
    'quotes',
    'sales_orders',
    'purchase_orders',
    'invoices',
  ])
  expect((await town.knock('GET', '/api/v1/modules')).status).toBe(401)
})
