import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { NotesPage } from '../../lib/contract/history.ts'
import type { Note } from '../../lib/contract/records.ts'
import { setPolicy } from './harness/around.ts'
import { contact, type HouseOfReps, houseOfReps, type Rep, someone } from './harness/reps.ts'

let house: HouseOfReps
let mia: Rep
let ken: Rep

beforeAll(async () => {
  house = await houseOfReps()
  mia = await house.newRep()
  ken = await house.newRep()
})

const write = (rep: Rep, recordId: string, text: string, headers?: Record<string, string>) =>
  rep.me.call<Note>('POST', `/records/${recordId}/notes`, { text }, headers)
const list = async (rep: Rep, recordId: string, query = '') =>
  (await rep.me.call<NotesPage>('GET', `/records/${recordId}/notes${query}`)).body

describe('notes on a record', () => {
  test('written, read by everybody who sees the record and changed over the version seen', async () => {
    const recordId = await contact(mia, someone())
    const { status, body: note } = await write(mia, recordId, '  Prefers e-mail.\nBack on 12 December. ')
    expect(status).toBe(201)
    expect(note).toMatchObject({ version: 1, text: 'Prefers e-mail.\nBack on 12 December.' })
    const changed = await mia.me.call<Note>('PATCH', `/notes/${note.id}`, {
      version: 1,
      text: 'Prefers the phone.',
    })
    expect(changed).toMatchObject({ status: 200, body: { version: 2, text: 'Prefers the phone.' } })
    const stale = await mia.me.call('PATCH', `/notes/${note.id}`, { version: 1, text: 'Mine' })
    expect(stale).toMatchObject({
      status: 409,
      body: { error: { reason: 'version_stale', facts: { version: 2 } } },
    })
    expect(await list(ken, recordId)).toMatchObject({ total: 1, rows: [{ text: 'Prefers the phone.' }] })
  })

  test('a repeated creating call makes one note', async () => {
    const recordId = await contact(mia, someone())
    const headers = { 'idempotency-key': randomUUID() }
    const answers = await Promise.all([
      write(mia, recordId, 'Once', headers),
      write(mia, recordId, 'Once', headers),
    ])
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1)
    expect((await list(mia, recordId)).total).toBe(1)
  })

  test('only its author or an admin changes it; deleting can be taken back', async () => {
    const recordId = await contact(mia, someone())
    const { body: note } = await write(mia, recordId, 'Mine')
    const theirs = await ken.me.call('PATCH', `/notes/${note.id}`, { version: 1, text: 'Ours' })
    expect(theirs).toMatchObject({ status: 403, body: { error: { reason: 'not_yours' } } })
    expect((await ken.me.call('DELETE', `/notes/${note.id}?version=1`)).status).toBe(403)
    expect((await house.founder.call('DELETE', `/notes/${note.id}?version=7`)).status).toBe(409)
    expect((await house.founder.call('DELETE', `/notes/${note.id}?version=1`)).status).toBe(204)
    expect((await list(mia, recordId)).total).toBe(0)
    expect((await mia.me.call('PATCH', `/notes/${note.id}`, { version: 2, text: 'Late' })).status).toBe(404)
    for (let times = 0; times < 2; times += 1)
      expect(await mia.me.call('POST', `/notes/${note.id}/restore`)).toMatchObject({
        status: 200,
        body: { text: 'Mine' },
      })
    expect((await list(mia, recordId)).total).toBe(1)
  })

  test('record access governs them: what one may not see has no notes, what one may only read takes none', async () => {
    const recordId = await contact(mia, someone())
    const { body: note } = await write(mia, recordId, 'Secret')
    await setPolicy(house, { 'access.contacts': 'private' })
    try {
      expect((await ken.me.call('GET', `/records/${recordId}/notes`)).status).toBe(404)
      expect((await write(ken, recordId, 'Hello')).status).toBe(404)
      expect(await ken.me.call('PATCH', `/notes/${note.id}`, { version: 1, text: 'x' })).toMatchObject({
        status: 404,
        body: { error: { reason: 'note_missing' } },
      })
      await setPolicy(house, { 'access.contacts': 'read' })
      expect((await list(ken, recordId)).total).toBe(1)
      expect(await write(ken, recordId, 'Hello')).toMatchObject({
        status: 403,
        body: { error: { reason: 'record_read_only' } },
      })
    } finally {
      await setPolicy(house, {})
    }
  })

  test('bad input names its field: empty, invisible, too long, an unknown member, no version', async () => {
    const recordId = await contact(mia, someone())
    for (const text of ['', '  \n', '\u202E\u0000', 'x'.repeat(20_001)])
      expect(await write(mia, recordId, text)).toMatchObject({
        status: 400,
        body: { error: { fields: [{ field: 'text' }] } },
      })
    const odd = await mia.me.call('POST', `/records/${recordId}/notes`, { text: 'a', html: 'b' })
    expect(odd.status).toBe(400)
    const { body: note } = await write(mia, recordId, 'a\u0000b')
    expect(note.text).toBe('ab')
    expect((await mia.me.call('DELETE', `/notes/${note.id}`)).status).toBe(400)
    expect((await mia.me.call('GET', `/records/${recordId}/notes?cursor=x`)).status).toBe(400)
  })

  test('pages neither overlap nor skip, with times that coincide', async () => {
    const recordId = await contact(mia, someone())
    for (let n = 0; n < 53; n += 1) await write(mia, recordId, `Note ${n}`)
    const first = await list(mia, recordId)
    const second = await list(mia, recordId, `?cursor=${first.nextCursor}`)
    expect([first.rows.length, second.rows.length, first.total, second.nextCursor]).toEqual([50, 3, 53, null])
    expect(new Set([...first.rows, ...second.rows].map((note) => note.id)).size).toBe(53)
  })
})
