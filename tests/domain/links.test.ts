import { describe, expect, test } from 'vitest'
import { asciiAddress, normaliseAddress, normaliseEntry, standsOnList } from '../../lib/domain/addresses.ts'
import { type ChipCandidate, mostTelling } from '../../lib/domain/chips.ts'
import { standsAlone, standsIn } from '../../lib/domain/named-in.ts'

const one = (id: string, more: Partial<ChipCandidate>): ChipCandidate => ({
  ...{ id, module: 'contacts', name: id, stage: '', how: 'held', isSender: false },
  ...more,
})
const person = one('person', { isSender: true })
const open = one('open', { module: 'deals', stage: 'proposal', how: 'through' })
const won = one('won', { module: 'deals', stage: 'won', how: 'through' })
const quote = one('quote', { module: 'quotes', stage: 'sent', how: 'through' })

describe('the record that tells most about a thread', () => {
  test.each([
    ['nothing', [], undefined],
    ['the person without deals', [person], 'person'],
    ['the sender before another party', [one('other', {}), person], 'person'],
    [
      'a contact before a lead and an account',
      [one('a', { module: 'accounts' }), one('l', { module: 'leads' }), one('z', {})],
      'z',
    ],
    ['the one open deal', [person, open, won], 'open'],
    ['the person where several deals are open', [person, open, { ...open, id: 'second' }], 'person'],
    ['the one open document without an open deal', [person, won, quote], 'quote'],
    ['the open deal before its documents', [person, open, quote], 'open'],
    [
      'the person where only closed ones are reached',
      [person, won, { ...quote, stage: 'accepted' }],
      'person',
    ],
    ['what was put there by hand', [person, open, one('hand', { module: 'accounts', how: 'hand' })], 'hand'],
    ['a deal by hand before others by hand', [one('x', { how: 'hand' }), { ...won, how: 'hand' }], 'won'],
    ['the chosen deal before all', [one('x', { how: 'hand' }), open, { ...won, how: 'chosen' }], 'won'],
  ] as const)('%s', (_, all, expected) => {
    expect(mostTelling<ChipCandidate>(all)?.id).toBe(expected)
    expect(mostTelling<ChipCandidate>(all.toReversed())?.id).toBe(expected)
  })
})

test.each([
  ['a@news.example', ['a@news.example'], true],
  ['b@news.example', ['a@news.example'], false],
  ['b@news.example', ['news.example'], true],
  ['b@mail.news.example', ['news.example'], true],
  ['b@fakenews.example', ['news.example'], false],
  ['b@example', ['news.example'], false],
  ['b@news.example', [], false],
])('%s on the never-link list %j: %s (decisions 6)', (address, entries, expected) => {
  expect(standsOnList(address, entries)).toBe(expected)
})

test.each([
  ['taro@日本語.example', 'taro@日本語.example', 'taro@xn--wgv71a119e.example'],
  ['Info@XN--Mller-KVA.Example', 'info@müller.example', 'info@xn--mller-kva.example'],
  ['info@MÜLLER.example', 'info@müller.example', 'info@xn--mller-kva.example'],
  ['a@mail.xn--strae-oqa.example', 'a@mail.straße.example', 'a@mail.xn--strae-oqa.example'],
  ['a@ｍüller.example', 'a@müller.example', 'a@xn--mller-kva.example'],
  ['a@plain.example', 'a@plain.example', 'a@plain.example'],
  // Cyrillic а before Latin letters passes for apple.com.
  ['a@аpple.com', 'a@xn--pple-43d.com', 'a@xn--pple-43d.com'],
  ['a@xn--pple-43d.com', 'a@xn--pple-43d.com', 'a@xn--pple-43d.com'],
  ['a@почта.example', 'a@почта.example', 'a@xn--80a1acny.example'],
  // No such name, but somebody wrote it.
  ['a@xn--.example', 'a@xn--.example', 'a@xn--.example'],
  ['a@xn--99999999999.example', 'a@xn--99999999999.example', 'a@xn--99999999999.example'],
  [`a@xn--${'9'.repeat(60)}.example`, `a@xn--${'9'.repeat(60)}.example`, `a@xn--${'9'.repeat(60)}.example`],
])('%s is %s wherever it is compared and shown, %s in a header (S-011)', (text, address, ascii) => {
  expect(normaliseAddress(text)).toBe(address)
  expect(asciiAddress(address)).toBe(ascii)
  expect(normaliseAddress(ascii)).toBe(address)
  expect(normaliseEntry(text)).toBe(address)
})

test('a deal’s name stands in a subject whatever its case and width, a document’s number only alone', () => {
  expect(standsIn('Line 4', 'RE: LINE　4 dates')).toBe(true)
  expect(standsIn('AB', 'AB')).toBe(false)
  expect(standsAlone('Q-10', 'your Q-104')).toBe(false)
  expect(standsAlone('Q-10', 'your Q-10, please')).toBe(true)
})
