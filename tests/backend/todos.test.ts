import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { TodosPage } from '../../lib/contract/history.ts'
import type { Todo } from '../../lib/contract/records.ts'
import { setPolicy, userIdOf } from './harness/around.ts'
import { contact, type HouseOfReps, houseOfReps, type Rep, someone } from './harness/reps.ts'

let house: HouseOfReps
let mia: Rep
let ken: Rep
let kenId: string

beforeAll(async () => {
  house = await houseOfReps()
  mia = await house.newRep()
  ken = await house.newRep()
  kenId = await userIdOf(house, ken)
})

const make = (rep: Rep, body: object, headers?: Record<string, string>) =>
  rep.me.call<Todo>('POST', '/todos', body, headers)
const patch = (rep: Rep, todo: { id: string; version: number }, body: object) =>
  rep.me.call<Todo>('PATCH', `/todos/${todo.id}`, { version: todo.version, ...body })
const list = async (rep: Rep, query = '') => {
  const { status, body } = await rep.me.call<TodosPage>('GET', `/todos${query}`)
  expect(status).toBe(200)
  return body
}
const titles = (page: TodosPage) => page.rows.map((todo) => todo.title)

/** Events told to one person, newest first. */
async function heardBy(userId: string) {
  const rows = await house.town.house.db
    .selectFrom('events')
    .select('payload')
    .where('user_id', '=', userId)
    .orderBy('seq', 'desc')
    .execute()
  return rows.map((row) => row.payload)
}

describe('tasks', () => {
  test('due first, then those without a date; mine, everybody’s, done ones by themselves', async () => {
    const rep = await house.newRep()
    const recordId = await contact(rep, someone())
    for (const [title, dueOn] of [
      ['Someday', null],
      ['Later', '2026-12-24'],
      ['First', '2026-11-20'],
    ]) {
      expect(await make(rep, { recordId, title, dueOn })).toMatchObject({
        status: 201,
        body: { title, dueOn },
      })
      house.town.google.clock.advance(1000)
    }
    await make(rep, { recordId, title: 'For Ken', dueOn: '2026-11-21', assigneeId: kenId })
    expect(titles(await list(rep))).toEqual(['First', 'Later', 'Someday'])
    const all = await list(rep, `?scope=everybody&recordId=${recordId}`)
    expect(titles(all)).toEqual(['First', 'For Ken', 'Later', 'Someday'])
    expect(all.rows[0]).toMatchObject({ record: { id: recordId, module: 'contacts' }, doneAt: null })
    const first = all.rows[0] as Todo
    expect(await patch(rep, first, { done: true })).toMatchObject({
      body: { version: 2, doneAt: '2026-11-23T09:00:03.000Z' },
    })
    expect(titles(await list(rep))).toEqual(['Later', 'Someday'])
    expect(titles(await list(rep, '?done=done'))).toEqual(['First'])
    await patch(rep, { ...first, version: 2 }, { done: false, dueOn: null, title: 'Not first' })
    expect(titles(await list(rep))).toEqual(['Later', 'Someday', 'Not first'])
  })

  test('pages neither overlap nor skip, over due dates that coincide and over those without one', async () => {
    const rep = await house.newRep()
    for (let n = 0; n < 105; n += 1)
      await make(rep, { title: `Task ${n}`, dueOn: n < 60 ? `2027-01-0${1 + (n % 3)}` : null })
    const seen: Todo[] = []
    let cursor: string | null = null
    do {
      const page: TodosPage = await list(rep, cursor === null ? '' : `?cursor=${cursor}`)
      expect(page.total).toBe(105)
      seen.push(...page.rows)
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(new Set(seen.map((todo) => todo.id)).size).toBe(105)
    const days = seen.map((todo) => todo.dueOn ?? '9999')
    expect(days).toEqual(days.toSorted())
    for (const odd of ['x', '2026-13-01.1.2', '-.5', `2026-99-99.0.${randomUUID()}`])
      expect((await rep.me.call('GET', `/todos?cursor=${odd}`)).status).toBe(400)
  })

  test('a task is given to somebody active who may see the record, and both are told', async () => {
    const recordId = await contact(mia, someone())
    const { body: todo } = await make(mia, { recordId, title: 'Call back', assigneeId: kenId })
    expect(await heardBy(kenId)).toContainEqual({ type: 'todo', id: todo.id })
    const miaId = await userIdOf(house, mia)
    const before = (await heardBy(kenId)).length
    expect(await patch(ken, todo, { assigneeId: miaId })).toMatchObject({ body: { assignee: { id: miaId } } })
    expect((await heardBy(kenId)).length).toBe(before + 1)
    expect(await heardBy(miaId)).toContainEqual({ type: 'todo', id: todo.id })
    // Of no record, and theirs no longer: it was done, so it is answered.
    const { body: loose } = await make(mia, { title: 'Book a room', assigneeId: kenId })
    expect(await patch(ken, loose, { assigneeId: miaId })).toMatchObject({ status: 200 })
    await setPolicy(house, { 'access.contacts': 'private' })
    try {
      for (const assigneeId of [kenId, randomUUID()])
        expect(await make(mia, { recordId, title: 'Not yours', assigneeId })).toMatchObject({
          status: 400,
          body: { error: { fields: [{ field: 'assigneeId', reason: 'person_missing' }] } },
        })
    } finally {
      await setPolicy(house, {})
    }
    await house.town.house.db
      .updateTable('users')
      .set({ status: 'deactivated' })
      .where('id', '=', kenId)
      .execute()
    try {
      expect((await make(mia, { title: 'To nobody', assigneeId: kenId })).status).toBe(400)
    } finally {
      await house.town.house.db
        .updateTable('users')
        .set({ status: 'active' })
        .where('id', '=', kenId)
        .execute()
    }
  })

  test('record access governs them; those of no record belong to whoever made or has them', async () => {
    const recordId = await contact(mia, someone())
    const { body: onRecord } = await make(mia, { recordId, title: 'On a record' })
    const { body: alone } = await make(mia, { title: 'Of my own' })
    expect(alone).toMatchObject({ record: null })
    const kens = async () => titles(await list(ken, '?scope=everybody'))
    expect(await kens()).toContain('On a record')
    expect(await kens()).not.toContain('Of my own')
    expect((await ken.me.call('GET', `/todos/${alone.id}`)).status).toBe(404)
    // By default everybody may edit a record, and so what is to be done about it.
    expect((await patch(ken, onRecord, { title: 'On a record, changed' })).status).toBe(200)
    await setPolicy(house, { 'access.contacts': 'read' })
    try {
      const answer = await patch(ken, { ...onRecord, version: 2 }, { done: true })
      expect(answer).toMatchObject({ status: 403, body: { error: { reason: 'not_yours' } } })
      await setPolicy(house, { 'access.contacts': 'private' })
      expect(await kens()).not.toContain('On a record, changed')
      for (const [method, path, body] of [
        ['GET', `/todos/${onRecord.id}`],
        ['PATCH', `/todos/${onRecord.id}`, { version: 2, done: true }],
        ['DELETE', `/todos/${onRecord.id}?version=2`],
        ['GET', `/todos?recordId=${recordId}`],
        ['POST', '/todos', { recordId, title: 'Mine too' }],
      ] as const)
        expect([path, (await ken.me.call(method, path, body)).status]).toEqual([path, 404])
    } finally {
      await setPolicy(house, {})
    }
  })

  test('a task of a record in the bin waits there with it', async () => {
    const recordId = await contact(mia, someone())
    const { body: todo } = await make(mia, { recordId, title: 'Gone with it' })
    expect((await mia.me.call('DELETE', `/records/${recordId}`)).status).toBe(204)
    expect((await mia.me.call('GET', `/todos/${todo.id}`)).status).toBe(404)
    expect(titles(await list(mia))).not.toContain('Gone with it')
  })

  test('somebody who saved first is not overwritten; deleting is taken back; a repetition makes one', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    const answers = await Promise.all([1, 2].map(() => make(mia, { title: 'Once' }, headers)))
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1)
    const todo = answers[0]?.body as Todo
    await patch(mia, todo, { title: 'Changed' })
    expect(await patch(mia, todo, { title: 'Late' })).toMatchObject({
      status: 409,
      body: { error: { reason: 'version_stale', facts: { version: 2 } } },
    })
    expect((await mia.me.call('DELETE', `/todos/${todo.id}?version=1`)).status).toBe(409)
    expect((await mia.me.call('DELETE', `/todos/${todo.id}?version=2`)).status).toBe(204)
    expect((await mia.me.call('GET', `/todos/${todo.id}`)).status).toBe(404)
    expect((await ken.me.call('POST', `/todos/${todo.id}/restore`)).status).toBe(404)
    expect(await mia.me.call('POST', `/todos/${todo.id}/restore`)).toMatchObject({
      status: 200,
      body: { title: 'Changed' },
    })
    expect(titles(await list(mia))).toContain('Changed')
  })

  test('bad input names its field; a viewer writes none', async () => {
    for (const [body, field] of [
      [{ title: ' ' }, 'title'],
      [{ title: '\u202A\u0007' }, 'title'],
      [{ title: 'x'.repeat(501) }, 'title'],
      [{ title: 'x', dueOn: '2026-02-30' }, 'dueOn'],
      [{ title: 'x', dueOn: '0000-01-01' }, 'dueOn'],
      [{ title: 'x', dueOn: 'tomorrow' }, 'dueOn'],
      [{ title: 'x', assigneeId: 'ken' }, 'assigneeId'],
    ] as const)
      expect(await make(mia, body)).toMatchObject({ status: 400, body: { error: { fields: [{ field }] } } })
    const { body: todo } = await make(mia, { title: 'x' })
    expect((await patch(mia, { id: todo.id, version: 3_000_000_000 }, {})).status).toBe(400)
    const viewer = await house.newRep()
    await house.town.house.db
      .updateTable('users')
      .set({ role: 'viewer' })
      .where('email', '=', viewer.me.email)
      .execute()
    expect(await make(viewer, { title: 'x' })).toMatchObject({
      status: 403,
      body: { error: { reason: 'role_cannot_write' } },
    })
  })
})
