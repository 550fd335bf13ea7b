import './harness/loopback-only.ts'
import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Me } from '../../lib/contract/identity.ts'
import type { Invitations, PeopleAnswer, PersonRow } from '../../lib/contract/people.ts'
import type { RecordCard } from '../../lib/contract/records.ts'
import type { Person } from '../stand-ins/door.ts'
import {
  contact,
  deliver,
  type HouseOfReps,
  houseOfReps,
  type Rep,
  someone,
  subjects,
} from './harness/reps.ts'
import { arrived, deliverDue, inMinutes, workerDeps, write } from './harness/sending.ts'
import { passTime, workOff } from './harness/work.ts'

let here: HouseOfReps
let admin: Person
let viewer: Person
let reps = 0

beforeAll(async () => {
  here = await houseOfReps()
  admin = here.founder
  here.town.google.addAccount({ email: 'vera@arbor.example', name: 'Vera Voss' })
  await admin.call('POST', '/invitations', { email: 'vera@arbor.example', role: 'viewer' })
  viewer = await here.town.signIn('vera@arbor.example')
})

/** A rep without a mailbox. */
async function colleague(): Promise<{ me: Person; id: string }> {
  const email = `colleague${++reps}@arbor.example`
  here.town.google.addAccount({ email, name: `Colleague ${reps}` })
  const me = await here.town.signIn(email)
  return { me, id: await idOf(me) }
}

const idOf = async (who: Person) => (await who.call<Me>('GET', '/me')).body.user.id
const change = (id: string, body: object, who = admin) => who.call<PersonRow>('PATCH', `/people/${id}`, body)
const rowOf = async (id: string) =>
  (await admin.call<PeopleAnswer>('GET', '/people')).body.people.find((one) => one.id === id)

describe('the list', () => {
  test('everybody sees names and roles; what people hold, and who was invited, an admin', async () => {
    const { me, id } = await colleague()
    await me.call('POST', '/records', { module: 'leads', fields: { lastName: 'Brandt' } })
    await admin.call('POST', '/invitations', { email: 'new@else.example', role: 'rep' })
    expect(await rowOf(id)).toMatchObject({ role: 'rep', status: 'active', records: 1, mailboxes: 0 })
    expect((await rowOf(id))?.lastSeenAt).not.toBeNull()
    for (const who of [me, viewer]) {
      const { body } = await who.call<PeopleAnswer>('GET', '/people')
      expect(body.people.find((one) => one.id === id)).toMatchObject({
        email: me.email,
        role: 'rep',
        records: null,
        mailboxes: null,
        lastSeenAt: null,
      })
      expect(body.invitations).toEqual([])
    }
  })

  test.each([
    ['GET', '/invitations', undefined],
    ['POST', '/invitations', { email: 'x@y.example' }],
    ['DELETE', '/invitations/new@else.example', undefined],
    ['PATCH', `/people/${randomUUID()}`, { role: 'admin' }],
    ['POST', `/people/${randomUUID()}/transfer`, { toId: randomUUID() }],
  ])('%s %s is for admins alone', async (method, path, body) => {
    const { me } = await colleague()
    for (const who of [me, viewer])
      expect(await who.call(method, path, body)).toMatchObject({
        status: 403,
        body: { error: { reason: 'not_admin' } },
      })
    expect((await here.town.knock(method, `/api/v1${path}`, body)).status).toBe(401)
  })

  test('an invitation can be looked at and taken back; whoever held it comes in no more', async () => {
    const email = 'asked@else.example'
    here.town.google.addAccount({ email, name: 'Asked Once' })
    await admin.call('POST', '/invitations', { email, role: 'viewer' })
    const { body } = await admin.call<Invitations>('GET', '/invitations')
    expect(body.invitations.find((one) => one.email === email)).toMatchObject({
      role: 'viewer',
      invitedBy: 'Founder',
    })
    expect((await admin.call('DELETE', `/invitations/${encodeURIComponent(email)}`)).status).toBe(204)
    expect((await admin.call('DELETE', `/invitations/${encodeURIComponent(email)}`)).status).toBe(404)
    await expect(here.town.signIn(email)).rejects.toThrow(/join_refused/)
  })
})

describe('roles', () => {
  test('a new role counts from the next request on', async () => {
    const { me, id } = await colleague()
    expect((await change(id, { role: 'viewer' })).body).toMatchObject({ role: 'viewer' })
    const lead = { module: 'leads', fields: { lastName: 'Brandt' } }
    expect((await me.call('POST', '/records', lead)).status).toBe(403)
    await change(id, { role: 'rep' })
    expect((await me.call('POST', '/records', lead)).status).toBe(201)
  })

  test('the last admin stays admin and active, also when two go at once', async () => {
    const founder = await idOf(admin)
    const last = { status: 409, body: { error: { reason: 'last_admin' } } }
    expect(await change(founder, { role: 'rep' })).toMatchObject(last)
    expect(await change(founder, { status: 'deactivated' })).toMatchObject(last)
    const { me, id } = await colleague()
    await change(id, { role: 'admin' })
    const both = await Promise.all([change(founder, { role: 'rep' }, me), change(id, { role: 'rep' }, admin)])
    const admins = (await viewer.call<PeopleAnswer>('GET', '/people')).body.people.filter(
      (one) => one.role === 'admin' && one.status === 'active',
    )
    expect(admins).toHaveLength(1)
    expect(both.map((one) => one.status).toSorted()).toEqual([200, 403])
    const [left] = admins
    const reign = left?.id === founder ? admin : me
    await change(founder, { role: 'admin' }, reign)
    await change(id, { role: 'rep' }, admin)
  })

  test('nobody of that id, an unknown role, another member: refused by name', async () => {
    expect((await change(randomUUID(), { role: 'rep' })).status).toBe(404)
    const { id } = await colleague()
    expect((await change(id, { role: 'boss' })).status).toBe(400)
    expect((await change(id, { email: 'x@y.example' })).status).toBe(400)
  })
})

describe('deactivation (S-067)', () => {
  test('ends every session at once and lets nobody sign in; reactivation lets them in again', async () => {
    const { me, id } = await colleague()
    const second = await here.town.signIn(me.email)
    const made = await me.call<RecordCard>('POST', '/records', {
      module: 'leads',
      fields: { lastName: 'Brandt' },
    })
    expect((await change(id, { status: 'deactivated' })).body).toMatchObject({ status: 'deactivated' })
    expect((await rowOf(id))?.deactivatedAt).not.toBeNull()
    for (const who of [me, second]) expect((await who.call('GET', '/me')).status).toBe(401)
    await expect(here.town.signIn(me.email)).rejects.toThrow(/join_refused/)
    const { body } = await admin.call<Me>('GET', '/me')
    expect(body.colleagues.map((one) => one.id)).not.toContain(id)
    expect((await admin.call('GET', `/records/${made.body.record.id}`)).status).toBe(200)

    await change(id, { status: 'active' })
    expect((await rowOf(id))?.deactivatedAt).toBeNull()
    expect((await me.call('GET', '/me')).status).toBe(401)
    const back = await here.town.signIn(me.email)
    expect((await back.call('GET', `/records/${made.body.record.id}`)).status).toBe(200)
  })

  test('their scheduled mail is held, never sent', async () => {
    const rep = (await here.newRep()).me
    const customer = here.town.google.addAccount({ email: someone(), name: 'Elena Brandt' })
    const pair = { rep, customer }
    const { id } = await write(pair, inMinutes(here.town, 10))
    await change(await idOf(pair.rep), { status: 'deactivated' })
    here.town.google.clock.advance(11 * 60_000)
    await deliverDue(workerDeps(here.town))
    const row = await here.town.house.db
      .selectFrom('sends')
      .select(['status', 'reason'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    expect(row).toEqual({ status: 'held', reason: 'author_deactivated' })
    expect(arrived(pair.customer)).toEqual([])
  })

  test('their mailbox is left alone while they are away, and what came meanwhile is there when they are back', async () => {
    const rep = await here.newRep()
    const address = someone()
    const record = await contact(rep, address)
    await workOff(here.town)
    deliver(rep, { from: address, subject: 'Before' })
    await passTime(here.town, 61_000)
    expect(await subjects(rep, record)).toEqual(['Before'])

    const id = await idOf(rep.me)
    await change(id, { status: 'deactivated' })
    const later = someone('later')
    deliver(rep, { from: address, subject: 'Meanwhile' })
    deliver(rep, { from: later, subject: 'From a new one' })
    const asked = requestsOf(rep)
    const other = await here.newRep()
    const added = await contact(other, later)
    await passTime(here.town, 5 * 60_000)
    await passTime(here.town, 2 * 60 * 60_000)
    expect(requestsOf(rep)).toBe(asked)
    const mailbox = here.town.house.db.selectFrom('mailboxes').where('id', '=', rep.mailboxId)
    expect(await mailbox.select('sync_error').executeTakeFirst()).toEqual({ sync_error: null })

    await change(id, { status: 'active' })
    const back = { ...rep, me: await here.town.signIn(rep.me.email) }
    await passTime(here.town, 5 * 60_000)
    expect(await subjects(back, record)).toEqual(['Meanwhile', 'Before'])
    expect(await subjects(back, added)).toEqual(['From a new one'])
  })
})

function requestsOf(rep: Rep): number {
  return here.town.google.requests.filter((one) => one.account === rep.me.email).length
}
