import { expect, test } from 'vitest'
import { rankCards } from '../../entrypoints/sidebar/load/guess.ts'
import type { RecordCard } from '../../lib/contract/records.ts'

/** As much of a card as the guess reads. */
const card = (name: string, owner = 'other', at: string | null = null) =>
  ({
    record: { id: name, name, primaryAddress: 'info@kanda-koki.example', owner: { id: owner } },
    lastContact: at === null ? null : { direction: 'received', at },
  }) as RecordCard
const sender = { name: '', address: 'info@kanda-koki.example' }
const order = (...given: Parameters<typeof rankCards>) =>
  rankCards(...given).map(({ card: { record }, why }) =>
    why === undefined ? record.name : `${record.name}: ${why}`,
  )

test('who is named like the sender comes first, in any order of the names', () => {
  const cards = [card('Purchasing desk', 'me'), card('Aya Kanda')]
  expect(order(cards, { ...sender, name: 'KANDA, Aya' }, '', 'me')).toEqual([
    'Aya Kanda: name',
    'Purchasing desk',
  ])
})

test('else whose first name stands below the mail, else who was in contact last, else what is mine', () => {
  const desk = card('Purchasing desk', 'me')
  expect(order([desk, card('Aya Kanda')], sender, 'See you\nAya\nKanda Koki', 'me')[0]).toBe(
    'Aya Kanda: signed',
  )
  const late = card('Aya Kanda', 'other', '2026-11-20T00:00:00.000Z')
  expect(order([desk, late], sender, '', 'me')[0]).toBe('Aya Kanda: recent')
  expect(order([card('Aya Kanda'), desk], sender, '', 'me')[0]).toBe('Purchasing desk: mine')
})

test('what holds for two explains neither, and their order stays', () => {
  expect(order([card('B B', 'me'), card('A A', 'me')], sender, '', 'me')).toEqual(['B B', 'A A'])
})
