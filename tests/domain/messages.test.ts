import { describe, expect, test } from 'vitest'
import { parseAddressList } from '../../lib/domain/address-list.ts'
import {
  arrivalOf,
  directionOf,
  headerValue,
  headerValues,
  identityOf,
  normaliseSubject,
  plainSnippet,
  readParties,
} from '../../lib/domain/messages.ts'

const addresses = (header: string) => parseAddressList(header).parties.map((party) => party.address)

describe('address lists', () => {
  test.each<[string, string[], number]>([
    ['Ann <ann@x.example>', ['Ann|ann@x.example'], 0],
    ['"Doe, John" <JOHN@X.example>, b@y.example', ['Doe, John|john@x.example', '|b@y.example'], 0],
    // An encoded word is decoded already, so its comma stands free.
    ['Doe, John <john@x.example>, b@y.example', ['Doe, John|john@x.example', '|b@y.example'], 0],
    [
      'Team: a@x.example, "B" <b@y.example>; c@z.example',
      ['|a@x.example', 'B|b@y.example', '|c@z.example'],
      0,
    ],
    ['undisclosed-recipients:;', [], 0],
    ['', [], 0],
    [' , ,, a@x.example,', ['|a@x.example'], 0],
    ['a@x.example; b@y.example', ['|a@x.example', '|b@y.example'], 0],
    ['ann@x.example (Ann (home) Lee)', ['Ann (home) Lee|ann@x.example'], 0],
    ['<@relay.example,@other.example:ann@x.example>', ['|ann@x.example'], 0],
    ['"a\\"b, <c>" <q@x.example>', ['a"b, <c>|q@x.example'], 0],
    ['a@x.example, not an address, b@@y, <c@z>, d@y.example', ['|a@x.example', '|d@y.example'], 3],
    ['no one here', [], 1],
    ['5" Tech <a@x.example>, b@y.example', ['5" Tech|a@x.example', '|b@y.example'], 0],
    ['Broken <a@x.example, Good <good@x.example>', ['Good|good@x.example'], 1],
    ['Unclosed ( <a@x.example>, b@y.example', ['Unclosed (|a@x.example', '|b@y.example'], 0],
    ['鈴木 健 <suzuki@例え.example>', ['鈴木 健|suzuki@例え.example'], 0],
    ["'ann@x.example'", ['|ann@x.example'], 0],
    ['ann@x.example, ANN@x.example, Ann <ann@x.example>', ['|ann@x.example'], 0],
    ['"exe\u202Efdp\u0000" <ann@x.example>', ['exefdp|ann@x.example'], 0],
  ])('%s', (header, expected, malformed) => {
    const list = parseAddressList(header)
    expect(list.parties.map((party) => `${party.name}|${party.address}`)).toEqual(expected)
    expect(list.malformed).toBe(malformed)
  })

  test('stays linear on hostile headers', () => {
    const started = performance.now()
    for (const piece of ['(', '"\\"', '<', 'a,', '\\', ':', '((a)', '<a', '"'])
      parseAddressList(piece.repeat(Math.ceil(200_000 / piece.length)))
    expect(performance.now() - started).toBeLessThan(3000)
  })

  test('five hundred recipients with commas in their names', () => {
    const header = Array.from({ length: 500 }, (_, n) => `"Doe, ${n}" <p${n}@x.example>`).join(',\r\n ')
    expect(addresses(header)).toHaveLength(500)
  })
})

describe('headers and parties', () => {
  test('are found without case, doubles kept', () => {
    const headers = [
      { name: 'to', value: 'a@x.example' },
      { name: 'TO', value: 'b@x.example, bad' },
      { name: 'From', value: 'me@inlay.example' },
    ]
    expect(headerValue(headers, 'To')).toBe('a@x.example')
    expect(headerValues(headers, 'tO')).toEqual(['a@x.example', 'b@x.example, bad'])
    const parties = readParties(headers)
    expect(parties.to.map((party) => party.address)).toEqual(['a@x.example', 'b@x.example'])
    expect(parties.malformed).toBe(1)
    expect(readParties([]).from).toBeUndefined()
  })

  test('an address smuggled into a decoded display name is not the sender', () => {
    const from = [{ name: 'From', value: 'victim@x.example, Boss <attacker@evil.example>' }]
    expect(readParties(from).from?.address).toBe('attacker@evil.example')
    const named = [...from, { name: 'Sender', value: 'victim@x.example' }]
    expect(readParties(named).from?.address).toBe('victim@x.example')
  })
})

test('S-022: own address or alias in From means sent, however the mail came', () => {
  const own = new Set(['me@inlay.example', 'sales@inlay.example'])
  const from = (address: string) => ({ address, name: '' })
  expect(directionOf(from('sales@inlay.example'), ['INBOX'], own)).toBe('sent')
  expect(directionOf(from('me@inlay.example'), ['SENT'], own)).toBe('sent')
  expect(directionOf(from('other@inlay.example'), ['SENT'], own)).toBe('sent')
  expect(directionOf(from('xme@inlay.example'), ['INBOX'], own)).toBe('received')
  expect(directionOf(undefined, [], own)).toBe('received')
})

test.each([
  ['Re: Offer', 'Offer'],
  ['RE[2]: Fwd: FW: AW: Offer', 'Offer'],
  ['Re (3): Offer', 'Offer'],
  ['返信: 転送：お見積り', 'お見積り'],
  ['  re :  Offer \r\n\t two ', 'Offer two'],
  ['Retry: Offer', 'Retry: Offer'],
  ['Recap', 'Recap'],
  ['Re:', ''],
  ['', ''],
])('subject %s', (subject, expected) => {
  expect(normaliseSubject(subject)).toBe(expected)
})

describe('identity of a message', () => {
  const headers = (change: Record<string, string> = {}) =>
    Object.entries({
      'Message-ID': '<1@x.example>',
      From: 'a@x.example',
      Date: 'Mon, 23 Nov 2026 09:00:00 +0000',
      Subject: 'Offer',
      ...change,
    }).map(([name, value]) => ({ name, value }))
  const identity = (change: Record<string, string> = {}, mailboxId = 'm1', gmailId = 'g1') => {
    const list = headers(change)
    return identityOf(list, readParties(list).from, { mailboxId, gmailId })
  }

  test('is shared by sightings that agree', () => {
    expect(identity({ Subject: 'Re: Offer' }, 'm2', 'g2')).toBe(identity())
    expect(identity({ From: '"A" <A@X.example>' }, 'm2', 'g2')).toBe(identity())
  })

  test.each(['Message-ID', 'From', 'Date', 'Subject'])('differs when %s differs', (name) => {
    const other = name === 'From' ? 'b@x.example' : 'something else'
    expect(identity({ [name]: other })).not.toBe(identity())
  })

  test('without Message-ID each sighting is its own', () => {
    expect(identity({ 'Message-ID': ' ' }, 'm1', 'g1')).not.toBe(identity({ 'Message-ID': '' }, 'm1', 'g2'))
    expect(identity({ 'Message-ID': '' }, 'm1', 'g1')).not.toBe(identity({ 'Message-ID': '' }, 'm2', 'g1'))
    expect(identity({ 'Message-ID': '' })).toBe(identity({ 'Message-ID': '' }))
  })
})

test('a snippet loses its HTML escapes once', () => {
  expect(plainSnippet('Tom &amp; Ann&#39;s &lt;b&gt; &amp;amp;')).toBe("Tom & Ann's <b> &amp;")
})

test.each([
  [0, '1970-01-01T00:00:00.000Z'],
  [-5, '1970-01-01T00:00:00.000Z'],
  [Number.NaN, '1970-01-01T00:00:00.000Z'],
  [4_070_908_800_000, '2099-01-01T00:00:00.000Z'],
  [1e18, '9999-12-31T23:59:59.999Z'],
])('arrival %d is an instant every part can hold', (internalDate, expected) => {
  expect(arrivalOf(internalDate).toISOString()).toBe(expected)
})
