import { beforeAll, describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { keepSync } from '../../backend/services/sync/sweep.ts'
import type { Asked } from '../../lib/contract/messages.ts'
import type { Erased, Runs, Trust } from '../../lib/contract/sync.ts'
import { attach, setPolicy } from './harness/around.ts'
import type { TestHouse } from './harness/house.ts'
import {
  contact,
  deal,
  deliver,
  emails,
  type HouseOfReps,
  houseOfReps,
  type Rep,
  someone,
  subjects,
} from './harness/reps.ts'
import { passTime, workOff } from './harness/work.ts'

let house: HouseOfReps
let town: TestHouse
let newRep: HouseOfReps['newRep']

beforeAll(async () => {
  house = await houseOfReps()
  town = house.town
  newRep = house.newRep
})

/** An answer of Google's that will not change. */
function refusal(code: number, reason: string) {
  const message = 'No.'
  return { status: code, body: { error: { code, message, errors: [{ reason, message }] } } }
}

async function trust(rep: Rep): Promise<Trust['mailboxes'][number]> {
  const { status, body } = await rep.me.call<Trust>('GET', '/sync')
  expect(status).toBe(200)
  expect(body.storeBodies).toBe('never')
  const mine = body.mailboxes.find((one) => one.email === rep.me.email)
  if (mine === undefined) throw new Error('My mailbox is not on the page.')
  return mine
}

const act = (rep: Rep, what: string, more: object = {}) =>
  rep.me.call('POST', `/sync/${what}`, { account: rep.me.email, ...more })

async function runs(rep: Rep): Promise<Runs['runs']> {
  const { status, body } = await rep.me.call<Runs>('GET', `/sync/runs?account=${rep.me.email}`)
  expect(status).toBe(200)
  return body.runs
}

describe('what synchronisation did', () => {
  test('stored, forgotten and why, runs and units; only my own mailboxes', async () => {
    const [rep, other] = [await newRep(), await newRep()]
    const elena = someone()
    await contact(rep, elena)
    await workOff(town)
    deliver(rep, { from: elena })
    deliver(rep, { from: someone('stranger') })
    deliver(rep, { from: 'no-reply@shop.example' })
    deliver(rep, { from: other.me.email })
    await passTime(town, 60_000)
    const page = await trust(rep)
    expect(page).toMatchObject({
      state: 'running',
      error: null,
      stored: 1,
      lookedAt: 4,
      seenBy: [],
      setAside: [],
      scopes: ['send', 'read'],
      lastRun: { kind: 'history', lookedAt: 4, stored: 1, skipped: 3, units: 82, error: null },
      quota: { perMinute: 6000, reserve: 1500 },
    })
    expect(page.quota.unitsThisMinute).toBeGreaterThanOrEqual(82)
    expect(new Set(page.skipped)).toEqual(
      new Set([
        { reason: 'nobody_on_record', count: 1 },
        { reason: 'robots', count: 1 },
        { reason: 'colleagues_only', count: 1 },
      ]),
    )
    const { body } = await other.me.call<Trust>('GET', '/sync')
    expect(body.mailboxes.map((one) => one.email)).toEqual([other.me.email])
    const refused = await other.me.call('GET', `/sync/runs?account=${rep.me.email}`)
    expect(refused).toMatchObject({ status: 403, body: { error: { reason: 'wrong_account' } } })
  })

  test('a run that found nothing is written down only when somebody asked for it', async () => {
    const rep = await newRep()
    await workOff(town)
    const before = await runs(rep)
    await passTime(town, 60_000)
    expect(await runs(rep)).toEqual(before)
    expect((await act(rep, 'run')).status).toBe(204)
    expect((await trust(rep)).lastRun).toMatchObject({ kind: 'manual', endedAt: null })
    await workOff(town)
    expect((await runs(rep))[0]).toMatchObject({ kind: 'manual', lookedAt: 0, units: 2, error: null })
    expect((await runs(rep))[0]?.endedAt).not.toBeNull()
  })

  test('a Google that refuses for a day is one line with its reason, and nothing is lost', async () => {
    const rep = await newRep()
    const elena = someone()
    const recordId = await contact(rep, elena)
    await workOff(town)
    town.google.addFault({
      account: rep.me.email,
      path: '/history',
      times: 500,
      kind: refusal(403, 'domainPolicy'),
    })
    deliver(rep, { from: elena, subject: 'Meanwhile' })
    for (let hour = 0; hour < 24; hour += 6) await passTime(town, 6 * 3_600_000)
    expect(await trust(rep)).toMatchObject({ error: 'google_refused', lastRun: { error: 'google_refused' } })
    expect((await runs(rep)).filter((run) => run.error !== null)).toHaveLength(1)
    town.google.clearFaults()
    await passTime(town, 3_600_000)
    expect(await trust(rep)).toMatchObject({ error: null, lastRun: { error: null } })
    expect(await subjects(rep, recordId)).toEqual(['Meanwhile'])
  })

  test('who sees any of it, by the rule that decides', async () => {
    const [rep, colleague] = [await newRep(), await newRep()]
    const elena = someone()
    await contact(rep, elena)
    await passTime(town, 1000)
    deliver(rep, { from: elena })
    await passTime(town, 60_000)
    expect((await trust(rep)).seenBy).toEqual([])
    await setPolicy(house, { 'sharing.default': 'metadata' })
    const { seenBy } = await trust(rep)
    await setPolicy(house, {})
    expect(seenBy.map((one) => one.name)).toContain(`Rep ${/\d+/.exec(colleague.me.email)?.[0]}`)
    expect(seenBy.map((one) => one.name)).not.toContain(`Rep ${/\d+/.exec(rep.me.email)?.[0]}`)
  })
})

describe('what its owner may do', () => {
  test('poke: looks at once, and once for many', async () => {
    const rep = await newRep()
    const elena = someone()
    const recordId = await contact(rep, elena)
    await workOff(town)
    await passTime(town, 5000)
    deliver(rep, { from: elena, subject: 'Shown by Gmail' })
    town.google.clearRequests()
    for (let n = 0; n < 5; n += 1) {
      expect((await act(rep, 'poke')).status).toBe(202)
      await workOff(town)
    }
    expect(await subjects(rep, recordId)).toEqual(['Shown by Gmail'])
    const looks = () =>
      town.google.requests.filter((one) => one.account === rep.me.email && one.path.includes('/history'))
    expect(looks()).toHaveLength(1)
    await passTime(town, 3000)
    expect(looks()).toHaveLength(2)
  })

  test('stop and start: nothing is read meanwhile, nothing is missed', async () => {
    const rep = await newRep()
    const elena = someone()
    const recordId = await contact(rep, elena)
    await workOff(town)
    expect((await act(rep, 'stop', { stopped: true })).status).toBe(204)
    deliver(rep, { from: elena, subject: 'While stopped' })
    const late = someone('late')
    deliver(rep, { from: late, subject: 'Of somebody added while stopped' })
    const lateId = await contact(rep, late)
    town.google.clearRequests()
    await passTime(town, 3_600_000)
    expect(town.google.requests.filter((one) => one.account === rep.me.email)).toEqual([])
    expect(await trust(rep)).toMatchObject({ state: 'stopped' })
    expect(await act(rep, 'run')).toMatchObject({ status: 409, body: { error: { reason: 'sync_stopped' } } })
    expect((await act(rep, 'poke')).status).toBe(204)
    expect((await act(rep, 'stop', { stopped: false })).status).toBe(204)
    await workOff(town)
    await passTime(town, 60_000)
    expect(await trust(rep)).toMatchObject({ state: 'running' })
    expect(await subjects(rep, recordId)).toEqual(['While stopped'])
    expect(await subjects(rep, lateId)).toEqual(['Of somebody added while stopped'])
  })

  test('compare: what stands otherwise at Gmail is put right, linked threads included', async () => {
    const rep = await newRep()
    const elena = someone()
    const recordId = await contact(rep, elena)
    const dealId = await deal(rep, 'Retrofit', recordId)
    const gone = deliver(rep, { from: elena, subject: 'Gone' })
    const back = deliver(rep, { from: elena, subject: 'Back' })
    deliver(rep, { from: elena, subject: 'Kept' })
    const byHand = deliver(rep, { from: someone('stranger'), subject: 'By hand' })
    rep.gmail.trash(back)
    await workOff(town)
    const linked = await rep.me.call('PUT', `/threads/${byHand}/links`, {
      account: rep.me.email,
      recordId: dealId,
    })
    expect(linked).toMatchObject({ status: 200 })
    expect((await subjects(rep, dealId)).toSorted()).toEqual(['By hand', 'Gone', 'Kept'])
    // Changed where no history tells of it.
    rep.gmail.deleteForever(gone)
    rep.gmail.modify(back, { add: ['INBOX'], remove: ['TRASH'] })
    await town.house.db
      .deleteFrom('sightings')
      .where('mailbox_id', '=', rep.mailboxId)
      .where('gmail_id', '=', byHand)
      .execute()
    await town.house.db
      .updateTable('mailboxes')
      .set({ history_id: '99999999' })
      .where('id', '=', rep.mailboxId)
      .execute()
    expect((await act(rep, 'resync')).status).toBe(204)
    await workOff(town)
    await passTime(town, 5000)
    expect((await subjects(rep, dealId)).toSorted()).toEqual(['Back', 'By hand', 'Kept'])
    // The clock stands still, so runs of one moment have no order.
    const compared = (await runs(rep)).find((one) => one.kind === 'resync')
    expect(compared).toMatchObject({ error: null, endedAt: expect.any(String) })
  })

  test('ask: the same decision, explained for each mail of my own mailbox', async () => {
    const rep = await newRep()
    const elena = someone()
    const recordId = await contact(rep, elena)
    await workOff(town)
    deliver(rep, { from: elena, subject: 'Asked about here' })
    deliver(rep, { from: someone('stranger'), subject: 'Asked about unknown' })
    deliver(rep, { from: 'noreply@shop.example', subject: 'Asked about robot' })
    deliver(rep, { from: rep.me.email, subject: 'Asked about colleague' })
    deliver(rep, { from: 'boss@rival.example', subject: 'Asked about never' })
    await setPolicy(house, { 'links.never': ['rival.example'] })
    const { status, body } = await rep.me.call<Asked>('POST', '/sync/ask', {
      account: rep.me.email,
      q: 'subject:Asked',
    })
    await setPolicy(house, {})
    expect(status).toBe(200)
    const said = Object.fromEntries(
      body.mails.map((one) => [one.subject.replace('Asked about ', ''), one.why]),
    )
    expect(said).toEqual({
      here: null,
      unknown: 'nobody_on_record',
      robot: 'robots',
      colleague: 'colleagues_only',
      never: 'never_link',
    })
    expect(body.mails.find((one) => one.taken)?.records).toMatchObject([{ id: recordId, module: 'contacts' }])
    const other = await newRep()
    expect((await other.me.call('POST', '/sync/ask', { account: rep.me.email, q: 'x' })).status).toBe(403)
  })

  test('export: everything kept, a line each, and no other mailbox', async () => {
    const rep = await newRep()
    const elena = someone()
    await contact(rep, elena)
    deliver(rep, { from: elena, subject: 'Exported' })
    await workOff(town)
    const { status, body } = await rep.me.call<string>('GET', `/sync/export?account=${rep.me.email}`)
    expect(status).toBe(200)
    const lines = body
      .trim()
      .split('\n')
      .map((line): { kind: string; subject?: string; found_by?: string[] } => JSON.parse(line))
    expect(lines[0]).toMatchObject({ kind: 'mailbox', email: rep.me.email })
    expect(lines.filter((one) => one.kind === 'mail')).toMatchObject([
      { subject: 'Exported', found_by: [elena] },
    ])
    expect(body).not.toContain('refresh_token')
    const other = await newRep()
    expect((await other.me.call('GET', `/sync/export?account=${rep.me.email}`)).status).toBe(403)
  })
})

describe('S-066: another mailbox, or none', () => {
  const scheduled = { kind: 'at', local: '2027-06-01T09:00', zone: 'UTC' }

  test('disconnected: hidden from its owner too, sends held, the grant revoked; back with the mailbox (S-023)', async () => {
    const rep = await newRep()
    const elena = someone()
    const recordId = await contact(rep, elena)
    deliver(rep, { from: elena, subject: 'Hidden and back' })
    await workOff(town)
    const to = [{ address: elena, name: '' }]
    const send = { account: rep.me.email, to, subject: 'Later', body: 'x', when: scheduled }
    expect((await rep.me.call('POST', '/sends', send)).status).toBe(201)
    const answer = await rep.me.call<z.infer<typeof Erased>>('POST', '/sync/disconnect', {
      account: rep.me.email,
      erase: false,
    })
    expect(answer).toMatchObject({ status: 200, body: { mails: 0, held: 1 } })
    expect(await emails(rep, recordId)).toMatchObject({ emptyReason: null, rows: [{ status: 'held' }] })
    expect(await trust(rep)).toMatchObject({ state: 'disconnected', scopes: [], stored: 1 })
    expect(town.google.requests.some((one) => one.path.includes('/revoke'))).toBe(true)
    deliver(rep, { from: elena, subject: 'While away' })
    expect(await passTime(town, 3_600_000)).toEqual([])
    expect((await town.consent(rep.me, ['send', 'read'])).status).toBe(200)
    await workOff(town)
    await passTime(town, 60_000)
    expect((await subjects(rep, recordId)).toSorted()).toEqual(['Hidden and back', 'Later', 'While away'])
  })

  test('erased: what was taken goes, what others have and what was filed or sent stays', async () => {
    const [rep, colleague] = [await newRep(), await newRep()]
    const elena = someone()
    const recordId = await contact(rep, elena)
    const fileId = await attach(house, rep, recordId)
    deliver(rep, { from: elena, subject: 'Mine alone' })
    const messageId = `<both.${elena}>`
    for (const one of [rep, colleague])
      deliver(one, { from: elena, to: rep.me.email, subject: 'Both have it', messageId })
    await workOff(town)
    const answer = await rep.me.call('POST', '/sync/disconnect', { account: rep.me.email, erase: true })
    expect(answer).toMatchObject({ status: 200, body: { mails: 2, held: 0 } })
    const kept = await town.house.db
      .selectFrom('sightings')
      .innerJoin('messages', 'messages.id', 'sightings.message_id')
      .select(['subject', 'mailbox_id'])
      .where('subject', 'in', ['Mine alone', 'Both have it'])
      .execute()
    expect(kept).toEqual([{ subject: 'Both have it', mailbox_id: colleague.mailboxId }])
    const file = await town.house.db.selectFrom('attachments').select('id').where('id', '=', fileId).execute()
    expect(file).toHaveLength(1)
    expect(await trust(rep)).toMatchObject({ stored: 0, lookedAt: 0, runs: 0, skipped: [], backfills: [] })
    expect((await town.consent(rep.me, ['send', 'read'])).status).toBe(200)
    await workOff(town)
    expect((await subjects(rep, recordId)).toSorted()).toEqual(['Both have it', 'Mine alone'])
  })

  test('disconnected while a message is being read: nothing of it is kept', async () => {
    const rep = await newRep()
    const elena = someone()
    await contact(rep, elena)
    await workOff(town)
    deliver(rep, { from: elena, subject: 'In flight' })
    town.google.clock.advance(60_000)
    const working = workOff(town)
    const gone = rep.me.call('POST', '/sync/disconnect', { account: rep.me.email, erase: true })
    await Promise.all([working, gone])
    const left = await town.house.db
      .selectFrom('sightings')
      .select('id')
      .where('mailbox_id', '=', rep.mailboxId)
      .execute()
    expect(left).toEqual([])
  })
})

describe('set aside', () => {
  test('a message that cannot be read is shown with its reason, tried again by hand and after a day', async () => {
    const rep = await newRep()
    const elena = someone()
    const recordId = await contact(rep, elena)
    await workOff(town)
    const poison = deliver(rep, { from: elena, subject: 'Poison' })
    deliver(rep, { from: elena, subject: 'Beside it' })
    const spoil = () =>
      town.google.addFault({
        account: rep.me.email,
        path: `/messages/${poison}$`,
        times: 100,
        kind: refusal(400, 'invalidArgument'),
      })
    spoil()
    for (let turn = 0; turn < 5; turn += 1) await passTime(town, 3_600_000)
    expect(await subjects(rep, recordId)).toEqual(['Beside it'])
    expect((await trust(rep)).setAside).toMatchObject([
      { gmailId: poison, reason: 'google_refused', tries: 1 },
    ])
    expect((await trust(rep)).error).toBeNull()
    expect((await act(rep, 'aside/retry', { gmailId: poison })).status).toBe(204)
    for (let turn = 0; turn < 5; turn += 1) await passTime(town, 3_600_000)
    expect((await trust(rep)).setAside).toMatchObject([{ gmailId: poison, tries: 2 }])
    town.google.clearFaults()
    town.google.clock.advance(25 * 3_600_000)
    await keepSync(town.house)
    await workOff(town)
    expect((await trust(rep)).setAside).toEqual([])
    expect((await subjects(rep, recordId)).toSorted()).toEqual(['Beside it', 'Poison'])
  })
})
