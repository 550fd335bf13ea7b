import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import { syncJobs } from '../../backend/jobs/sync.ts'
import { claimDueTasks, runTask } from '../../backend/services/tasks.ts'
import { type CrashPoints, crashPoints } from './harness/crash-points.ts'
import type { TestHouse } from './harness/house.ts'
import { contact, deliver, type HouseOfReps, houseOfReps, type Rep, someone } from './harness/reps.ts'
import { passTime, workOff } from './harness/work.ts'

let town: TestHouse
let newRep: HouseOfReps['newRep']
let points: CrashPoints
const reps: Rep[] = []

beforeAll(async () => {
  const house = await houseOfReps()
  town = house.town
  newRep = house.newRep
  points = crashPoints(town.house)
})

interface Standing {
  id: string
  found: string[]
}

/** What is stored and in lists: Gmail's ids with the addresses they are found by, in Gmail's order. */
async function listed(rep: Rep): Promise<Standing[]> {
  const { rows } = await sql<Standing>`
    select s.gmail_id as id, array(select a.address from sighting_addresses a where a.sighting_id = s.id
      order by a.address) as found
    from sightings s where s.mailbox_id = ${rep.mailboxId} and not s.label_ids && array['TRASH', 'SPAM']
    order by s.gmail_id`.execute(town.house.db)
  return rows
}

/** Orphans, doubles, and work nobody would do any more. */
async function leftovers(rep: Rep): Promise<unknown> {
  const { rows } = await sql`
    select (select count(*)::int from messages m where not exists (select 1 from sightings s where s.message_id = m.id)) as
        orphans,
      (select count(*)::int from wanted_mail where mailbox_id = ${rep.mailboxId}) as wanted,
      (select count(*)::int from set_aside where mailbox_id = ${rep.mailboxId}) as aside,
      (select count(*)::int from backfills where mailbox_id = ${rep.mailboxId} and ended_at is null) as looking,
      (select count(*)::int from backfills where mailbox_id = ${rep.mailboxId} and looked_at <> found) as uneven`.execute(
    town.house.db,
  )
  return rows[0]
}

const nothingLeft = { orphans: 0, wanted: 0, aside: 0, looking: 0, uneven: 0 }

/** One process works until nothing is due or it dies. */
async function live(house: CrashPoints['house'], kinds: readonly string[]): Promise<void> {
  const jobs = Object.fromEntries(Object.entries(syncJobs).filter(([kind]) => kinds.includes(kind)))
  try {
    for (;;) {
      const [claimed] = await claimDueTasks(house, { handlers: jobs, worker: 'mortal', limit: 1 })
      if (claimed === undefined) return
      await runTask(house, claimed, jobs, AbortSignal.timeout(30_000))
    }
  } catch {
    // Whatever a dead process says.
  }
}

/** A mailbox of its own at work; every other one rests. */
async function repAlone(): Promise<Rep> {
  for (const other of reps)
    expect(
      await other.me.call('POST', '/sync/stop', { account: other.me.email, stopped: true }),
    ).toMatchObject({
      status: 204,
    })
  const rep = await newRep()
  reps.push(rep)
  return rep
}

/** Dies at every call in turn, or at each `step`th, while `change` is taken in, until a process lives through it; how often it died. */
async function dieEverywhere(
  rep: Rep,
  { kinds, step = 1 }: { kinds: readonly string[]; step?: number },
  change: (nth: number) => { expected: Standing[] } | Promise<{ expected: Standing[] }>,
): Promise<number> {
  for (let nth = 1; ; nth += step) {
    const { expected } = await change(nth)
    town.google.clock.advance(60_000)
    points.arm(nth)
    await live(points.house, kinds)
    const died = points.revive()
    // The lease lapses, and another process takes over.
    if (died) expect(await passTime(town, 125_000)).toEqual([])
    await workOff(town)
    expect(await listed(rep), `died at call ${nth}`).toEqual(expected)
    if (!died) return nth - 1
  }
}

describe('a crash at any await', () => {
  test('history: new mail, strangers, trash and back, deletion; nothing lost, nothing doubled', async () => {
    const rep = await repAlone()
    const elena = someone()
    await contact(rep, elena)
    await workOff(town)
    const there = new Map<string, Standing>()
    let trashed: string | undefined
    const deaths = await dieEverywhere(rep, { kinds: ['sync'] }, () => {
      const id = deliver(rep, { from: elena, cc: someone('stranger') })
      const found = rep.gmail.getMessage(id)?.payload?.headers?.find(({ name }) => name === 'Cc')?.value ?? ''
      deliver(rep, { from: someone('stranger') })
      if (trashed !== undefined) {
        rep.gmail.modify(trashed, { add: ['INBOX'], remove: ['TRASH'] })
        const [doomed] = there.keys()
        rep.gmail.deleteForever(doomed ?? '')
        there.delete(doomed ?? '')
        trashed = undefined
        there.set(id, { id, found: [elena, found].toSorted() })
        return { expected: [...there.values()] }
      }
      there.set(id, { id, found: [elena, found].toSorted() })
      const expected = [...there.values()].filter((one) => one.id !== [...there.keys()].at(-2))
      trashed = [...there.keys()].at(-2)
      if (trashed !== undefined) rep.gmail.trash(trashed)
      return { expected }
    })
    expect(deaths).toBeGreaterThan(30)
    expect(await leftovers(rep)).toEqual(nothingLeft)
  })

  test('back-fill: page by page, newest first, and its numbers add up', async () => {
    const rep = await repAlone()
    await workOff(town)
    const there: Standing[] = []
    const deaths = await dieEverywhere(rep, { kinds: ['backfill', 'messages'], step: 2 }, async () => {
      const person = someone('late')
      for (let n = 0; n < 3; n += 1)
        there.push({ id: deliver(rep, { from: person, subject: `Before ${n}` }), found: [person] })
      await passTime(town, 30_000)
      await contact(rep, person)
      return { expected: there }
    })
    expect(deaths).toBeGreaterThan(15)
    await passTime(town, 125_000)
    expect(await leftovers(rep)).toEqual(nothingLeft)
  })

  test('expired history: what changed while it was lost is found, what went is gone', async () => {
    const rep = await repAlone()
    const elena = someone()
    await contact(rep, elena)
    await workOff(town)
    const there: Standing[] = []
    const deaths = await dieEverywhere(rep, { kinds: ['sync', 'backfill', 'messages'], step: 10 }, () => {
      there.push({
        id: deliver(rep, { from: elena, messageId: `<${randomUUID()}@x.example>` }),
        found: [elena],
      })
      const [oldest] = there
      if (there.length > 3 && oldest !== undefined) {
        rep.gmail.deleteForever(oldest.id)
        there.shift()
      }
      town.google.expireHistory(rep.me.email)
      deliver(rep, { from: someone('stranger') })
      return { expected: [...there] }
    })
    expect(deaths).toBeGreaterThan(30)
    expect(await leftovers(rep)).toMatchObject({ orphans: 0, wanted: 0, aside: 0, looking: 0 })
  })
})
