import { expect, test } from 'vitest'
import type { FieldDescription } from '../../lib/domain/fields.ts'
import { hrefOf, type Telling, valueWords } from '../../lib/extension/value-words.ts'

const telling: Telling = {
  module: 'deals',
  view: { now: Date.parse('2026-11-23T06:00:00Z'), zone: 'Asia/Tokyo', language: 'en' },
  currency: 'EUR',
  nameOf: (id) => (id === 'closed' ? '' : id === 'elena' ? 'Elena Brandt' : undefined),
}
const field = (type: FieldDescription['type'], more: Partial<FieldDescription> = {}): FieldDescription => ({
  key: 'x_one',
  type,
  ...more,
})

test.each<[string, FieldDescription, string, string]>([
  ['money in its currency', field('money'), '184000.5', '€184,000.50'],
  ['a number keeps every digit', field('number'), '12345678901234.5678', '12,345,678,901,234.5678'],
  ['a date belongs to no zone', field('date'), '2026-11-23', '23 Nov'],
  ['an instant is told in my zone', field('datetime'), '2026-11-23T22:30:00.000Z', '24 Nov, 7:30'],
  ['a standard choice', { key: 'stage', type: 'choice' }, 'negotiation', 'Negotiation'],
  ['an admin’s own choice', field('choice', { choices: [{ key: 'a', label: 'Steel' }] }), 'a', 'Steel'],
  [
    'several choices',
    field('multi_choice', {
      choices: [
        { key: 'a', label: 'A' },
        { key: 'b', label: 'B' },
      ],
    }),
    'a;b',
    'A, B',
  ],
  ['yes', field('boolean'), 'true', 'Yes'],
  ['a record by its name', field('lookup'), 'elena', 'Elena Brandt'],
  ['a record that may not be opened', field('lookup'), 'closed', 'A record you may not open'],
  ['a hostile text on one line', field('text'), 'a\u202egpj.exe\n', 'a gpj.exe'],
  ['nothing', field('money'), '', ''],
])('%s', (_, of, value, words) => {
  expect(valueWords(of, value, telling)).toBe(words)
})

test.each<[FieldDescription['type'], string, string | undefined]>([
  ['url', 'https://halden.example/x', 'https://halden.example/x'],
  ['url', 'javascript:alert(1)', undefined],
  ['url', 'data:text/html,x', undefined],
  ['url', 'halden', undefined],
  ['email', 'elena@halden.example', 'mailto:elena@halden.example'],
  ['email', 'a?bcc=evil@x.example', 'mailto:a%3Fbcc%3Devil@x.example'],
  ['phone', '+49 (0)40 5550-1287', 'tel:+4904055501287'],
  ['phone', '０３－５５５０', 'tel:035550'],
  ['phone', 'ask', undefined],
  ['text', 'https://halden.example', undefined],
])('a %s of %s leads to %s', (type, value, href) => {
  expect(hrefOf(field(type), value)).toBe(href)
})
