import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { LookupAnswer, RecordSummary } from '../../lib/contract/records.ts'
import type { Person } from '../stand-ins/door.ts'
import { type TestHouse, testHouse } from './harness/house.ts'
import { make, named, see, setPolicy } from './harness/records.ts'

type Role = 'admin' | 'rep' | 'viewer'
type Level = 'private' | 'read' | 'edit'

let town: TestHouse
let orgId = ''
const people = new Map<string, { person: Person; id: string }>()

beforeAll(async () => {
  town = await testHouse()
  for (const name of ['admin', 'rep', 'viewer', 'other']) {
    const email = `${name}@arbor.example`
    town.google.addAccount({ email, name })
    const person = await town.signIn(email)
    if (name === 'admin') await person.call('PUT', '/policy/join', { domains: ['arbor.example'] })
    await town.consent(person, ['send', 'read'])
    const role: Role = name === 'other' ? 'rep' : (name as Role)
    const user = await town.house.db
      .updateTable('users')
      .set({ role })
      .where('email', '=', email)
      .returning(['id', 'org_id'])
      .executeTakeFirstOrThrow()
    orgId = user.org_id
    people.set(name, { person, id: user.id })
  }
})

const who = (name: string) => {
  const found = people.get(name)
  if (found === undefined) throw new Error(`nobody is ${name}`)
  return found
}

/** A contact with a file, a deal that names it, and a copy in the bin, all of one owner. */
interface Case {
  record: RecordSummary
  address: string
  deal: RecordSummary
  binned: RecordSummary
  attachmentId: string
}

async function arrange(owner: string): Promise<Case> {
  const admin = who('admin').person
  const tag = randomUUID().slice(0, 8)
  const address = `p${tag}@customer.example`
  const ownerId = who(owner).id
  const contact = (lastName: string, more: object) =>
    make(admin, 'contacts', { fields: { lastName, phone: '030 555 01' }, ownerId, ...more })
  const record = await contact(`Secret${tag}`, { primaryAddress: address })
  const binned = await contact(`Binned${tag}`, {})
  await admin.call('DELETE', `/records/${binned.id}`)
  const deal = await named(admin, 'deals', `Deal${tag}`, {
    mainContactId: record.id,
    contactIds: [record.id],
  })
  return { record, address, deal, binned, attachmentId: await attach(record.id, tag) }
}

async function attach(recordId: string, text: string): Promise<string> {
  const { db, files } = town.house
  async function* bytes() {
    yield Buffer.from(text)
  }
  const signal = AbortSignal.timeout(10_000)
  const { sha256, size } = await files.put(orgId, bytes(), { maxBytes: 100, onBytes() {}, signal })
  const at = new Date(town.google.clock.now())
  const id = randomUUID()
  await db.insertInto('files').values({ org_id: orgId, sha256, size, created_at: at }).execute()
  await db
    .insertInto('attachments')
    .values({
      ...{ id, org_id: orgId, record_id: recordId, sha256, size, name: `${text}.pdf`, filed_at: at },
      ...{ mime_type: 'application/pdf', mailbox_id: null, gmail_message_id: null, part_id: null },
      ...{ filed_by: who('admin').id, deleted_at: null },
    })
    .execute()
  return id
}

/** Every verb on a record: what it answers, or that what it lists holds the record. */
const verbs = {
  get: async ({ record }, me) => status(me, 'GET', `/records/${record.id}`),
  emails: async ({ record }, me) => status(me, 'GET', `/records/${record.id}/emails`),
  attachments: async ({ record }, me) => status(me, 'GET', `/records/${record.id}/attachments`),
  content: async ({ attachmentId }, me) => status(me, 'GET', `/attachments/${attachmentId}/content`),
  notes: async ({ record }, me) => status(me, 'GET', `/records/${record.id}/notes`),
  changes: async ({ record }, me) => status(me, 'GET', `/records/${record.id}/changes`),
  merges: async ({ record }, me) => status(me, 'GET', `/records/${record.id}/merges`),
  'card of its deal': async ({ record, deal }, me) => holds(me, 'GET', `/records/${deal.id}`, record.name),
  'name in its deal': async ({ record, deal }, me) =>
    (await see(me, deal.id)).refs.find((ref) => ref.id === record.id)?.name === record.name,
  search: async ({ record }, me) => holds(me, 'GET', `/records?q=${record.name}`, record.name),
  'search by address': async ({ record, address }, me) =>
    holds(me, 'GET', `/records?q=${address}`, record.name),
  list: async ({ record }, me) =>
    holds(me, 'POST', '/records/list', record.name, { module: 'contacts', q: record.name }),
  'count of the list': async ({ record }, me) => {
    const query = { module: 'contacts', q: record.name }
    return (await me.call<{ total: number }>('POST', '/records/list', query)).body.total
  },
  'other lists': async ({ record, deal }, me) =>
    holds(me, 'POST', '/records/list', record.name, { module: 'deals', q: deal.name }),
  duplicates: async ({ record, address }, me) =>
    holds(me, 'POST', '/records/duplicates', record.name, { module: 'contacts', primaryAddress: address }),
  targets: async ({ record, address }, me) =>
    holds(me, 'POST', '/filings/targets', record.name, {
      account: me.email,
      people: [address],
      subject: 'Hi',
    }),
  bin: async ({ binned }, me) => holds(me, 'GET', '/bin?module=contacts', binned.name),
  'look-up': async ({ address }, me) => {
    const asked = { account: me.email, people: [{ address, name: '' }] }
    const { body } = await me.call<LookupAnswer>('POST', '/lookup', asked)
    return body.people[0]?.kind
  },
  send: async ({ record, address }, me) =>
    status(me, 'POST', '/sends', {
      ...{ account: me.email, to: [{ address, name: '' }], subject: 'Hi', body: 'Hi', recordId: record.id },
      when: { kind: 'at', local: '2026-12-24T09:00', zone: 'UTC' },
    }),
  file: async ({ record }, me) =>
    status(me, 'POST', '/filings', {
      ...{ account: me.email, messageId: randomUUID().replaceAll('-', '').slice(0, 16), recordId: record.id },
      part: { partId: '1' },
    }),
  'name as a parent': async ({ record }, me) =>
    status(me, 'POST', '/records', {
      ...{ module: 'deals', fields: { dealName: 'Mine' }, mainContactId: record.id },
    }),
  update: async ({ record }, me) =>
    status(me, 'PATCH', `/records/${record.id}`, { version: 1, seen: {}, fields: { title: 'Buyer' } }),
  'give away': async ({ record }, me) =>
    status(me, 'PATCH', `/records/${record.id}`, {
      version: 1,
      seen: {},
      ownerId: record.owner.id,
      fields: { city: 'Kiel' },
    }),
  restore: async ({ binned }, me) => status(me, 'POST', `/records/${binned.id}/restore`),
  delete: async ({ record }, me) => status(me, 'DELETE', `/records/${record.id}`),
} satisfies Record<string, (one: Case, me: Person) => Promise<unknown>>

async function status(me: Person, method: string, path: string, body?: object): Promise<number> {
  return (await me.call(method, path, body)).status
}

async function holds(
  me: Person,
  method: string,
  path: string,
  name: string,
  body?: object,
): Promise<boolean> {
  const answer = await me.call(method, path, body)
  expect([path, answer.status]).toEqual([path, 200])
  return JSON.stringify(answer.body).includes(name)
}

/** What each verb answers to somebody who may see the record or not, change it or not, write at all or not. */
function expected({ sees, edits, writes }: { sees: boolean; edits: boolean; writes: boolean }) {
  const read = sees ? 200 : 404
  const change = (done: number) => (!writes ? 403 : !sees ? 404 : edits ? done : 403)
  return {
    ...{
      get: read,
      emails: read,
      attachments: read,
      content: read,
      notes: read,
      changes: read,
      merges: read,
    },
    ...{ 'card of its deal': sees, 'name in its deal': sees, search: sees, 'search by address': sees },
    ...{
      list: sees,
      'count of the list': sees ? 1 : 0,
      'other lists': sees,
      duplicates: sees,
      targets: sees,
    },
    ...{ bin: sees, 'look-up': sees ? 'known' : 'unknown' },
    ...{
      send: !writes ? 403 : sees ? 201 : 400,
      file: change(202),
      'name as a parent': !writes ? 403 : sees ? 201 : 400,
    },
    ...{ update: change(200), 'give away': change(200), restore: change(200), delete: change(204) },
  }
}

const roles: Role[] = ['admin', 'rep', 'viewer']
const levels: Level[] = ['private', 'read', 'edit']
const table = roles.flatMap((role) =>
  levels.flatMap((level) => [true, false].map((owns) => ({ role, level, owns }))),
)

describe('who may do what with a record', () => {
  test.each(table)('$role, $level for others, owner: $owns', async ({ role, level, owns }) => {
    await setPolicy(town, { 'access.contacts': level })
    const one = await arrange(owns ? role : 'other')
    const me = who(role).person
    const sees = role === 'admin' || owns || level !== 'private'
    const writes = role !== 'viewer'
    const edits = writes && (role === 'admin' || owns || level === 'edit')
    const answers: Record<string, unknown> = {}
    for (const [verb, run] of Object.entries(verbs)) answers[verb] = await run(one, me)
    expect(answers).toEqual(expected({ sees, edits, writes }))
  })

  test('a card says whether I may change it', async () => {
    const one = await arrange('other')
    for (const [level, access] of [
      ['read', 'read'],
      ['edit', 'edit'],
    ] as const) {
      await setPolicy(town, { 'access.contacts': level })
      expect((await see(who('rep').person, one.record.id)).access).toBe(access)
      expect((await see(who('viewer').person, one.record.id)).access).toBe('read')
      expect((await see(who('admin').person, one.record.id)).access).toBe('edit')
    }
  })

  test('a hidden record is counted to whoever looks its address up, and nothing more', async () => {
    await setPolicy(town, { 'access.contacts': 'private' })
    const { address, record } = await arrange('other')
    const asked = { account: who('rep').person.email, people: [{ address, name: '' }] }
    const { body } = await who('rep').person.call<LookupAnswer>('POST', '/lookup', asked)
    expect(body.people[0]).toMatchObject({ kind: 'unknown', cards: [], hidden: 1 })
    expect(JSON.stringify(body)).not.toContain(record.name)
  })

  test('without records.write a rep reads; another module’s policy changes nothing here', async () => {
    await setPolicy(town, { 'access.contacts': 'edit', 'access.accounts': 'private', 'permissions.rep': [] })
    try {
      const { record } = await arrange('rep')
      expect((await see(who('rep').person, record.id)).access).toBe('read')
      expect(await status(who('rep').person, 'DELETE', `/records/${record.id}`)).toBe(403)
    } finally {
      await setPolicy(town, { 'permissions.rep': undefined, 'access.accounts': 'edit' })
    }
  })
})
