import './harness/loopback-only.ts'
import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Deps } from '../../backend/services/context.ts'
import { nextSendDue } from '../../backend/services/sends/claim.ts'
import type { MassPlan, MassPreview, MassRows, MassSend } from '../../lib/contract/mass.ts'
import type { Send } from '../../lib/contract/sends.ts'
import type { Answer } from '../stand-ins/door.ts'
import { refusal, refused } from './harness/drafting.ts'
import { contact, deal, emails, type HouseOfReps, houseOfReps, type Rep, someone } from './harness/reps.ts'
import { deliverDue, headerOf, workerDeps } from './harness/sending.ts'

let reps: HouseOfReps
let deps: Deps
const minute = 60_000
/** Records of the large one; INLAY_MASS=1000 takes the most there may be, and a minute. */
const most = Number(process.env['INLAY_MASS'] ?? 122)

beforeAll(async () => {
  reps = await houseOfReps()
  deps = workerDeps(reps.town)
})

/** A draft to be sent to many, as the composer saves it. */
async function draftOf(rep: Rep, more: object = {}): Promise<Send> {
  const made = await rep.me.call<Send>('POST', '/sends/drafts', {
    account: rep.me.email,
    subject: 'News for {{ contact.name }}',
    html: '<p>Dear {{ contact.name }}, our news.</p>',
    ...more,
  })
  expect(made.status).toBe(201)
  return made.body
}

async function contacts(rep: Rep, count: number): Promise<{ id: string; address: string }[]> {
  const made: { id: string; address: string }[] = []
  for (let nth = 0; nth < count; nth++) {
    const address = someone(`c${nth}`)
    made.push({ id: await contact(rep, address), address })
  }
  return made
}

const plan = (rep: Rep, draft: Send, recordIds: string[]) =>
  rep.me.call<MassPlan>('POST', '/mass/plan', { draftId: draft.id, recordIds })

function start(rep: Rep, draft: Send, recordIds: string[], more: object = {}): Promise<Answer<MassSend>> {
  const { id: draftId, version } = draft
  const body = { draftId, version, recordIds, expected: recordIds.length, when: { kind: 'now' }, ...more }
  return rep.me.call<MassSend>('POST', '/mass', body)
}

async function mass(rep: Rep, id: string): Promise<MassSend> {
  return (await rep.me.call<MassSend>('GET', `/mass/${id}`)).body
}

async function rows(rep: Rep, id: string): Promise<MassRows> {
  return (await rep.me.call<MassRows>('GET', `/mass/${id}/rows`)).body
}

/** Lets time pass up to `until` and sends what is due on the way, as a worker does that looks every `every` ms. */
async function work(until: number, every = 1): Promise<void> {
  const { clock } = reps.town.google
  for (;;) {
    while ((await deliverDue(deps)) > 0);
    if (clock.now() >= until) return
    const next = (await nextSendDue(deps.db)) ?? until
    clock.set(Math.min(until, Math.max(next, clock.now()) + every))
  }
}

/** What left for this address. */
function gotBy(address: string): string[] {
  return reps.town.google.outbox.filter((one) => one.to === address).map((one) => one.raw.toString('utf8'))
}

test('S-033, decisions 13: n selected are n mails, each to one, merged when it goes, at an even pace', async () => {
  const rep = await reps.newRep()
  const { town } = reps
  const people = await contacts(rep, 4)
  const ids = people.map((one) => one.id)
  const draft = await draftOf(rep)
  const planned = await plan(rep, draft, ids)
  expect(planned.body).toMatchObject({ willBeMailed: 4, leftOut: [], perMinute: 18, perDay: 400 })
  expect(planned.body).toMatchObject({ usedToday: 0, minutes: 1, unsubscribe: 'mailto' })
  const body = { draftId: draft.id, version: draft.version, recordIds: ids, expected: 4 }
  const key = { 'idempotency-key': 'mass-once-0001' }
  const begin = () => rep.me.call<MassSend>('POST', '/mass', { ...body, when: { kind: 'now' } }, key)
  const started = await begin()
  expect(started).toMatchObject({ status: 201, body: { total: 4, waiting: 4, sent: 0, status: 'running' } })
  expect((await begin()).body.id).toBe(started.body.id)
  const { id } = started.body
  const due = (await rows(rep, id)).rows.map((row) => Date.parse(row.at))
  expect(due.map((at) => at - (due[0] ?? 0))).toEqual([0, 3334, 6668, 10_002])
  // It stands in the lists of those it goes to from now on, and in nobody else's drafts.
  const [first, second] = people
  expect((await emails(rep, first?.id ?? '')).rows).toHaveLength(1)
  expect((await rep.me.call<{ drafts: unknown[] }>('GET', '/sends/drafts')).body.drafts).toEqual([])
  // What a record says when its mail goes is what the mail says.
  const { version } = (await rep.me.call<{ record: { version: number } }>('GET', `/records/${second?.id}`))
    .body.record
  const fields = { lastName: 'Late <b>Change</b> {{ contact.name }}' }
  expect((await rep.me.call('PATCH', `/records/${second?.id}`, { version, fields })).status).toBe(200)
  await work(town.google.clock.now() + minute)
  expect(await mass(rep, id)).toMatchObject({ status: 'done', sent: 4, waiting: 0, endsAt: null })
  for (const { address } of people) {
    const [raw = '', more] = gotBy(address)
    expect(more).toBeUndefined()
    expect(headerOf(raw, 'To')).toContain(address)
    for (const other of people) if (other.address !== address) expect(raw).not.toContain(other.address)
  }
  const [late = ''] = gotBy(second?.address ?? '')
  expect(late).toContain('Late &lt;b&gt;Change&lt;/b&gt; {{ contact.name }}')
  expect(await rows(rep, id)).toMatchObject({ rows: [{ status: 'sent' }, {}, {}, {}] })
})

test('all of it can be taken back until the first has left; the server holds longer than the toast shows', async () => {
  const rep = await reps.newRep()
  const { clock } = reps.town.google
  const people = await contacts(rep, 3)
  const ids = people.map((one) => one.id)
  const draft = await draftOf(rep)
  const started = await start(rep, draft, ids, { undoSeconds: 10 })
  const { id, undoUntil } = started.body
  expect(Date.parse(undoUntil ?? '') - clock.now()).toBe(10_000)
  await work(clock.now() + 12_500)
  expect((await emails(rep, ids[0] ?? '')).rows).toHaveLength(1)
  const other = await rep.me.call('POST', `/mass/${id}/pause`, { version: 7 })
  expect(other.status).toBe(409)
  expect((await reps.founder.call('POST', `/mass/${id}/undo`)).status).toBe(404)
  const back = await rep.me.call<Send>('POST', `/mass/${id}/undo`)
  expect(back).toMatchObject({ status: 200, body: { id: draft.id, status: 'draft', massId: null } })
  expect((await emails(rep, ids[0] ?? '')).rows).toEqual([])
  expect((await rep.me.call('POST', `/mass/${id}/undo`)).status).toBe(404)
  await work(clock.now() + minute)
  expect(people.flatMap((one) => gotBy(one.address))).toEqual([])
  // It is a draft like any other: sent again, and now the first has left.
  const again = await start(rep, back.body, ids, { undoSeconds: 5 })
  await work(clock.now() + 8000)
  const late = await rep.me.call('POST', `/mass/${again.body.id}/undo`)
  expect(refusal(late)).toMatchObject(refused(409, 'undo_gone', { status: 'sending' }))
  await work(clock.now() + minute)
  expect(people.map((one) => gotBy(one.address).length)).toEqual([1, 1, 1])
  expect(await mass(rep, again.body.id)).toMatchObject({ status: 'done', sent: 3 })
})

test('who is left out, and why; what is confirmed is what happens', async () => {
  const rep = await reps.newRep()
  const other = await reps.newRep()
  const [one, two, gone, shunned] = await contacts(rep, 4)
  const none = (
    await rep.me.call<{ record: { id: string } }>('POST', '/records', {
      module: 'contacts',
      fields: { lastName: 'Nowhere' },
    })
  ).body.record.id
  const colleague = await contact(rep, other.me.email)
  const offer = await deal(rep, 'Glasshouse', one?.id ?? '')
  for (const [nth, reason] of (['unsubscribed', 'invalid'] as const).entries()) {
    const id = crypto.randomUUID()
    const address = [gone, shunned][nth]?.address ?? ''
    const made_at = new Date(reps.town.google.clock.now())
    const { org_id } = await reps.town.house.db
      .selectFrom('mailboxes')
      .select('org_id')
      .where('id', '=', rep.mailboxId)
      .executeTakeFirstOrThrow()
    await reps.town.house.db
      .insertInto('suppressions')
      .values({ id, org_id, address, reason, evidence: '{}', made_at })
      .execute()
  }
  const missing = crypto.randomUUID()
  const named = [one, two, gone, shunned].map((person) => person?.id ?? '')
  const all = [...named, none, colleague, offer, missing]
  const draft = await draftOf(rep, { subject: 'About {{ contact.phone }}', html: '<p>Hi</p>' })
  expect((await plan(rep, draft, all)).body.willBeMailed).toBe(0)
  const plain = await draftOf(rep)
  const { body } = await plan(rep, plain, all)
  expect(body.willBeMailed).toBe(2)
  expect(body.leftOut.map((left) => [left.recordId, left.reason])).toEqual([
    [gone?.id, 'unsubscribed'],
    [shunned?.id, 'suppressed'],
    [none, 'no_address'],
    [colleague, 'colleague'],
    [offer, 'same_address'],
    [missing, 'may_not_open'],
  ])
  // Through the deal alone it reaches the same person.
  expect((await plan(rep, plain, [offer])).body).toMatchObject({ willBeMailed: 1, leftOut: [] })
  const look = { draftId: plain.id, recordIds: all, nth: 1 }
  const seen = await rep.me.call<MassPreview>('POST', '/mass/preview', look)
  expect(seen.body).toMatchObject({ nth: 1, of: 2, address: two?.address, unresolved: [] })
  expect(seen.body.subject).toBe(`News for ${two?.address}`)
  expect(seen.body.html).toContain('Unsubscribe from these mails')
  const wrong = await start(rep, plain, all, { expected: 8 })
  expect(refusal(wrong)).toMatchObject(refused(409, 'mass_changed', { n: 2, expected: 8 }))
  expect(refusal(await start(rep, plain, [none], { expected: 0 }))).toMatchObject(refused(409, 'mass_nobody'))
  const stale = await start(rep, { ...plain, version: 99 }, all, { expected: 2 })
  expect(refusal(stale)).toMatchObject(refused(409, 'version_stale'))
  const foreign = await plan(other, plain, all)
  expect(foreign.status).toBe(404)
  const good = await start(rep, plain, all, { expected: 2 })
  expect(good.body).toMatchObject({ total: 2, leftOut: 6 })
  expect((await rows(rep, good.body.id)).leftOut).toHaveLength(6)
  // S-042: nobody else's, admins included.
  for (const person of [other.me, reps.founder])
    expect((await person.call('POST', `/mass/${good.body.id}/stop`, { version: 1 })).status).toBe(404)
  // The model is spent: it is no draft any more.
  expect(refusal(await start(rep, plain, all, { expected: 2 }))).toMatchObject(refused(409, 'draft_missing'))
  await work(reps.town.google.clock.now() + minute)
})

/** Copies of a contact with addresses of their own, as an import makes them; their ids. */
async function many(rep: Rep, count: number): Promise<string[]> {
  const { db } = reps.town.house
  const model = await contact(rep, someone('model'))
  const { rows } = await sql<{ id: string }>`
    with made as (
      insert into records select (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(), 'name', 'Nr ' || n))).*
      from records r, generate_series(1, ${count}) n where r.id = ${model}::uuid returning id, name)
    insert into record_addresses select (jsonb_populate_record(a, jsonb_build_object('record_id', made.id,
      'address', 'nr' || substr(made.name, 4) || '@' || left(${model}, 8) || '.example'))).*
    from made, record_addresses a where a.record_id = ${model}::uuid returning record_id::text as id`.execute(
    db,
  )
  return rows.map((row) => row.id)
}

test('the most a mass mail takes: each once, never over a limit, whatever is pressed meanwhile', async () => {
  const rep = await reps.newRep()
  const { clock } = reps.town.google
  const ids = await many(rep, most)
  const none = await contact(rep, rep.me.email)
  const perDay = Math.ceil((most - 2) / 2)
  await reps.founder.call('PUT', '/policy/sends.perDay', { value: perDay })
  const draft = await draftOf(rep, { subject: 'To all', html: '<p>Hello</p>' })
  const all = [...ids.slice(0, most - 2), none, ids[0] ?? '']
  const started = await start(rep, draft, all, { expected: most - 2 })
  expect(started.body).toMatchObject({ total: most - 2, leftOut: 1 })
  const press = async (what: string, of: MassSend) =>
    (await rep.me.call<MassSend>('POST', `/mass/${of.id}/${what}`, { version: of.version })).body
  await work(clock.now() + 2 * minute, 20_000)
  const paused = await press('pause', await mass(rep, started.body.id))
  await work(clock.now() + 60 * minute, 20_000)
  expect(await mass(rep, paused.id)).toMatchObject({ status: 'paused', sent: paused.sent })
  const { id } = await press('resume', paused)
  await work(clock.now() + 3 * 24 * 60 * minute, 20_000)
  expect(await mass(rep, id)).toMatchObject({
    status: 'done',
    sent: most - 2,
    waiting: 0,
    failed: 0,
    held: 0,
  })
  const left = reps.town.google.outbox.filter((one) => one.raw.includes('Subject: To all'))
  expect(left).toHaveLength(most - 2)
  expect(new Set(left.map((one) => one.to)).size).toBe(most - 2)
  const times = (await rows(rep, id)).rows.map((row) => Date.parse(row.at)).toSorted((a, b) => a - b)
  const between = (count: number) => times.slice(count).map((at, nth) => at - (times[nth] ?? 0))
  expect(Math.min(...between(20))).toBeGreaterThanOrEqual(minute)
  expect(Math.min(...between(perDay))).toBeGreaterThanOrEqual(24 * 60 * minute)
  await reps.founder.call('PUT', '/policy/sends.perDay', { value: null })
})

describe('on its way', () => {
  test('pause, resume, stop: what waits obeys, what is being sent ends, nothing goes twice', async () => {
    const rep = await reps.newRep()
    const { clock } = reps.town.google
    const people = await contacts(rep, 6)
    const started = await start(
      rep,
      await draftOf(rep),
      people.map((one) => one.id),
    )
    const { id } = started.body
    await work(clock.now() + 4000)
    expect(await mass(rep, id)).toMatchObject({ sent: 2, waiting: 4 })
    const paused = await rep.me.call<MassSend>('POST', `/mass/${id}/pause`, { version: started.body.version })
    expect(paused.body).toMatchObject({ status: 'paused', waiting: 4, held: 0 })
    await work(clock.now() + 10 * minute)
    expect(await mass(rep, id)).toMatchObject({ sent: 2 })
    const old = await rep.me.call('POST', `/mass/${id}/stop`, { version: started.body.version })
    expect(refusal(old)).toMatchObject(refused(409, 'mass_state'))
    const resumed = await rep.me.call<MassSend>('POST', `/mass/${id}/resume`, paused.body)
    expect(resumed.body).toMatchObject({ status: 'running', waiting: 4 })
    await work(clock.now() + 4000)
    expect(await mass(rep, id)).toMatchObject({ sent: 4, waiting: 2 })
    const stopped = await rep.me.call<MassSend>('POST', `/mass/${id}/stop`, resumed.body)
    expect(stopped.body).toMatchObject({ status: 'stopped', sent: 4, cancelled: 2, waiting: 0 })
    await work(clock.now() + 10 * minute)
    expect(people.map((one) => gotBy(one.address).length)).toEqual([1, 1, 1, 1, 0, 0])
    const again = await rep.me.call('POST', `/mass/${id}/resume`, stopped.body)
    expect(refusal(again)).toMatchObject(refused(409, 'mass_state'))
  })

  test('over the limit of a day it goes on when there is room; a mail by hand steps in front', async () => {
    const rep = await reps.newRep()
    const { clock } = reps.town.google
    await reps.founder.call('PUT', '/policy/sends.perDay', { value: 3 })
    const people = await contacts(rep, 4)
    const started = await start(
      rep,
      await draftOf(rep),
      people.map((one) => one.id),
    )
    const { id } = started.body
    const [, , , last] = (await rows(rep, id)).rows
    expect(Date.parse(last?.at ?? '') - clock.now()).toBeGreaterThan(1439 * minute)
    await work(clock.now() + 4000)
    const mine = someone('mine')
    const to = [{ address: mine, name: '' }]
    const mail = { account: rep.me.email, to, subject: 'Mine', body: 'Hi', when: { kind: 'now' } }
    await rep.me.call('POST', '/sends', mail)
    await work(clock.now() + minute)
    expect(gotBy(mine)).toHaveLength(1)
    expect(await mass(rep, id)).toMatchObject({ sent: 2, waiting: 2 })
    expect((await rows(rep, id)).rows[2]).toMatchObject({ status: 'scheduled', reason: 'day_limit' })
    clock.advance(24 * 60 * minute)
    await work(clock.now() + 2 * minute)
    expect(await mass(rep, id)).toMatchObject({ status: 'done', sent: 4 })
    await reps.founder.call('PUT', '/policy/sends.perDay', { value: null })
  })

  test('a field that is empty by then holds that mail alone', async () => {
    const rep = await reps.newRep()
    const people = await contacts(rep, 2)
    const [first, second] = people
    const draft = await draftOf(rep)
    const { id } = (
      await start(
        rep,
        draft,
        people.map((one) => one.id),
      )
    ).body
    const { db } = reps.town.house
    await db
      .updateTable('sends')
      .set({ subject: '{{ contact.phone }}' })
      .where('record_id', '=', first?.id ?? '')
      .execute()
    await work(reps.town.google.clock.now() + minute)
    expect(await mass(rep, id)).toMatchObject({ sent: 1, held: 1, status: 'done' })
    expect((await rows(rep, id)).rows[0]).toMatchObject({ status: 'held', reason: 'not_merged' })
    expect(gotBy(second?.address ?? '')).toHaveLength(1)
    expect(gotBy(first?.address ?? '')).toHaveLength(0)
  })
})
