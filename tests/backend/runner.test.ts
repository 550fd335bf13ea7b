import './harness/loopback-only.ts'
import { randomUUID } from 'node:crypto'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { GoogleError } from '../../backend/google/gateway.ts'
import { type Runner, startRunner, type WorkSource } from '../../backend/jobs/runner.ts'
import { sendSource } from '../../backend/jobs/sends.ts'
import { taskSource } from '../../backend/jobs/tasks.ts'
import { errorFacts } from '../../backend/log.ts'
import { mailboxClient } from '../../backend/services/mailboxes.ts'
import type { TaskHandlers } from '../../backend/services/tasks.ts'
import { enqueueTask } from '../../backend/storage/tasks.ts'
import { type TestHouse, testHouse } from './harness/house.ts'
import { arrived, deliverToRest, newPair, see, until, workerDeps, write } from './harness/sending.ts'

let town: TestHouse
let orgId: string
const runners: Runner[] = []

beforeAll(async () => {
  town = await testHouse()
  // The first to sign in makes the organisation.
  await newPair(town, ['send'])
  const { id } = await town.house.db.selectFrom('organisations').select('id').executeTakeFirstOrThrow()
  orgId = id
})

afterEach(async () => {
  for (const runner of runners.splice(0)) await runner.stop()
  town.google.clearFaults()
})

async function start(source: WorkSource, graceMs?: number): Promise<Runner> {
  const { clock, log } = town.house
  const house = { clock, log, listen: town.opened.listen, worker: randomUUID(), facts: errorFacts }
  const runner = await startRunner({ ...house, ...(graceMs !== undefined && { graceMs }) }, [source])
  runners.push(runner)
  return runner
}

const tasks = (handlers: TaskHandlers) => start(taskSource(town.house, handlers))

function ask(kind: string, inMs = 0): Promise<void> {
  const now = new Date(town.google.clock.now())
  const dueAt = new Date(now.getTime() + inMs)
  return enqueueTask(town.house.db, { id: randomUUID(), orgId, kind, key: 'k', dueAt, now })
}

const find = (kind: string) =>
  town.house.db.selectFrom('tasks').selectAll().where('kind', '=', kind).executeTakeFirst()

describe('tasks', () => {
  test('run when they are due, and again when they say so', async () => {
    const ran: number[] = []
    const begun = town.google.clock.now()
    await tasks({
      pulse: async () => {
        ran.push(town.google.clock.now() - begun)
        return ran.length < 3 ? new Date(town.google.clock.now() + 60_000) : undefined
      },
    })
    await ask('pulse', 10_000)
    for (const [count, wait] of [
      [1, 10_000],
      [2, 60_000],
      [3, 60_000],
    ] as const) {
      town.google.clock.advance(wait)
      await until(async () => ran.length === count && (await find('pulse'))?.worker == null)
    }
    expect(ran).toEqual([10_000, 70_000, 130_000])
    await until(async () => (await find('pulse')) === undefined)
  })

  test('asked for now, they run by the hint alone', async () => {
    let ran = 0
    await tasks({ hinted: async () => void ran++ })
    await ask('hinted')
    await until(async () => ran === 1)
  })

  test('that fail are tried later: when Google says, or after a growing while', async () => {
    const later = town.google.clock.now() + 90_000
    const errors = [new GoogleError('rate', 'x', { retryAt: later }), new Error('a secret of a customer')]
    const when: number[] = []
    await tasks({
      shaky: async () => {
        when.push(town.google.clock.now())
        const error = errors.shift()
        if (error !== undefined) throw error
        return undefined
      },
    })
    await ask('shaky')
    await until(async () => (await find('shaky'))?.last_error === 'rate')
    town.google.clock.set(later)
    await until(async () => (await find('shaky'))?.last_error === 'Error')
    town.google.clock.advance(60_000)
    await until(async () => when.length === 3)
    expect(when[1]).toBe(later)
  })

  test('of a stopping process can be claimed by the next one at once', async () => {
    const begun = Promise.withResolvers<void>()
    const handlers: TaskHandlers = {
      long: async (_, __, signal) => {
        begun.resolve()
        await town.google.clock.sleepUntil(town.google.clock.now() + 3_600_000, signal)
        throw new Error('stopped')
      },
    }
    const runner = await start(taskSource(town.house, handlers), 10)
    await ask('long')
    await begun.promise
    await runner.stop()
    let again = 0
    await tasks({ long: async () => void again++ })
    await until(async () => again === 1)
  })
})

describe('sends', () => {
  test('in hand when the process stops are finished first', async () => {
    const pair = await newPair(town, ['send', 'read'])
    town.google.addFault({ account: pair.rep.email, path: /\/drafts\/send$/, kind: { latencyMs: 1 } })
    const { id } = await write(pair)
    const runner = await start(sendSource(workerDeps(town)))
    await until(async () => (await see(pair.rep, id)).status !== 'scheduled')
    await runner.stop()
    expect(await see(pair.rep, id)).toMatchObject({ status: 'sent' })
  })

  test('that hang when the process stops are left claimable, and settled by the next: one copy', async () => {
    const pair = await newPair(town, ['send', 'read'])
    town.google.addFault({ account: pair.rep.email, path: /\/drafts\/send$/, kind: { hang: true } })
    const { id } = await write(pair)
    const runner = await start(sendSource(workerDeps(town)), 10)
    await until(async () => (await see(pair.rep, id)).steps.some(({ step }) => step === 'handed_over'))
    await runner.stop()
    expect((await see(pair.rep, id)).status).toBe('sending')
    // No lease to wait for: the clock has not moved.
    expect((await deliverToRest(workerDeps(town), pair.rep, id)).status).toBe('sent')
    expect(arrived(pair.customer)).toHaveLength(1)
  })
})

describe('access tokens', () => {
  const refreshes = () => town.google.requests.filter(({ path }) => path.endsWith('/token')).length

  async function mailboxOf(email: string) {
    const { id } = await town.house.db
      .selectFrom('mailboxes')
      .select('id')
      .where('email', '=', email)
      .executeTakeFirstOrThrow()
    return mailboxClient(town.house, id, 'send')
  }

  test('are fetched once for all who ask at once, kept, and renewed before they end', async () => {
    const { rep } = await newPair(town, ['read'])
    town.google.clearRequests()
    const { signal } = new AbortController()
    const boxes = await Promise.all([1, 2, 3].map(() => mailboxOf(rep.email)))
    await Promise.all(boxes.map((box) => box.getProfile(signal)))
    expect(refreshes()).toBe(1)
    town.google.clock.advance(3_598_000)
    await (await mailboxOf(rep.email)).getProfile(signal)
    expect(refreshes()).toBe(2)
    town.google.endAccess(rep.email)
    await Promise.all(boxes.map((box) => box.getProfile(signal)))
    expect(refreshes()).toBe(3)
  })

  test('of a mailbox that is not connected are not asked for', async () => {
    const { rep } = await newPair(town, ['read'])
    await town.house.db
      .updateTable('mailboxes')
      .set({ status: 'disconnected' })
      .where('email', '=', rep.email)
      .execute()
    town.google.clearRequests()
    await expect(mailboxOf(rep.email)).rejects.toMatchObject({ kind: 'reauth' })
    expect(town.google.requests).toEqual([])
  })
})
