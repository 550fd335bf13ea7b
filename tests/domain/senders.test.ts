import { describe, expect, test } from 'vitest'
import { senderStands } from '../../lib/domain/senders.ts'
import { isOneSlip, meantDomain } from '../../lib/domain/slips.ts'

const account = 'ann@arbor.example'
const aliases = ['ann@arbor.example', 'ann.lee@arbor.example', 'sales@arbor.example']
const policy = { 'mail.sharedAddresses': ['Sales@Arbor.example'], 'mail.sharedAddressesFor': ['admin'] }

describe('from whom a mail may go out (S-071)', () => {
  test.each([
    ['the account itself', null, 'rep', true],
    ['the account by its address', account, 'rep', true],
    ['a verified alias', 'ann.lee@arbor.example', 'rep', true],
    ['an alias that is gone', 'old@arbor.example', 'rep', false],
    ['the shared address for who may', 'sales@arbor.example', 'admin', true],
    ['the shared address for who may not', 'sales@arbor.example', 'rep', false],
  ] as const)('%s', (_, from, role, stands) => {
    expect(senderStands({ from, account, aliases, policy, role })).toBe(stands)
  })

  test('an alias is none before it is known', () => {
    const mail = { account, aliases: [], policy: {}, role: 'admin' } as const
    expect(senderStands({ ...mail, from: 'ann.lee@arbor.example' })).toBe(false)
    expect(senderStands({ ...mail, from: null })).toBe(true)
  })
})

test.each([
  ['gmial.com', 'gmail.com'],
  ['gmail.co', 'gmail.com'],
  ['gmaill.com', 'gmail.com'],
  ['gmsil.com', 'gmail.com'],
  ['gmail.con', 'gmail.com'],
  ['yahoo.co.jo', 'yahoo.co.jp'],
  ['outlok.com', 'outlook.com'],
  ['haldn-works.example', 'halden-works.example'],
  ['gmail.com', ''],
  ['mail.com', ''],
  ['halden-works.example', ''],
  ['other.example', ''],
  ['me.co', ''],
])('%s may be meant as %j', (domain, meant) => {
  expect(meantDomain(domain, ['halden-works.example'])).toBe(meant)
})

test.each([
  ['abcd', 'abcd', false],
  ['abcd', 'abce', true],
  ['abcd', 'abc', true],
  ['abc', 'xabc', true],
  ['abcd', 'acbd', true],
  ['abcd', 'badc', false],
  ['abcd', 'ab', false],
  ['abcd', 'axcx', false],
])('%s and %s are one slip apart: %s', (a, b, is) => {
  expect(isOneSlip(a, b)).toBe(is)
  expect(isOneSlip(b, a)).toBe(is)
})
