import { setImmediate as nextTurn } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import type { Person } from '../stand-ins/door.ts'
import { type TestHouse, testHouse } from './harness/house.ts'
import { deliverDue, inMinutes, newPair, see, workerDeps, write } from './harness/sending.ts'
import { type Tables, tables } from './harness/tables.ts'
import { workOff } from './harness/work.ts'

// An import takes turns with what else goes on.

let town: TestHouse
let files: Tables
let mia: Person

beforeAll(async () => {
  town = await testHouse()
  town.google.addAccount({ email: 'mia@arbor.example', name: 'Mia Sato' })
  mia = await town.signIn('mia@arbor.example')
  files = tables(town)
})

test('one import of an organisation writes at a time', async () => {
  const [one, two] = [
    await files.upload(mia, 'leads', [['Last name'], ['First']]),
    await files.upload(mia, 'leads', [['Last name'], ['Second']]),
  ]
  expect((await files.step(mia, one.id, 'start')).status).toBe(202)
  expect(await files.step(mia, two.id, 'start')).toMatchObject({
    status: 409,
    body: { error: { reason: 'import_running' } },
  })
  expect((await files.step(mia, two.id, 'check')).status).toBe(202)
  await workOff(town, ['import'])
  expect(await files.get(mia, two.id)).toMatchObject({ status: 'checked' })
  expect(await files.run(mia, two.id)).toMatchObject({ status: 'done', created: 1 })
})

test('a mail that becomes due goes out while an import writes (S-030)', async () => {
  const pair = await newPair(town, ['send'])
  const mail = await write(pair, inMinutes(town, 30))
  const made = await files.upload(mia, 'leads', [
    ['Last name', 'Email'],
    ...Array.from({ length: 5000 }, (_, n) => [`Busy ${n}`, `busy${n}@x.example`]),
  ])
  await files.step(mia, made.id, 'start')
  const working = workOff(town, ['import'])
  for (;;) {
    if ((await files.get(mia, made.id)).done > 0) break
    await nextTurn()
  }
  town.google.clock.advance(31 * 60_000)
  expect(await deliverDue(workerDeps(town))).toBe(1)
  const { done, status } = await files.get(mia, made.id)
  expect((await see(pair.rep, mail.id)).status).toBe('sent')
  expect(status).toBe('running')
  expect(done).toBeLessThan(5000)
  expect(await working).toEqual([])
  expect(await files.get(mia, made.id)).toMatchObject({ status: 'done', created: 5000 })
})
