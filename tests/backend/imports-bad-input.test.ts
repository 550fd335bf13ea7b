import { beforeAll, describe, expect, test } from 'vitest'
import { runImport } from '../../backend/services/imports/run.ts'
import type { Person } from '../stand-ins/door.ts'
import { type TestHouse, testHouse } from './harness/house.ts'
import { type Tables, tables } from './harness/tables.ts'
import { workOff } from './harness/work.ts'

let town: TestHouse
let files: Tables
let mia: Person

beforeAll(async () => {
  town = await testHouse()
  town.google.addAccount({ email: 'mia@arbor.example', name: 'Mia Sato' })
  mia = await town.signIn('mia@arbor.example')
  files = tables(town)
})

const reasons = async (id: string) =>
  (await files.problems(mia, id)).rows.map(({ row, field, reason }) => `${row} ${field} ${reason}`)
const names = async (module: string) => (await files.records(mia, module)).map((one) => one.name)

describe('bad rows are named and the good ones come in', () => {
  test('a cell of 10 MB', async () => {
    const text = `Last name,Title,Email\nGood,CTO,good@x.example\nHuge,"${'x'.repeat(10 * 1024 * 1024)}",huge@x.example\nAfter,CTO,after@x.example\n`
    const made = await files.upload(mia, 'leads', text)
    expect(await files.run(mia, made.id)).toMatchObject({ status: 'done', created: 2, failed: 1 })
    const { rows } = await files.problems(mia, made.id)
    expect(rows).toMatchObject([{ row: 3, field: 'title', reason: 'too_long' }])
    expect(rows[0]?.value.length).toBeLessThanOrEqual(200)
  })

  test('ragged rows, empty lines, surplus empty cells', async () => {
    const made = await files.upload(
      mia,
      'leads',
      'Last name,Title\nShort\n\nLong,a,b\nTrailing,a,,\nFine,a\n',
    )
    expect(await files.run(mia, made.id)).toMatchObject({ total: 4, created: 2, failed: 2 })
    expect(await reasons(made.id)).toEqual(['2  cells_missing', '4  cells_too_many'])
  })

  test('bytes the encoding does not know, and NUL', async () => {
    const bytes = Buffer.concat([
      Buffer.from('Last name,Title\nGood Bytes,a\nBad'),
      Buffer.from([0xff]),
      Buffer.from(',b\nNul\0,c\n'),
    ])
    const made = await files.upload(mia, 'leads', bytes)
    const { body } = await mia.call<{ format: object; version: number }>('PATCH', `/imports/${made.id}`, {
      version: made.version,
      format: { ...made.format, encoding: 'utf-8' },
    })
    expect(body.format).toMatchObject({ encoding: 'utf-8' })
    expect(await files.run(mia, made.id)).toMatchObject({ created: 1, failed: 2 })
    expect(await reasons(made.id)).toEqual(['3 lastName bytes_invalid', '4 lastName bytes_invalid'])
  })

  test('equal headers are both to be mapped; quoted line breaks stay; lone line feeds and CRLF may mix', async () => {
    const made = await files.upload(
      mia,
      'leads',
      'Last name,Note,Note\r\nMixed,"a\r\nb",c\nMixed Two,d,"e ""f"""\r\n',
    )
    expect(made.headers).toEqual(['Last name', 'Note', 'Note (2)'])
    await files.map(mia, made, { columns: { 0: 'lastName', 1: 'description', 2: 'title' } })
    expect(await files.run(mia, made.id)).toMatchObject({ created: 2, failed: 0 })
    const mixed = (await files.records(mia, 'leads'))
      .filter((one) => one.name.startsWith('Mixed'))
      .toSorted((a, b) => a.name.localeCompare(b.name))
    expect(mixed.map((one) => one.fields)).toMatchObject([
      { description: 'a\nb', title: 'c' },
      { description: 'd', title: 'e "f"' },
    ])
  })

  test('a quote that is never closed: nothing is written, the line is named, and it can be mapped again', async () => {
    const open = 'Unclosed Two,"b\nUnclosed Three,c\n'
    expect(await files.raw(mia, 'leads', `Last name,Title\n${open}`)).toMatchObject({
      status: 400,
      body: { error: { reason: 'file_unreadable', facts: { line: 2 } } },
    })
    const rows = Array.from({ length: 900 }, (_, n) => `Unclosed ${n},a\n`).join('')
    const made = await files.upload(mia, 'leads', `Last name,Title\n${rows}${open}`)
    for (const verb of ['check', 'start'])
      expect(await files.run(mia, made.id, verb)).toMatchObject({
        status: 'failed',
        reason: 'file_unreadable',
        undoUntil: null,
      })
    const [problem, ...more] = (await files.problems(mia, made.id)).rows
    expect(problem).toMatchObject({ row: 902, reason: 'file_unreadable' })
    expect(more).toEqual([])
    expect((await names('leads')).filter((name) => name.startsWith('Unclosed'))).toEqual([])
  })

  test('only a header; 2,000 columns', async () => {
    const empty = await files.upload(mia, 'leads', 'Last name,Email\n')
    expect(await files.run(mia, empty.id)).toMatchObject({ status: 'done', total: 0, created: 0 })
    const wide = await files.upload(mia, 'leads', [
      ['Last name', ...Array.from({ length: 1999 }, (_, n) => `c${n}`)],
      ['Wide', ...Array.from({ length: 1999 }, () => 'x')],
    ])
    expect(await files.run(mia, wide.id)).toMatchObject({ created: 1 })
  })

  test('hostile text is text: markup, direction marks, wildcards, SQL, keys of objects', async () => {
    const hostile = [
      `<img src=x onerror=alert(1)>`,
      `Robert'); drop table records;--`,
      '%_\\',
      '__proto__',
      'constructor',
    ]
    const made = await files.upload(mia, 'leads', [
      ['Last name', 'Company'],
      ...hostile.map((text) => [text, text]),
    ])
    expect(await files.run(mia, made.id)).toMatchObject({ created: hostile.length, failed: 0 })
    expect(await names('leads')).toEqual(expect.arrayContaining(hostile))
  })
})

describe('the rows that failed', () => {
  test('come back as they stood, with why in the language asked for, and can be imported again', async () => {
    const made = await files.upload(mia, 'leads', [
      ['Last name', 'Email', 'Website'],
      ['Fixed', 'not an address', 'javascript:alert(1)'],
      ['Right', 'right@x.example', ''],
    ])
    expect(await files.run(mia, made.id)).toMatchObject({ created: 1, failed: 1 })
    const english = await files.text(mia, `/imports/${made.id}/problems.csv`)
    expect(english).toBe(
      '\uFEFFLast name,Email,Website,Why it wasn’t imported\r\n' +
        'Fixed,not an address,javascript:alert(1),Email: That isn’t a complete mail address. Website: That isn’t a web address. It starts with http:// or https://.\r\n',
    )
    const japanese = await files.text(mia, `/imports/${made.id}/problems.csv?language=ja`)
    expect(japanese).toContain('取り込めなかった理由')
    expect(japanese).toContain('メールアドレス: メールアドレスとして完全ではありません。')
    const corrected = english.replace('not an address', 'fixed@x.example').replace('javascript:alert(1)', '')
    const again = await files.upload(mia, 'leads', corrected)
    expect(Object.values(again.mapping.columns)).toEqual(['lastName', 'primaryAddress', 'website'])
    expect(await files.run(mia, again.id)).toMatchObject({ created: 1, failed: 0 })
  })

  test('come back without running: a stranger’s formula is defused, and says the same when imported again', async () => {
    const formula = '=HYPERLINK("http://evil.example")'
    const made = await files.upload(mia, 'leads', [
      ['Last name', 'Email'],
      [formula, 'x'],
      [`'${formula}`, 'y'],
    ])
    expect(await files.run(mia, made.id)).toMatchObject({ failed: 2 })
    const text = await files.text(mia, `/imports/${made.id}/problems.csv`)
    expect(text.match(/^"'=HYPERLINK/gm)).toHaveLength(2)
    expect(text).not.toMatch(/^"?=/m)
    const corrected = text.replace(',x,', ',x@evil.example,').replace(',y,', ',y@evil.example,')
    const again = await files.upload(mia, 'leads', corrected)
    expect(await files.run(mia, again.id)).toMatchObject({ created: 2, failed: 0 })
    expect((await names('leads')).filter((name) => name === formula)).toHaveLength(2)
  })

  test('are listed page by page', async () => {
    const made = await files.upload(mia, 'leads', [
      ['Last name', 'Email'],
      ...Array.from({ length: 250 }, (_, n) => [`P${n}`, 'x']),
    ])
    expect(await files.run(mia, made.id)).toMatchObject({ failed: 250, created: 0 })
    const rows: number[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`
      const { body } = await mia.call<{ rows: { row: number }[]; nextCursor: string | null; total: number }>(
        'GET',
        `/imports/${made.id}/problems?limit=100${query}`,
      )
      expect(body.total).toBe(250)
      rows.push(...body.rows.map((one) => one.row))
      cursor = body.nextCursor
    }
    expect(rows).toEqual(Array.from({ length: 250 }, (_, n) => n + 2))
  })
})

describe('a worker that dies in the middle', () => {
  test('another goes on at the next row: every row once', async () => {
    const made = await files.upload(mia, 'leads', [
      ['Last name', 'Phone'],
      ...Array.from({ length: 1300 }, (_, n) => [`Killed ${n}`, n % 100 === 0 ? 'bad' : '']),
    ])
    await files.step(mia, made.id, 'start')
    const dying = new AbortController()
    // The process ends after the second batch: its transaction is there, nothing more is.
    const house = {
      ...town.house,
      newId: () => {
        if (died.count++ > 1100) dying.abort()
        return town.house.newId()
      },
    }
    const died = { count: 0 }
    const task = { id: made.id, orgId: '', kind: 'import', key: made.id, payload: {}, attempts: 1 }
    await expect(runImport(house, task, dying.signal)).rejects.toThrow()
    const halfway = await files.get(mia, made.id)
    expect(halfway).toMatchObject({ status: 'running', total: 1300 })
    expect(halfway.done).toBeGreaterThan(0)
    expect(halfway.done).toBeLessThan(1300)
    expect(await workOff(town, ['import'])).toEqual([])
    expect(await files.get(mia, made.id)).toMatchObject({
      status: 'done',
      done: 1300,
      created: 1287,
      failed: 13,
    })
    const killed = (await names('leads')).filter((name) => name.startsWith('Killed'))
    expect(killed).toHaveLength(1287)
    expect(new Set(killed).size).toBe(1287)
  })

  test('two workers on one import write every row once', async () => {
    const made = await files.upload(mia, 'leads', [
      ['Last name'],
      ...Array.from({ length: 1100 }, (_, n) => [`Shared ${n}`]),
    ])
    await files.step(mia, made.id, 'start')
    const task = { id: made.id, orgId: '', kind: 'import', key: made.id, payload: {}, attempts: 1 }
    const { signal } = new AbortController()
    await Promise.all([runImport(town.house, task, signal), runImport(town.house, task, signal)])
    expect(await files.get(mia, made.id)).toMatchObject({ status: 'done', done: 1100, created: 1100 })
    expect((await names('leads')).filter((name) => name.startsWith('Shared'))).toHaveLength(1100)
  })
})
