import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { systemClock } from '../../../backend/clock.ts'
import {
  claimTasks,
  enqueueTask,
  failTask,
  finishTask,
  nextTaskAt,
  renewTask,
  type Task,
  taskChannel,
} from '../../../backend/storage/tasks.ts'
import { newOrganisation, testDatabase } from '../harness/database.ts'

const opened = await testDatabase()
const { db } = opened
const { orgId } = await newOrganisation(db, systemClock())

const at = (seconds: number): Date => new Date(Date.UTC(2026, 10, 23, 9) + seconds * 1000)

/** A kind of its own is what keeps a test's tasks apart from the others'. */
function queue() {
  const kind = `kind-${randomUUID()}`
  return {
    kind,
    ask: (key: string, due: number, payload = {}) =>
      enqueueTask(db, { id: randomUUID(), orgId, kind, key, payload, dueAt: at(due), now: at(0) }),
    claim: (worker: string, now: number, limit = 10): Promise<Task[]> =>
      claimTasks(db, { worker, now: at(now), kinds: [kind], limit, leaseMs: 60_000 }),
    next: () => nextTaskAt(db, [kind]),
  }
}

async function only(tasks: Promise<Task[]>): Promise<Task> {
  const [task, ...others] = await tasks
  if (!task || others.length > 0) throw new Error('Expected exactly one task.')
  return task
}

test('a task is claimed when due, by one worker, and gone when it went well', async () => {
  const { kind, ask, claim, next } = queue()
  await ask('a', 10, { mailbox: 'm1' })
  expect(await next()).toEqual(at(10))
  expect(await claim('w1', 9)).toEqual([])
  const task = await only(claim('w1', 10))
  expect(task).toMatchObject({ orgId, kind, key: 'a', payload: { mailbox: 'm1' }, attempts: 1 })
  expect(await claim('w2', 10)).toEqual([])
  expect(await finishTask(db, { id: task.id, worker: 'w2' })).toBe(false)
  expect(await finishTask(db, { id: task.id, worker: 'w1' })).toBe(true)
  expect(await next()).toBeUndefined()
})

test('asking twice keeps one task, the earlier time and the newer payload', async () => {
  const { ask, claim, next } = queue()
  await ask('a', 20, { n: '1' })
  await ask('a', 10, { n: '2' })
  await ask('a', 30, { n: '3' })
  expect(await next()).toEqual(at(10))
  expect((await only(claim('w', 10))).payload).toEqual({ n: '3' })
})

test('asked for while it runs, it runs once more', async () => {
  const { ask, claim, next } = queue()
  await ask('a', 0)
  const task = await only(claim('w', 0))
  await ask('a', 40)
  await ask('a', 5)
  expect(await claim('w2', 10)).toEqual([])
  expect(await finishTask(db, { id: task.id, worker: 'w' })).toBe(true)
  expect(await next()).toEqual(at(5))
  const again = await only(claim('w', 5))
  expect(again.attempts).toBe(1)
  await finishTask(db, { id: again.id, worker: 'w' })
  expect(await next()).toBeUndefined()
})

test('a rescheduled task waits for the earlier of its own time and what was asked meanwhile', async () => {
  const { ask, claim, next } = queue()
  await ask('a', 0)
  const first = await only(claim('w', 0))
  await finishTask(db, { id: first.id, worker: 'w' }, at(60))
  expect(await next()).toEqual(at(60))
  const second = await only(claim('w', 60))
  await ask('a', 61)
  await finishTask(db, { id: second.id, worker: 'w' }, at(120))
  expect(await next()).toEqual(at(61))
})

test('a lapsed lease lets another worker have it, and the first can change nothing any more', async () => {
  const { ask, claim, next } = queue()
  await ask('a', 0)
  const first = await only(claim('w1', 0))
  const held = { id: first.id, worker: 'w1' }
  expect(await next()).toEqual(at(60))
  expect(await renewTask(db, held, at(90))).toBe(true)
  expect(await claim('w2', 60)).toEqual([])
  const second = await only(claim('w2', 90))
  expect(second.attempts).toBe(2)
  expect(await renewTask(db, held, at(500))).toBe(false)
  expect(await failTask(db, held, { now: at(90), error: 'late', attempts: 1 })).toBe(false)
  expect(await finishTask(db, held, at(900))).toBe(false)
  expect(await next()).toEqual(at(150))
})

test('failures wait longer each time, up to an hour, or until the time they were told', async () => {
  const { ask, claim, next } = queue()
  await ask('a', 0)
  let now = 0
  const waits: number[] = []
  for (let round = 0; round < 11; round++) {
    const task = await only(claim('w', now))
    await failTask(db, { id: task.id, worker: 'w' }, { now: at(now), error: 'x', attempts: task.attempts })
    const due = ((await next())?.getTime() ?? 0) / 1000 - at(0).getTime() / 1000
    waits.push(due - now)
    now = due
  }
  expect(waits).toEqual([10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600])
  const task = await only(claim('w', now))
  const told = { now: at(now), error: 'rate', attempts: task.attempts, retryAt: at(now + 7) }
  await failTask(db, { id: task.id, worker: 'w' }, told)
  expect(await next()).toEqual(at(now + 7))
})

test('many workers at once: every task exactly once', async () => {
  const { ask, claim } = queue()
  for (let i = 0; i < 60; i++) await ask(`k${i}`, 0)
  const workers = Array.from({ length: 8 }, async (_, i) => {
    const got: string[] = []
    for (;;) {
      const tasks = await claim(`w${i}`, 0, 3)
      if (tasks.length === 0) return got
      got.push(...tasks.map((task) => task.key))
    }
  })
  const all = (await Promise.all(workers)).flat()
  expect(all.length).toBe(60)
  expect(new Set(all).size).toBe(60)
})

test('asking inside a transaction wakes listeners at its commit and leaves nothing after a rollback', async () => {
  const { kind, ask, next } = queue()
  const heard: string[] = []
  const woken = Promise.withResolvers<void>()
  const leave = await opened.listen(taskChannel, (payload) => {
    heard.push(payload)
    if (payload === kind) woken.resolve()
  })
  const lost = `lost-${kind}`
  const failing = db.transaction().execute(async (trx) => {
    await enqueueTask(trx, { id: randomUUID(), orgId, kind: lost, key: 'a', dueAt: at(0), now: at(0) })
    throw new Error('back')
  })
  await expect(failing).rejects.toThrow('back')
  expect(await nextTaskAt(db, [lost])).toBeUndefined()
  await ask('a', 3)
  await woken.promise
  expect(heard).not.toContain(lost)
  expect(await next()).toEqual(at(3))
  await leave()
})
