import './harness/loopback-only.ts'
import { beforeAll, expect, test } from 'vitest'
import type { MassPlan, MassPreview, MassSend } from '../../lib/contract/mass.ts'
import type { Send } from '../../lib/contract/sends.ts'
import { refusal, refused } from './harness/drafting.ts'
import {
  contacts,
  draftOf,
  gotBy,
  type MassHouse,
  mass,
  massHouse,
  plan,
  rows,
  start,
  work,
} from './harness/massing.ts'
import { contact, deal, emails } from './harness/reps.ts'
import { deliverDue, headerOf } from './harness/sending.ts'

let house: MassHouse
const minute = 60_000

beforeAll(async () => {
  house = await massHouse()
})

test('S-033, decisions 13: n selected are n mails, each to one, merged when it goes, at an even pace', async () => {
  const rep = await house.reps.newRep()
  const { town } = house.reps
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
  await work(house, town.google.clock.now() + minute)
  expect(await mass(rep, id)).toMatchObject({ status: 'done', sent: 4, waiting: 0, endsAt: null })
  for (const { address } of people) {
    const [raw = '', more] = gotBy(house, address)
    expect(more).toBeUndefined()
    expect(headerOf(raw, 'To')).toContain(address)
    for (const other of people) if (other.address !== address) expect(raw).not.toContain(other.address)
  }
  const [late = ''] = gotBy(house, second?.address ?? '')
  expect(late).toContain('Late &lt;b&gt;Change&lt;/b&gt; {{ contact.name }}')
  expect(await rows(rep, id)).toMatchObject({ rows: [{ status: 'sent' }, {}, {}, {}] })
})

test('all of it can be taken back until the first has left; the server holds longer than the toast shows', async () => {
  const rep = await house.reps.newRep()
  const { clock } = house.reps.town.google
  const people = await contacts(rep, 3)
  const ids = people.map((one) => one.id)
  const draft = await draftOf(rep)
  const started = await start(rep, draft, ids, { undoSeconds: 10 })
  const { id, undoUntil } = started.body
  expect(Date.parse(undoUntil ?? '') - clock.now()).toBe(10_000)
  await work(house, clock.now() + 12_500)
  expect((await emails(rep, ids[0] ?? '')).rows).toHaveLength(1)
  const other = await rep.me.call('POST', `/mass/${id}/pause`, { version: 7 })
  expect(other.status).toBe(409)
  expect((await house.reps.founder.call('POST', `/mass/${id}/undo`)).status).toBe(404)
  const back = await rep.me.call<Send>('POST', `/mass/${id}/undo`)
  expect(back).toMatchObject({ status: 200, body: { id: draft.id, status: 'draft', massId: null } })
  expect((await emails(rep, ids[0] ?? '')).rows).toEqual([])
  expect((await rep.me.call('POST', `/mass/${id}/undo`)).status).toBe(404)
  await work(house, clock.now() + minute)
  expect(people.flatMap((one) => gotBy(house, one.address))).toEqual([])
  // It is a draft like any other: sent again, and now the first has left.
  const again = await start(rep, back.body, ids, { undoSeconds: 5 })
  await work(house, clock.now() + 8000)
  const late = await rep.me.call('POST', `/mass/${again.body.id}/undo`)
  expect(refusal(late)).toMatchObject(refused(409, 'undo_gone', { status: 'sending' }))
  await work(house, clock.now() + minute)
  expect(people.map((one) => gotBy(house, one.address).length)).toEqual([1, 1, 1])
  expect(await mass(rep, again.body.id)).toMatchObject({ status: 'done', sent: 3 })
})

test('two undos at once take it back once; at the moment the first is claimed all come back or all go', async () => {
  const rep = await house.reps.newRep()
  const { clock } = house.reps.town.google
  const people = await contacts(rep, 3)
  const ids = people.map((one) => one.id)
  const gone = () => people.map((one) => gotBy(house, one.address).length)
  const undo = (id: string) => rep.me.call<Send>('POST', `/mass/${id}/undo`)
  let draft = await draftOf(rep)
  const { id } = (await start(rep, draft, ids, { undoSeconds: 5 })).body
  const both = await Promise.all([undo(id), undo(id)])
  const [back, late] = both.toSorted((a, b) => a.status - b.status)
  expect(back).toMatchObject({ status: 200, body: { id: draft.id, status: 'draft', massId: null } })
  expect(late && refusal(late)).toMatchObject(refused(404, 'mass_state'))
  draft = (await rep.me.call<Send>('GET', `/sends/${draft.id}`)).body
  for (let round = 0; round < 4; round++) {
    const before = gone()
    const begun = (await start(rep, draft, ids, { undoSeconds: 5 })).body
    clock.advance(8000)
    // Either may come first.
    const claiming = round % 2 === 0 ? deliverDue(house.deps) : undefined
    const answer = undo(begun.id)
    await Promise.all([claiming ?? deliverDue(house.deps), answer])
    await work(house, clock.now() + minute)
    const sent = (await answer).status === 200 ? 0 : 1
    expect(gone()).toEqual(before.map((count) => count + sent))
    if (sent === 0) draft = (await answer).body
    else {
      expect(refusal(await answer)).toMatchObject(refused(409, 'undo_gone'))
      expect(await mass(rep, begun.id)).toMatchObject({ status: 'done', sent: 3 })
      draft = await draftOf(rep)
    }
  }
})

test('who is left out, and why; what is confirmed is what happens', async () => {
  const rep = await house.reps.newRep()
  const other = await house.reps.newRep()
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
    const made_at = new Date(house.reps.town.google.clock.now())
    const { org_id } = await house.reps.town.house.db
      .selectFrom('mailboxes')
      .select('org_id')
      .where('id', '=', rep.mailboxId)
      .executeTakeFirstOrThrow()
    await house.reps.town.house.db
      .insertInto('suppressions')
      .values({ id, org_id, address, reason, evidence: '{}', made_at })
      .execute()
  }
  const missing = crypto.randomUUID()
  const named = [one, two, gone, shunned].map((person) => person?.id ?? '')
  const all = [...named, none, colleague, offer, missing]
  const draft = await draftOf(rep, { subject: 'About {{ contact.phone }}', html: '<p>Hi</p>' })
  const empty = (await plan(rep, draft, all)).body
  expect(empty.willBeMailed).toBe(0)
  const unfilled = { reason: 'unresolved', fields: ['contact.phone'] }
  expect(empty.leftOut.filter(({ reason }) => reason === 'unresolved')).toMatchObject([unfilled, unfilled])
  const even = { draftId: draft.id, recordIds: all, evenEmpty: true }
  expect((await rep.me.call<MassPlan>('POST', '/mass/plan', even)).body.willBeMailed).toBe(2)
  const nickname = await draftOf(rep, { html: '<p>{{ recipient.nickname }}</p>' })
  const noField = { why: 'unknown_field', line: 1, field: 'recipient.nickname' }
  expect(refusal(await plan(rep, nickname, all))).toMatchObject(refused(400, 'template_broken', noField))
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
  for (const person of [other.me, house.reps.founder])
    expect((await person.call('POST', `/mass/${good.body.id}/stop`, { version: 1 })).status).toBe(404)
  // The model is spent: it is no draft any more.
  expect(refusal(await start(rep, plain, all, { expected: 2 }))).toMatchObject(refused(409, 'draft_missing'))
  // Whoever has an empty field gets it all the same when its author says so.
  const overrule = { expected: 2, overrule: ['unresolved_field'] }
  const holed = await start(rep, draft, all, overrule)
  expect(holed.body).toMatchObject({ total: 2, leftOut: 6 })
  await work(house, house.reps.town.google.clock.now() + minute)
  expect(await mass(rep, holed.body.id)).toMatchObject({ sent: 2, held: 0 })
  expect(gotBy(house, one?.address ?? '').some((raw) => headerOf(raw, 'Subject') === 'About')).toBe(true)
})
