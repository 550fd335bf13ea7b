import { expect, test } from 'vitest'
import { syncJobs } from '../../backend/jobs/sync.ts'
import { claimDueTasks, runTask } from '../../backend/services/tasks.ts'
import { liveYear } from '../stand-ins/year.ts'
import { forgetAll, leftBehind, standing } from '../stand-ins/year-state.ts'
import { crashPoints } from './harness/crash-points.ts'
import { houseOfReps } from './harness/reps.ts'
import { workOff } from './harness/work.ts'

/** The bench lives a year of 100,000 mails. Another seed lives another year; a failure names the one to live again. */
const seed = Number(process.env['INLAY_YEAR_SEED'] ?? 20261123)

test(`a year of 8 mailboxes ends as if everything had been read at its end (seed ${seed})`, async () => {
  const { town, newRep } = await houseOfReps()
  const reps = []
  for (let n = 0; n < 8; n += 1) {
    const { me, gmail } = await newRep()
    reps.push({ email: me.email, gmail })
  }
  const points = crashPoints(town.house)
  const kinds = Object.keys(syncJobs)
  const work = async () => expect(await workOff(town, kinds)).toEqual([])
  await liveYear(
    {
      google: town.google,
      signIn: town.signIn,
      reps,
      work,
      async dieAt(nth) {
        points.arm(nth)
        try {
          for (;;) {
            const [one] = await claimDueTasks(points.house, {
              handlers: syncJobs,
              worker: 'mortal',
              limit: 1,
            })
            if (one === undefined) break
            await runTask(points.house, one, syncJobs, AbortSignal.timeout(30_000))
          }
        } catch {
          // Whatever a dead process says.
        }
        points.revive()
      },
    },
    { seed, mails: 500, rounds: 4, customers: 8 },
  )
  const lived = await standing(town.house.db)
  expect(lived.length).toBeGreaterThan(100)
  expect(await leftBehind(town.house.db)).toEqual({
    orphans: 0,
    wanted: 0,
    aside: 0,
    looking: 0,
    foundInTrash: 0,
  })
  await forgetAll(town.house.db)
  await work()
  town.google.clock.advance(130_000)
  await work()
  expect(lived).toEqual(await standing(town.house.db))
})
