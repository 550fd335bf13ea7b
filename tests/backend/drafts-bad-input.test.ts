import './harness/loopback-only.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Deps } from '../../backend/services/context.ts'
import type { Send } from '../../lib/contract/sends.ts'
import {
  draftFile,
  now,
  openDraft,
  refusal,
  refused,
  saveDraft,
  submitDraft,
  townWithBoss,
  tryOpenDraft,
} from './harness/drafting.ts'
import type { TestHouse } from './harness/house.ts'
import { arrived, deliverToRest, headerOf, newPair, workerDeps } from './harness/sending.ts'

let town: TestHouse
let deps: Deps

beforeAll(async () => {
  town = await townWithBoss()
  deps = workerDeps(town)
})

describe('bad input', () => {
  test.each([
    ['"quoted local"@x.example'],
    ['a@x.example, b@x.example'],
    ['Team: a@x.example, b@x.example;'],
    ['Ann <a@x.example>'],
    ['a@x.example\r\nBcc: evil@x.example'],
    ['a@@x.example'],
    ['a@localhost'],
    ['a b@x.example'],
    ['.a@x.example'],
    [`${'a'.repeat(65)}@x.example`],
    [''],
  ])('%j is no recipient, and the refusal names its place', async (address) => {
    const pair = await newPair(town, ['send'])
    const answer = await tryOpenDraft(pair, { cc: [{ address: 'fine@x.example' }, { address }] })
    expect(refusal(answer)).toEqual(
      refused(400, 'field_invalid', {}, [{ field: 'cc.1.address', reason: 'address_invalid' }]),
    )
  })

  test('what is typed and no address yet is kept, and stops sending by its field', async () => {
    const pair = await newPair(town, ['send'])
    const draft = await openDraft(pair, { pending: { to: '', cc: 'Team: a@x.example;', bcc: '"x"' } })
    const fields = [
      { field: 'cc', reason: 'address_invalid' },
      { field: 'bcc', reason: 'address_invalid' },
    ]
    expect(refusal(await submitDraft(pair, draft))).toEqual(refused(400, 'address_invalid', {}, fields))
  })

  test('nobody, 101 and 500 recipients', async () => {
    const pair = await newPair(town, ['send'])
    const many = (count: number) =>
      Array.from({ length: count }, (_, nth) => ({ address: `a${nth}@x.example` }))
    const none = await openDraft(pair, { to: [] })
    expect(refusal(await submitDraft(pair, none))).toMatchObject(
      refused(400, 'no_recipient', {}, [{ field: 'to' }]),
    )
    const draft = await openDraft(pair, { to: many(500) })
    expect(draft.to).toHaveLength(500)
    expect(refusal(await submitDraft(pair, draft))).toMatchObject(
      refused(400, 'too_many_recipients', { max: 100, count: 500 }),
    )
    const saved = await saveDraft(pair, draft, { to: many(50), cc: many(51) })
    expect(refusal(await submitDraft(pair, saved.body))).toMatchObject(
      refused(400, 'too_many_recipients', { count: 101 }),
    )
    expect((await tryOpenDraft(pair, { to: many(501) })).status).toBe(400)
  })

  test('international addresses are recipients', async () => {
    const pair = await newPair(town, ['send'])
    const draft = await openDraft(pair, {
      to: [{ address: '山田@例え.jp', name: '山田　太郎' }, { address: 'O’Hara+x@münchen.example' }],
    })
    expect(draft.to).toEqual([
      { address: '山田@例え.jp', name: '山田　太郎' },
      { address: 'o’hara+x@münchen.example', name: '' },
    ])
  })

  test('no field starts another header', async () => {
    const pair = await newPair(town, ['send', 'read'])
    const evil = 'x\r\nBcc: evil@x.example\u2028X: y\u0000\ud800'
    expect((await tryOpenDraft(pair, { subject: evil })).status).toBe(400)
    const to = [{ address: pair.customer.email, name: evil }]
    const draft = await openDraft(pair, {
      subject: 'Inj\u2028Bcc: evil@x.example\u0000',
      to,
      pending: {},
      html: `<p>${evil}</p>`,
      quote: evil,
    })
    await submitDraft(pair, draft)
    const done = await deliverToRest(deps, pair.rep, draft.id)
    expect(done.status).toBe('sent')
    const [raw = ''] = arrived(pair.customer, 'Inj')
    const head = raw.split('\r\n\r\n', 1)[0] ?? ''
    expect(head).not.toMatch(/^(?:Bcc|X):/m)
    expect(headerOf(raw, 'To')).toContain(pair.customer.email)
  })

  test('a text with what no database takes is kept without it', async () => {
    const pair = await newPair(town, ['send'])
    const body = {
      account: pair.rep.email,
      to: [{ address: pair.customer.email }],
      body: 'a\u0000b\ud800',
      ...now,
    }
    const sent = await pair.rep.call<Send>('POST', '/sends', body)
    expect(sent).toMatchObject({ status: 201, body: { body: 'ab\ufffd' } })
  })

  test.each([
    ['no account of mine', { account: 'boss@arbor.example' }, 403],
    ['a record that is none', { recordId: crypto.randomUUID() }, 400],
    ['a sender that is no address', { from: 'sales' }, 400],
    ['too much text', { html: 'x'.repeat(500_001) }, 400],
    ['too long a subject', { subject: 'x'.repeat(999) }, 400],
    ['too much typed', { pending: { to: 'x'.repeat(2001) } }, 400],
  ])('%s is refused', async (_, more, status) => {
    const pair = await newPair(town, ['send'])
    expect((await tryOpenDraft(pair, more)).status).toBe(status)
  })

  test.each([
    ['a file on its way', { state: 'fetching' as const, sha256: null }, 409, 'file_not_ready'],
    ['a file that did not come', { state: 'failed' as const, sha256: null }, 409, 'file_missing'],
    ['a file over the cap (S-018)', { size: 10 * 1024 * 1024 + 1 }, 413, 'mail_too_large'],
  ])('%s stops it', async (_, more, status, reason) => {
    const pair = await newPair(town, ['send'])
    const draft = await openDraft(pair)
    await draftFile(town, draft.id, 'plan.pdf', more)
    expect(refusal(await submitDraft(pair, draft))).toMatchObject(
      refused(status, reason, { file: 'plan.pdf' }),
    )
  })
})
