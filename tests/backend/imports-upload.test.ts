import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../../backend/http/app.ts'
import { createBackend } from '../../lib/extension/api.ts'
import type { Person } from '../stand-ins/door.ts'
import { type TestHouse, testHouse } from './harness/house.ts'
import { type Tables, tables, toCsv } from './harness/tables.ts'
import { workOff } from './harness/work.ts'

let town: TestHouse
let files: Tables
let mia: Person
let ken: Person

beforeAll(async () => {
  town = await testHouse()
  town.google.addAccount({ email: 'mia@arbor.example', name: 'Mia Sato' })
  town.google.addAccount({ email: 'ken@arbor.example', name: 'Ken Mori' })
  mia = await town.signIn('mia@arbor.example')
  await mia.call('PUT', '/policy/join', { domains: ['arbor.example'] })
  ken = await town.signIn('ken@arbor.example')
  files = tables(town)
})

/** Text as Shift_JIS; characters by their codes, since nothing in Node writes it. */
function shiftJis(text: string): Uint8Array {
  const bytes: number[] = []
  const decoder = new TextDecoder('shift_jis')
  const codes = new Map<string, number[]>()
  for (let lead = 0x81; lead <= 0xfc; lead++) {
    if (lead > 0x9f && lead < 0xe0) continue
    for (let trail = 0x40; trail <= 0xfc; trail++) {
      const letter = decoder.decode(new Uint8Array([lead, trail]))
      if (letter.length === 1 && !codes.has(letter)) codes.set(letter, [lead, trail])
    }
  }
  for (const letter of text) bytes.push(...(codes.get(letter) ?? [letter.charCodeAt(0)]))
  return new Uint8Array(bytes)
}

describe('upload: the file is understood', () => {
  test('English columns of another CRM; the address is the match key', async () => {
    const made = await files.upload(mia, 'leads', [
      ['First Name', 'Last Name', 'E-mail Address', 'Company', 'Job Title', 'Mobile Phone', 'Shoe size'],
      ['Elena', 'Brandt', 'elena@halden.example', 'Halden', 'CTO', '+49 170 1', '38'],
    ])
    expect(made).toMatchObject({
      status: 'uploaded',
      module: 'leads',
      fileName: 'people.csv',
      format: { encoding: 'utf-8', delimiter: ',', hasHeader: true },
      mapping: {
        columns: {
          0: 'firstName',
          1: 'lastName',
          2: 'primaryAddress',
          3: 'company',
          4: 'title',
          5: 'mobile',
        },
        matchKey: 'primaryAddress',
      },
      sample: [['Elena', 'Brandt', 'elena@halden.example', 'Halden', 'CTO', '+49 170 1', '38']],
      by: { name: 'Mia Sato' },
    })
    expect(made.mapping.columns).not.toHaveProperty('6')
  })

  test('Shift_JIS with Japanese columns', async () => {
    const text =
      '姓,名,メールアドレス,会社名,電話番号\r\n山﨑,花子,hanako@yamada.example,株式会社山田製作所,03-1234-5678\r\n'.replace(
        '﨑',
        '崎',
      )
    const made = await files.upload(mia, 'contacts', shiftJis(text))
    expect(made).toMatchObject({
      format: { encoding: 'shift_jis' },
      headers: ['姓', '名', 'メールアドレス', '会社名', '電話番号'],
      mapping: { columns: { 0: 'lastName', 1: 'firstName', 2: 'primaryAddress', 4: 'phone' } },
    })
    expect(made.sample[0]?.[0]).toBe('山崎')
  })

  test('a German spreadsheet: semicolons, windows-1252, day first', async () => {
    const text = 'Dealname;Betrag;Close Date\r\nMüller Größe;1.234,50;23.11.2026\r\n'
    const made = await files.upload(
      mia,
      'deals',
      Uint8Array.from(text, (letter) => letter.charCodeAt(0)),
    )
    expect(made).toMatchObject({
      format: { encoding: 'windows-1252', delimiter: ';' },
      mapping: { dates: 'dmy', columns: { 1: 'amount', 2: 'closingOn' } },
    })
    expect(made.sample[0]?.[0]).toBe('Müller Größe')
  })

  test.each([
    ['utf-16le', (text: string) => new Uint8Array([0xff, 0xfe, ...Buffer.from(text, 'utf16le')])],
    ['utf-16be', (text: string) => new Uint8Array([0xfe, 0xff, ...Buffer.from(text, 'utf16le').swap16()])],
    ['utf-8', (text: string) => new Uint8Array(Buffer.from(`\uFEFF${text}`))],
  ])('%s by its mark, tabs between', async (encoding, encode) => {
    const made = await files.upload(mia, 'accounts', encode('取引先名\t業種\r\n山田製作所\t製造\r\n'))
    expect(made).toMatchObject({
      format: { encoding, delimiter: '\t' },
      headers: ['取引先名', '業種'],
      sample: [['山田製作所', '製造']],
      mapping: { columns: { 0: 'accountName', 1: 'industry' }, matchKey: 'accountName' },
    })
  })

  test('without a header line the columns are lettered; equal names are numbered', async () => {
    expect(
      await files.upload(mia, 'contacts', 'Brandt,b@x.example,12\r\nOno,o@x.example,13\r\n'),
    ).toMatchObject({
      format: { hasHeader: false },
      headers: ['A', 'B', 'C'],
      sample: [
        ['Brandt', 'b@x.example', '12'],
        ['Ono', 'o@x.example', '13'],
      ],
    })
    const twice = await files.upload(mia, 'contacts', 'Last Name,Note,Note,\r\nBrandt,a,b,c\r\n')
    expect(twice.headers).toEqual(['Last Name', 'Note', 'Note (2)', 'D'])
  })

  test('only a header is a file of no rows; 2,000 columns are read', async () => {
    expect(await files.upload(mia, 'contacts', 'Last Name,Email\r\n')).toMatchObject({ sample: [] })
    const wide = await files.upload(mia, 'contacts', [
      Array.from({ length: 2000 }, (_, n) => `Column ${n}`),
      ['x'],
    ])
    expect(wide.headers).toHaveLength(2000)
  })
})

describe('upload: what is refused', () => {
  test('an empty file', async () => {
    for (const empty of ['', '\r\n\r\n'])
      expect(await files.raw(mia, 'contacts', empty)).toMatchObject({
        status: 400,
        body: { error: { reason: 'file_empty' } },
      })
  })

  test('a module nobody has, named; a body over the cap while it arrives, with numbers', async () => {
    expect(await files.raw(mia, 'x_boats', 'a\nb')).toMatchObject({
      status: 400,
      body: { error: { reason: 'module_unknown', fields: [{ field: 'module' }] } },
    })
    expect(await files.raw(mia, 'contacts', 'a\nb', { 'content-length': '104857601' })).toMatchObject({
      status: 413,
      body: { error: { reason: 'body_too_large', facts: { maxBytes: 104857600, bytes: 104857601 } } },
    })
    let sent = 0
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1
        controller.enqueue(new Uint8Array(1024 * 1024).fill(97))
      },
    })
    expect(await files.raw(mia, 'contacts', endless)).toMatchObject({
      status: 413,
      body: { error: { facts: { maxBytes: 104857600 } } },
    })
    expect(sent).toBeLessThan(110)
  })

  test('other bodies keep their limit of 2 MB', async () => {
    const answer = await files.ask(mia, 'POST', '/records', { body: 'x'.repeat(3 * 1024 * 1024) })
    expect(answer.status).toBe(413)
  })

  test('who may not import or write; another’s import does not exist, except for an admin', async () => {
    const made = await files.upload(ken, 'contacts', 'Last Name\r\nOno\r\n')
    const others = await town.signIn('mia@arbor.example')
    expect((await others.call('GET', `/imports/${made.id}`)).status).toBe(200)
    const mine = await files.upload(mia, 'contacts', 'Last Name\r\nOno\r\n')
    for (const [method, path] of [
      ['GET', ''],
      ['PATCH', ''],
      ['POST', '/check'],
      ['POST', '/start'],
      ['POST', '/cancel'],
      ['POST', '/undo'],
      ['GET', '/problems'],
      ['GET', '/problems.csv'],
    ] as const) {
      const body = method === 'PATCH' ? { version: 1 } : undefined
      expect(await ken.call(method, `/imports/${mine.id}${path}`, body)).toMatchObject({
        status: 404,
        body: { error: { reason: 'import_missing' } },
      })
    }
    const listed = await ken.call<{ imports: { id: string }[] }>('GET', '/imports')
    expect(listed.body.imports.map((one) => one.id)).toEqual([made.id])
    await town.house.db.updateTable('users').set({ role: 'viewer' }).where('email', '=', ken.email).execute()
    expect(await files.raw(ken, 'contacts', 'a\nb')).toMatchObject({
      status: 403,
      body: { error: { reason: 'role_cannot_write' } },
    })
    expect((await ken.call('POST', `/imports/${made.id}/start`)).status).toBe(403)
    await town.house.db.updateTable('users').set({ role: 'rep' }).where('email', '=', ken.email).execute()
  })

  test('a repeated upload with the same key is one import', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    const one = await files.raw(mia, 'contacts', 'Last Name\r\nOnce\r\n', headers)
    const two = await files.raw(mia, 'contacts', 'Last Name\r\nOnce\r\n', headers)
    expect(two.body.id).toBe(one.body.id)
  })
})

test('the extension’s own calls: upload, look, run, and files to save', async () => {
  const app = createApp(town.house)
  const backend = createBackend({
    origin: 'http://127.0.0.1:8787',
    session: mia.session,
    fetch: async (input, init) => app.fetch(new Request(input, { ...init, duplex: 'half' } as RequestInit)),
  })
  const file = new Blob(['Last name,Email\nClient,wrong\nBy Client,client@x.example\n'])
  const made = await backend.uploadImport({ module: 'leads', fileName: '名簿 1.csv' }, file, randomUUID())
  expect(made).toMatchObject({ fileName: '名簿 1.csv', sample: [['Client', 'wrong'], {}] })
  expect((await backend.checkImport(made.id)).status).toBe('checking')
  await workOff(town, ['import'])
  expect((await backend.startImport(made.id)).status).toBe('running')
  await workOff(town, ['import'])
  expect(await backend.import(made.id)).toMatchObject({ status: 'done', created: 1, failed: 1 })
  expect((await backend.importProblems(made.id)).rows).toMatchObject([{ row: 2, reason: 'address_invalid' }])
  expect(await (await backend.importProblemsFile(made.id, 'en')).text()).toContain('Client,wrong,')
  expect((await backend.imports()).map((one) => one.id)).toContain(made.id)
  expect(await (await backend.exportFile('leads.csv', 'ja')).text()).toContain('By Client')
  const list = { module: 'leads', filter: [], q: '', zone: 'UTC' } as const
  expect(
    await (await backend.exportList({ list: { ...list, filter: [] }, language: 'en' })).text(),
  ).toContain('By Client')
})

describe('mapping', () => {
  test('the file is read another way when told so, and mapped anew', async () => {
    const made = await files.upload(mia, 'contacts', 'Last Name;Email\r\nBrandt;b@x.example\r\n')
    const answer = await mia.call('PATCH', `/imports/${made.id}`, {
      version: made.version,
      format: { ...made.format, delimiter: ',' },
    })
    expect(answer.body).toMatchObject({ headers: ['Last Name;Email'], version: 2, mapping: { columns: {} } })
    expect(await mia.call('PATCH', `/imports/${made.id}`, { version: 1 })).toMatchObject({
      status: 409,
      body: { error: { reason: 'version_stale' } },
    })
  })

  test('wrong columns, keys and fields are named', async () => {
    const made = await files.upload(
      mia,
      'contacts',
      toCsv([
        ['Last Name', 'Email'],
        ['B', 'b@x.example'],
      ]),
    )
    const patch = (mapping: object) =>
      mia.call('PATCH', `/imports/${made.id}`, { version: 1, mapping: { ...made.mapping, ...mapping } })
    expect(await patch({ columns: { 0: 'lastName', 1: 'shoeSize' } })).toMatchObject({
      status: 400,
      body: { error: { fields: [{ field: 'mapping.columns.1', reason: 'field_unknown' }, {}] } },
    })
    expect(await patch({ columns: { 0: 'lastName', 7: 'phone' }, matchKey: null })).toMatchObject({
      body: { error: { fields: [{ field: 'mapping.columns.7', reason: 'field_invalid' }] } },
    })
    expect(await patch({ matchKey: 'phone' })).toMatchObject({
      body: { error: { fields: [{ field: 'mapping.matchKey', reason: 'field_invalid' }] } },
    })
  })

  test('without a column for the name nothing starts', async () => {
    const made = await files.upload(mia, 'accounts', 'Shoe size\r\n38\r\n')
    for (const verb of ['check', 'start'])
      expect(await files.step(mia, made.id, verb)).toMatchObject({
        status: 400,
        body: { error: { reason: 'mapping_incomplete', fields: [{ field: 'mapping.columns' }] } },
      })
  })
})
