import { beforeAll, describe, expect, test } from 'vitest'
import type { RecordSummary } from '../../lib/contract/records.ts'
import type { Person } from '../stand-ins/door.ts'
import { type TestHouse, testHouse } from './harness/house.ts'
import { type Tables, tables } from './harness/tables.ts'

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

const create = async (body: object): Promise<RecordSummary> => {
  const made = await mia.call<{ record: RecordSummary }>('POST', '/records', { fields: {}, ...body })
  if (made.status !== 201) throw new Error(JSON.stringify(made.body))
  return made.body.record
}

/** What a person could tell apart about a record. */
const plain = ({ id, version, updatedAt, ...rest }: RecordSummary) => rest

describe('CSV', () => {
  test('all fields in their order, named in the language asked for; formulas are defused', async () => {
    await create({
      module: 'accounts',
      fields: {
        accountName: '=HYPERLINK("http://evil")',
        phone: '+49 40 123-4',
        industry: '-1',
        street: '@here',
        city: '-2+3',
      },
    })
    const lines = (await files.text(mia, '/exports/accounts.csv')).split('\r\n')
    expect(lines[0]).toBe(
      '\uFEFFAccount name,Mail domain,Email,Secondary email,Phone,Website,Industry,Parent account,Street,City,Postal code,Region,Country,Time zone,Description,Owner,Inlay ID',
    )
    expect(lines[1]).toMatch(
      /^"'=HYPERLINK\(""http:\/\/evil""\)",,,,\+49 40 123-4,,-1,,'@here,'-2\+3,,,,,,Mia Sato <mia@arbor\.example>,[0-9a-f-]{36}$/,
    )
    expect((await files.text(mia, '/exports/accounts.csv?language=ja')).split('\r\n')[0]).toMatch(
      /^\uFEFF取引先名,メールドメイン,/,
    )
  })

  test.each(['en', 'ja'] as const)(
    'an exported file imported again changes nothing (%s)',
    async (language) => {
      const tag = language
      const twins = [
        await create({ module: 'accounts', fields: { accountName: `Twin ${tag}` } }),
        await create({ module: 'accounts', fields: { accountName: `Twin ${tag}` } }),
      ]
      const contact = await create({
        module: 'contacts',
        fields: {
          lastName: `'=1+1 ${tag}`,
          firstName: ' Anna ',
          description: 'line one\r\n"two", three;\n\tfour',
          mobile: '+81 3-1234-5678',
        },
        primaryAddress: `anna.${tag}@x.example`,
        accountId: twins[1]?.id,
      })
      const other = await create({ module: 'contacts', fields: { lastName: `a@b.example; ${tag}` } })
      await create({
        module: 'deals',
        fields: {
          dealName: `'Deal ${tag}`,
          stage: 'won',
          amount: '-184000.5',
          currency: 'EUR',
          closingOn: '2026-11-23',
          probability: '0',
        },
        mainContactId: contact.id,
        contactIds: [other.id],
        accountId: twins[0]?.id,
      })
      await create({
        module: 'invoices',
        fields: { number: `000${tag}1`, status: 'paid', total: '12.34', currency: 'JPY' },
        mainContactId: contact.id,
      })
      for (const module of ['accounts', 'contacts', 'deals', 'invoices']) {
        const before = await files.records(mia, module)
        const made = await files.upload(
          mia,
          module,
          await files.text(mia, `/exports/${module}.csv?language=${language}`),
        )
        expect(made.mapping.matchKey).toBe('id')
        expect(await files.run(mia, made.id)).toMatchObject({
          unchanged: before.length,
          updated: 0,
          created: 0,
          failed: 0,
        })
        expect(await files.records(mia, module)).toEqual(before)
      }
    },
  )

  test('in another organisation’s place it makes the same records again', async () => {
    const text = await files.text(mia, '/exports/invoices.csv')
    const before = await files.records(mia, 'invoices')
    for (const { id } of before) await mia.call('DELETE', `/records/${id}`)
    const made = await files.upload(mia, 'invoices', text)
    expect(await files.run(mia, made.id)).toMatchObject({ created: before.length, failed: 0 })
    const after = await files.records(mia, 'invoices')
    const byNumber = (a: RecordSummary, b: RecordSummary) => a.name.localeCompare(b.name)
    expect(
      after
        .toSorted(byNumber)
        .map(plain)
        .map((one) => ({ ...one, createdAt: '' })),
    ).toEqual(
      before
        .toSorted(byNumber)
        .map(plain)
        .map((one) => ({ ...one, createdAt: '' })),
    )
  })

  test('the list as it is filtered now', async () => {
    await create({ module: 'leads', fields: { lastName: 'In', city: 'Kyoto' } })
    await create({ module: 'leads', fields: { lastName: 'Out', city: 'Bremen' } })
    const list = {
      module: 'leads',
      filter: [{ field: 'city', op: 'is', values: ['Kyoto'] }],
      q: '',
      zone: 'UTC',
    }
    const answer = await files.ask(mia, 'POST', '/exports', {
      body: JSON.stringify({ list, language: 'en' }),
      headers: { 'content-type': 'application/json' },
    })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename="leads.csv"; filename*=UTF-8''leads.csv`,
    )
    const lines = (await answer.text()).trim().split('\r\n')
    expect(lines.slice(1).map((line) => line.split(',')[1])).toEqual(['In'])
  })

  test('an unknown module or kind is refused', async () => {
    expect((await mia.call('GET', '/exports/x_boats.csv')).status).toBe(404)
    expect((await mia.call('GET', '/exports/leads.xlsx')).status).toBe(400)
  })
})

describe('JSON', () => {
  test('everything, with fields, notes, tasks, history and links, and only what the person may see', async () => {
    const secret = await create({ module: 'quotes', fields: { number: 'SECRET-1' } })
    await mia.call('POST', `/records/${secret.id}/notes`, { text: 'between us' })
    await mia.call('POST', '/todos', { recordId: secret.id, title: 'Call' })
    await town.house.db
      .updateTable('organisations')
      .set({ policy: JSON.stringify({ 'access.quotes': 'private' }) })
      .execute()
    const everything = async (who: Person) => JSON.parse(await files.text(who, '/exports/everything.json'))
    const mine = await everything(mia)
    expect(mine).toMatchObject({ format: 'inlay-records', version: 1 })
    expect(mine.modules.map((one: { module: { key: string } }) => one.module.key)).toContain(
      'purchase_orders',
    )
    expect(mine.notes).toMatchObject([{ recordId: secret.id, text: 'between us' }])
    expect(mine.tasks).toMatchObject([{ recordId: secret.id, title: 'Call' }])
    expect(mine.history.some((one: { recordId: string }) => one.recordId === secret.id)).toBe(true)
    expect(mine.links.length).toBeGreaterThan(0)
    const his = JSON.stringify(await everything(ken))
    expect(his).not.toContain('SECRET-1')
    expect(his).not.toContain('between us')
    expect(his).not.toContain(secret.id)
    expect(await files.text(ken, '/exports/quotes.csv')).not.toContain('SECRET')
    await town.house.db.updateTable('organisations').set({ policy: '{}' }).execute()
  })
})
