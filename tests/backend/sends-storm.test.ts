import './harness/loopback-only.ts'
import { beforeAll, expect, test } from 'vitest'
import type { House } from '../../backend/http/house.ts'
import { claimDueSends, leaseMs } from '../../backend/services/sends/claim.ts'
import { deliverSend } from '../../backend/services/sends/deliver.ts'
import { type CrashPoints, crashPoints } from './harness/crash-points.ts'
import { type HouseOfReps, houseOfReps } from './harness/reps.ts'
import { fillQueue, judge, plantTrouble, restless, seeded } from './harness/send-storm.ts'
import { workerDeps } from './harness/sending.ts'

const count = 300
const seed = Number(process.env['INLAY_STORM_SEED'] ?? 20261123)
let reps: HouseOfReps

beforeAll(async () => {
  reps = await houseOfReps()
})

/** One round of a worker that may die in the middle of it; its work in hand dies with it. */
async function round(points: CrashPoints, worker: string): Promise<void> {
  const { house } = points
  const claimed = await claimDueSends(house, { worker, limit: 8 }).catch(() => [])
  const end = new AbortController()
  await Promise.allSettled(claimed.map((one) => deliverSend(house, one, end.signal)))
  end.abort()
}

test(`decisions 11: ${count} mails, two instances, everything goes wrong: none twice, none lost (seed ${seed})`, async () => {
  const { town } = reps
  const { db } = town.house
  await reps.founder.call('PUT', '/policy/sends.perMinute', { value: 30 })
  await reps.founder.call('PUT', '/policy/sends.lateMinutes', { value: 10_080 })
  const mailboxes: string[] = []
  for (let nth = 0; nth < 5; nth++) mailboxes.push((await reps.newRep()).mailboxId)
  await fillQueue(db, mailboxes, { count, now: new Date(town.google.clock.now()) })
  const random = seeded(seed)
  const alive: House = { ...town.house, ...workerDeps(town) }
  const instances = [crashPoints(alive), crashPoints(alive)]
  const troubles = new Map<string, number>()
  let deaths = 0
  let turns = 0
  while ((await restless(db)) > 0) {
    if (++turns > 2000) throw new Error('The storm does not end.')
    for (let nth = 0; nth < 2; nth++) {
      const name = plantTrouble(town.google, random)
      troubles.set(name, (troubles.get(name) ?? 0) + 1)
    }
    for (const one of instances) if (random() < 0.25) one.arm(1 + Math.floor(random() * 120))
    await Promise.all(instances.map((one, nth) => round(one, `instance ${nth}`)))
    for (const one of instances) if (one.revive()) deaths += 1
    town.google.clock.advance(random() < 0.1 ? leaseMs + 1 : 1000 + Math.floor(random() * 9000))
  }
  const verdict = await judge(db, town.google)
  expect(verdict).toMatchObject({ doubled: [], lost: [], unsettled: 0 })
  const { sent = 0 } = verdict.statuses
  // Loudly failed is allowed, and the exception.
  expect(sent).toBeGreaterThan(count * 0.9)
  expect(Object.values(verdict.statuses).reduce((sum, n) => sum + n, 0)).toBe(count)
  expect(verdict.mostInAMinute).toBeLessThanOrEqual(30)
  // It was a storm.
  expect(deaths).toBeGreaterThan(5)
  expect(troubles.size).toBeGreaterThan(6)
  if (process.env['INLAY_STORM_TELL'])
    console.log(JSON.stringify({ verdict, deaths, turns, troubles: [...troubles] }))
})
